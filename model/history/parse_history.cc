#include "model/history/parse_history.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "model/history/event_line.h"
#include "model/history/explain.h"

namespace fencepost::model::history {
namespace {

constexpr std::uint64_t kMaxLines = std::numeric_limits<Line>::max() - 1;

// Whether the line is an operation of Jepsen's fault injector, which records itself in the same file and of
// which isolation knows nothing. No key or value can look like this: quotes inside a JSON string are escaped.
bool IsNemesisLine(const std::string& text) {
  const std::size_t name = text.find("\"nemesis\"");
  if (name == std::string::npos) return false;
  const std::size_t colon = text.find_last_not_of(" \t", name - 1);
  if (name == 0 || colon == std::string::npos || text[colon] != ':') return false;
  constexpr std::string_view kField = "\"process\"";
  const std::size_t end = text.find_last_not_of(" \t", colon - 1);
  return end != std::string::npos && end + 1 >= kField.size() &&
         std::string_view(text).substr(end + 1 - kField.size(), kField.size()) == kField &&
         nlohmann::json::accept(text);
}

// Everything about lines that is the same for both models: their order, and which completion ends which
// invocation. `Builder` turns them into a history:
//   std::string Begin(const EventLine&, Line, std::uint32_t* id)
//   std::string End(std::uint32_t id, const EventLine&, Line)
// both with the reason if the line is malformed.
template <typename Builder>
class LineReader {
 public:
  LineReader(HistoryModel model, Builder* builder) : model_(model), builder_(*builder) {}

  std::optional<ParseFailure> ReadAll(std::istream& input) {
    std::string text;
    for (std::uint64_t number = 1; std::getline(input, text); ++number) {
      if (text.find_first_not_of(" \t\r") == std::string::npos || IsNemesisLine(text)) continue;
      std::string reason = number > kMaxLines ? "the history has too many lines" : ReadLine(text, number);
      if (!reason.empty()) return ParseFailure{number, std::move(reason)};
    }
    return std::nullopt;
  }

 private:
  struct InFlight {
    std::uint32_t id;
    Line line;
  };

  std::string ReadLine(std::string_view text, std::uint64_t number) {
    std::string reason = ReadEventLine(text, model_, &line_);
    if (!reason.empty()) return reason;
    if (line_.index) {
      if (last_index_ && *line_.index <= *last_index_) {
        return fmt::format("\"index\" {} follows {}: lines must be in order", *line_.index, *last_index_);
      }
      last_index_ = line_.index;
    }
    const auto line = static_cast<Line>(number);
    return line_.type == EventType::kInvoke ? Begin(line) : End(line);
  }

  std::string Begin(Line line) {
    const auto running = in_flight_.find(line_.process);
    if (running != in_flight_.end()) {
      return fmt::format("process {} begins an operation, but that of line {} has not completed",
                         line_.process, running->second.line);
    }
    std::uint32_t id = 0;
    std::string reason = builder_.Begin(line_, line, &id);
    if (reason.empty()) in_flight_.emplace(line_.process, InFlight{id, line});
    return reason;
  }

  std::string End(Line line) {
    const auto running = in_flight_.find(line_.process);
    if (running == in_flight_.end()) {
      return fmt::format("process {} completes an operation that it did not begin", line_.process);
    }
    std::string reason = builder_.End(running->second.id, line_, line);
    if (!reason.empty()) return fmt::format("{} (begun at line {})", reason, running->second.line);
    in_flight_.erase(running);
    return "";
  }

  const HistoryModel model_;
  Builder& builder_;
  EventLine line_;
  std::optional<std::int64_t> last_index_;
  absl::flat_hash_map<std::int64_t, InFlight> in_flight_;  // by process; determinism: looked up only
};

class ListAppendBuilder {
 public:
  explicit ListAppendBuilder(ListAppendHistory* history) : history_(*history) {}

  std::string Begin(const EventLine& event, Line line, std::uint32_t* id) {
    if (event.f != "txn")
      return fmt::format("\"f\" must be \"txn\" for list-append, not {}", Quoted(event.f));
    if (!event.has_value) return "an invocation needs a \"value\"";
    if (history_.transactions().size() == kMaxTransactions) return "the history has too many transactions";
    intents_.clear();
    for (const MicroOperation& operation : OperationsOf(event)) {
      intents_.push_back({operation.kind, history_.InternKey(operation.key), operation.element});
    }
    *id = history_.Invoke(event.process, intents_, line);
    return "";
  }

  std::string End(std::uint32_t id, const EventLine& event, Line line) {
    if (event.f != "txn")
      return fmt::format("\"f\" must be \"txn\" for list-append, not {}", Quoted(event.f));
    if (event.has_value) {
      if (!Matches(id, event)) return "the completion has other micro-operations than the invocation";
    } else if (event.type == EventType::kOk) {
      return "an ok needs a \"value\"";
    }
    switch (event.type) {
      case EventType::kInvoke:
        break;
      case EventType::kOk:
        observed_.clear();
        for (const MicroOperation& operation : OperationsOf(event)) {
          observed_.push_back(std::span(event.elements).subspan(operation.list_begin, operation.list_size));
        }
        history_.Commit(id, observed_, line);
        break;
      case EventType::kFail:
        history_.Fail(id, line);
        break;
      case EventType::kInfo:
        history_.LeaveIndeterminate(id, line);
        break;
    }
    return "";
  }

 private:
  static std::span<const MicroOperation> OperationsOf(const EventLine& event) {
    return std::span(event.micro_operations).first(event.micro_operation_count);
  }

  bool Matches(TransactionId id, const EventLine& event) const {
    const std::span<const Step> steps = history_.StepsOf(history_.transactions()[id]);
    return std::ranges::equal(OperationsOf(event), steps, [&](const MicroOperation& a, const Step& b) {
      if (a.kind != b.kind || a.key != history_.KeyName(b.key)) return false;
      return a.kind == StepKind::kRead || a.element == history_.AppendedBy(b);
    });
  }

  ListAppendHistory& history_;
  std::vector<Intent> intents_;
  std::vector<std::span<const std::int64_t>> observed_;
};

class RegisterBuilder {
 public:
  explicit RegisterBuilder(RegisterHistory* history) : history_(*history) {}

  std::string Begin(const EventLine& event, Line line, std::uint32_t* id) {
    const std::optional<RegisterKind> kind = KindOf(event);
    if (!kind) return fmt::format("\"f\" must be \"read\", \"write\" or \"cas\", not {}", Quoted(event.f));
    if (history_.operations().size() == kMaxTransactions) return "the history has too many operations";
    ValueId expected = kNullValue;
    ValueId value = kNullValue;
    switch (*kind) {
      case RegisterKind::kRead:
        if (event.is_pair) return "a read's \"value\" must not be an array";
        break;
      case RegisterKind::kWrite:
        if (!event.names_value || event.is_pair) return "a write needs a \"value\" that is no array";
        value = history_.InternValue(event.values[0]);
        break;
      case RegisterKind::kCas:
        if (!event.is_pair) return "a cas needs a \"value\" [old, new]";
        expected = history_.InternValue(event.values[0]);
        value = history_.InternValue(event.values[1]);
        break;
    }
    *id = history_.Invoke(event.process, *kind, history_.InternKey(event.key.value_or(kOnlyRegister)),
                          expected, value, line);
    return "";
  }

  std::string End(std::uint32_t id, const EventLine& event, Line line) {
    const RegisterOperation& operation = history_.operations()[id];
    if (KindOf(event) != operation.kind)
      return fmt::format("\"f\" is {} in the completion only", Quoted(event.f));
    if (event.key && *event.key != history_.KeyName(operation.key)) {
      return "the completion has another \"key\" than the invocation";
    }
    if (operation.kind == RegisterKind::kRead) {
      if (event.is_pair) return "a read's \"value\" must not be an array";
    } else if (event.has_value && !Repeats(operation, event)) {
      return "the completion has another \"value\" than the invocation";
    }
    switch (event.type) {
      case EventType::kInvoke:
        break;
      case EventType::kOk:
        if (operation.kind != RegisterKind::kRead) {
          history_.Complete(id, line);
        } else if (event.names_value) {
          history_.CompleteRead(id, history_.InternValue(event.values[0]), line);
        } else {
          return "an ok read needs a \"value\"";
        }
        break;
      case EventType::kFail:
        history_.Fail(id, line);
        break;
      case EventType::kInfo:
        history_.LeaveIndeterminate(id, line);
        break;
    }
    return "";
  }

 private:
  // Keys are quoted, so this can be none of them.
  static constexpr const char* kOnlyRegister = "(no key)";

  static std::optional<RegisterKind> KindOf(const EventLine& event) {
    if (event.f == "read") return RegisterKind::kRead;
    if (event.f == "write") return RegisterKind::kWrite;
    if (event.f == "cas") return RegisterKind::kCas;
    return std::nullopt;
  }

  bool Repeats(const RegisterOperation& operation, const EventLine& event) const {
    const bool is_cas = operation.kind == RegisterKind::kCas;
    if (event.is_pair != is_cas) return false;
    if (is_cas && event.values[0] != history_.ValueText(operation.expected)) return false;
    return event.values.back() == history_.ValueText(operation.value);
  }

  RegisterHistory& history_;
};

}  // namespace

std::optional<ParseFailure> ParseListAppendHistory(std::istream& input, ListAppendHistory* history) {
  ListAppendBuilder builder(history);
  LineReader<ListAppendBuilder> reader(HistoryModel::kListAppend, &builder);
  if (std::optional<ParseFailure> failure = reader.ReadAll(input)) return failure;
  const std::optional<DuplicateAppend> duplicate = FindDuplicateAppend(*history);
  if (!duplicate) return std::nullopt;
  return ParseFailure{
      history->transactions()[duplicate->second].invoked,
      fmt::format("appends {} to {} again (first at line {}): elements must be unique per key",
                  duplicate->element, Quoted(history->KeyName(duplicate->key)),
                  history->transactions()[duplicate->first].invoked)};
}

std::optional<ParseFailure> ParseRegisterHistory(std::istream& input, RegisterHistory* history) {
  RegisterBuilder builder(history);
  LineReader<RegisterBuilder> reader(HistoryModel::kRegister, &builder);
  return reader.ReadAll(input);
}

}  // namespace fencepost::model::history
