// What is in the world of one run: drawn from a scenario's ranges, from streams of their own.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "sim/core/choices/choices.h"
#include "sim/world/scenario/scenario.h"

namespace fencepost::sim {

struct RunConfig {
  std::uint32_t nodes = 1;
  std::array<std::uint32_t, kActorKinds.size()> actors{};  // how many of each kind
  std::uint32_t groups = 1;
  std::uint32_t keys = 1;
  std::size_t history_depth = 1;
  std::size_t page_size = 1;
  std::uint64_t hotspot_threshold = 0;
  SplitPolicy split_policy = SplitPolicy::kLoadHalving;
  FenceRules fence;  // with groups
  std::uint32_t ranges = 1;
  std::uint32_t registers = 0;  // below keys
  std::array<std::uint32_t, kActionCount> action_weights{};
  PerFault<Ratio> faults{};

  std::uint32_t actors_of(ActorKind kind) const { return actors[static_cast<std::size_t>(kind)]; }
};

// Every count takes its smallest value by default. With swarm on, each kind of action and each fault gets one
// more random weight for the whole run, over several powers of two: deep states need runs in which one kind
// dominates.
RunConfig DrawConfig(const Scenario& scenario, Choices* choices);

// One line for the trace.
std::string FormatConfig(const RunConfig& config);

}  // namespace fencepost::sim
