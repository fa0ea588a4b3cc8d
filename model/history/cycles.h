// Cycles of the dependency graph, found and named.
//
// A cycle of transactions has one name: of all choices among parallel edges the most severe one, and a suffix
// only if no choice does without process or real-time edges. The search goes through the names from the most
// to the least severe and reports, for each strongly connected component that such cycles can lie in, a short
// cycle of exactly that name. So a history with one cycle gets one name, and one with many gets every
// name that the search can tell apart within its budget. The budget bounds only that search for names: that
// there *is* a cycle that a level forbids is decided by components alone, and then one is always reported.
//
// Thread-safe: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/history/components.h"
#include "model/history/dependency_graph.h"
#include "model/history/level.h"

namespace fencepost::model::history {

struct Cycle {
  Anomaly anomaly = Anomaly::kG0;
  // Each transaction once; kinds[i] leads from transactions[i] to the next one, the last to the first.
  std::vector<TransactionId> transactions;
  std::vector<EdgeKind> kinds;
};

struct CycleOptions {
  std::size_t direct_unread_limit = 4;        // see GraphOptions
  std::size_t examples_per_anomaly = 3;       // how many cycles of one name to report
  std::uint64_t states_per_name = 4'000'000;  // how many states to visit in search of one name
};

// The edges that matter at a level.
EdgeMask EdgesAt(Level level);

// Names a cycle of at least two live transactions, each leading to the next by some edge.
Cycle NameCycle(const VersionOrders& orders, std::vector<TransactionId> transactions);

// Cycles that the level forbids: none if and only if there are none. O(steps) if there are none.
std::vector<Cycle> FindForbiddenCycles(const VersionOrders& orders, Level level, const CycleOptions& options);

}  // namespace fencepost::model::history
