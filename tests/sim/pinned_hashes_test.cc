// Pinned runs: (scenario, seed, trace hash). Every compiler, optimisation level and sanitizer must reproduce
// them.
//
// A change that is meant to change runs (a new draw, another order of events, a new line in the trace)
// changes them: run this test, convince yourself that the change is meant, and put in the list that it
// prints.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "tests/sim/worlds.h"

namespace fencepost::sim {
namespace {

struct PinnedRun {
  const char* scenario;
  std::uint64_t seed;
  const char* hash;
};

constexpr PinnedRun kPinned[] = {
    {"catalog-race", 1, "c5a4c30759b0a108d6730265653d2336"},
    {"catalog-race", 2, "8b05c756e161b42f7cd53ea75bf70c95"},
    {"catalog-race", 3, "1ccd2348a101774426b14c4930af830c"},
    {"catalog-race", 1000003, "ca62b952bfd88523eb6be16a8325c20e"},
    {"watchers", 1, "957fce7baab592c217d6782d1e70a10d"},
    {"watchers", 2, "a65f195fe24c82825fa1727727bb3d3d"},
    {"watchers", 3, "c59196447ca36b1ed682c7441cc7099a"},
    {"watchers", 1000003, "b3a76e50f39363b26ad1b72995e2c09a"},
    {"history-ring", 1, "5160c30194c6edbe6c134c679ba2ae6c"},
    {"history-ring", 2, "287724133cfa0c9a8148af7f080bad87"},
    {"history-ring", 3, "dd42dfeb054c0c2c4348adfe4fb44cba"},
    {"history-ring", 1000003, "68d20b4c4d69399034fe5e7b226ea94b"},
    {"hotspots", 1, "0b14aa691997f2c6edf81fd69a3f4b52"},
    {"hotspots", 2, "755e00f08250e7cde287c5d99be64f65"},
    {"hotspots", 3, "88e5fe20f89b01c56d0e1aaaf5e6de42"},
    {"hotspots", 1000003, "c90912dcdcc82b8789190d1317ee7614"},
    {"fence-logged", 1, "7eb6a567b1ccbcb0e7ee3ee55babb92e"},
    {"fence-logged", 2, "6a20a8b3be0c18514cd141feaaff245a"},
    {"fence-logged", 3, "acf90903146d2e05a1868bf80310b008"},
    {"fence-logged", 1000003, "02d2fa63976d2595df4faf7f869181db"},
    {"moves", 1, "c6d3c43bfc41f969b210be3fa363157d"},
    {"moves", 2, "59653ec5ebd21310e15364a4c81e35db"},
    {"moves", 3, "6e1ffbab91dcf662e03f9d28406eab34"},
    {"moves", 1000003, "cc67a6c3bec2d535bea12ef02077d9f2"},
    {"kitchen-sink", 1, "fa0a2cc0161480873b2a7651e6417a5f"},
    {"kitchen-sink", 2, "81e58a28722a359f7f9e25a97190241e"},
    {"kitchen-sink", 3, "c34da1fad97f21b7227e23d456e1ff8b"},
    {"kitchen-sink", 1000003, "360e6993b89fd23d0a875a0651286ff0"},
    {"check-then-write", 1, "944b46a6b837514e63efb5ca177ebb8c"},
    {"check-then-write", 2, "5bcd151a13d17352c39d8e1d343b9fcf"},
    {"check-then-write", 3, "e8d02378303b8dc42d9dd0e9d62ca8fc"},
    {"check-then-write", 1000003, "5767db4be18d0d82e7a747f0fb80bbd9"},
    {"reroute-at-commit", 1, "493ff50459e87aaed1cd2f81a4474bee"},
    {"reroute-at-commit", 2, "e79ac759c75649c01845c9867936a875"},
    {"reroute-at-commit", 3, "112476ca78c39bff3f98766f91709373"},
    {"reroute-at-commit", 1000003, "1c5129eba4e655f40cdccfe74a3f5351"},
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
