// The dependency graph: which transaction must come before which other one.
//
// Between live transactions a and b there is an edge
//   ww  if b's append is the next one after a's in a key's order,
//   wr  if b read a list that ends in a's append,
//   rw  if a read a list without b's append, and b's is the next one (an anti-dependency),
//   process / realtime  if a was complete before b began, in the same process / in any.
// ww also leads from the last ordered append of a key to each unread one, rw from each read of the whole
// order to each unread one.
//
// Two of these would be quadratic if written out, so the graph has nodes that are no transactions:
//   - a chain of moments for real time: a transaction leads to the first moment after its completion, each
//     moment to the next one and to the transactions that begin before that;
//   - for a key with many unread appends two chains over them, one upwards and one downwards, so that
//     everyone *but one* of them is reachable from two nodes (a writer must not lead to itself).
// An edge that leaves such a node has the kind `kPass`: it carries on whatever edge led to the node.
//
// Immutable after construction. Edges are in the order they were found in: by key, then by transaction.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/history/edge_kind.h"
#include "model/history/version_orders.h"

namespace fencepost::model::history {

// Transactions are the nodes below transactions().size(), under their own ids.
using NodeId = std::uint32_t;

using EdgeMask = std::uint8_t;
constexpr EdgeMask MaskOf(EdgeKind kind) { return static_cast<EdgeMask>(1U << static_cast<unsigned>(kind)); }

class Edge {
 public:
  Edge() = default;
  Edge(NodeId target, EdgeKind kind) : packed_((target << 3) | static_cast<std::uint32_t>(kind)) {}
  NodeId target() const { return packed_ >> 3; }
  EdgeKind kind() const { return static_cast<EdgeKind>(packed_ & 7); }
  bool IsIn(EdgeMask mask) const { return ((MaskOf(EdgeKind::kPass) | mask) >> (packed_ & 7) & 1) != 0; }

 private:
  std::uint32_t packed_ = 0;
};

struct GraphOptions {
  EdgeMask kinds = 0;  // which kinds to infer; kPass is implied
  // Up to how many unread writers of a key get an edge each; more get chains. Tests make it 0.
  std::size_t direct_unread_limit = 4;
};

class DependencyGraph {
 public:
  // O(steps + keys), real time included.
  DependencyGraph(const VersionOrders& orders, const GraphOptions& options);

  std::size_t node_count() const { return begin_.size() - 1; }
  std::size_t transaction_count() const { return transaction_count_; }
  bool IsTransaction(NodeId node) const { return node < transaction_count_; }
  std::span<const Edge> EdgesOf(NodeId node) const {
    return std::span(edges_).subspan(begin_[node], begin_[node + 1] - begin_[node]);
  }

 private:
  class Builder;

  std::size_t transaction_count_ = 0;
  std::vector<std::uint32_t> begin_;  // edges_[begin_[n], begin_[n + 1]) leave node n
  std::vector<Edge> edges_;
};

}  // namespace fencepost::model::history
