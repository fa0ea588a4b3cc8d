// A transactor: a client of the groups. It runs transactions over lists and operations on registers, routes
// them by the cache of a node, tries again after a refusal, and tells the history honestly what it was told.
//
// It may die between any two steps. What it was doing then may take effect or not: nobody knows, and its next
// life is another process to the history.
#pragma once

#include <absl/functional/function_ref.h>

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
#include "sim/world/actors/mistaken_transport.h"
#include "sim/world/groups/group_client.h"
#include "sim/world/judges/history_recorder.h"
#include "sim/world/scenario/plan.h"
#include "sim/world/surroundings.h"

namespace fencepost::sim {

class Transactor {
 public:
  Transactor(const Surroundings& world, ActorId actor, std::string name, std::vector<PlannedAction> actions);

  void Start();
  bool finished() const { return finished_; }
  const std::string& name() const { return name_; }

 private:
  // Everything a crash destroys. Kept until the world ends.
  struct Life {
    Life(const Surroundings& world, ActorId actor, std::function<void()> before_each_step);

    SimRuntime runtime;
    GroupClient groups;
    MistakenTransport transport;  // what the coordinator gets: the groups, or the groups with a mistake
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
    const Engine* engine = nullptr;  // null: no node was up
  };

  Awaitable<void> Main(Life* life);
  Awaitable<void> Transact(Life* life, PlannedAction action);
  Awaitable<void> UseRegister(Life* life, PlannedAction action);
  void Tell(const Attempt& attempt);

  // Tries until it commits, until nobody knows, or until it makes no sense any more (a refusal is left then).
  Awaitable<Attempt> Run(Life* life, const PlannedAction* action, const Work* work);
  Awaitable<Attempt> TryOnce(Life* life, const PlannedAction* action, const Work* work);
  Awaitable<void> Look(Life* life, const PlannedAction* action, const RoutePin* pin, const Work* work,
                       Attempt* attempt);
  Awaitable<absl::Status> ReadAll(Life* life, const RoutePin* pin, const Work* work,
                                  std::optional<std::size_t> follower,
                                  std::map<std::string, RoutedView>* found);
  Awaitable<void> Commit(Life* life, const Work* work, bool unpinned, Attempt* attempt);
  Awaitable<void> AfterRefusal(Life* life, const Attempt* attempt, int refusals);

  absl::StatusOr<TransactionPlan> Plan(const Work& work, const std::map<std::string, RoutedView>& found,
                                       Timestamp earliest) const;
  std::vector<std::vector<std::int64_t>> Observed(const std::vector<HistoryRecorder::ListStep>& steps,
                                                  const std::map<std::string, RoutedView>& views) const;
  static std::optional<std::int64_t> ValueOf(const KeyView& view);
  void Note(std::uint64_t digest, absl::FunctionRef<std::string()> describe) const;
  void NoteRefusal(const Attempt& attempt) const;
  bool GivesUp(const Attempt& attempt, int refusals);
  Node* NodeFor(const PlannedAction& action) const;
  void MaybeDie();

  Surroundings world_;
  ActorId actor_;
  std::string name_;
  std::vector<PlannedAction> actions_;
  std::size_t next_action_ = 0;
  std::size_t history_client_;
  Errand* errand_ = nullptr;  // what it is at; none before its first action
  std::vector<std::unique_ptr<Life>> lives_;
  std::map<std::string, std::optional<std::int64_t>> last_seen_;  // registers
  bool across_groups_ = false;                                    // a commit over several groups is under way
  bool finished_ = false;
};

}  // namespace fencepost::sim
