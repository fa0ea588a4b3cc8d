#include "model/history/linearizability.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <compare>
#include <optional>
#include <tuple>
#include <utility>

namespace fencepost::model::history {
namespace {

// A state of the register that explains the history so far. `taken` holds the slots of the operations in
// flight that took effect, as bits; `used` how many of each class of indeterminate operations did.
struct Configuration {
  ValueId value = kNullValue;
  std::vector<std::uint64_t> taken;
  std::vector<std::uint32_t> used;

  auto operator<=>(const Configuration&) const = default;
};

enum class SearchResult : std::uint8_t { kExplained, kStuck, kGaveUp };

// The search over one register.
class RegisterSearch {
 public:
  RegisterSearch(const RegisterHistory& history, std::span<const OperationId> ids,
                 const LinearizabilityOptions& options)
      : history_(history), options_(options) {
    for (const OperationId id : ids) {
      if (history.operations()[id].outcome != Outcome::kFailed) ids_.push_back(id);
    }
  }

  SearchResult Run() {
    MakeEvents();
    DropUnnoticeable();
    current_.emplace_back();
    for (const Event& event : events_) {
      if (event.is_completion) {
        const SearchResult result = Complete(event.operation);
        if (result != SearchResult::kExplained) return result;
      } else {
        Begin(event.operation);
      }
    }
    return SearchResult::kExplained;
  }

  // After kStuck: the completion that nothing explains, and the configurations before it.
  OperationId stuck() const { return stuck_; }
  std::vector<ValueId> PossibleValues() const {
    std::vector<ValueId> values;
    for (const Configuration& configuration : current_) values.push_back(configuration.value);
    std::ranges::sort(values);
    const auto repeated = std::ranges::unique(values);
    values.erase(repeated.begin(), repeated.end());
    return values;
  }

 private:
  struct Event {
    Line line;
    OperationId operation;
    bool is_completion;
  };
  // Indeterminate operations that do the same.
  struct Class {
    RegisterKind kind;
    ValueId expected;
    ValueId value;
    std::uint32_t available = 0;  // invoked so far
  };

  const RegisterOperation& At(OperationId id) const { return history_.operations()[id]; }

  void MakeEvents() {
    for (const OperationId id : ids_) {
      const bool is_committed = At(id).outcome == Outcome::kCommitted;
      if (!is_committed && At(id).kind == RegisterKind::kRead) continue;  // nobody learnt what it read
      events_.push_back({At(id).invoked, id, false});
      if (is_committed) events_.push_back({At(id).completed, id, true});
    }
    std::ranges::sort(events_, {}, &Event::line);
  }

  // An indeterminate write of a value that no read shows and no compare-and-set expects can be left out of
  // any explanation: whatever noticed the register after it noticed a later write.
  void DropUnnoticeable() {
    for (bool changed = true; changed;) {
      std::vector<ValueId> noticed;
      for (const Event& event : events_) {
        const RegisterOperation& operation = At(event.operation);
        if (operation.kind == RegisterKind::kRead) noticed.push_back(operation.value);
        if (operation.kind == RegisterKind::kCas) noticed.push_back(operation.expected);
      }
      std::ranges::sort(noticed);
      const auto dropped = std::ranges::remove_if(events_, [&](const Event& event) {
        const RegisterOperation& operation = At(event.operation);
        return operation.outcome == Outcome::kIndeterminate &&
               !std::ranges::binary_search(noticed, operation.value);
      });
      changed = !dropped.empty();
      events_.erase(dropped.begin(), dropped.end());
    }
  }

  void Begin(OperationId id) {
    const RegisterOperation& operation = At(id);
    if (operation.outcome == Outcome::kCommitted) {
      const auto free = std::ranges::find(slots_, kFree);
      const auto slot = static_cast<std::size_t>(free - slots_.begin());
      if (free == slots_.end()) slots_.push_back(kFree);
      slots_[slot] = id;
      const std::size_t words = slots_.size() / 64 + 1;
      for (Configuration& configuration : current_) {
        if (configuration.taken.size() < words) configuration.taken.resize(words, 0);
      }
      if (operation.kind == RegisterKind::kRead) {
        for (Configuration& configuration : current_) TakeReads(&configuration);
        SortAndPrune(&current_);
      }
      return;
    }
    const ValueId expected = operation.kind == RegisterKind::kCas ? operation.expected : kNullValue;
    const auto same = std::ranges::find_if(classes_, [&](const Class& c) {
      return c.kind == operation.kind && c.expected == expected && c.value == operation.value;
    });
    if (same != classes_.end()) {
      ++same->available;
      return;
    }
    classes_.push_back({operation.kind, expected, operation.value, 1});
    for (Configuration& configuration : current_) configuration.used.push_back(0);
  }

  static bool IsTaken(const Configuration& configuration, std::size_t slot) {
    return (configuration.taken[slot / 64] >> (slot % 64) & 1) != 0;
  }
  static void Take(Configuration* configuration, std::size_t slot) {
    configuration->taken[slot / 64] |= std::uint64_t{1} << (slot % 64);
  }

  void TakeReads(Configuration* configuration) const {
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
      if (slots_[slot] == kFree) continue;
      const RegisterOperation& operation = At(slots_[slot]);
      const bool is_seen = operation.kind == RegisterKind::kRead && operation.value == configuration->value;
      if (is_seen) Take(configuration, slot);
    }
  }

  SearchResult Complete(OperationId id) {
    const auto slot = static_cast<std::size_t>(std::ranges::find(slots_, id) - slots_.begin());
    made_at_once_ = 0;
    std::vector<Configuration> done;
    std::vector<Configuration> seen = current_;
    std::vector<Configuration> wave = current_;
    while (!wave.empty()) {
      std::vector<Configuration> next;
      for (const Configuration& configuration : wave) {
        if (IsTaken(configuration, slot)) {
          done.push_back(configuration);
          continue;
        }
        if (!Expand(configuration, &next)) return SearchResult::kGaveUp;
      }
      SortAndPrune(&next);
      wave.clear();
      std::ranges::set_difference(next, seen, std::back_inserter(wave));
      std::vector<Configuration> merged;
      std::ranges::set_union(seen, wave, std::back_inserter(merged));
      seen = std::move(merged);
    }
    if (done.empty()) {
      stuck_ = id;
      return SearchResult::kStuck;
    }
    slots_[slot] = kFree;
    for (Configuration& configuration : done)
      configuration.taken[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
    SortAndPrune(&done);
    current_ = std::move(done);
    return SearchResult::kExplained;
  }

  // Every configuration that one more operation leads to. False when the budget is gone.
  bool Expand(const Configuration& from, std::vector<Configuration>* to) {
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
      if (slots_[slot] == kFree || IsTaken(from, slot)) continue;
      const RegisterOperation& operation = At(slots_[slot]);
      if (!Acts(operation.kind, operation.expected, from.value)) continue;
      Configuration next = from;
      Take(&next, slot);
      if (!Push(std::move(next), operation.value, to)) return false;
    }
    for (std::size_t i = 0; i < classes_.size(); ++i) {
      const Class& c = classes_[i];
      const bool acts =
          from.used[i] < c.available && c.value != from.value && Acts(c.kind, c.expected, from.value);
      if (!acts) continue;
      Configuration next = from;
      ++next.used[i];
      if (!Push(std::move(next), c.value, to)) return false;
    }
    return true;
  }

  // Whether it can take effect now and that may matter; reads have already taken effect where they could.
  static bool Acts(RegisterKind kind, ValueId expected, ValueId value) {
    return kind == RegisterKind::kWrite || (kind == RegisterKind::kCas && expected == value);
  }

  bool Push(Configuration next, ValueId value, std::vector<Configuration>* to) {
    if (made_at_once_ == options_.configurations_at_once || made_ == options_.configurations_per_key)
      return false;
    ++made_at_once_;
    ++made_;
    next.value = value;
    TakeReads(&next);
    to->push_back(std::move(next));
    return true;
  }

  // Of configurations that differ only in the indeterminate operations used, those that used more of every
  // class are not needed.
  void SortAndPrune(std::vector<Configuration>* configurations) const {
    std::ranges::sort(*configurations);
    const auto repeated = std::ranges::unique(*configurations);
    configurations->erase(repeated.begin(), repeated.end());
    if (classes_.empty()) return;
    std::vector<Configuration> kept;
    std::size_t group = 0;
    for (Configuration& configuration : *configurations) {
      const bool same_group = !kept.empty() && kept.back().value == configuration.value &&
                              kept.back().taken == configuration.taken;
      if (!same_group) group = kept.size();
      const bool is_dominated = std::any_of(
          kept.begin() + static_cast<std::ptrdiff_t>(group), kept.end(), [&](const Configuration& other) {
            return std::ranges::equal(other.used, configuration.used, std::ranges::less_equal());
          });
      if (!is_dominated) kept.push_back(std::move(configuration));
    }
    *configurations = std::move(kept);
  }

  static constexpr OperationId kFree = ~OperationId{0};

  const RegisterHistory& history_;
  const LinearizabilityOptions options_;
  std::uint64_t made_at_once_ = 0;  // configurations, for the running completion
  std::uint64_t made_ = 0;
  std::vector<OperationId> ids_;
  std::vector<Event> events_;
  std::vector<OperationId> slots_;  // the operations in flight that will complete
  std::vector<Class> classes_;
  std::vector<Configuration> current_;  // sorted
  OperationId stuck_ = 0;
};

std::string Named(const RegisterHistory& history, OperationId id) {
  const RegisterOperation& operation = history.operations()[id];
  std::string action;
  switch (operation.kind) {
    case RegisterKind::kRead:
      action = fmt::format("read {}", history.ValueText(operation.value));
      break;
    case RegisterKind::kWrite:
      action = fmt::format("wrote {}", history.ValueText(operation.value));
      break;
    case RegisterKind::kCas:
      action = fmt::format("replaced {} by {}", history.ValueText(operation.expected),
                           history.ValueText(operation.value));
      break;
  }
  return fmt::format("process {} {} (lines {} to {})", operation.process, action, operation.invoked,
                     operation.completed);
}

Explanation ExplainStuck(const RegisterHistory& history, std::span<const OperationId> ids,
                         const RegisterSearch& search) {
  Explanation explanation;
  explanation.anomaly = Anomaly::kNotLinearizable;
  const RegisterOperation& stuck = history.operations()[search.stuck()];
  explanation.keys.emplace_back(history.KeyName(stuck.key));
  explanation.sentences.push_back(
      fmt::format("register {}: no order of the operations up to line {} explains that {}",
                  history.KeyName(stuck.key), stuck.completed, Named(history, search.stuck())));
  std::string values;
  for (const ValueId value : search.PossibleValues()) {
    values += fmt::format("{}{}", values.empty() ? "" : " or ", history.ValueText(value));
  }
  explanation.sentences.push_back(
      fmt::format("the operations that completed before line {} leave {} in it", stuck.completed, values));
  for (const OperationId id : ids) {
    const RegisterOperation& operation = history.operations()[id];
    const bool is_around = operation.outcome == Outcome::kCommitted && id != search.stuck() &&
                           operation.invoked < stuck.completed && operation.completed > stuck.invoked;
    if (is_around) explanation.sentences.push_back(fmt::format("at the same time {}", Named(history, id)));
  }
  return explanation;
}

class OrderSearch {
 public:
  OrderSearch(const RegisterHistory& history, std::span<const OperationId> ids)
      : history_(history), ids_(ids.begin(), ids.end()), is_placed_(ids.size(), false) {}

  bool Extend(ValueId value) {
    bool is_complete = true;
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      is_complete &= is_placed_[i] || At(i).outcome != Outcome::kCommitted;
    }
    if (is_complete) return true;
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      if (!MayComeNext(i)) continue;
      const RegisterOperation& operation = At(i);
      const bool is_blind = operation.kind == RegisterKind::kWrite;
      const ValueId needed = operation.kind == RegisterKind::kRead ? operation.value : operation.expected;
      if (!is_blind && needed != value) continue;
      is_placed_[i] = true;
      if (Extend(operation.value)) return true;
      is_placed_[i] = false;
    }
    return false;
  }

 private:
  const RegisterOperation& At(std::size_t i) const { return history_.operations()[ids_[i]]; }

  bool MayComeNext(std::size_t i) const {
    if (is_placed_[i] || At(i).outcome == Outcome::kFailed) return false;
    if (At(i).kind == RegisterKind::kRead && At(i).outcome != Outcome::kCommitted) return false;
    for (std::size_t other = 0; other < ids_.size(); ++other) {
      const bool is_open = At(other).outcome == Outcome::kCommitted && !is_placed_[other];
      if (is_open && At(other).completed < At(i).invoked) return false;
    }
    return true;
  }

  const RegisterHistory& history_;
  const std::vector<OperationId> ids_;
  std::vector<bool> is_placed_;
};

std::vector<std::vector<OperationId>> GroupByKey(const RegisterHistory& history) {
  std::vector<std::vector<OperationId>> groups(history.key_count());
  for (OperationId id = 0; id < history.operations().size(); ++id) {
    groups[history.operations()[id].key].push_back(id);
  }
  return groups;
}

}  // namespace

Judgement CheckRegisters(const RegisterHistory& history, const LinearizabilityOptions& options) {
  static constexpr std::size_t kExplained = 3;
  Judgement judgement;
  judgement.transactions = history.operations().size();
  for (const std::vector<OperationId>& ids : GroupByKey(history)) {
    RegisterSearch search(history, ids, options);
    const SearchResult result = search.Run();
    if (result == SearchResult::kGaveUp && judgement.validity == Validity::kValid) {
      judgement.validity = Validity::kUnknown;
      judgement.unknown_reason = fmt::format("gave up on register {}: too many operations at once",
                                             history.KeyName(history.operations()[ids.front()].key));
    }
    if (result != SearchResult::kStuck) continue;
    judgement.validity = Validity::kInvalid;
    judgement.unknown_reason.clear();
    judgement.anomalies = {Anomaly::kNotLinearizable};
    if (judgement.explanations.size() < kExplained) {
      judgement.explanations.push_back(ExplainStuck(history, ids, search));
    }
  }
  return judgement;
}

bool IsLinearizableByBruteForce(const RegisterHistory& history) {
  return std::ranges::all_of(GroupByKey(history), [&](const std::vector<OperationId>& ids) {
    return OrderSearch(history, ids).Extend(kNullValue);
  });
}

}  // namespace fencepost::model::history
