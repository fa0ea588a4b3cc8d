// Where background work reports what it cannot return: a function the owner passes in.
#pragma once

#include <functional>
#include <string_view>

namespace fencepost {

enum class Severity { kInfo, kWarning, kError };

// Receives one complete sentence per call. Must be callable from any thread that runs the work it was given
// to, and must not block. What it throws is dropped. An empty function discards everything.
using LogSink = std::function<void(Severity, std::string_view message)>;

}  // namespace fencepost
