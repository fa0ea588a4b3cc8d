// The explored states as a graph with numbered nodes, and its strongly connected components.
//
// Edges are not stored: a node's are found by expanding its state again. A behaviour that goes on forever
// stays, from some point on, within one component (a single node counts: a behaviour may do nothing for
// ever).
//
// A graph is read only and may be shared by threads; a finder belongs to one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "model/checker/level_search.h"
#include "model/checker/memory_block.h"
#include "model/checker/memory_budget.h"
#include "model/checker/paged_array.h"
#include "model/checker/state_sets.h"

namespace fencepost::model {

using NodeId = std::uint32_t;

template <class State>
class StateGraph {
 public:
  struct Edge {
    Step step;
    NodeId to = 0;
  };

  // `search` must have ended complete, and outlive the graph. REQUIRES: fewer than 2^32 - 1 states.
  StateGraph(const StateMachine<State>* machine, const LevelSearch<State, ExactSet<State>>* search)
      : machine_(machine), search_(search) {
    std::uint64_t first = 0;
    for (const auto& shard : search->shards()) {
      firsts_.push_back(first);
      first += shard.set().size();
    }
    size_ = static_cast<NodeId>(first);
  }

  NodeId size() const { return size_; }

  const State& StateOf(NodeId node) const {
    const std::size_t shard = ShardOf(node);
    return search_->shards()[shard].set()[node - firsts_[shard]];
  }

  // Counted from 0, the initial state's.
  std::uint64_t LevelOf(NodeId node) const {
    const std::size_t shard = ShardOf(node);
    return search_->shards()[shard].set().LevelOf(node - firsts_[shard]);
  }

  // Nothing for a state outside the state constraint.
  std::optional<NodeId> NodeOf(const State& state) const {
    const std::uint64_t hash = StateHash()(state);
    const std::size_t shard = Shard<State, ExactSet<State>>::Owner(hash, firsts_.size());
    const std::optional<std::uint64_t> position = search_->shards()[shard].set().Find(state, hash);
    if (!position.has_value()) return std::nullopt;
    return static_cast<NodeId>(firsts_[shard] + *position);
  }

  // The steps that change the state. Those that leave the state constraint are `leaving`'s, if asked for.
  std::vector<Edge> EdgesOf(NodeId node, std::vector<Step>* leaving = nullptr) const {
    std::vector<Successor<State>> successors;
    machine_->Expand(StateOf(node), successors);
    std::vector<Edge> edges;
    for (const Successor<State>& successor : successors) {
      const std::optional<NodeId> to = NodeOf(successor.state);
      if (!to.has_value() && leaving != nullptr) leaving->push_back(successor.step);
      if (to.has_value() && *to != node) edges.push_back(Edge{successor.step, *to});
    }
    return edges;
  }

 private:
  std::size_t ShardOf(NodeId node) const {
    const auto after = std::upper_bound(firsts_.begin(), firsts_.end(), std::uint64_t{node});
    return static_cast<std::size_t>(after - firsts_.begin()) - 1;
  }

  const StateMachine<State>* machine_;
  const LevelSearch<State, ExactSet<State>>* search_;
  std::vector<std::uint64_t> firsts_;  // by shard: the node of its first state
  NodeId size_ = 0;
};

// One number for each node, all 0 at first.
class NodeNumbers {
 public:
  // Nothing when the budget is used up. REQUIRES: size > 0.
  static std::optional<NodeNumbers> Allocate(NodeId size, MemoryBudget* budget) {
    std::optional<MemoryBlock> block = MemoryBlock::Allocate(size * sizeof(NodeId), budget);
    if (!block.has_value()) return std::nullopt;
    return NodeNumbers(*std::move(block));
  }

  NodeId& operator[](NodeId node) { return static_cast<NodeId*>(block_.data())[node]; }
  NodeId operator[](NodeId node) const { return static_cast<const NodeId*>(block_.data())[node]; }

 private:
  explicit NodeNumbers(MemoryBlock block) : block_(std::move(block)) {}

  MemoryBlock block_;
};

// Tarjan's algorithm (Depth-first search and linear graph algorithms, 1972), with stacks of its own, for
// graphs deeper than a thread's. Expands every node once. Takes 8 bytes for each node, and at worst 20 more
// for each node and 4 for each edge that are on the way; all of it the budget's.
template <class State>
class ComponentFinder {
 public:
  // A component while it is visited: the nodes that were entered last.
  class Nodes {
   public:
    Nodes(const PagedArray<NodeId>* stack, std::uint64_t first) : stack_(stack), first_(first) {}
    std::uint64_t size() const { return stack_->size() - first_; }
    NodeId operator[](std::uint64_t i) const { return (*stack_)[first_ + i]; }

   private:
    const PagedArray<NodeId>* stack_;
    std::uint64_t first_;
  };

  // Nothing when the budget is used up. `graph` and `budget` must outlive the finder.
  static std::optional<ComponentFinder> Create(const StateGraph<State>* graph, MemoryBudget* budget) {
    std::optional<NodeNumbers> order = NodeNumbers::Allocate(graph->size(), budget);
    std::optional<NodeNumbers> component = NodeNumbers::Allocate(graph->size(), budget);
    if (!order.has_value() || !component.has_value()) return std::nullopt;
    return ComponentFinder(graph, *std::move(order), *std::move(component), budget);
  }

  // Calls `visit(component, nodes)` once for each component. `keep_going(entered)` is asked now and then,
  // with how many nodes were entered so far; false ends it. kComplete, kOutOfMemory or kStopped. Once.
  template <class Visit, class KeepGoing>
  CheckEnd ForEachComponent(Visit visit, KeepGoing keep_going) {
    for (NodeId root = 0; root < graph_->size(); ++root) {
      if (order_[root] != 0) continue;
      const CheckEnd end = Explore(root, visit, keep_going);
      if (end != CheckEnd::kComplete) return end;
    }
    return CheckEnd::kComplete;
  }

  // The component of a node, from 1; 0 when it has not been visited yet.
  NodeId ComponentOf(NodeId node) const { return component_[node]; }

 private:
  struct Frame {
    NodeId node;
    NodeId low;                // the earliest node known to be reachable that has no component yet
    std::uint64_t first_edge;  // in pending_: this node's edges are those from here to the end
  };

  static constexpr NodeId kBetweenQuestions = 1 << 12;

  ComponentFinder(const StateGraph<State>* graph, NodeNumbers order, NodeNumbers component,
                  MemoryBudget* budget)
      : graph_(graph),
        order_(std::move(order)),
        component_(std::move(component)),
        stack_(budget),
        frames_(budget),
        pending_(budget) {}

  template <class Visit, class KeepGoing>
  CheckEnd Explore(NodeId root, Visit& visit, KeepGoing& keep_going) {
    if (!Enter(root)) return CheckEnd::kOutOfMemory;
    while (frames_.size() > 0) {
      Frame& frame = frames_.back();
      if (pending_.size() > frame.first_edge) {
        const NodeId to = pending_.back();
        pending_.PopBack();
        if (order_[to] == 0) {
          if (!Enter(to)) return CheckEnd::kOutOfMemory;
          if (entered_ % kBetweenQuestions == 0 && !keep_going(entered_)) return CheckEnd::kStopped;
        } else if (component_[to] == 0) {
          frame.low = std::min(frame.low, order_[to]);
        }
        continue;
      }
      const Frame done = frame;
      frames_.PopBack();
      if (frames_.size() > 0) frames_.back().low = std::min(frames_.back().low, done.low);
      if (done.low == order_[done.node]) PopComponent(done.node, visit);
    }
    return CheckEnd::kComplete;
  }

  bool Enter(NodeId node) {
    order_[node] = ++entered_;
    if (!stack_.PushBack(node) || !frames_.PushBack(Frame{node, entered_, pending_.size()})) return false;
    for (const auto& edge : graph_->EdgesOf(node)) {
      if (!pending_.PushBack(edge.to)) return false;
    }
    return true;
  }

  template <class Visit>
  void PopComponent(NodeId root, Visit& visit) {
    ++components_;
    std::uint64_t first = stack_.size();
    do {
      --first;
      component_[stack_[first]] = components_;
    } while (stack_[first] != root);
    visit(components_, Nodes(&stack_, first));
    while (stack_.size() > first) stack_.PopBack();
  }

  const StateGraph<State>* graph_;
  NodeNumbers order_;  // when a node was entered; 0: not yet
  NodeNumbers component_;
  PagedArray<NodeId> stack_;  // nodes without a component, in the order they were entered
  PagedArray<Frame> frames_;
  PagedArray<NodeId> pending_;
  NodeId entered_ = 0;
  NodeId components_ = 0;
};

}  // namespace fencepost::model
