// One dependency between two given transactions, with its evidence: what names a cycle and explains it.
//
// The graph keeps no evidence, since almost no edge is ever asked for it; it is found again here, from the
// two transactions' steps. `FindDependency(a, b, kind)` has an answer exactly if the graph leads from a to b
// by that kind (or, for process and realtime, by several such edges).
//
// Thread-safe: pure functions.
#pragma once

#include <cstdint>
#include <optional>

#include "model/history/dependency_graph.h"

namespace fencepost::model::history {

struct Dependency {
  EdgeKind kind = EdgeKind::kWw;
  TransactionId from = 0;
  TransactionId to = 0;
  // For ww, wr and rw. The steps are those of `from` and `to` that touch the key: appends, or the read.
  std::uint32_t from_step = 0;
  std::uint32_t to_step = 0;
  // For ww and rw: no read shows the append of `to`, it is only known to lie behind all that were read.
  bool is_unread = false;
};

// O(|a| |b| log n). REQUIRES: a and b are live and different.
std::optional<Dependency> FindDependency(const VersionOrders& orders, TransactionId a, TransactionId b,
                                         EdgeKind kind);

// All the kinds that lead from a to b.
EdgeMask KindsBetween(const VersionOrders& orders, TransactionId a, TransactionId b);

}  // namespace fencepost::model::history
