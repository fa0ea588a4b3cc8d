// Files, lines and inlined calls of addresses in this program, from its debugging information, by another
// program: llvm-symbolizer or addr2line. Internal to stack_trace.h.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sim/core/stack/stack_trace.h"

namespace fencepost::sim {

// For each return address the calls it stands for, the innermost first; the last one is the function itself.
// Empty where nothing is known, and altogether if neither program is installed.
std::vector<std::vector<StackFrame>> LookUpLines(std::span<const std::uintptr_t> return_addresses);

// What `addr2line -a -i -f -C` printed for some addresses, per address in their order. Functions and places
// that it does not know ("??") are left out.
std::vector<std::vector<StackFrame>> ParseAddr2Line(std::string_view printed);

}  // namespace fencepost::sim
