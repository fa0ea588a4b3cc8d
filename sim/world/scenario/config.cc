#include "sim/world/scenario/config.h"

#include <fmt/format.h>

#include <algorithm>

namespace fencepost::sim {
namespace {

Stream ConfigStream(Choices* choices, std::string_view name) {
  return choices->Open(fmt::format("config/{}", name));
}

// `label` names the stream as well.
std::uint64_t DrawCount(const CountRange& range, Label label, Choices* choices) {
  return range.min + ConfigStream(choices, label).Below(range.max - range.min + 1, label);
}

std::uint32_t DrawSmallCount(const CountRange& range, Label label, Choices* choices) {
  return static_cast<std::uint32_t>(DrawCount(range, label, choices));
}

// By how much one run favours one kind of action: 1 by default, up to 64.
std::uint32_t DrawActionFactor(Stream stream) { return 1u << stream.Below(7, "action-factor"); }

// By how much one run favours one fault: as the file says by default, else off, a quarter, four or sixteen
// times.
Ratio DrawFaultOdds(const Ratio& odds, Stream stream) {
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

void DrawSwarm(Choices* choices, RunConfig* config) {
  for (const ActionKind* const action : AllActions().all()) {
    std::uint32_t& weight = config->action_weights[*action];
    if (weight == 0) continue;
    weight *= DrawActionFactor(ConfigStream(choices, fmt::format("swarm-{}", action->name)));
  }
  for (const FaultKind* const fault : config->faults.kinds().all()) {
    Ratio& odds = config->faults[*fault];
    if (odds.numerator == 0) continue;
    odds = DrawFaultOdds(odds, ConfigStream(choices, fmt::format("swarm-{}", fault->name)));
  }
}

}  // namespace

RunConfig DrawConfig(const Scenario& scenario, Choices* choices) {
  RunConfig config(*scenario.vocabulary);
  config.nodes = DrawSmallCount(scenario.nodes, "nodes", choices);
  for (const actors::Planned& planned : actors::kPlanned) {
    // The name is a literal, and so a label as well.
    const Label label = planned.kind->name.data();
    config.actors[*planned.kind] = DrawSmallCount(scenario.actors[*planned.kind], label, choices);
  }
  config.groups = DrawSmallCount(scenario.groups, "groups", choices);
  config.keys = DrawSmallCount(scenario.keys, "keys", choices);
  config.history_depth = DrawCount(scenario.history_depth, "history-depth", choices);
  config.page_size = DrawCount(scenario.page_size, "page-size", choices);
  config.hotspot_threshold = DrawCount(scenario.hotspot_threshold, "hotspot-threshold", choices);
  const CountRange policies{0, scenario.split_policies.size() - 1};
  config.split_policy = scenario.split_policies[DrawCount(policies, "split-policy", choices)];
  config.ranges = DrawSmallCount(scenario.ranges, "ranges", choices);
  config.registers = DrawSmallCount(scenario.registers, "registers", choices);
  config.registers = std::min(config.registers, config.keys - 1);
  config.fence = scenario.fence.value_or(FenceRules{});
  config.action_weights = scenario.action_weights;
  config.faults = scenario.faults;
  if (scenario.swarm) DrawSwarm(choices, &config);
  return config;
}

std::string FormatConfig(const RunConfig& config) {
  std::string text =
      fmt::format("{} nodes, {} groups, {} keys ({} registers), ring of {}, pages of {}", config.nodes,
                  config.groups, config.keys, config.registers, config.history_depth, config.page_size);
  for (const ActorKind* const kind : config.actors.kinds().all()) {
    const std::uint32_t count = config.actors[*kind];
    if (count > 0) text += fmt::format(", {} {}s", count, kind->name);
  }
  for (const FaultKind* const fault : config.faults.kinds().all()) {
    const Ratio& odds = config.faults[*fault];
    if (odds.numerator > 0) text += fmt::format(", {} {}/{}", fault->name, odds.numerator, odds.denominator);
  }
  return text;
}

}  // namespace fencepost::sim
