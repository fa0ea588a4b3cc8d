// What is in the world of one run: drawn from a scenario's ranges, each from a stream that is called after
// it.
#pragma once

#include <cstdint>
#include <string>

#include "sim/core/choices/choices.h"
#include "sim/world/scenario/scenario.h"

namespace fencepost::sim {

struct RunConfig {
  // In the words of `words`, which outlives it.
  explicit RunConfig(const Vocabulary& words = WorldVocabulary())
      : actors(words.actors), faults(words.faults) {}

  std::uint32_t nodes = 1;
  PerKind<ActorKind, std::uint32_t> actors;  // how many of each planned kind
  std::uint32_t groups = 1;
  std::uint32_t keys = 1;
  std::size_t history_depth = 1;
  std::size_t page_size = 1;
  std::uint64_t hotspot_threshold = 0;
  SplitPolicy split_policy = SplitPolicy::kLoadHalving;
  FenceRules fence;  // with groups
  std::uint32_t ranges = 1;
  std::uint32_t registers = 0;  // below keys
  PerKind<ActionKind, std::uint32_t> action_weights{AllActions()};
  FaultOdds faults;
};

// Every count takes its smallest value by default. With swarm on, each kind of action and each fault gets one
// more random weight for the whole run, over several powers of two: deep states need runs in which one kind
// dominates.
//
// Streams: config/NAME for a count ("config/nodes", "config/movers"), config/swarm-NAME for the weight of an
// action or the odds of a fault. What is off draws nothing.
RunConfig DrawConfig(const Scenario& scenario, Choices* choices);

// One line for reports.
std::string FormatConfig(const RunConfig& config);

}  // namespace fencepost::sim
