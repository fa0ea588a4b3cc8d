#include "sim/world/scenario/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace fencepost::sim {
namespace {

// A fault that strikes by plan may strike once in each of these parts of the fault window.
constexpr std::uint64_t kFaultSlots = 6;
constexpr std::uint64_t kInstants = 1000;  // the window is divided into this many instants

std::chrono::nanoseconds InstantOf(std::chrono::nanoseconds window, std::uint64_t instant) {
  return window / static_cast<std::int64_t>(kInstants) * static_cast<std::int64_t>(instant);
}

// Most of the room for actions is used, but none of it by default.
constexpr std::uint32_t kPresence[] = {1, 15};
constexpr std::uint64_t kMostSteps = 4;

std::vector<PlannedStep> DrawSteps(const RunConfig& config, Stream& stream) {
  const std::uint64_t lists = config.keys - config.registers;
  std::vector<PlannedStep> steps(1 + stream.Below(kMostSteps, "steps"));
  for (PlannedStep& step : steps) {
    step.key = stream.Below(lists, "key");
    step.reads = stream.Below(2, "reads") != 0;
  }
  return steps;
}

// What one kind of actor does in this run, by name, and the weights of it; the first is the default. What has
// no weight is not on it, so an action that a scenario does not use changes nothing.
struct Menu {
  std::vector<const ActionKind*> kinds;
  std::vector<std::uint32_t> weights;
};

Menu MenuOf(const RunConfig& config, const ActorKind& by) {
  Menu menu;
  for (const ActionKind* const action : AllActions().all()) {
    const std::uint32_t weight = config.action_weights[*action];
    if (action->by->key != by.key || weight == 0) continue;
    menu.kinds.push_back(action);
    menu.weights.push_back(weight);
  }
  return menu;
}

// What a kind does not look at is drawn all the same, so that every draw has its place whatever the kind; its
// label says so, for searches that would move it.
constexpr Label kUnused = "unused";

std::optional<PlannedAction> DrawAction(const Scenario& scenario, const RunConfig& config, const Menu& menu,
                                        Stream stream) {
  if (stream.Weighted(kPresence, "present") == 0) return std::nullopt;
  PlannedAction action;
  action.at = InstantOf(scenario.fault_window, stream.Below(kInstants, "at"));
  action.kind = menu.kinds[stream.Weighted(menu.weights, "kind")];
  action.key = stream.Below(config.keys, action.kind->looks_at_key ? "key" : kUnused);
  action.node = stream.Below(config.nodes, action.kind->looks_at_node ? "node" : kUnused);
  action.argument = stream.Below(1000, "argument");
  if (action.kind->has_steps) action.steps = DrawSteps(config, stream);
  return action;
}

std::vector<PlannedAction> DrawActor(const Scenario& scenario, const RunConfig& config, const ActorKind& kind,
                                     std::uint32_t number, Choices* choices) {
  const std::string name = "plan/" + ActorName(kind, number);
  const CountRange& count = scenario.actions[kind];
  const std::uint64_t room = count.min + choices->Open(name).Below(count.max - count.min + 1, "actions");
  const Menu menu = MenuOf(config, kind);
  std::vector<PlannedAction> actions;
  if (menu.kinds.empty()) return actions;
  for (std::uint64_t i = 0; i < room; ++i) {
    std::optional<PlannedAction> action =
        DrawAction(scenario, config, menu, choices->Open(fmt::format("{}/{}", name, i + 1)));
    if (!action.has_value()) continue;
    action->slot = i + 1;
    actions.push_back(*std::move(action));
  }
  // Those at one instant keep the order of their numbers.
  for (std::size_t end = 1; end < actions.size(); ++end) {
    for (std::size_t i = end; i > 0 && actions[i].at < actions[i - 1].at; --i)
      std::swap(actions[i], actions[i - 1]);
  }
  return actions;
}

void DrawFault(const Scenario& scenario, const RunConfig& config, const FaultKind& fault, Choices* choices,
               std::vector<PlannedFault>* faults) {
  const Ratio odds = config.faults[fault];
  if (odds.numerator == 0) return;
  const std::chrono::nanoseconds slot = scenario.fault_window / static_cast<std::int64_t>(kFaultSlots);
  for (std::uint64_t i = 0; i < kFaultSlots; ++i) {
    Stream stream = choices->Open(fmt::format("plan/{}/{}", fault.name, i + 1));
    if (!stream.Chance(odds, "strikes")) continue;
    PlannedFault planned;
    planned.fault = &fault;
    planned.at = slot * static_cast<std::int64_t>(i) + InstantOf(slot, stream.Below(kInstants, "at"));
    planned.target = stream.Below(config.nodes, "target");
    planned.lasts = InstantOf(scenario.fault_window / 4, 1 + stream.Below(kInstants, "lasts"));
    planned.other = stream.Below(1000, "other");
    faults->push_back(planned);
  }
}

}  // namespace

GroupId TargetOf(const PlannedAction& move, const RunConfig& config) {
  return GroupId(1 + (move.argument + 1) % config.groups);
}

Plan DrawPlan(const Scenario& scenario, const RunConfig& config, std::span<const FaultKind* const> by_plan,
              Choices* choices) {
  Plan plan(*scenario.vocabulary);
  for (const actors::Planned& planned : actors::kPlanned) {
    const ActorKind& kind = *planned.kind;
    for (std::uint32_t i = 0; i < config.actors[kind]; ++i) {
      plan.actors[kind].push_back(DrawActor(scenario, config, kind, i + 1, choices));
    }
  }
  for (const FaultKind* const fault : by_plan) DrawFault(scenario, config, *fault, choices, &plan.faults);
  std::sort(plan.faults.begin(), plan.faults.end(), [](const PlannedFault& a, const PlannedFault& b) {
    return std::tuple(a.at, a.fault->name, a.target, a.other, a.lasts) <
           std::tuple(b.at, b.fault->name, b.target, b.other, b.lasts);
  });
  return plan;
}

std::string NodeName(std::uint64_t node) { return ActorName(actors::kNode, node + 1); }

std::string ActorName(const ActorKind& kind, std::uint64_t number) {
  return fmt::format("{}-{}", kind.name, number);
}

std::string KeyName(std::uint64_t key) { return fmt::format("k{:03}", key); }

std::string FormatAction(const PlannedAction& action) {
  const auto at = std::chrono::duration_cast<std::chrono::milliseconds>(action.at).count();
  return fmt::format("at {} ms {} {} node-{} argument {}", at, action.kind->name, KeyName(action.key),
                     action.node + 1, action.argument);
}

std::string FormatPlannedFault(const PlannedFault& fault) {
  const auto at = std::chrono::duration_cast<std::chrono::milliseconds>(fault.at).count();
  const auto lasts = std::chrono::duration_cast<std::chrono::milliseconds>(fault.lasts).count();
  return fmt::format("at {} ms {} target {} for {} ms", at, fault.fault->name, fault.target + 1, lasts);
}

}  // namespace fencepost::sim
