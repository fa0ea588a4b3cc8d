// One process's way to the groups: finds leaders, waits for answers, and implements what the library asks of a store, for
// its transaction coordinator and for its mover.
#pragma once

#include <string>
#include <vector>

#include "fencepost/move/move_transport.h"
#include "fencepost/txn/resolver.h"
#include "fencepost/txn/transaction_transport.h"
#include "sim/cluster/cluster.h"
#include "sim/cluster/network.h"

namespace fencepost::sim {

// The source of transaction ids and commit timestamps: a black box that never goes back and never fails.
class TimestampOracle {
 public:
  Timestamp NextTimestamp() { return Timestamp(++last_timestamp_); }
  TransactionId NextTransactionId() { return TransactionId(++last_id_); }

 private:
  std::uint64_t last_timestamp_ = 0;
  std::uint64_t last_id_ = 0;
};

class GroupClient final : public TransactionTransport, public MoveTransport {
 public:
  // Nothing is owned. `runtime` is the life's own: a new one, and a new GroupClient, after every crash.
  GroupClient(const Surroundings& world, Cluster* cluster, Network* network, TimestampOracle* oracle, ActorId actor,
              SimRuntime* runtime, const std::string& name);

  // Under the observed and published fences every commit and prepare carries this pin.
  void set_pin(ObservedVersion pin);

  // Reads at the leader, or, with `follower_node`, at that node's replica. Errors as KeyView's; DeadlineExceeded, Unavailable.
  Awaitable<absl::StatusOr<std::vector<KeyView>>> Read(GroupId group, std::vector<std::string> keys,
                                                       std::optional<std::size_t> follower_node);

  // (TransactionTransport and MoveTransport overrides; the last also for the published modes' movers: CopyAsPublished(job) copies whatever the
  // source's leader has applied, and asks nobody.)
};

}  // namespace fencepost::sim
