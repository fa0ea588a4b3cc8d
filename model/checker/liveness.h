// Whether every weakly fair behaviour ends up at its goal for good, and if not, one that does not.
//
// A behaviour that breaks "eventually always goal" visits, for ever, states of one strongly connected
// component, a state without the goal among them. It is weakly fair to a class of steps if it takes one of
// them in there, or visits a state in there that has none. So a component is a counterexample if it has a
// state without the goal and can satisfy every class. Single states count, by doing nothing in them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "model/checker/shortest_path.h"
#include "model/checker/state_graph.h"

namespace fencepost::model {

// A way to a state without the goal, and a fair way from there back to it. An empty cycle: doing nothing.
template <class State>
struct Lasso {
  State entry;
  std::uint64_t entry_level = 0;  // from 0, the initial state's
  std::vector<PathStep<State>> cycle;
};

template <class State>
class LivenessChecker {
 public:
  LivenessChecker(const StateGraph<State>* graph, const EventuallyAlways<State>* property)
      : graph_(graph), property_(property) {}

  // The counterexample with the shortest way to it, or nothing when the property holds.
  std::optional<Lasso<State>> FindViolation() {
    ComponentFinder<State>(graph_).ForEachComponent([this](std::span<const NodeId> nodes) { Judge(nodes); });
    if (!best_entry_.has_value()) return std::nullopt;
    Lasso<State> lasso{best_entry_->second, best_entry_->first, {}};
    lasso.cycle = FairCycle(*graph_->NodeOf(lasso.entry));
    return lasso;
  }

 private:
  using Edge = typename StateGraph<State>::Edge;
  using Entry = std::pair<std::uint64_t, State>;  // level and state: the smallest is told

  // What a visit to a node inside a component does for one class: it has no step of the class there, or this
  // edge is one.
  struct Service {
    bool disabled = false;
    std::optional<Edge> edge;
  };

  void Judge(std::span<const NodeId> nodes) {
    std::optional<Entry> entry;
    for (const NodeId node : nodes) {
      if (property_->goal(graph_->StateOf(node))) continue;
      const Entry candidate(graph_->LevelOf(node), graph_->StateOf(node));
      if (!entry.has_value() || candidate < *entry) entry = candidate;
    }
    if (!entry.has_value() || (best_entry_.has_value() && *best_entry_ < *entry)) return;
    std::vector<NodeId> component(nodes.begin(), nodes.end());
    std::sort(component.begin(), component.end());
    if (!IsFair(component)) return;
    best_entry_ = entry;
    best_component_ = std::move(component);
  }

  bool IsFair(const std::vector<NodeId>& component) const {
    for (std::size_t fairness = 0; fairness < property_->fairness_classes; ++fairness) {
      const bool served = std::any_of(component.begin(), component.end(), [&](NodeId node) {
        const Service service = ServiceAt(node, fairness, component);
        return service.disabled || service.edge.has_value();
      });
      if (!served) return false;
    }
    return true;
  }

  Service ServiceAt(NodeId node, std::size_t fairness, const std::vector<NodeId>& component) const {
    std::vector<Step> leaving;
    Service service;
    service.disabled = true;
    for (const Edge& edge : graph_->EdgesOf(node, &leaving)) {
      if (property_->fairness_class(edge.step) != fairness) continue;
      service.disabled = false;
      if (!service.edge.has_value() && Contains(component, edge.to)) service.edge = edge;
    }
    for (const Step step : leaving) {
      if (property_->fairness_class(step) == fairness) service.disabled = false;
    }
    return service;
  }

  // From `entry` on through the best component, serving every class, and back.
  std::vector<PathStep<State>> FairCycle(NodeId entry) const {
    std::vector<PathStep<State>> cycle;
    NodeId at = entry;
    for (std::size_t fairness = 0; fairness < property_->fairness_classes; ++fairness) {
      at = Walk(at, cycle, [&](NodeId node) {
        const Service service = ServiceAt(node, fairness, best_component_);
        return service.disabled || service.edge.has_value();
      });
      const Service service = ServiceAt(at, fairness, best_component_);
      if (service.disabled) continue;
      Append(*service.edge, cycle);
      at = service.edge->to;
    }
    Walk(at, cycle, [&](NodeId node) { return node == entry; });
    return cycle;
  }

  // Appends a shortest way inside the best component from `from` to a node that `arrived` accepts.
  template <class Arrived>
  NodeId Walk(NodeId from, std::vector<PathStep<State>>& way, Arrived arrived) const {
    struct Visit {
      NodeId node;
      std::size_t parent;
      Edge edge;
    };
    std::vector<Visit> queue{Visit{from, 0, {}}};
    std::set<NodeId> seen{from};
    std::size_t next = 0;
    while (!arrived(queue[next].node)) {
      for (const Edge& edge : graph_->EdgesOf(queue[next].node)) {
        if (!Contains(best_component_, edge.to) || !seen.insert(edge.to).second) continue;
        queue.push_back(Visit{edge.to, next, edge});
      }
      ++next;  // a component is strongly connected: what is looked for is always found
    }
    std::vector<Edge> edges;
    for (std::size_t at = next; at != 0; at = queue[at].parent) edges.push_back(queue[at].edge);
    for (auto edge = edges.rbegin(); edge != edges.rend(); ++edge) Append(*edge, way);
    return queue[next].node;
  }

  void Append(const Edge& edge, std::vector<PathStep<State>>& way) const {
    way.push_back(PathStep<State>{edge.step, graph_->StateOf(edge.to)});
  }

  static bool Contains(const std::vector<NodeId>& component, NodeId node) {
    return std::binary_search(component.begin(), component.end(), node);
  }

  const StateGraph<State>* graph_;
  const EventuallyAlways<State>* property_;
  std::optional<Entry> best_entry_;
  std::vector<NodeId> best_component_;  // ascending
};

}  // namespace fencepost::model
