// Pinned runs: (scenario, seed, trace hash). Every compiler, optimisation level and sanitizer must reproduce
// them.
//
// A change that is meant to change runs (a new draw, another order of events, a new line in the trace)
// changes them: run this test, convince yourself that the change is meant, and put in the list that it
// prints.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "sim/run/run.h"
#include "tests/sim/worlds.h"

namespace fencepost::sim {
namespace {

struct PinnedRun {
  const char* scenario;
  std::uint64_t seed;
  const char* hash;
};

constexpr PinnedRun kPinned[] = {
    {"catalog-race", 1, "98e358ccf2c3cb3f599343cbd6106be6"},
    {"catalog-race", 2, "7a208632b27038586eb3a8678b6de26b"},
    {"catalog-race", 3, "28b395e72b8318423a6a7de65fb718b6"},
    {"catalog-race", 1000003, "cca08cd0ec4d41ae2b530fe63b460f90"},
    {"watchers", 1, "1ef72996ea5cafcc8037d17a9ad9e028"},
    {"watchers", 2, "54a112f0fb9b165a47d4583b6b489622"},
    {"watchers", 3, "754754f2bf454dd3dfd951323075be68"},
    {"watchers", 1000003, "2517254e5279850ef1ae1fa99f1b42b7"},
    {"history-ring", 1, "d87767352e059a6d952b85c0653af507"},
    {"history-ring", 2, "a7da5e4b84cd2ab1fa0bcca66ad6c780"},
    {"history-ring", 3, "b1e2f335a3c6204733c29a1de3335b51"},
    {"history-ring", 1000003, "5ddef1cd345dc8b9790c04b3d18c794a"},
    {"hotspots", 1, "c219c4cf0a444c4253b0ddd4263adf7b"},
    {"hotspots", 2, "75ce2d2153bce7ab72d30ccc72258b3a"},
    {"hotspots", 3, "555f20106ce62b352fe19cc903ee8656"},
    {"hotspots", 1000003, "573ea117a32f418d1338dce9c3ad99a2"},
};

TEST(PinnedHashes, AreTheSameOnEveryCompilerAndMachine) {
  std::string list;
  for (const PinnedRun& pinned : kPinned) {
    const Scenario scenario = RepositoryScenario(pinned.scenario);
    Trace trace(TraceDetail::kHashOnly);
    const RunOutcome outcome = RunSeed(scenario, pinned.seed, &trace);
    const std::string hash = FormatTraceHash(outcome.hash);
    EXPECT_EQ(hash, pinned.hash) << pinned.scenario << " seed " << pinned.seed;
    list += "    {\"" + std::string(pinned.scenario) + "\", " + std::to_string(pinned.seed) + ", \"" + hash +
            "\"},\n";
  }
  if (HasFailure()) std::printf("The hashes of this build:\n%s", list.c_str());
}

}  // namespace
}  // namespace fencepost::sim
