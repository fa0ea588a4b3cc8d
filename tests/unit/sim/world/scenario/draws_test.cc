// Config and plan are drawn by name: what a scenario does not use, and the order of lists, shift no draw.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/core/choices/seeded_driver.h"
#include "sim/world/planned_faults.h"
#include "sim/world/scenario/config.h"
#include "sim/world/scenario/plan.h"

namespace fencepost::sim {
namespace {

// Movers and transactors, with faults that strike by plan.
Scenario Busy() {
  Scenario scenario;
  scenario.name = "busy";
  scenario.fence = FenceRules{};
  scenario.nodes = {2, 5};
  scenario.keys = {4, 12};
  scenario.page_size = {1, 9};
  scenario.actors[actors::kMover] = {1, 3};
  scenario.actors[actors::kTransactor] = {1, 3};
  scenario.actions[actors::kMover] = {2, 5};
  scenario.actions[actors::kTransactor] = {2, 5};
  scenario.action_weights[actions::kMoveRange] = 3;
  scenario.action_weights[actions::kUndoMove] = 2;
  scenario.action_weights[actions::kTransact] = 1;
  scenario.faults[faults::kNodeCrash] = Ratio{1, 2};
  scenario.faults[faults::kLeaderChange] = Ratio{1, 2};
  return scenario;
}

struct Drawn {
  RunConfig config;
  std::vector<std::string> items;  // of the plan, in words
};

Drawn Draw(const Scenario& scenario, std::uint64_t seed, std::span<const FaultKind* const> by_plan) {
  Choices choices(std::make_unique<SeededDriver>(seed));
  Drawn drawn{DrawConfig(scenario, &choices), {}};
  const Plan plan = DrawPlan(scenario, drawn.config, by_plan, &choices);
  for (const ActorKind* const kind : plan.actors.kinds().all()) {
    for (const auto& actor : plan.of(*kind)) {
      for (const PlannedAction& action : actor) {
        drawn.items.push_back(std::string(kind->name) + ": " + FormatAction(action));
      }
    }
  }
  for (const PlannedFault& fault : plan.faults) drawn.items.push_back(FormatPlannedFault(fault));
  return drawn;
}

constexpr std::uint64_t kSeeds = 20;

TEST(Draws, TheOrderInWhichFaultsAreListedDoesNotMatter) {
  std::vector<const FaultKind*> reversed(FaultsByPlan().begin(), FaultsByPlan().end());
  std::ranges::reverse(reversed);
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    EXPECT_EQ(Draw(Busy(), seed, reversed).items, Draw(Busy(), seed, FaultsByPlan()).items);
  }
}

TEST(Draws, ACountThatIsFixedShiftsNoOther) {
  Scenario fixed = Busy();
  fixed.nodes = {4, 4};
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const RunConfig one = Draw(fixed, seed, FaultsByPlan()).config;
    const RunConfig other = Draw(Busy(), seed, FaultsByPlan()).config;
    EXPECT_EQ(one.keys, other.keys);
    EXPECT_EQ(one.page_size, other.page_size);
    EXPECT_EQ(one.actors, other.actors);
    EXPECT_EQ(one.action_weights, other.action_weights);
    EXPECT_EQ(one.faults, other.faults);
  }
}

TEST(Draws, AFaultThatIsTurnedOnShiftsNothingElse) {
  Scenario more = Busy();
  more.faults[faults::kClockSkew] = Ratio{1, 2};
  bool struck = false;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    std::vector<std::string> items = Draw(more, seed, FaultsByPlan()).items;
    const auto skews = std::erase_if(
        items, [](const std::string& item) { return item.find("clock-skew") != std::string::npos; });
    struck = struck || skews > 0;
    EXPECT_EQ(items, Draw(Busy(), seed, FaultsByPlan()).items);
  }
  EXPECT_TRUE(struck) << "nothing was turned on";
}

// Whatever actor it belongs to: a transactor's action leaves the movers' plans alone.
TEST(Draws, AnActionThatIsTurnedOnLeavesOtherActorsAlone) {
  Scenario more = Busy();
  more.registers = {1, 1};
  more.action_weights[actions::kRegister] = 5;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    std::vector<std::string> items = Draw(more, seed, FaultsByPlan()).items;
    std::vector<std::string> before = Draw(Busy(), seed, FaultsByPlan()).items;
    const auto is_transactors = [](const std::string& item) { return item.starts_with("transactor"); };
    std::erase_if(items, is_transactors);
    std::erase_if(before, is_transactors);
    EXPECT_EQ(items, before);
  }
}

TEST(Draws, ByDefaultEverythingIsSmallestAndNothingIsPlanned) {
  class AlwaysZero final : public ChoiceDriver {
    std::uint64_t Choose(const ChoiceRequest&) override { return 0; }
  };
  Choices choices(std::make_unique<AlwaysZero>());
  const RunConfig config = DrawConfig(Busy(), &choices);
  EXPECT_EQ(config.nodes, 2u);
  EXPECT_EQ(config.keys, 4u);
  const Plan plan = DrawPlan(Busy(), config, FaultsByPlan(), &choices);
  EXPECT_TRUE(plan.faults.empty());
  for (const auto& movers : plan.of(actors::kMover)) EXPECT_TRUE(movers.empty());
}

TEST(Draws, AllActionsBelongToAPlannedActor) {
  std::set<std::string_view> planned;
  for (const actors::Planned& actor : actors::kPlanned) planned.insert(actor.kind->name);
  for (const ActionKind* const action : AllActions().all()) {
    EXPECT_TRUE(planned.contains(action->by->name)) << action->name;
  }
  EXPECT_EQ(AllActions().size(), actions::kAll.size());
}

}  // namespace
}  // namespace fencepost::sim
