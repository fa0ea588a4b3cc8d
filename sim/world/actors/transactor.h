// A transactor: a client of the groups. It runs transactions over lists and operations on registers, routes
// them by the cache of a node, tries again after a refusal, and emits what it begins and what it is told
// (events/client_events.h).
//
// It may die between any two steps. Whether what it was doing at that time takes effect nobody knows.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fencepost/txn/coordinator.h"
#include "fencepost/txn/resolver.h"
#include "fencepost/txn/retry.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/actors/fresh_elements.h"
#include "sim/world/actors/mistaken_transport.h"
#include "sim/world/actors/node.h"
#include "sim/world/actors/throwing_interfaces.h"
#include "sim/world/events/client_events.h"
#include "sim/world/groups/group_client.h"
#include "sim/world/scenario/plan.h"

namespace fencepost::sim {

class Transactor {
 public:
  // What transactors work with. Nothing is owned.
  struct Surroundings {
    Stage* stage;
    const RunConfig* config;
    const std::vector<std::unique_ptr<Node>>* nodes;
    Cluster* cluster;
    TimestampOracle* oracle;
    FreshElements* elements;
  };

  Transactor(const Surroundings& surroundings, ActorId actor, std::string name,
             std::vector<PlannedAction> actions);

  void Start();
  bool finished() const { return finished_; }
  const std::string& name() const { return name_; }

 private:
  // Everything a crash destroys. Kept until the world ends.
  struct Life {
    Life(const Surroundings& world, ActorId actor, std::function<void()> before_each_step,
         std::function<Errand*()> errand);

    LibraryRuntime runtime;
    GroupClient groups;
    MistakenTransport transport;    // what the coordinator gets: the groups, or the groups with a mistake
    ThrowingTransactions throwing;  // the same, where interfaces throw
    TransactionCoordinator coordinator;
    TransactionResolver resolver;
    bool alive = true;
  };

  // A transaction, or a register operation, as the groups see it: which keys are read, and what is written.
  struct Work {
    std::vector<std::string> reads;
    std::vector<std::pair<std::string, Operation>> writes;  // one per key
    bool compares = false;                                  // only if the register read holds `expected`
    std::optional<std::int64_t> expected;
  };
  // A key as its owner, by the pin, showed it.
  struct RoutedView {
    GroupId group;
    KeyView view;
  };
  // What an attempt found.
  struct Attempt {
    enum class End { kCommitted, kRefused, kUnknown };
    End end = End::kRefused;
    absl::Status refusal;
    std::map<std::string, RoutedView> views;
    std::vector<GroupId> groups;  // where locks may stand in the way
    ObservedVersion pin = ObservedVersion::Unpinned();
    const Engine* engine = nullptr;  // null: no node served it
  };

  Awaitable<void> Main(Life* life);
  Awaitable<void> Transact(Life* life, PlannedAction action);
  Awaitable<void> UseRegister(Life* life, PlannedAction action);
  // Tells of an attempt that is over and did not commit.
  void TellEnd(const Attempt& attempt);
  void TellRefusal(const Attempt& attempt, bool gives_up);

  // Tries until it commits, until nobody knows, or until it makes no sense any more (a refusal is left then).
  Awaitable<Attempt> Run(Life* life, const PlannedAction* action, const Work* work);
  Awaitable<Attempt> TryOnce(Life* life, const PlannedAction* action, const Work* work);
  Awaitable<void> Look(Life* life, const PlannedAction* action, const RoutePin* pin, const Work* work,
                       Attempt* attempt);
  Awaitable<absl::Status> ReadAll(Life* life, const RoutePin* pin, const Work* work,
                                  std::optional<std::size_t> follower,
                                  std::map<std::string, RoutedView>* found);
  // The call into the library, which may be cancelled.
  Awaitable<CommitAnswer> CommitPlan(Life* life, TransactionPlan plan) const;
  Awaitable<void> Commit(Life* life, const Work* work, bool unpinned, Attempt* attempt);
  Awaitable<void> AfterRefusal(Life* life, const Attempt* attempt, int refusals);

  absl::StatusOr<TransactionPlan> Plan(const Work& work, const std::map<std::string, RoutedView>& found,
                                       Timestamp earliest) const;
  // The steps that the plan asks for, and what the groups are asked for.
  std::vector<ListStep> StepsOf(const PlannedAction& action, Work* work) const;
  static std::vector<std::vector<std::int64_t>> Observed(const std::vector<ListStep>& steps,
                                                         const std::map<std::string, RoutedView>& views);
  static std::optional<std::int64_t> ValueOf(const KeyView& view);
  bool GivesUp(const Attempt& attempt, int refusals) const;
  Node* NodeFor(const PlannedAction& action) const;
  void MaybeDie();

  Surroundings world_;
  ActorId actor_;
  std::string name_;
  std::vector<PlannedAction> actions_;
  std::size_t next_action_ = 0;
  Errand* errand_ = nullptr;  // what it is at; none before its first action
  std::vector<std::unique_ptr<Life>> lives_;
  std::map<std::string, std::optional<std::int64_t>> last_seen_;  // registers
  bool across_groups_ = false;                                    // a commit over several groups is under way
  bool finished_ = false;
};

}  // namespace fencepost::sim
