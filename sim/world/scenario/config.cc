#include "sim/world/scenario/config.h"

#include <fmt/format.h>

#include <algorithm>

namespace fencepost::sim {
namespace {

std::uint64_t DrawCount(const CountRange& range, Stream& stream, Label label) {
  return range.min + stream.Below(range.max - range.min + 1, label);
}

// By how much one run favours one kind of action: 1 by default, up to 64.
std::uint32_t DrawActionFactor(Stream& stream) { return 1u << stream.Below(7, "action-factor"); }

// By how much one run favours one fault: as the file says by default, else off, a quarter, four or sixteen
// times.
Ratio DrawFaultOdds(const Ratio& odds, Stream& stream) {
  constexpr std::uint32_t kHighestDivisor = 2;  // nothing certain to happen: such a run would get nowhere
  constexpr std::uint32_t kWeights[] = {4, 3, 2, 2, 1};
  const auto scaled = [&odds](std::uint32_t factor) {
    const std::uint64_t numerator = std::uint64_t{odds.numerator} * factor;
    const std::uint64_t cap = std::max<std::uint64_t>(odds.numerator, odds.denominator / kHighestDivisor);
    return Ratio{static_cast<std::uint32_t>(std::min(numerator, cap)), odds.denominator};
  };
  switch (stream.Weighted(kWeights, "fault-factor")) {
    case 1:
      return Ratio{0, 1};
    case 2:
      return Ratio{odds.numerator,
                   odds.denominator <= UINT32_MAX / 4 ? odds.denominator * 4 : odds.denominator};
    case 3:
      return scaled(4);
    case 4:
      return scaled(16);
    default:
      return odds;
  }
}

}  // namespace

RunConfig DrawConfig(const Scenario& scenario, Choices* choices) {
  Stream size = choices->Open("config/size");
  RunConfig config;
  config.nodes = static_cast<std::uint32_t>(DrawCount(scenario.nodes, size, "nodes"));
  for (const ActorKind kind : kActorKinds) {
    config.actors[static_cast<std::size_t>(kind)] =
        static_cast<std::uint32_t>(DrawCount(scenario.actors_of(kind), size, ActorKindName(kind).data()));
  }
  config.groups = static_cast<std::uint32_t>(DrawCount(scenario.groups, size, "groups"));
  config.keys = static_cast<std::uint32_t>(DrawCount(scenario.keys, size, "keys"));
  config.history_depth = DrawCount(scenario.history_depth, size, "history-depth");
  config.page_size = DrawCount(scenario.page_size, size, "page-size");
  config.hotspot_threshold = DrawCount(scenario.hotspot_threshold, size, "hotspot-threshold");
  config.split_policy = scenario.split_policies[size.Below(scenario.split_policies.size(), "split-policy")];
  config.ranges = static_cast<std::uint32_t>(DrawCount(scenario.ranges, size, "ranges"));
  config.registers = static_cast<std::uint32_t>(DrawCount(scenario.registers, size, "registers"));
  config.registers = std::min(config.registers, config.keys - 1);
  config.fence = scenario.fence.value_or(FenceRules{});
  config.action_weights = scenario.action_weights;
  config.faults = scenario.faults;
  if (!scenario.swarm) return config;

  Stream swarm_actions = choices->Open("config/swarm-actions");
  for (std::uint32_t& weight : config.action_weights) weight *= DrawActionFactor(swarm_actions);
  for (const FaultDescription& fault : AllFaults()) {
    Ratio& odds = config.faults[static_cast<std::size_t>(fault.fault)];
    if (odds.numerator == 0) continue;
    // A stream per fault: turning one off in the file leaves the others' draws alone.
    Stream stream = choices->Open(fmt::format("config/swarm-{}", fault.name));
    odds = DrawFaultOdds(odds, stream);
  }
  return config;
}

std::string FormatConfig(const RunConfig& config) {
  std::string text =
      fmt::format("{} nodes, {} groups, {} keys ({} registers), ring of {}, pages of {}", config.nodes,
                  config.groups, config.keys, config.registers, config.history_depth, config.page_size);
  for (const ActorKind kind : kActorKinds) {
    if (config.actors_of(kind) > 0)
      text += fmt::format(", {} {}s", config.actors_of(kind), ActorKindName(kind));
  }
  for (const FaultDescription& fault : AllFaults()) {
    const Ratio& odds = config.faults[static_cast<std::size_t>(fault.fault)];
    if (odds.numerator > 0) text += fmt::format(", {} {}/{}", fault.name, odds.numerator, odds.denominator);
  }
  return text;
}

}  // namespace fencepost::sim
