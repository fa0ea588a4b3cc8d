// One line of a history in Jepsen's JSON form: reading it, and nothing about what it means.
//
//   {"index":0,"time":12,"process":3,"type":"invoke","f":"txn","value":[["append","x",1],["r","y",null]]}
//
// `process`, `type` and `f` are required; `index` and `time` must be integers if they are there; unknown
// fields are skipped, whatever they contain. What `value` may be depends on the model.
//
// Not thread-safe: a reader keeps its buffers from line to line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/history/list_append_history.h"

namespace fencepost::model::history {

enum class EventType : std::uint8_t { kInvoke, kOk, kFail, kInfo };

// A micro-operation as a line writes it. `list` are the elements in EventLine::elements of a read that has a
// list.
struct MicroOperation {
  StepKind kind = StepKind::kAppend;
  std::string key;
  std::int64_t element = 0;
  std::size_t list_begin = 0;
  std::size_t list_size = 0;
};

struct EventLine {
  std::optional<std::int64_t> index;
  std::int64_t process = 0;
  EventType type = EventType::kInvoke;
  std::string f;
  bool has_value = false;  // there, and not null

  // Model list-append.
  std::vector<MicroOperation>
      micro_operations;  // the first micro_operation_count of them; the rest are spare
  std::size_t micro_operation_count = 0;
  std::vector<std::int64_t> elements;

  // Model register: the values as canonical text ("null", "3", "\"a\""), one or, for a compare-and-set, two.
  std::vector<std::string> values;
  bool is_pair = false;
  bool names_value = false;        // `value` is there, null or not
  std::optional<std::string> key;  // canonical text, too; none if absent or null
};

enum class HistoryModel : std::uint8_t { kListAppend, kRegister };

// Reads `text` into *line, replacing what was there. The reason if it is malformed, in words and without the
// place; empty if it is not. O(text).
std::string ReadEventLine(std::string_view text, HistoryModel model, EventLine* line);

}  // namespace fencepost::model::history
