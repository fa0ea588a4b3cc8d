// scenario_file: arbitrary text as a scenario's TOML file.
//
// Either an error that names the file, or a scenario that can be used: its ranges are in order, its odds are
// odds, its invariants exist, and a config and a plan can be drawn from it.
#include <memory>
#include <string>

#include "fuzz/finding.h"
#include "fuzz/targets.h"
#include "sim/core/choices/choices.h"
#include "sim/core/choices/seeded_driver.h"
#include "sim/world/planned_faults.h"
#include "sim/world/scenario/config.h"
#include "sim/world/scenario/parse.h"
#include "sim/world/scenario/plan.h"

namespace fencepost::fuzz {
namespace {

constexpr std::string_view kScenarioFile = "scenario.toml";

void RequireInOrder(const sim::CountRange& range, std::string_view name) {
  if (range.min <= range.max) return;
  ReportFinding(std::string(name) + " is from " + std::to_string(range.min) + " to " +
                std::to_string(range.max));
}

void RequireUsable(const sim::Scenario& scenario) {
  RequireInOrder(scenario.nodes, "nodes");
  RequireInOrder(scenario.groups, "groups");
  RequireInOrder(scenario.keys, "keys");
  RequireInOrder(scenario.history_depth, "history_depth");
  RequireInOrder(scenario.page_size, "page_size");
  RequireInOrder(scenario.hotspot_threshold, "hotspot_threshold");
  RequireInOrder(scenario.ranges, "ranges");
  RequireInOrder(scenario.registers, "registers");
  for (const sim::CountRange& range : scenario.actors.values()) RequireInOrder(range, "a number of actors");
  for (const sim::CountRange& range : scenario.actions.values()) RequireInOrder(range, "a number of actions");
  Require(scenario.nodes.min > 0 && scenario.groups.min > 0 && scenario.keys.min > 0,
          "a world without nodes, groups or keys was accepted");
  Require(!scenario.split_policies.empty(), "no split policy is left");
  Require(scenario.fault_window.count() > 0 && scenario.settle.count() > 0 &&
              scenario.watcher_interval.count() > 0,
          "a duration is not positive");
  for (const sim::Ratio& odds : scenario.faults.values()) {
    Require(odds.denominator > 0 && odds.numerator <= odds.denominator, "the odds of a fault are no odds");
  }
  for (const std::string& name : scenario.invariants) {
    if (scenario.vocabulary->invariants.Find(name) == nullptr)
      ReportFinding("invariant \"" + name + "\" does not exist");
  }
}

// The largest plans that a file may ask for take seconds to draw; they are left to other tests.
bool HasSmallPlan(const sim::Scenario& scenario) {
  std::uint64_t most = 0;
  for (const sim::actors::Planned& planned : sim::actors::kPlanned) {
    most += scenario.actors[*planned.kind].max * scenario.actions[*planned.kind].max;
  }
  return most <= 200;
}

}  // namespace

void FuzzScenarioFile(Input input) {
  const absl::StatusOr<sim::Scenario> scenario = sim::ParseScenario(TextOf(input), kScenarioFile);
  if (!scenario.ok()) {
    Require(scenario.status().message().substr(0, kScenarioFile.size()) ==
                absl::string_view(kScenarioFile.data(), kScenarioFile.size()),
            "an error does not name the file");
    return;
  }
  RequireUsable(*scenario);
  if (!HasSmallPlan(*scenario)) return;
  sim::Choices choices(std::make_unique<sim::SeededDriver>(1));
  const sim::RunConfig config = sim::DrawConfig(*scenario, &choices);
  sim::DrawPlan(*scenario, config, sim::FaultsByPlan(), &choices);
}

}  // namespace fencepost::fuzz
