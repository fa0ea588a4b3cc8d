// The anomalies that single reads betray, without any cycle: G1a, G1b, dirty updates, incompatible orders,
// duplicate elements, garbage reads, future reads, internal contradictions and lost updates.
//
// Thread-safe: a pure function.
#pragma once

#include <cstdint>
#include <vector>

#include "model/history/level.h"
#include "model/history/version_orders.h"

namespace fencepost::model::history {

// One piece of evidence; what `other`, `element` and `other_step` are depends on the anomaly.
struct Finding {
  Anomaly anomaly = Anomaly::kG1a;
  TransactionId transaction = 0;  // who read, or who appended in an impossible order
  std::uint32_t step = 0;
  KeyId key = 0;
  TransactionId other = kNoTransaction;  // whose append it is about, or the other reader
  std::uint32_t other_step = 0;
  std::int64_t element = 0;
};

// For each anomaly that the level forbids and that occurs, one to `examples_per_anomaly` findings, ordered by
// anomaly. O(steps + elements), plus sorting the steps of a transaction and the updates that may have been
// lost.
std::vector<Finding> FindDirectAnomalies(const VersionOrders& orders, Level level,
                                         std::size_t examples_per_anomaly);

}  // namespace fencepost::model::history
