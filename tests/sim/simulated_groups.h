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
#include "sim/core/simulation/stage.h"
#include "sim/world/actor_kinds.h"
#include "sim/world/fault_kinds.h"
#include "sim/world/groups/cluster.h"
#include "sim/world/groups/group_client.h"
#include "sim/world/groups/group_events.h"
#include "sim/world/library_runtime.h"
#include "sim/world/mark_kinds.h"
#include "sim/world/scenario/plan.h"
#include "sim/world/world_vocabulary.h"

namespace fencepost::sim {

inline FaultOdds NoFaults() { return FaultOdds(WorldVocabulary().faults); }

// Keeps what each replica's digest was at each position: `diverged` once two of them differ.
class DigestWitness {
 public:
  explicit DigestWitness(Events* events) {
    events->Subscribe<EntryAgreed>([this](ActorId, const EntryAgreed&) { ++appended; });
    events->Subscribe<EntryApplied>([this](ActorId, const EntryApplied& told) { OnApplied(told); });
  }
  DigestWitness(const DigestWitness&) = delete;  // subscriptions point at it
  DigestWitness& operator=(const DigestWitness&) = delete;

  void OnApplied(const EntryApplied& told) {
    ++applied_count;
    const std::uint64_t digest = told.applied->digest;
    const auto [known, is_new] = digests.emplace(std::pair(told.group, told.index), digest);
    if (!is_new && known->second != digest) diverged = true;
    if (told.state->applied() != told.index || told.state->digest() != digest) diverged = true;
    for (const EffectiveWrite& write : told.applied->writes) {
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

  explicit SimulatedGroups(std::uint64_t seed, const FaultOdds& odds = NoFaults(), FenceRules rules = {})
      : choices_(std::make_unique<SeededDriver>(seed)),
        stage(&WorldVocabulary(), &choices_, &trace, odds),
        client_actor(stage.AddActor(actors::kTransactor, "client")),
        witness(&stage.events()) {
    std::vector<ActorId> nodes;
    for (std::size_t node = 0; node < kNodes; ++node) {
      nodes.push_back(stage.AddActor(actors::kNode, NodeName(node)));
    }
    ClusterOptions options;
    options.nodes = kNodes;
    options.snapshot_every = 4;
    options.rules = rules;
    cluster = std::make_unique<Cluster>(&stage, options, nodes);
    cluster->AppendAtOnce(GroupId(1),
                          OwnershipEntry(ActivateRange{KeyRange{}, OwnershipEpoch(1), Timestamp(0)}));
    for (std::size_t node = 0; node < kNodes; ++node) StartNode(node);
    lives_.push_back(std::make_unique<LibraryRuntime>(&stage.scheduler(), client_actor));
    stage.network().Attach(client_actor, &lives_.back()->sim());
    client = std::make_unique<GroupClient>(&stage, cluster.get(), &oracle, client_actor, lives_.back().get());
    client->set_errand(stage.errands().OfItem("client", 1));
  }

  void StartNode(std::size_t node) {
    const ActorId actor = cluster->ActorOf(node);
    lives_.push_back(std::make_unique<LibraryRuntime>(&stage.scheduler(), actor));
    engines_.push_back(NewEngineWithDefaultRoute());
    stage.network().Attach(actor, &lives_.back()->sim());
    cluster->NodeStarted(node, &lives_.back()->sim(), engines_.back().get());
  }
  void CrashNode(std::size_t node) {
    const ActorId actor = cluster->ActorOf(node);
    stage.network().Detach(actor);
    stage.scheduler().Kill(actor);
    cluster->NodeCrashed(node);
  }

  // Runs until the operation of the client has ended.
  template <class T>
  T Await(Awaitable<T> operation) {
    std::optional<T> result;
    Spawn(std::move(operation), &result);
    while (!result.has_value() && stage.scheduler().RunOne()) {
    }
    return *std::move(result);
  }
  template <class T>
  void Spawn(Awaitable<T> operation, std::optional<T>* result) {
    boost::asio::co_spawn(client_runtime().Executor(), Keep(std::move(operation), result),
                          boost::asio::detached);
  }

  void RunFor(std::chrono::milliseconds duration) { stage.scheduler().RunUntil(stage.now() + duration); }
  // Until nothing can happen any more.
  void Settle() { stage.scheduler().RunUntil(kNever); }

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

  std::uint64_t Fired(const FaultKind& fault) { return stage.faults().counts()[fault]; }
  std::uint64_t Hit(const MarkKind& mark) { return stage.marks().counts()[mark]; }
  SimRuntime& client_runtime() { return lives_[kNodes]->sim(); }

 private:
  template <class T>
  static Awaitable<void> Keep(Awaitable<T> operation, std::optional<T>* result) {
    result->emplace(co_await std::move(operation));
  }

  Choices choices_;

 public:
  Trace trace{TraceDetail::kEvents};
  Stage stage;
  const ActorId client_actor;

 private:
  std::vector<std::unique_ptr<LibraryRuntime>> lives_;
  std::vector<std::unique_ptr<Engine>> engines_;

 public:
  DigestWitness witness;
  TimestampOracle oracle;
  std::unique_ptr<Cluster> cluster;
  std::unique_ptr<GroupClient> client;
};

}  // namespace fencepost::sim
