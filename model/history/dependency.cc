#include "model/history/dependency.h"

#include <algorithm>
#include <array>

namespace fencepost::model::history {
namespace {

class Finder {
 public:
  Finder(const VersionOrders& orders, TransactionId a, TransactionId b)
      : orders_(orders),
        from_(orders.history().transactions()[a]),
        to_(orders.history().transactions()[b]),
        from_steps_(orders.history().StepsOf(from_)),
        to_steps_(orders.history().StepsOf(to_)),
        a_(a),
        b_(b) {}

  std::optional<Dependency> Find(EdgeKind kind) const {
    switch (kind) {
      case EdgeKind::kWw:
        return FindWw();
      case EdgeKind::kWr:
        return FindWr();
      case EdgeKind::kRw:
        return FindRw();
      case EdgeKind::kProcess:
        if (!ComesFirst() || from_.process != to_.process) return std::nullopt;
        return Make(kind, 0, 0, false);
      case EdgeKind::kRealtime:
        if (!ComesFirst()) return std::nullopt;
        return Make(kind, 0, 0, false);
      case EdgeKind::kPass:
        return std::nullopt;
    }
    return std::nullopt;
  }

 private:
  Dependency Make(EdgeKind kind, std::uint32_t from_step, std::uint32_t to_step, bool is_unread) const {
    return {kind, a_, b_, from_step, to_step, is_unread};
  }

  bool ComesFirst() const { return from_.outcome == Outcome::kCommitted && from_.completed < to_.invoked; }

  std::optional<Dependency> FindWw() const {
    for (std::uint32_t i = 0; i < from_steps_.size(); ++i) {
      if (from_steps_[i].kind != StepKind::kAppend) continue;
      const Append& append = orders_.AppendOf(a_, i);
      const std::span<const AppendId> order = orders_.Order(from_steps_[i].key);
      const auto at = std::ranges::lower_bound(order, append.position, {},
                                               [&](AppendId id) { return orders_.append(id).position; });
      if (at == order.end() || &orders_.append(*at) != &append) continue;
      if (at + 1 == order.end()) {
        if (const auto step = UnreadAppend(from_steps_[i].key)) return Make(EdgeKind::kWw, i, *step, true);
      } else if (orders_.append(at[1]).transaction == b_) {
        return Make(EdgeKind::kWw, i, orders_.append(at[1]).step, false);
      }
    }
    return std::nullopt;
  }

  std::optional<Dependency> FindWr() const {
    if (to_.outcome != Outcome::kCommitted) return std::nullopt;
    for (std::uint32_t i = 0; i < to_steps_.size(); ++i) {
      if (to_steps_[i].kind != StepKind::kRead) continue;
      const KeyId key = to_steps_[i].key;
      AppendId last = kNobody;
      if (orders_.IsIncompatible(b_, i)) {
        last = orders_.Find(key, orders_.history().ElementsOf(to_steps_[i]).back());
      } else if (const ReadPoint point = orders_.PointOf(to_steps_[i]); point.rank > 0) {
        last = orders_.Order(key)[point.rank - 1];
      }
      if (last != kNobody && orders_.append(last).transaction == a_) {
        return Make(EdgeKind::kWr, orders_.append(last).step, i, false);
      }
    }
    return std::nullopt;
  }

  std::optional<Dependency> FindRw() const {
    if (from_.outcome != Outcome::kCommitted) return std::nullopt;
    for (std::uint32_t i = 0; i < from_steps_.size(); ++i) {
      if (from_steps_[i].kind != StepKind::kRead || orders_.IsIncompatible(a_, i)) continue;
      const KeyId key = from_steps_[i].key;
      const ReadPoint point = orders_.PointOf(from_steps_[i]);
      if (point.last_writer == a_) continue;
      if (point.next_writer == b_) {
        return Make(EdgeKind::kRw, i, orders_.append(orders_.Order(key)[point.rank]).step, false);
      }
      if (point.next_writer != kNoTransaction) continue;
      if (const auto step = UnreadAppend(key)) return Make(EdgeKind::kRw, i, *step, true);
    }
    return std::nullopt;
  }

  // The first append of `to` to that key that no read shows.
  std::optional<std::uint32_t> UnreadAppend(KeyId key) const {
    for (std::uint32_t i = 0; i < to_steps_.size(); ++i) {
      const bool appends = to_steps_[i].kind == StepKind::kAppend && to_steps_[i].key == key;
      if (appends && !orders_.AppendOf(b_, i).is_shown) return i;
    }
    return std::nullopt;
  }

  const VersionOrders& orders_;
  const Transaction& from_;
  const Transaction& to_;
  const std::span<const Step> from_steps_;
  const std::span<const Step> to_steps_;
  const TransactionId a_;
  const TransactionId b_;
};

}  // namespace

std::optional<Dependency> FindDependency(const VersionOrders& orders, TransactionId a, TransactionId b,
                                         EdgeKind kind) {
  return Finder(orders, a, b).Find(kind);
}

EdgeMask KindsBetween(const VersionOrders& orders, TransactionId a, TransactionId b) {
  static constexpr std::array kKinds = {EdgeKind::kWw, EdgeKind::kWr, EdgeKind::kRw, EdgeKind::kProcess,
                                        EdgeKind::kRealtime};
  const Finder finder(orders, a, b);
  EdgeMask mask = 0;
  for (const EdgeKind kind : kKinds) {
    if (finder.Find(kind)) mask = static_cast<EdgeMask>(mask | MaskOf(kind));
  }
  return mask;
}

}  // namespace fencepost::model::history
