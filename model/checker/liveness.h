// Whether every weakly fair behaviour ends up at its goal for good, and if not, one that does not.
//
// A behaviour that breaks "eventually always goal" visits, forever, states of one strongly connected
// component, a state without the goal among them. It is weakly fair to a class of steps if it takes one of
// them in there, or visits a state in there that has none. So a component is a counterexample if it has a
// state without the goal and can satisfy every class; a part of it can do no more than all of it
// (Lichtenstein and Pnueli, Checking that finite state concurrent programs satisfy their linear
// specification, 1985). Single states count, by doing nothing in them.
//
// Steps that change nothing are not steps of their class. Steps out of the state constraint are, and cannot
// be taken. Expands every state once, and those of the components that could be counterexamples once more.
// One thread.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
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
  // The finder must be new, and of the same graph.
  LivenessChecker(const StateGraph<State>* graph, const EventuallyAlways<State>* property,
                  ComponentFinder<State>* components)
      : graph_(graph), property_(property), components_(components) {}

  // Judges every component, asking `keep_going` as the finder does. kComplete, kOutOfMemory or kStopped.
  // Once.
  template <class KeepGoing>
  CheckEnd Run(KeepGoing keep_going) {
    return components_->ForEachComponent([this](NodeId component, Nodes nodes) { Judge(component, nodes); },
                                         keep_going);
  }

  // After a complete Run: the counterexample with the shortest way to it, or nothing when the property holds.
  std::optional<Lasso<State>> Violation() const {
    if (!best_entry_.has_value()) return std::nullopt;
    Lasso<State> lasso{best_entry_->second, best_entry_->first, {}};
    lasso.cycle = FairCycle(*graph_->NodeOf(lasso.entry));
    return lasso;
  }

 private:
  using Edge = typename StateGraph<State>::Edge;
  using Nodes = typename ComponentFinder<State>::Nodes;
  using Entry = std::pair<std::uint64_t, State>;  // level and state: the smallest is told

  // What a visit to a node does for a class, for a behaviour that stays in the node's component: it has no
  // step of the class there, or this edge is one.
  struct Service {
    bool disabled = true;
    std::optional<Edge> edge;

    bool served() const { return disabled || edge.has_value(); }
  };

  void Judge(NodeId component, Nodes nodes) {
    std::optional<Entry> entry;
    for (std::uint64_t i = 0; i < nodes.size(); ++i) {
      const State& state = graph_->StateOf(nodes[i]);
      if (property_->goal(state)) continue;
      const Entry candidate(graph_->LevelOf(nodes[i]), state);
      if (!entry.has_value() || candidate < *entry) entry = candidate;
    }
    if (!entry.has_value() || (best_entry_.has_value() && *best_entry_ < *entry)) return;
    if (!IsFair(nodes)) return;
    best_entry_ = entry;
    best_component_ = component;
  }

  bool IsFair(Nodes nodes) const {
    std::vector<bool> served(property_->fairness_classes, false);
    for (std::uint64_t i = 0; i < nodes.size(); ++i) {
      const std::vector<Service> services = ServicesAt(nodes[i]);
      for (std::size_t fairness = 0; fairness < services.size(); ++fairness) {
        if (services[fairness].served()) served[fairness] = true;
      }
      if (std::find(served.begin(), served.end(), false) == served.end()) return true;
    }
    return false;
  }

  std::optional<std::size_t> ClassOf(Step step) const {
    const std::optional<std::size_t> fairness = property_->fairness_class(step);
    assert(!fairness.has_value() || *fairness < property_->fairness_classes);
    return fairness;
  }

  // By class.
  std::vector<Service> ServicesAt(NodeId node) const {
    std::vector<Service> services(property_->fairness_classes);
    std::vector<Step> leaving;
    for (const Edge& edge : graph_->EdgesOf(node, &leaving)) {
      const std::optional<std::size_t> fairness = ClassOf(edge.step);
      if (!fairness.has_value()) continue;
      Service& service = services[*fairness];
      service.disabled = false;
      const bool inside = components_->ComponentOf(edge.to) == components_->ComponentOf(node);
      if (!service.edge.has_value() && inside) service.edge = edge;
    }
    for (const Step step : leaving) {
      const std::optional<std::size_t> fairness = ClassOf(step);
      if (fairness.has_value()) services[*fairness].disabled = false;
    }
    return services;
  }

  // From `entry` on through the best component, serving every class, and back.
  std::vector<PathStep<State>> FairCycle(NodeId entry) const {
    std::vector<PathStep<State>> cycle;
    NodeId at = entry;
    for (std::size_t fairness = 0; fairness < property_->fairness_classes; ++fairness) {
      at = Walk(at, cycle, [&](NodeId node) { return ServicesAt(node)[fairness].served(); });
      const Service service = ServicesAt(at)[fairness];
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
        if (components_->ComponentOf(edge.to) != best_component_ || !seen.insert(edge.to).second) continue;
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

  const StateGraph<State>* graph_;
  const EventuallyAlways<State>* property_;
  ComponentFinder<State>* components_;
  std::optional<Entry> best_entry_;
  NodeId best_component_ = 0;  // of the best entry
};

}  // namespace fencepost::model
