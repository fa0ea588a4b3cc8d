#include "model/history/direct_anomalies.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace fencepost::model::history {
namespace {

using Elements = std::span<const std::int64_t>;

class DirectSearch {
 public:
  DirectSearch(const VersionOrders& orders, Level level, std::size_t examples)
      : orders_(orders), history_(orders.history()), level_(level), examples_(examples) {}

  std::vector<Finding> Run() {
    for (TransactionId id = 0; id < history_.transactions().size(); ++id) {
      const Transaction& transaction = history_.transactions()[id];
      if (transaction.outcome != Outcome::kCommitted) continue;
      const std::span<const Step> steps = history_.StepsOf(transaction);
      for (std::uint32_t i = 0; i < steps.size(); ++i) {
        if (steps[i].kind == StepKind::kRead) CheckRead(id, i, steps[i]);
      }
      CheckAgainstItself(id, steps);
    }
    CheckAppendOrders();
    CheckLostUpdates();
    std::ranges::sort(found_, {},
                      [](const Finding& f) { return std::tie(f.anomaly, f.transaction, f.step); });
    return std::move(found_);
  }

 private:
  // A committed transaction's first read of a key, followed by an append to it.
  struct Update {
    KeyId key;
    TransactionId transaction;
    std::uint32_t read_step;
    std::uint32_t size;  // of the list read
    bool is_incompatible;
  };

  void Report(const Finding& finding) {
    if (!Forbids(level_, finding.anomaly)) return;
    if (counts_[static_cast<std::size_t>(finding.anomaly)]++ < examples_) found_.push_back(finding);
  }

  void CheckRead(TransactionId id, std::uint32_t index, const Step& step) {
    if (step.size == 0) return;
    if (orders_.IsIncompatible(id, index)) {
      Report({Anomaly::kIncompatibleOrder, id, index, step.key});
      CheckElements(id, index, step);
    } else if (step.size >= std::min({orders_.FirstFailed(step.key), orders_.FirstGarbage(step.key),
                                      orders_.FirstRepeat(step.key)})) {
      CheckElements(id, index, step);
    }
    if (!orders_.IsAppendedRepeatedly(step.key)) return;
    const AppendId last = LastShown(id, index, step);
    if (last == kNobody) return;
    const Append& append = orders_.append(last);
    const bool is_intermediate = !append.is_final && append.transaction != id;
    if (is_intermediate && orders_.IsLive(append.transaction)) {
      Report({Anomaly::kG1b, id, index, step.key, append.transaction, append.step, append.element});
    }
  }

  // Who appended the last element of a read that is not empty.
  AppendId LastShown(TransactionId id, std::uint32_t index, const Step& step) const {
    if (!orders_.IsIncompatible(id, index)) {
      const std::uint32_t rank = orders_.PointOf(step).rank;
      const AppendId last = rank > 0 ? orders_.Order(step.key)[rank - 1] : kNobody;
      if (last != kNobody && orders_.append(last).position == step.size - 1) return last;
    }
    return orders_.Find(step.key, history_.ElementsOf(step).back());
  }

  // The slow way, element by element: only for reads that are known to show something wrong.
  void CheckElements(TransactionId id, std::uint32_t index, const Step& step) {
    const Elements list = history_.ElementsOf(step);
    AppendId failed = kNobody;
    bool has_garbage = false;
    bool has_dirty_update = false;
    for (const std::int64_t element : list) {
      const AppendId writer = orders_.Find(step.key, element);
      if (writer == kNobody) {
        if (!has_garbage) Report({Anomaly::kGarbageRead, id, index, step.key, kNoTransaction, 0, element});
        has_garbage = true;
        continue;
      }
      const Append& append = orders_.append(writer);
      if (history_.transactions()[append.transaction].outcome == Outcome::kFailed) {
        if (failed != kNobody) continue;
        failed = writer;
        Report({Anomaly::kG1a, id, index, step.key, append.transaction, append.step, element});
      } else if (failed != kNobody && !has_dirty_update) {
        has_dirty_update = true;
        const Append& below = orders_.append(failed);
        Report({Anomaly::kDirtyUpdate, id, index, step.key, append.transaction, append.step, below.element});
      }
    }
    sorted_.assign(list.begin(), list.end());
    std::ranges::sort(sorted_);
    const auto twice = std::ranges::adjacent_find(sorted_);
    if (twice != sorted_.end()) {
      Report({Anomaly::kDuplicateElements, id, index, step.key, kNoTransaction, 0, *twice});
    }
  }

  // True for long transactions without looking: sorting tells soon enough.
  static bool TouchesAKeyTwice(std::span<const Step> steps) {
    static constexpr std::size_t kShort = 8;
    if (steps.size() > kShort) return true;
    for (std::size_t i = 1; i < steps.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (steps[i].key == steps[j].key) return true;
      }
    }
    return false;
  }

  // What the steps of one transaction that touch the same key say of each other.
  void CheckAgainstItself(TransactionId id, std::span<const Step> steps) {
    if (!TouchesAKeyTwice(steps)) return;
    by_key_.clear();
    for (std::uint32_t i = 0; i < steps.size(); ++i) by_key_.push_back({steps[i].key, i});
    std::ranges::sort(by_key_);
    for (auto from = by_key_.begin(); from != by_key_.end();) {
      auto to = from + 1;
      while (to != by_key_.end() && to->first == from->first) ++to;
      if (to - from > 1) CheckOneKey(id, steps, {from, to});
      from = to;
    }
  }

  void CheckOneKey(TransactionId id, std::span<const Step> steps,
                   std::span<const std::pair<KeyId, std::uint32_t>> touches) {
    CheckInternal(id, steps, touches);
    CheckFutureReads(id, steps, touches);
    const bool appends = std::ranges::any_of(
        touches, [&](const auto& t) { return steps[t.second].kind == StepKind::kAppend; });
    const std::uint32_t first = touches.front().second;
    if (!appends || steps[first].kind == StepKind::kAppend) return;
    updates_.push_back(
        {touches.front().first, id, first, steps[first].size, orders_.IsIncompatible(id, first)});
  }

  // The transaction knows the list from its last read on, and before that only its own appends' tail.
  void CheckInternal(TransactionId id, std::span<const Step> steps,
                     std::span<const std::pair<KeyId, std::uint32_t>> touches) {
    bool knows_list = false;
    Elements known;
    own_tail_.clear();
    for (const auto& [key, index] : touches) {
      const Step& step = steps[index];
      if (step.kind == StepKind::kAppend) {
        own_tail_.push_back(history_.AppendedBy(step));
        continue;
      }
      const Elements list = history_.ElementsOf(step);
      const std::size_t least = known.size() + own_tail_.size();
      const bool fits = (knows_list ? list.size() == least : list.size() >= least) &&
                        std::equal(known.begin(), known.end(), list.begin()) &&
                        std::equal(own_tail_.rbegin(), own_tail_.rend(), list.rbegin());
      if (!fits) Report({Anomaly::kInternal, id, index, key});
      knows_list = true;
      known = list;
      own_tail_.clear();
    }
  }

  void CheckFutureReads(TransactionId id, std::span<const Step> steps,
                        std::span<const std::pair<KeyId, std::uint32_t>> touches) {
    for (std::size_t i = 0; i < touches.size(); ++i) {
      const Step& read = steps[touches[i].second];
      if (read.kind != StepKind::kRead) continue;
      const bool is_incompatible = orders_.IsIncompatible(id, touches[i].second);
      for (const auto& [key, later] : touches.subspan(i + 1)) {
        if (steps[later].kind != StepKind::kAppend) continue;
        const Append& append = orders_.AppendOf(id, later);
        const Elements list = history_.ElementsOf(read);
        const bool shows =
            is_incompatible ? std::ranges::count(list, append.element) > 0 : append.position < read.size;
        if (!shows) continue;
        Report({Anomaly::kFutureRead, id, touches[i].second, key, id, later, append.element});
        return;
      }
    }
  }

  // A transaction's appends to one key must stand in the key's order as it made them. (That nothing stands
  // between them is a matter of ww cycles.) An unread append lies behind all that were read.
  void CheckAppendOrders() {
    for (const KeyId key : orders_.KeysAppendedRepeatedly()) {
      const Append* previous = nullptr;
      for (const AppendId next_id : orders_.AppendsInTransactionOrder(key, &scratch_)) {
        const Append& next = orders_.append(next_id);
        if (!orders_.IsLive(next.transaction)) continue;
        const bool has_place = next.position != kNotInOrder || !next.is_shown;
        if (!has_place) continue;  // shown by incompatible reads only
        const bool same = previous != nullptr && previous->transaction == next.transaction;
        if (same && previous->position > next.position) {
          Report({Anomaly::kIncompatibleOrder, next.transaction, previous->step, key, next.transaction,
                  next.step, next.element});
        }
        previous = &next;
      }
    }
  }

  void CheckLostUpdates() {
    const auto list_of = [&](const Update& update) {
      return history_.ElementsOf(
          history_.StepsOf(history_.transactions()[update.transaction])[update.read_step]);
    };
    // Reads that are prefixes of one longest read are equal if their sizes are.
    const auto less = [&](const Update& a, const Update& b) {
      if (a.key != b.key) return a.key < b.key;
      if (a.is_incompatible != b.is_incompatible) return b.is_incompatible;
      if (a.size != b.size) return a.size < b.size;
      const bool equal_so_far = !a.is_incompatible || std::ranges::equal(list_of(a), list_of(b));
      if (equal_so_far) return a.transaction < b.transaction;
      return std::ranges::lexicographical_compare(list_of(a), list_of(b));
    };
    if (!Forbids(level_, Anomaly::kLostUpdate)) return;
    std::ranges::sort(updates_, less);
    for (std::size_t i = 1; i < updates_.size(); ++i) {
      const Update& a = updates_[i - 1];
      const Update& b = updates_[i];
      if (a.key != b.key || a.size != b.size || !std::ranges::equal(list_of(a), list_of(b))) continue;
      Report({Anomaly::kLostUpdate, a.transaction, a.read_step, a.key, b.transaction, b.read_step});
    }
  }

  const VersionOrders& orders_;
  const ListAppendHistory& history_;
  const Level level_;
  const std::size_t examples_;
  std::array<std::size_t, kAnomalyCount> counts_{};
  std::vector<Finding> found_;
  std::vector<Update> updates_;
  // Scratch space, kept to spare allocations.
  std::vector<std::pair<KeyId, std::uint32_t>> by_key_;
  std::vector<std::int64_t> own_tail_;
  std::vector<std::int64_t> sorted_;
  std::vector<AppendId> scratch_;
};

}  // namespace

std::vector<Finding> FindDirectAnomalies(const VersionOrders& orders, Level level,
                                         std::size_t examples_per_anomaly) {
  return DirectSearch(orders, level, examples_per_anomaly).Run();
}

}  // namespace fencepost::model::history
