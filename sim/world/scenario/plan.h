// What happens in one run, as plain data drawn up front: who does what when, and which faults strike.
//
// Decisions that depend on how the run goes (how long a message takes, whether this commit fails) are no part
// of the plan; they are drawn while running.
//
// Every action and every fault is drawn from a stream of its own, and by default there is none: an action
// that is in the plan is a deviation. So leaving one out shifts nothing else, and a run with fewer deviations
// does less.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
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
  const ActionKind* kind = &actions::kSplit;
  std::uint64_t key = 0;           // which key, below config.keys
  std::uint64_t node = 0;          // clients: which node, below config.nodes
  std::uint64_t argument = 0;      // what the kind needs: a group, a state, a count, a depth, a duration
  std::vector<PlannedStep> steps;  // of a kind that has steps

  bool is(const ActionKind& other) const { return kind == &other; }
};

// A fault that strikes by itself rather than riding on an operation: a crash, damage to a record.
struct PlannedFault {
  std::chrono::nanoseconds at{0};
  const FaultKind* fault = &faults::kNodeCrash;
  std::uint64_t target = 0;  // which node
  std::uint64_t other = 0;   // below 1000: whatever else the fault needs, e.g. which group or by how much
  std::chrono::nanoseconds lasts{0};  // until it is ended, if it is one that ends
};

struct Plan {
  explicit Plan(const Vocabulary& words = WorldVocabulary()) : actors(words.actors) {}

  // One list per actor of a planned kind, in order of time.
  PerKind<ActorKind, std::vector<std::vector<PlannedAction>>> actors;
  std::vector<PlannedFault> faults;  // in order of time

  const std::vector<std::vector<PlannedAction>>& of(const ActorKind& kind) const { return actors[kind]; }
};

// `by_plan`: the faults that strike by plan (planned_faults.h); their order does not matter.
Plan DrawPlan(const Scenario& scenario, const RunConfig& config, std::span<const FaultKind* const> by_plan,
              Choices* choices);

// The group that a move goes to; by default the second one, for the first owns most to begin with.
GroupId TargetOf(const PlannedAction& move, const RunConfig& config);

// The name of the key of that number, as it is stored.
std::string KeyName(std::uint64_t key);
// The name of the node of that number, from 0.
std::string NodeName(std::uint64_t node);
// The name of the actor of that number, from 1: "mover-2".
std::string ActorName(const ActorKind& kind, std::uint64_t number);

// One line each for listings.
std::string FormatAction(const PlannedAction& action);
std::string FormatPlannedFault(const PlannedFault& fault);

}  // namespace fencepost::sim
