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
    {"catalog-race", 1, "1b8b4e3088ecfeca9bbb3b1658d22535"},
    {"catalog-race", 2, "626ec16cf261f04d3989fd8f98aa6537"},
    {"catalog-race", 3, "599cc4f095c1211fa0fd298aba7e26bc"},
    {"catalog-race", 1000003, "2cf8fff3fdd0258599a99deb5c812109"},
    {"watchers", 1, "f7f8fa7a403cd9732ff7efd96c95df24"},
    {"watchers", 2, "d875be445a9222be9d898da18e1a120c"},
    {"watchers", 3, "f842d10612f94ceddfd57d274e67fa11"},
    {"watchers", 1000003, "f6a99fe0101d4544a335b44a01254c6c"},
    {"history-ring", 1, "6ec99b1d4bafb340b4b0f38a78aed65c"},
    {"history-ring", 2, "67eab4404f4f435de4d724dc88fb4432"},
    {"history-ring", 3, "f8596b77ab6444ea63cf24b3c4b4486b"},
    {"history-ring", 1000003, "efd09080d067d5b2efd51a4804029be6"},
    {"hotspots", 1, "3863bdd93459050d5d21b316ce2d2909"},
    {"hotspots", 2, "66095c500c958722e662f6c07bdc8c4c"},
    {"hotspots", 3, "36d4fee42c28bae774fc1f387af752c0"},
    {"hotspots", 1000003, "bcb45c6d623fe469e0185f3377583a34"},
    {"fence-logged", 1, "622c8a1f7c1857b31f6b433b3fa77102"},
    {"fence-logged", 2, "69e3d0a0c9076caa8fbf1e055a94535d"},
    {"fence-logged", 3, "301b4a24576aae9d5ed8ee597b85979a"},
    {"fence-logged", 1000003, "0836a0482314be5cda537fe5e4e4642b"},
    {"moves", 1, "8a6cf94fa7b24c9f8916df1da7a1d777"},
    {"moves", 2, "8f6580a6505839981b0555951de56a0d"},
    {"moves", 3, "90bcef673c6735cfba51aa7e9d9a72be"},
    {"moves", 1000003, "297178afd0394d0f2057953eee72b879"},
    {"kitchen-sink", 1, "1170654d7118fe1dc248d8d7d05787a2"},
    {"kitchen-sink", 2, "eeba9910caada54294300bc2e68f9f5a"},
    {"kitchen-sink", 3, "b64bbdc6a943c9fa2800699d72a875c5"},
    {"kitchen-sink", 1000003, "f440aa091a742dc741e0c08eaa3b7d66"},
    {"check-then-write", 1, "05baf368fbb5d1cf94ff1e3d33475595"},
    {"check-then-write", 2, "d3661a934fa340c4f0b3fd75a668a2a9"},
    {"check-then-write", 3, "f99129fca6382ab4c5ee8bf8eb97b6de"},
    {"check-then-write", 1000003, "94c0059562f27cef23c70de1c735371f"},
    {"reroute-at-commit", 1, "441a6c6a84ace45cd7f73c0e58354f0f"},
    {"reroute-at-commit", 2, "a842de186a29b7fee8edf8d7229faab8"},
    {"reroute-at-commit", 3, "969b0ced5e33abeaa9be0083c2b568b1"},
    {"reroute-at-commit", 1000003, "c59beb9696c84a611c51ece12551ce36"},
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
