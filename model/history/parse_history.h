// Reading a history: one JSON object per line, in the order in which things happened.
//
// The order of lines is the order of events; `time` is never looked at, and an `index` that does not grow
// from line to line contradicts that order and is refused. Blank lines are skipped, and so are those
// of process "nemesis": Jepsen's fault injector. A key that is a number is the key of that text. Everything
// else that is not as the format has it is refused with its line.
//
// Memory grows with what was read, never with what a line claims.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>

#include "model/history/list_append_history.h"
#include "model/history/register_history.h"

namespace fencepost::model::history {

struct ParseFailure {
  std::uint64_t line = 0;  // from 1
  std::string reason;
};

// Reads to the end into an empty *history, which is unspecified after a failure. After success no element is
// appended to a key twice.
std::optional<ParseFailure> ParseListAppendHistory(std::istream& input, ListAppendHistory* history);
std::optional<ParseFailure> ParseRegisterHistory(std::istream& input, RegisterHistory* history);

}  // namespace fencepost::model::history
