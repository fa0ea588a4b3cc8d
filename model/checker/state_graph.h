// The explored states as a graph with numbered nodes, and its strongly connected components.
//
// Edges are not stored: a node's are found by expanding its state again. A behaviour that goes on for ever
// stays, from some point on, within one component (a single node counts: a behaviour may do nothing for
// ever).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "model/checker/level_search.h"
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

// Tarjan's algorithm without recursion, for graphs deeper than a stack.
template <class State>
class ComponentFinder {
 public:
  explicit ComponentFinder(const StateGraph<State>* graph)
      : graph_(graph), order_(graph->size(), 0), low_(graph->size(), 0), on_stack_(graph->size(), false) {}

  // Calls `visit(span of nodes)` once for each component.
  template <class Visit>
  void ForEachComponent(Visit visit) {
    for (NodeId root = 0; root < graph_->size(); ++root) {
      if (order_[root] == 0) Explore(root, visit);
    }
  }

 private:
  struct Frame {
    NodeId node;
    std::size_t first_edge;  // in pending_: this node's edges are those from here to the end
  };

  template <class Visit>
  void Explore(NodeId root, Visit& visit) {
    Enter(root);
    while (!frames_.empty()) {
      const Frame frame = frames_.back();
      if (pending_.size() > frame.first_edge) {
        const NodeId to = pending_.back();
        pending_.pop_back();
        if (order_[to] == 0) {
          Enter(to);
        } else if (on_stack_[to]) {
          low_[frame.node] = std::min(low_[frame.node], order_[to]);
        }
        continue;
      }
      frames_.pop_back();
      if (!frames_.empty()) {
        NodeId& parent_low = low_[frames_.back().node];
        parent_low = std::min(parent_low, low_[frame.node]);
      }
      if (low_[frame.node] == order_[frame.node]) PopComponent(frame.node, visit);
    }
  }

  void Enter(NodeId node) {
    order_[node] = low_[node] = ++entered_;
    stack_.push_back(node);
    on_stack_[node] = true;
    frames_.push_back(Frame{node, pending_.size()});
    for (const auto& edge : graph_->EdgesOf(node)) pending_.push_back(edge.to);
  }

  template <class Visit>
  void PopComponent(NodeId root, Visit& visit) {
    auto first = stack_.end();
    do {
      --first;
      on_stack_[*first] = false;
    } while (*first != root);
    visit(std::span<const NodeId>(first, stack_.end()));
    stack_.erase(first, stack_.end());
  }

  const StateGraph<State>* graph_;
  std::vector<NodeId> order_;  // when a node was entered; 0: not yet
  std::vector<NodeId> low_;
  std::vector<bool> on_stack_;
  std::vector<NodeId> stack_;
  std::vector<Frame> frames_;
  std::vector<NodeId> pending_;
  NodeId entered_ = 0;
};

}  // namespace fencepost::model
