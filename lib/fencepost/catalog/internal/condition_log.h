// Says once what is wrong, and once that it is right again, however often it is found out in between.
//
// A poll that fails ten times a second would drown the one line that matters. Not thread-safe.
#pragma once

#include <string>

#include "fencepost/base/log.h"

namespace fencepost {

// Something that is wrong and may last.
struct Condition {
  // Two conditions of the same identity are the same condition, even if their messages differ in a detail
  // (a timestamp, a peer's address).
  std::string identity;
  Severity severity = Severity::kWarning;
  std::string message;  // a sentence
};

class ConditionLog {
 public:
  explicit ConditionLog(LogSink sink);

  // Logs `condition` unless it is the one that already holds.
  void Holds(const Condition& condition);

  // Logs `message` if some condition held until now.
  void Cleared(const std::string& message);

 private:
  LogSink sink_;
  std::string holding_;  // the identity of the condition that holds; empty: none
};

}  // namespace fencepost
