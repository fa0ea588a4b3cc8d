#include "model/history/unread_order.h"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

#include "model/history/components.h"

namespace fencepost::model::history {
namespace {

constexpr EdgeMask kDataEdges = MaskOf(EdgeKind::kWw) | MaskOf(EdgeKind::kWr) | MaskOf(EdgeKind::kRw);
using Answer = UnreadConflict::Answer;

// One strongly connected component; transactions of different components can always be ordered like these.
class ComponentSearch {
 public:
  ComponentSearch(const VersionOrders& orders, const DependencyGraph& graph,
                  std::vector<std::uint32_t>* slots, std::uint64_t* budget)
      : orders_(orders), graph_(graph), slots_(*slots), budget_(*budget) {}

  UnreadConflict Run(std::span<const WalkState> members) {
    members_.assign(members.begin(), members.end());
    for (std::uint32_t i = 0; i < members_.size(); ++i) slots_[members_[i].node()] = i + 1;
    CollectPairs();
    UnreadConflict conflict;
    if (budget_ == 0) {
      conflict.answer = Answer::kUnknown;
    } else if (!pairs_.empty()) {
      added_.assign(members_.size(), {});
      reached_.assign(2 * members_.size(), 0);
      conflict.answer = Decide(&conflict);
    }
    for (const WalkState member : members_) slots_[member.node()] = 0;
    return conflict;
  }

 private:
  struct Pair {
    TransactionId a;
    TransactionId b;
    KeyId key;
    bool is_decided = false;
  };

  bool Spend() {
    if (budget_ == 0) return false;
    --budget_;
    return true;
  }

  void CollectPairs() {
    std::vector<std::pair<KeyId, TransactionId>> writers;
    for (const WalkState member : members_) {
      if (!graph_.IsTransaction(member.node())) continue;
      const Transaction& transaction = orders_.history().transactions()[member.node()];
      for (const Step& step : orders_.history().StepsOf(transaction)) {
        const std::span<const TransactionId> unread = orders_.UnreadWriters(step.key);
        if (step.kind == StepKind::kAppend && std::ranges::binary_search(unread, member.node())) {
          writers.emplace_back(step.key, member.node());
        }
      }
    }
    std::ranges::sort(writers);
    const auto repeated = std::ranges::unique(writers);
    writers.erase(repeated.begin(), repeated.end());
    for (std::size_t i = 0; i < writers.size(); ++i) {
      for (std::size_t j = i + 1; j < writers.size() && writers[j].first == writers[i].first; ++j) {
        if (!Spend()) return;
        pairs_.push_back({writers[i].second, writers[j].second, writers[i].first});
      }
    }
  }

  // Marks what is reachable from the start of `from` with the orders added so far.
  void Reach(TransactionId from) {
    ++search_;
    queue_.assign(1, WalkState(from, false));
    const WalkRule rule{kDataEdges, CycleRule::kNoNeighbouringRw};
    while (!queue_.empty()) {
      const WalkState state = queue_.back();
      queue_.pop_back();
      for (const Edge edge : graph_.EdgesOf(state.node())) {
        if (const auto next = rule.Next(state, edge)) Visit(*next);
      }
      if (!graph_.IsTransaction(state.node())) continue;
      for (const TransactionId next : added_[slots_[state.node()] - 1]) Visit(WalkState(next, false));
    }
  }

  void Visit(WalkState state) {
    const std::uint32_t slot = slots_[state.node()];
    if (slot == 0) return;
    std::uint32_t& mark = reached_[2 * (slot - 1) + (state.after_rw() ? 1 : 0)];
    if (mark == search_) return;
    mark = search_;
    Spend();
    queue_.push_back(state);
  }

  bool IsReached(TransactionId id) const {
    const std::size_t slot = slots_[id] - 1;
    return reached_[2 * slot] == search_ || reached_[2 * slot + 1] == search_;
  }

  void Order(std::size_t pair, bool a_first) {
    const Pair& p = pairs_[pair];
    const TransactionId first = a_first ? p.a : p.b;
    added_[slots_[first] - 1].push_back(a_first ? p.b : p.a);
    pairs_[pair].is_decided = true;
    trail_.emplace_back(pair, first);
  }

  void UndoTo(std::size_t trail_size) {
    while (trail_.size() > trail_size) {
      pairs_[trail_.back().first].is_decided = false;
      added_[slots_[trail_.back().second] - 1].pop_back();
      trail_.pop_back();
    }
  }

  // Follows every forced order. kFound: some pair can be ordered neither way.
  Answer Propagate(UnreadConflict* conflict) {
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t i = 0; i < pairs_.size(); ++i) {
        if (pairs_[i].is_decided) continue;
        if (!Spend()) return Answer::kUnknown;
        Reach(pairs_[i].a);
        const bool a_first = IsReached(pairs_[i].b);
        Reach(pairs_[i].b);
        const bool b_first = IsReached(pairs_[i].a);
        if (a_first && b_first) {
          *conflict = {Answer::kFound, pairs_[i].a, pairs_[i].b, pairs_[i].key, trail_.empty()};
          return Answer::kFound;
        }
        if (!a_first && !b_first) continue;
        Order(i, a_first);
        changed = true;
      }
    }
    return Answer::kNone;
  }

  // Depth first over the pairs that nothing forces, with the trail as the stack.
  Answer Decide(UnreadConflict* conflict) {
    struct Branch {
      std::size_t pair;
      std::size_t trail_size;
    };
    std::vector<Branch> branches;
    while (true) {
      UnreadConflict dead_end;
      const Answer answer = Propagate(&dead_end);
      if (answer == Answer::kUnknown) return answer;
      if (answer == Answer::kNone) {
        const auto open = std::ranges::find(pairs_, false, &Pair::is_decided);
        if (open == pairs_.end()) return Answer::kNone;
        branches.push_back({static_cast<std::size_t>(open - pairs_.begin()), trail_.size()});
        Order(branches.back().pair, true);
        continue;
      }
      if (conflict->a == kNoTransaction) *conflict = dead_end;
      if (branches.empty()) return Answer::kFound;
      const Branch branch = branches.back();
      branches.pop_back();
      UndoTo(branch.trail_size);
      Order(branch.pair, false);
    }
  }

  const VersionOrders& orders_;
  const DependencyGraph& graph_;
  std::vector<std::uint32_t>& slots_;  // node -> 1 + its place in members_, or 0
  std::uint64_t& budget_;
  std::vector<WalkState> members_;
  std::vector<Pair> pairs_;
  std::vector<std::vector<TransactionId>> added_;             // by slot: who was put behind
  std::vector<std::pair<std::size_t, TransactionId>> trail_;  // which pair was decided, and who came first
  std::vector<std::uint32_t> reached_;
  std::vector<WalkState> queue_;
  std::uint32_t search_ = 0;
};

}  // namespace

UnreadConflict FindUnreadConflict(const VersionOrders& orders, const DependencyGraph& graph,
                                  std::uint64_t states_budget) {
  const Components components = FindComponents(graph, {kDataEdges, CycleRule::kAny});
  std::vector<std::uint32_t> slots(graph.node_count(), 0);
  std::uint64_t budget = states_budget;
  UnreadConflict unknown;
  for (std::size_t i = 0; i < components.size(); ++i) {
    const UnreadConflict conflict = ComponentSearch(orders, graph, &slots, &budget).Run(components[i]);
    if (conflict.answer == Answer::kFound) return conflict;
    if (conflict.answer == Answer::kUnknown) unknown = conflict;
  }
  return unknown;
}

}  // namespace fencepost::model::history
