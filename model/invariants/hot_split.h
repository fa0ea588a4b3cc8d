// A hot split divides the load: when accesses fell on several keys of a hot range, its split leaves some on
// either side.
//
// A split that peels off one key, or none, is made again and again and never relieves anybody.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "fencepost/base/key_range.h"
#include "model/invariants/violation.h"

namespace fencepost::model {

using AccessCounts = std::map<std::string, std::uint64_t>;  // by key, since the range appeared

// Fewer accesses than this say nothing about where the load lies.
inline constexpr std::uint64_t kTellingAccesses = 8;

// `engine` has split `range` in two at `at`. O(accessed keys).
Verdict CheckHotSplit(const std::string& engine, const KeyRange& range, const std::string& at,
                      const AccessCounts& accesses);

}  // namespace fencepost::model
