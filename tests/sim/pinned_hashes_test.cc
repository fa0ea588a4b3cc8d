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
    {"catalog-race", 1, ""}, {"catalog-race", 2, ""}, {"catalog-race", 3, ""}, {"catalog-race", 1000003, ""},
    {"watchers", 1, ""},     {"watchers", 2, ""},     {"watchers", 3, ""},     {"watchers", 1000003, ""},
    {"history-ring", 1, ""}, {"history-ring", 2, ""}, {"history-ring", 3, ""}, {"history-ring", 1000003, ""},
    {"hotspots", 1, ""},     {"hotspots", 2, ""},     {"hotspots", 3, ""},     {"hotspots", 1000003, ""},
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
