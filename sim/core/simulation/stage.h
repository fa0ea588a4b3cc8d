// What nearly every simulated world is built from, ready made: scheduler, events, faults, marks, verdicts,
// network, and the world's own runtime, all for one run.
//
//     RunOutcome MySimulation::Run(Choices& choices, Trace& trace, const RunLimits& limits) const {
//       Stage stage(&vocabulary_, &choices, &trace, odds_);
//       Server server(&stage);  // actors: coroutines on runtimes of their own
//       stage.Run(limits, std::chrono::seconds(10), [&] { return server.finished(); });
//       stage.verdicts().Take(server.WhatIsWrong());
//       return stage.Outcome();
//     }
//
// Single-threaded.
#pragma once

#include <absl/functional/function_ref.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/choices/choices.h"
#include "sim/core/choices/errand.h"
#include "sim/core/faults/fault_injector.h"
#include "sim/core/faults/marks.h"
#include "sim/core/network/network.h"
#include "sim/core/runtime/events.h"
#include "sim/core/runtime/scheduler.h"
#include "sim/core/runtime/sim_runtime.h"
#include "sim/core/runtime/trace.h"
#include "sim/core/simulation/simulation.h"
#include "sim/core/simulation/verdicts.h"
#include "sim/core/vocabulary/vocabulary.h"

namespace fencepost::sim {

class Stage {
 public:
  // Nothing is owned; all outlive the stage. `judged`: the names of the invariants that are judged; all, if
  // empty.
  Stage(const Vocabulary* vocabulary, Choices* choices, Trace* trace, const FaultOdds& odds,
        std::vector<std::string> judged = {});
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  // Somebody who acts, called `name`: "node-1". Its id depends on its name alone. REQUIRES: no other actor of
  // this name; the kind is registered.
  ActorId AddActor(const ActorKind& kind, std::string_view name);

  // What it is called; "" when no actor has this id. Valid as long as the stage.
  std::string_view NameOf(ActorId actor) const;

  const Vocabulary& vocabulary() const { return *vocabulary_; }
  Choices& choices() { return *choices_; }
  Errands& errands() { return errands_; }
  Trace& trace() { return *trace_; }
  Scheduler& scheduler() { return scheduler_; }
  SimTime now() const { return scheduler_.now(); }
  Events& events() { return events_; }
  FaultInjector& faults() { return faults_; }
  Marks& marks() { return marks_; }
  Verdicts& verdicts() { return verdicts_; }
  Network& network() { return network_; }
  // Of the world itself, actor 0, which outlives everybody.
  SimRuntime& world() { return world_; }

  // Runs until the first violation, until `over` (asked after each task) answers true, until nothing is left
  // to do, until the clock would pass `deadline` (it then stands there), or until the limits are reached.
  enum class End { kViolated, kOver, kIdle, kDeadline, kLimit };
  End Run(const RunLimits& limits, SimTime deadline, absl::FunctionRef<bool()> over);

  // No fault strikes any more, and the network is as new.
  void Heal();

  RunOutcome Outcome() const;

 private:
  const Vocabulary* vocabulary_;
  Choices* choices_;
  Trace* trace_;
  Errands errands_;
  Scheduler scheduler_;
  Events events_;
  FaultInjector faults_;
  Marks marks_;
  Verdicts verdicts_;
  std::map<ActorId, std::string> actors_;
  SimRuntime world_;
  Network network_;
};

}  // namespace fencepost::sim
