#include "model/history/brute_force.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace fencepost::model::history {
namespace {

using List = std::vector<std::int64_t>;
using State = std::vector<List>;  // by key

List ListRead(const ListAppendHistory& history, const Step& step) {
  const auto elements = history.ElementsOf(step);
  return List(elements.begin(), elements.end());
}

// Runs a transaction against a state; false if one of its reads did not see what it would have seen here.
bool Execute(const ListAppendHistory& history, const Transaction& transaction, State* state) {
  for (const Step& step : history.StepsOf(transaction)) {
    if (step.kind == StepKind::kAppend) {
      (*state)[step.key].push_back(history.AppendedBy(step));
    } else if (transaction.outcome == Outcome::kCommitted && (*state)[step.key] != ListRead(history, step)) {
      return false;
    }
  }
  return true;
}

// Tries orders one transaction at a time.
class EveryOrderSearch {
 public:
  EveryOrderSearch(const ListAppendHistory& history, Level level) : history_(history), level_(level) {
    states_.emplace_back(history.key_count());
  }

  bool Extend() {
    if (IsComplete()) return true;
    for (TransactionId id = 0; id < history_.transactions().size(); ++id) {
      if (MayComeNext(id) && TryNext(id)) return true;
    }
    return false;
  }

 private:
  const Transaction& At(TransactionId id) const { return history_.transactions()[id]; }
  bool IsPlaced(TransactionId id) const { return std::ranges::count(order_, id) > 0; }

  bool IsComplete() const {
    return std::ranges::all_of(history_.commits(), [&](TransactionId id) { return IsPlaced(id); });
  }

  bool MayComeNext(TransactionId id) const {
    if (IsPlaced(id) || At(id).outcome == Outcome::kFailed) return false;
    if (level_ != Level::kStrictSerializable) return true;
    return std::ranges::all_of(history_.commits(), [&](TransactionId other) {
      return IsPlaced(other) || At(other).completed > At(id).invoked;
    });
  }

  bool TryNext(TransactionId id) {
    if (!HasSnapshot(id)) return false;
    State next = states_.back();
    for (const Step& step : history_.StepsOf(At(id))) {
      if (step.kind == StepKind::kAppend) next[step.key].push_back(history_.AppendedBy(step));
    }
    order_.push_back(id);
    states_.push_back(std::move(next));
    if (Extend()) return true;
    states_.pop_back();
    order_.pop_back();
    return false;
  }

  // Whether it can have read what it read, as the next one. Which snapshot explains it makes no difference to
  // those that come later.
  bool HasSnapshot(TransactionId id) const {
    if (level_ != Level::kSnapshotIsolation) return Reads(id, order_.size());
    for (std::size_t snapshot = 0; snapshot <= order_.size(); ++snapshot) {
      if (!AppendsMeet(id, snapshot) && Reads(id, snapshot)) return true;
    }
    return false;
  }

  bool Reads(TransactionId id, std::size_t snapshot) const {
    State view = states_[snapshot];
    return Execute(history_, At(id), &view);
  }

  // Whether someone committed an append to a key of this transaction since that snapshot.
  bool AppendsMeet(TransactionId id, std::size_t snapshot) const {
    for (std::size_t i = snapshot; i < order_.size(); ++i) {
      for (const Step& a : history_.StepsOf(At(id))) {
        for (const Step& b : history_.StepsOf(At(order_[i]))) {
          if (a.kind == StepKind::kAppend && b.kind == StepKind::kAppend && a.key == b.key) return true;
        }
      }
    }
    return false;
  }

  const ListAppendHistory& history_;
  const Level level_;
  std::vector<TransactionId> order_;
  std::vector<State> states_;  // states_[i] is what the first i transactions of order_ leave behind
};

// Read committed, one definition after the other.
class ReadCommitted {
 public:
  explicit ReadCommitted(const ListAppendHistory& history) : history_(history) {
    for (TransactionId id = 0; id < history.transactions().size(); ++id) {
      std::uint32_t i = 0;
      for (const Step& step : history.StepsOf(history.transactions()[id])) {
        if (step.kind == StepKind::kAppend) writers_[{step.key, history.AppendedBy(step)}] = {id, i};
        ++i;
      }
    }
  }

  bool Holds() {
    for (const TransactionId id : history_.commits()) {
      std::uint32_t i = 0;
      for (const Step& step : history_.StepsOf(history_.transactions()[id])) {
        if (step.kind == StepKind::kRead && !MayRead(id, i, step)) return false;
        ++i;
      }
    }
    for (const auto& [key, lists] : reads_) {
      for (const List& a : lists) {
        for (const List& b : lists) {
          if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(std::min(a.size(), b.size())),
                          b.begin())) {
            return false;
          }
        }
      }
    }
    for (const auto& [key, lists] : reads_) AddWriteOrder(key, lists);
    return is_possible_ && !HasCycle();
  }

 private:
  struct Writer {
    TransactionId transaction;
    std::uint32_t step;
  };

  // G1a, G1b, garbage, duplicates, future reads; a dirty update is a G1a, too.
  bool MayRead(TransactionId reader, std::uint32_t index, const Step& step) {
    const List list = ListRead(history_, step);
    if (std::set<std::int64_t>(list.begin(), list.end()).size() != list.size()) return false;
    for (const std::int64_t element : list) {
      const auto writer = writers_.find({step.key, element});
      if (writer == writers_.end()) return false;
      const auto [transaction, at] = writer->second;
      if (history_.transactions()[transaction].outcome == Outcome::kFailed) return false;
      if (transaction == reader && at > index) return false;
      shown_.insert({step.key, element});
      live_.insert(transaction);
    }
    reads_[step.key].push_back(list);
    if (list.empty()) return true;
    const Writer last = writers_.at({step.key, list.back()});
    if (last.transaction == reader) return true;
    for (const auto& [append, writer] : writers_) {
      const bool is_later = writer.transaction == last.transaction && writer.step > last.step;
      if (is_later && append.first == step.key) return false;
    }
    before_.insert({last.transaction, reader});
    return true;
  }

  bool IsLive(TransactionId id) const {
    return history_.transactions()[id].outcome == Outcome::kCommitted || live_.contains(id);
  }

  void AddWriteOrder(KeyId key, const std::vector<List>& lists) {
    const List& longest = *std::ranges::max_element(lists, {}, &List::size);
    for (std::size_t i = 0; i < longest.size(); ++i) {
      for (std::size_t j = i + 1; j < longest.size(); ++j) {
        Precede(writers_.at({key, longest[i]}), writers_.at({key, longest[j]}));
      }
      for (const auto& [append, writer] : writers_) {
        const bool is_unread = append.first == key && !shown_.contains(append) && IsLive(writer.transaction);
        if (is_unread) Precede(writers_.at({key, longest[i]}), writer);
      }
    }
  }

  void Precede(const Writer& a, const Writer& b) {
    if (a.transaction != b.transaction) {
      before_.insert({a.transaction, b.transaction});
    } else if (a.step > b.step) {
      is_possible_ = false;  // its own appends, in another order than it made them
    }
  }

  bool HasCycle() const {
    auto closure = before_;
    for (bool grew = true; grew;) {
      grew = false;
      for (const auto& [a, b] : std::set(closure)) {
        for (const auto& [c, d] : before_) grew |= b == c && closure.insert({a, d}).second;
      }
    }
    return std::ranges::any_of(closure, [](const auto& edge) { return edge.first == edge.second; });
  }

  const ListAppendHistory& history_;
  std::map<std::pair<KeyId, std::int64_t>, Writer> writers_;
  std::map<KeyId, std::vector<List>> reads_;
  std::set<std::pair<KeyId, std::int64_t>> shown_;
  std::set<TransactionId> live_;
  std::set<std::pair<TransactionId, TransactionId>> before_;
  bool is_possible_ = true;
};

}  // namespace

bool IsExplainedByBruteForce(const ListAppendHistory& history, Level level) {
  assert(history.transactions().size() <= 20);
  if (level == Level::kReadCommitted) return ReadCommitted(history).Holds();
  return EveryOrderSearch(history, level).Extend();
}

}  // namespace fencepost::model::history
