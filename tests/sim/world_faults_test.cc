// The faults of a world with data: each fires, has the effect that it is there for, and ends with the fault
// window. (What each does to a single message or group is in the tests of the network and of the groups.)
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "sim/core/campaign/campaign.h"
#include "sim/core/network/network_events.h"
#include "sim/world/events/client_events.h"
#include "sim/world/events/group_events.h"
#include "sim/world/events/node_events.h"
#include "sim/world/events/world_events.h"
#include "sim/world/fault_kinds.h"
#include "sim/world/mark_kinds.h"
#include "sim/world/planned_faults.h"
#include "tests/sim/worlds.h"

namespace fencepost::sim {
namespace {

Campaign AllSeeds(const Scenario& scenario, std::uint64_t seeds) {
  CampaignOptions options = Seeds(seeds);
  options.keep_going = true;
  options.twin_every = 0;
  return RunCampaign(scenario, options);
}

TEST(WorldFaults, EveryFaultOfEveryFamilyFiresInTheScenariosThatHaveIt) {
  const Campaign sink = AllSeeds(RepositoryScenario("kitchen-sink"), 200);
  const Campaign moves = AllSeeds(RepositoryScenario("moves"), 100);
  for (const FaultKind* const fault : WorldVocabulary().faults.all()) {
    EXPECT_GT(CountOf(sink, *fault), 0u) << fault->name << " in kitchen-sink";
    const bool is_of_the_groups = fault->family == "network" || fault->family == "process" ||
                                  fault->family == "clock" || fault->family == "group";
    if (is_of_the_groups) {
      EXPECT_GT(CountOf(moves, *fault), 0u) << fault->name << " in moves";
    }
  }
  EXPECT_EQ(sink.violations, 0u);
  EXPECT_EQ(moves.violations, 0u);
}

// Moves and transactions, and this fault alone, often; without it, the same world.
Scenario WorldWith(const FaultKind* fault) {
  Scenario scenario = RepositoryScenario("moves");
  scenario.swarm = false;
  scenario.faults = FaultOdds(WorldVocabulary().faults);
  if (fault == nullptr) return scenario;
  // Planned ones are drawn a few times a run, the others at every message, proposal or step.
  const bool often = StrikesByPlan(*fault) || fault->name == faults::kSnapshotInstall.name;
  scenario.faults[*fault] = often ? Ratio{1, 2} : Ratio{1, 30};
  return scenario;
}

class WorldFaultTest : public testing::TestWithParam<const FaultKind*> {};

TEST_P(WorldFaultTest, ChangesTheRunAndNothingElseFiresAndEverythingComesToRest) {
  constexpr std::uint64_t kRuns = 12;
  int changed = 0;
  std::uint64_t fired = 0;
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
    Trace with_trace(TraceDetail::kHashOnly);
    Trace without_trace(TraceDetail::kHashOnly);
    const RunOutcome with = RunSeed(WorldWith(GetParam()), seed, &with_trace);
    const RunOutcome without = RunSeed(WorldWith(nullptr), seed, &without_trace);
    EXPECT_FALSE(with.violation.has_value())
        << "seed " << seed << ": " << with.violation->invariant << ": " << with.violation->sentence;
    // At rest by itself, and not because its time was up: whatever the fault did has ended.
    EXPECT_LT(with.simulated, WorldWith(nullptr).fault_window + WorldWith(nullptr).settle);
    const KindList<FaultKind>& all = WorldVocabulary().faults;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (&all[i] == GetParam()) continue;
      EXPECT_EQ(with.faults[i], 0u) << all[i].name << " is off";
    }
    fired += with.faults[all.PositionOf(*GetParam())];
    // The configuration, in which the odds stand, is the first event: compare what came of it.
    if (with.steps != without.steps || with.simulated != without.simulated) ++changed;
  }
  EXPECT_GT(fired, 0u);
  EXPECT_GT(changed, 0) << "it fired " << fired << " times and no run went otherwise for it";
}

std::vector<const FaultKind*> FaultsOfTheGroups() {
  std::vector<const FaultKind*> faults;
  for (const FaultKind* const fault : WorldVocabulary().faults.all()) {
    if (fault->family == "network" || fault->family == "clock" || fault->family == "group" ||
        (fault->family == "process" && fault != &faults::kWatcherStall)) {
      faults.push_back(fault);
    }
  }
  return faults;
}

INSTANTIATE_TEST_SUITE_P(Each, WorldFaultTest, testing::ValuesIn(FaultsOfTheGroups()),
                         [](const auto& instance) {
                           std::string name(instance.param->name);
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

// A situation that only this fault brings about: never reached without it, and reached with it.
struct Effect {
  const FaultKind* fault;
  const MarkKind* mark;
};

class WorldFaultEffectTest : public testing::TestWithParam<Effect> {};

TEST_P(WorldFaultEffectTest, BringsAboutWhatNothingElseDoes) {
  constexpr std::uint64_t kRuns = 60;
  const auto& [fault, mark] = GetParam();
  const Campaign without = AllSeeds(WorldWith(nullptr), kRuns);
  const Campaign with = AllSeeds(WorldWith(fault), kRuns);
  EXPECT_EQ(CountOf(without, *mark), 0u) << mark->name << " without " << fault->name;
  EXPECT_GT(CountOf(with, *mark), 0u)
      << mark->name << " with " << fault->name << ", which fired " << CountOf(with, *fault) << " times";
}

constexpr Effect kEffects[] = {
    {&faults::kNodeCrash, &marks::kNodeCaughtUpAfterCrash},
    {&faults::kNodeCrash, &marks::kReplicaRestoredFromSnapshot},
    {&faults::kCatalogGossip, &marks::kOldSnapshotRefused},
    {&faults::kTransactorCrash, &marks::kCoordinatorDiedPrepared},
    {&faults::kMoverCrash, &marks::kMoveResumedAfterCrash},
    {&faults::kLeaderChange, &marks::kLeaderChangedUnderProposal},
    {&faults::kProposalReportedFailed, &marks::kProposalSucceededUnseen},
    {&faults::kReplicaLag, &marks::kReplicasBehindEachOther},
};

INSTANTIATE_TEST_SUITE_P(Each, WorldFaultEffectTest, testing::ValuesIn(kEffects), [](const auto& instance) {
  std::string name(instance.param.fault->name);
  name += "_" + std::string(instance.param.mark->name);
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
});

// What a fault that strikes by itself tells.
bool TellsOfAStrike(const TraceEvent& event) {
  return event.As<ActorDied>() != nullptr || event.As<NodePaused>() != nullptr ||
         event.As<SlowedDown>() != nullptr || event.As<ClockDistorted>() != nullptr ||
         event.As<OldCatalogOffered>() != nullptr;
}

TEST(WorldFaults, HealingEndsThemAll) {
  const Scenario scenario = RepositoryScenario("kitchen-sink");
  std::uint64_t told_before = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Trace trace(TraceDetail::kEvents);
    const RunOutcome outcome = RunSeed(scenario, seed, &trace);
    EXPECT_FALSE(outcome.violation.has_value()) << "seed " << seed << ": " << outcome.violation->sentence;
    bool healed = false;
    for (const TraceEvent& event : trace.KeptEvents()) {
      if (event.As<FaultsHealed>() != nullptr) {
        EXPECT_EQ(event.time, scenario.fault_window) << "seed " << seed;
        healed = true;
      }
      if (!TellsOfAStrike(event)) continue;
      if (!healed) ++told_before;
      EXPECT_FALSE(healed) << "seed " << seed << ": " << FormatTraceEvent(event, trace);
    }
    EXPECT_TRUE(healed) << "seed " << seed;
  }
  EXPECT_GT(told_before, 40u) << "nothing happened that could have ended";
}

}  // namespace
}  // namespace fencepost::sim
