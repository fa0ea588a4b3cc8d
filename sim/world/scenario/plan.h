// What happens in one run, as plain data drawn up front: who does what when, and which faults strike.
//
// Decisions that depend on how the run goes (how long a message takes, whether this commit fails) are no part
// of the plan; they are drawn while running.
//
// Every action and every fault is drawn from a stream of its own, and by default there is none: an action
// that is in the plan is a deviation. So leaving one out shifts nothing else, and a run with fewer deviations
// does less.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "fencepost/base/ids.h"
#include "sim/core/choices/choices.h"
#include "sim/world/scenario/config.h"
#include "sim/world/scenario/scenario.h"

namespace fencepost::sim {

// One step of a transaction: an append to a list, or a read of one.
struct PlannedStep {
  std::uint64_t key = 0;
  bool reads = false;
};

struct PlannedAction {
  std::uint64_t slot = 0;          // from 1; plan/ACTOR/SLOT is the stream it was drawn from
  std::chrono::nanoseconds at{0};  // not before; an actor does one thing after the other
  ActionKind kind = ActionKind::kSplit;
  std::uint64_t key = 0;           // which key, below config.keys
  std::uint64_t node = 0;          // clients: which node, below config.nodes
  std::uint64_t argument = 0;      // what the kind needs: a group, a state, a count, a depth, a duration
  std::vector<PlannedStep> steps;  // of kTransact
};

// A fault that strikes by itself rather than riding on an operation: a crash, damage to a record.
struct PlannedFault {
  std::chrono::nanoseconds at{0};
  Fault fault = faults::kNodeCrash;
  std::uint64_t target = 0;  // which node
  std::uint64_t other =
      0;  // partitions: from which node; leader changes: of which group; clocks: by how much
  std::chrono::nanoseconds lasts{0};  // until the restart, or the repair
};

struct Plan {
  // By ActorKind: one list per actor, in order of time.
  std::array<std::vector<std::vector<PlannedAction>>, kActorKinds.size()> actors;
  std::vector<PlannedFault> faults;  // in order of time

  const std::vector<std::vector<PlannedAction>>& of(ActorKind kind) const {
    return actors[static_cast<std::size_t>(kind)];
  }
};

Plan DrawPlan(const Scenario& scenario, const RunConfig& config, Choices* choices);

// The group that a move goes to; by default the second one, for the first owns most to begin with.
GroupId TargetOf(const PlannedAction& move, const RunConfig& config);

// Whether a fault strikes by plan rather than when an operation meets it.
bool StrikesByPlan(Fault fault);

// The name of the key of that number, as it is stored.
std::string KeyName(std::uint64_t key);
// The name of the node of that number, from 0.
std::string NodeName(std::uint64_t node);

// One line each for the trace.
std::string FormatAction(const PlannedAction& action);
std::string FormatPlannedFault(const PlannedFault& fault);

}  // namespace fencepost::sim
