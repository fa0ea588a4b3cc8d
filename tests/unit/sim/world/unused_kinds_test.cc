// What a world does not use does not change its runs: a fault, a mark, an invariant, an actor and an event
// more leave every trace as it was.
#include <gtest/gtest.h>

#include <string>

#include "sim/world/scenario_simulation.h"
#include "sim/world/world_vocabulary.h"
#include "tests/sim/worlds.h"

namespace fencepost::sim {
namespace {

struct Yawned {
  static constexpr EventKind kKind{"aaa-yawned", "process"};

  template <class Visitor>
  void Fields(Visitor&) const {}
};

// Named to stand before all others, and behind them: a place in a list must mean nothing.
constexpr FaultKind kFirstFault{"aaa-fault", "network", "nobody strikes with it"};
constexpr FaultKind kLastFault{"zzz-fault", "store", "nor with it"};
constexpr MarkKind kFirstMark{"aaa-mark", "nobody hits it"};
constexpr MarkKind kLastMark{"zzz-mark", "nor it"};
constexpr InvariantKind kFirstInvariant{"aaa-invariant", "nobody judges it"};
constexpr InvariantKind kLastInvariant{"zzz-invariant", "nor it"};
constexpr ActorKind kFirstActor{"aaa-actor", "is in no world"};
constexpr ActorKind kLastActor{"zzz-actor", "nor it"};

void AddUnused(Vocabulary* words) {
  words->faults.Add(kFirstFault);
  words->faults.Add(kLastFault);
  words->marks.Add(kFirstMark);
  words->marks.Add(kLastMark);
  words->invariants.Add(kFirstInvariant);
  words->invariants.Add(kLastInvariant);
  words->actors.Add(kFirstActor);
  words->actors.Add(kLastActor);
  words->AddEvent<Yawned>(
      [](const Yawned&, const TraceEvent&, const Trace&) { return std::string("yawns"); });
}

std::string HashOf(const std::string& scenario, const Vocabulary& words, std::uint64_t seed,
                   RunOutcome* outcome) {
  const std::string path = std::string(FENCEPOST_SOURCE_DIR) + "/scenarios/" + scenario + ".toml";
  const absl::StatusOr<Scenario> loaded = LoadScenario(path, words);
  if (!loaded.ok()) {
    ADD_FAILURE() << loaded.status();
    return "";
  }
  Trace trace(TraceDetail::kHashOnly);
  *outcome = RunSeed(ScenarioSimulation(*loaded), seed, &trace);
  return FormatTraceHash(outcome->hash);
}

class UnusedKindsTest : public testing::TestWithParam<std::pair<const char*, std::uint64_t>> {};

TEST_P(UnusedKindsTest, LeaveTheTraceAsItIs) {
  Vocabulary more;
  AddUnused(&more);
  AddWorld(&more);  // and registered earlier
  const auto& [scenario, seed] = GetParam();
  RunOutcome plain;
  RunOutcome richer;
  EXPECT_EQ(HashOf(scenario, more, seed, &richer), HashOf(scenario, WorldVocabulary(), seed, &plain));
  EXPECT_EQ(richer.faults.size(), plain.faults.size() + 2) << "they are there, after all";
  EXPECT_EQ(richer.marks.size(), plain.marks.size() + 2);
  EXPECT_EQ(richer.steps, plain.steps);
}

INSTANTIATE_TEST_SUITE_P(Each, UnusedKindsTest,
                         testing::Values(std::pair{"watchers", 2}, std::pair{"moves", 3}),
                         [](const auto& instance) { return std::string(instance.param.first); });

}  // namespace
}  // namespace fencepost::sim
