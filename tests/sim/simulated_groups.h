// Groups on three nodes and one client, without the rest of a world: for tests of what the groups do.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/core/choices/seeded_driver.h"
#include "sim/core/network/network.h"
#include "sim/world/groups/cluster.h"
#include "sim/world/groups/group_client.h"

namespace fencepost::sim {

// Keeps what each replica's digest was at each position: `diverged` once two of them differ.
class DigestWitness final : public ClusterObserver {
 public:
  void OnAppended(GroupId, LogIndex, const Entry&) override { ++appended; }
  void OnApplied(GroupId group, std::size_t, LogIndex index, const Entry&, const Applied& applied,
                 const GroupState& state) override {
    ++applied_count;
    const auto [known, is_new] = digests.emplace(std::pair(group, index), applied.digest);
    if (!is_new && known->second != applied.digest) diverged = true;
    if (state.applied() != index || state.digest() != applied.digest) diverged = true;
    for (const EffectiveWrite& write : applied.writes) {
      if (is_new) ++writes[write.transaction];
    }
  }

  std::size_t appended = 0;
  std::size_t applied_count = 0;
  bool diverged = false;
  std::map<std::pair<GroupId, LogIndex>, std::uint64_t> digests;
  std::map<TransactionId, int> writes;  // how many took effect, of each transaction
};

class SimulatedGroups {
 public:
  static constexpr std::size_t kNodes = 3;
  static constexpr ActorId kClient = kNodes + 1;

  explicit SimulatedGroups(std::uint64_t seed, PerFault<Ratio> odds = {}, FenceRules rules = {})
      : choices_(std::make_unique<SeededDriver>(seed)), faults(odds) {
    ClusterOptions options;
    options.nodes = kNodes;
    options.snapshot_every = 4;
    options.rules = rules;
    world_.choices = &choices_;
    world_.errands = &errands_;
    world_.trace = &trace;
    world_.scheduler = &scheduler;
    world_.world_runtime = &world_runtime_;
    world_.faults = &faults;
    world_.marks = &marks;
    cluster = std::make_unique<Cluster>(world_, options, &witness, std::vector<ActorId>{1, 2, 3});
    cluster->AppendAtOnce(GroupId(1),
                          OwnershipEntry(ActivateRange{KeyRange{}, OwnershipEpoch(1), Timestamp(0)}));
    for (std::size_t node = 0; node < kNodes; ++node) StartNode(node);
    lives_.push_back(std::make_unique<SimRuntime>(&scheduler, kClient));
    network.Attach(kClient, "client", lives_.back().get());
    client =
        std::make_unique<GroupClient>(world_, cluster.get(), &network, &oracle, kClient, lives_.back().get());
    client->set_errand(errands_.OfItem("client", 1));
  }

  void StartNode(std::size_t node) {
    const ActorId actor = cluster->ActorOf(node);
    lives_.push_back(std::make_unique<SimRuntime>(&scheduler, actor));
    engines_.push_back(NewEngineWithDefaultRoute());
    network.Attach(actor, "node-" + std::to_string(node + 1), lives_.back().get());
    cluster->NodeStarted(node, lives_.back().get(), engines_.back().get());
  }
  void CrashNode(std::size_t node) {
    const ActorId actor = cluster->ActorOf(node);
    network.Detach(actor);
    scheduler.Kill(actor);
    cluster->NodeCrashed(node);
  }

  // Runs until the operation of the client has ended.
  template <class T>
  T Await(Awaitable<T> operation) {
    std::optional<T> result;
    Spawn(std::move(operation), &result);
    while (!result.has_value() && scheduler.RunOne()) {
    }
    return *std::move(result);
  }
  template <class T>
  void Spawn(Awaitable<T> operation, std::optional<T>* result) {
    boost::asio::co_spawn(client_runtime().Executor(), Keep(std::move(operation), result),
                          boost::asio::detached);
  }

  void RunFor(std::chrono::milliseconds duration) { scheduler.RunUntil(scheduler.now() + duration); }
  // Until nothing can happen any more.
  void Settle() { scheduler.RunUntil(kNever); }

  // Appends `element` to the key, in one step in group 1, under epoch 1 unless another one is given.
  CommitRequest Append(const std::string& key, std::int64_t element, std::uint64_t epoch = 1) {
    KeyWrite write;
    write.group = GroupId(1);
    write.key = key;
    write.epoch = OwnershipEpoch(epoch);
    write.payload = FormatOperation(Operation{Operation::Kind::kAppend, element});
    CommitRequest request;
    request.id = oracle.NextTransactionId();
    request.commit_ts = oracle.NextTimestamp();
    request.part.group = GroupId(1);
    request.part.writes = {write};
    return request;
  }

  // Whether all replicas of all groups are up and equal.
  bool ReplicasAgree() const {
    for (const GroupId group : {GroupId(1), GroupId(2)}) {
      for (std::size_t node = 0; node < kNodes; ++node) {
        const GroupState* const state = cluster->StateOf(group, node);
        if (state == nullptr || !(*state == *cluster->StateOf(group, 0))) return false;
      }
    }
    return !witness.diverged;
  }

  std::uint64_t Fired(Fault fault) const { return faults.counts()[static_cast<std::size_t>(fault)]; }
  std::uint64_t Hit(Mark mark) const { return marks.counts()[static_cast<std::size_t>(mark)]; }
  SimRuntime& client_runtime() { return *lives_[kNodes]; }

 private:
  template <class T>
  static Awaitable<void> Keep(Awaitable<T> operation, std::optional<T>* result) {
    result->emplace(co_await std::move(operation));
  }

  Choices choices_;
  Errands errands_{&choices_};

 public:
  Trace trace{TraceDetail::kText};
  FaultInjector faults;
  Marks marks;
  Scheduler scheduler{&choices_, &trace};

 private:
  SimRuntime world_runtime_{&scheduler, 0};
  std::vector<std::unique_ptr<SimRuntime>> lives_;
  std::vector<std::unique_ptr<Engine>> engines_;
  Surroundings world_;

 public:
  Network network{&scheduler, &world_runtime_, &faults, &trace};
  DigestWitness witness;
  TimestampOracle oracle;
  std::unique_ptr<Cluster> cluster;
  std::unique_ptr<GroupClient> client;
};

}  // namespace fencepost::sim
