// What a line of the trace says: its kind, and what of it reports need as data.
//
// A trace is told in sentences; the ones that the simulator has are listed in sentence.cc, which is the only
// place that takes them apart. A sentence that is not listed is kWorld and `known` is false: a test runs
// every scenario and lets no such sentence pass, so that a new one is given a kind on the day it is written.
//
// Thread-safe: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/core/report/timeline.h"

namespace fencepost::sim {

struct Sentence {
  EventKind kind = EventKind::kWorld;
  bool known = true;
  bool refused = false;
  std::optional<LogPosition> position;   // kLog, kApply
  std::optional<std::uint64_t> version;  // kVersion: which one the engine has reached

  // What spans are made of: a client or a mover sets out, or is through.
  enum class Role : std::uint8_t { kNone, kBegins, kDone, kRefused, kUnknown, kDies };
  Role role = Role::kNone;
  std::string_view what;  // of what begins, is done, is refused, or is applied: the rest of the sentence
};

// `what` points into `text`.
Sentence ReadSentence(std::string_view text);

}  // namespace fencepost::sim
