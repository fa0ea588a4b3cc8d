#include "model/history/shortest_walk.h"

#include <algorithm>
#include <cstddef>

namespace fencepost::model::history {

ShortestWalks::ShortestWalks(const DependencyGraph& graph)
    : graph_(graph), component_of_(2 * graph.node_count(), 0), visits_(2 * graph.node_count()) {}

void ShortestWalks::EnterComponent(std::span<const WalkState> states) {
  ++component_;
  for (const WalkState state : states) component_of_[state.index()] = component_;
}

bool ShortestWalks::Reach(WalkState state, WalkState from, std::uint32_t distance) {
  if (component_of_[state.index()] != component_) return false;
  Visit& visit = visits_[state.index()];
  if (visit.search == search_ && visit.distance <= distance) return false;
  visit = {search_, distance, from};
  if (budget_ > 0) --budget_;
  return true;
}

std::optional<std::vector<TransactionId>> ShortestWalks::Close(const WalkRule& rule, WalkState from,
                                                               Edge edge) {
  const bool first_is_rw = rule.cycles == CycleRule::kNoNeighbouringRw && edge.kind() == EdgeKind::kRw;
  if (first_is_rw && from.after_rw()) return std::nullopt;
  ++search_;
  queue_.clear();
  const WalkState first(edge.target(), first_is_rw);
  if (!Reach(first, from, 1)) return std::nullopt;
  queue_.push_back({first, 1});
  while (!queue_.empty()) {
    const Queued at = queue_.front();
    queue_.pop_front();
    if (visits_[at.state.index()].distance < at.distance) continue;  // a better way was found meanwhile
    const bool seam_is_allowed = !(first_is_rw && at.state.after_rw());
    if (at.state.node() == from.node() && seam_is_allowed) return Trace(first, at.state, first_is_rw);
    for (const Edge next_edge : graph_.EdgesOf(at.state.node())) {
      const std::optional<WalkState> next = rule.Next(at.state, next_edge);
      if (!next) continue;
      // The time between two transactions counts as one edge, however many moments lie in between.
      const bool is_pass = next_edge.kind() == EdgeKind::kPass;
      const std::uint32_t distance = at.distance + (is_pass ? 0 : 1);
      if (!Reach(*next, at.state, distance)) continue;
      if (is_pass) {
        queue_.push_front({*next, distance});
      } else {
        queue_.push_back({*next, distance});
      }
    }
  }
  return std::nullopt;
}

std::vector<TransactionId> ShortestWalks::Trace(WalkState first, WalkState last, bool first_is_rw) const {
  // Backwards: at `last` stands the transaction the cycle begins with. The state of a transaction tells how
  // the walk entered it, so that the transaction one stop earlier left it that way.
  std::vector<Stop> stops;
  bool leaves_by_rw = first_is_rw;
  std::vector<WalkState> states;
  for (WalkState state = last; state != first; state = visits_[state.index()].came_from) {
    if (graph_.IsTransaction(state.node())) states.push_back(state);
  }
  if (graph_.IsTransaction(first.node())) states.push_back(first);
  std::ranges::reverse(states);  // now in walking order, and the beginning comes last
  stops.push_back({states.back().node(), leaves_by_rw});
  for (std::size_t i = 0; i + 1 < states.size(); ++i) {
    stops.push_back({states[i].node(), states[i + 1].after_rw()});
  }
  CutToSimpleCycle(&stops);
  std::vector<TransactionId> transactions;
  for (const Stop& stop : stops) transactions.push_back(stop.transaction);
  return transactions;
}

// A transaction met twice splits a closed walk in two, and at least one of the two has no two rw edges in a
// row: the seam of one half pairs the exit of the first visit with the entry of the second, the seam of the
// other half the other two, and the walk itself had neither entry and exit of one visit by rw.
void ShortestWalks::CutToSimpleCycle(std::vector<Stop>* stops) {
  const auto same_as = [](TransactionId id) { return [id](const Stop& s) { return s.transaction == id; }; };
  for (auto second = stops->begin(); second != stops->end(); ++second) {
    const auto first = std::find_if(stops->begin(), second, same_as(second->transaction));
    if (first == second) continue;
    const bool inner_seam_is_rw = (second - 1)->leaves_by_rw && first->leaves_by_rw;
    if (inner_seam_is_rw) {
      stops->erase(first, second);
    } else {
      *stops = std::vector<Stop>(first, second);
    }
    second = stops->begin();
  }
}

}  // namespace fencepost::model::history
