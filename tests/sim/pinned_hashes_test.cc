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
    {"catalog-race", 1, "ccde5d8c6b548bad249ca5df28906b8a"},
    {"catalog-race", 2, "d99b15da28db97484eb7fa28e5bdcc65"},
    {"catalog-race", 3, "4c99b43d8ddf21ec9434a9d202bc10c4"},
    {"catalog-race", 1000003, "d56af9ae896d365daed4027cd1bcb955"},
    {"watchers", 1, "5c2005ea31384ba674a5c00aae273aca"},
    {"watchers", 2, "840db94905729f24e4d70bc93bd9b8da"},
    {"watchers", 3, "0bd60d8567bc7adf0cca1ee60cb281d8"},
    {"watchers", 1000003, "249214c18c5310d76131354b7d0574cd"},
    {"history-ring", 1, "bcae4ea4a344d36f219b9c26eb3c73b2"},
    {"history-ring", 2, "b72c5fe3318d99a9c8d5ccb6cbfe089d"},
    {"history-ring", 3, "cf5bd2cd7bdd84349c0f34973de821ad"},
    {"history-ring", 1000003, "b278484be12a164fdf04dfe15a61c817"},
    {"hotspots", 1, "f415551fa3be00e84253fa93033a7ae9"},
    {"hotspots", 2, "c7459600905e7703d0bd33a6a9d84c10"},
    {"hotspots", 3, "aa85d2c36d118dac5ec47bc65461920b"},
    {"hotspots", 1000003, "1a79858d629da288d66ff47e9548caeb"},
    {"fence-logged", 1, "59ace39e248b71dce1fbd8124d7d9a9a"},
    {"fence-logged", 2, "7d502acf30604b9aad2a41282984ea82"},
    {"fence-logged", 3, "4262be1e326e0ce2775a916fd72e613a"},
    {"fence-logged", 1000003, "246b6576a2fb8ea0a82302f845bf8a90"},
    {"moves", 1, "21785b55a1ed7ccc812b4f20dcb7d8ab"},
    {"moves", 2, "ed192ae7d47cfe17ebcbee8afd1fbb1b"},
    {"moves", 3, "5392e33a93e9b28994b94fb0fd851a4f"},
    {"moves", 1000003, "5b694886f3b0394e994475a9d08bfb5a"},
    {"kitchen-sink", 1, "16e8fb7a7a252cdf64a8fcce0fde868d"},
    {"kitchen-sink", 2, "9176aedd6ae110b6adccc33d9b13d5e5"},
    {"kitchen-sink", 3, "e566be0a6921a04fe124d5870f461013"},
    {"kitchen-sink", 1000003, "7733680271a614ff138409857242bfc4"},
    {"check-then-write", 1, "d318d3e7e98d0fa8c7bd0762277f697f"},
    {"check-then-write", 2, "8ba0c3ba0eee27e80fd8ee4c1ea93f53"},
    {"check-then-write", 3, "4e7e454a3e0f142c074a31026b1490ce"},
    {"check-then-write", 1000003, "ca456944dd825888e21d535a2676a6ca"},
    {"reroute-at-commit", 1, "a293db6b8556053bf4e96b52bb384307"},
    {"reroute-at-commit", 2, "028eedd88bae9b8edc9140af6bcdd8ab"},
    {"reroute-at-commit", 3, "ca242a3325368378bd88760a15f68271"},
    {"reroute-at-commit", 1000003, "c84b647839a34802bd5a9cbed9872f69"},
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
