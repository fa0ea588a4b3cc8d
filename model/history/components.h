// Strongly connected components of a dependency graph under a choice of edges: where its cycles are.
//
// With `CycleRule::kNoNeighbouringRw` a walk must not take two anti-dependencies (rw) in a row. The states of
// such walks are pairs of a node and whether an rw edge led there, so the cycles among the states are exactly
// the cycles without two neighbouring rw edges, the seam included: this is what generalised snapshot
// isolation forbids, decided in linear time.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/history/dependency_graph.h"

namespace fencepost::model::history {

enum class CycleRule : std::uint8_t { kAny, kNoNeighbouringRw };

// Where a walk stands. Under kAny, `after_rw` is always false.
class WalkState {
 public:
  WalkState() = default;
  WalkState(NodeId node, bool after_rw) : packed_((node << 1) | (after_rw ? 1U : 0U)) {}
  static WalkState FromIndex(std::uint32_t index) { return WalkState(index >> 1, (index & 1) != 0); }
  NodeId node() const { return packed_ >> 1; }
  bool after_rw() const { return (packed_ & 1) != 0; }
  std::uint32_t index() const { return packed_; }  // dense: below 2 * node_count()

  friend bool operator==(WalkState, WalkState) = default;

 private:
  std::uint32_t packed_ = 0;
};

// The edges a walk may take, and how.
struct WalkRule {
  EdgeMask edges = 0;
  CycleRule cycles = CycleRule::kAny;

  // Where that edge leads from that state, or nothing if the rule does not allow it.
  std::optional<WalkState> Next(WalkState from, Edge edge) const {
    if (!edge.IsIn(edges)) return std::nullopt;
    if (cycles == CycleRule::kAny) return WalkState(edge.target(), false);
    if (edge.kind() == EdgeKind::kPass) return WalkState(edge.target(), from.after_rw());
    if (edge.kind() != EdgeKind::kRw) return WalkState(edge.target(), false);
    if (from.after_rw()) return std::nullopt;
    return WalkState(edge.target(), true);
  }
};

// The components of more than one state, each with its states ascending, ordered by their first state.
struct Components {
  std::vector<WalkState> states;
  std::vector<std::size_t> begin = {0};  // component c is states[begin[c], begin[c + 1])

  bool empty() const { return begin.size() == 1; }
  std::size_t size() const { return begin.size() - 1; }
  std::span<const WalkState> operator[](std::size_t i) const {
    return std::span(states).subspan(begin[i], begin[i + 1] - begin[i]);
  }
};

// Tarjan's algorithm, without recursion. O(nodes + edges).
Components FindComponents(const DependencyGraph& graph, const WalkRule& rule);

}  // namespace fencepost::model::history
