// How worlds begin: founded, with every node at the first catalog; or with all nodes starting at once.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "sim/world/events/catalog_events.h"
#include "sim/world/events/client_events.h"
#include "sim/world/events/engine_events.h"
#include "sim/world/events/group_events.h"
#include "sim/world/events/node_events.h"
#include "tests/sim/worlds.h"

namespace fencepost::sim {
namespace {

std::vector<TraceEvent> EventsOf(const Scenario& scenario, std::uint64_t seed, Trace* trace) {
  RunSeed(scenario, seed, trace);
  return trace->KeptEvents();
}

// The pin of an entry, if it has one.
std::optional<Version> PinOf(const Entry& entry) {
  ObservedVersion pin = ObservedVersion::Unpinned();
  if (const auto* commit = std::get_if<CommitEntry>(&entry)) pin = commit->pin;
  if (const auto* prepare = std::get_if<PrepareEntry>(&entry)) pin = prepare->pin;
  return pin.pinned() ? std::optional(pin.version()) : std::nullopt;
}

// How many entries were agreed on that are pinned to version 0, and how many to later ones.
std::pair<int, int> PinsOf(const Scenario& scenario, std::uint64_t seeds) {
  std::pair<int, int> pins{0, 0};
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Trace trace(TraceDetail::kEvents);
    for (const TraceEvent& event : EventsOf(scenario, seed, &trace)) {
      const auto* const agreed = event.As<EntryAgreed::Kept>();
      const std::optional<Version> pin = agreed == nullptr ? std::nullopt : PinOf(agreed->entry);
      if (pin.has_value()) ++(*pin == Version(0) ? pins.first : pins.second);
    }
  }
  return pins;
}

TEST(FoundedWorlds, EveryNodeIsAtTheFirstCatalogBeforeAnythingRuns) {
  Trace trace(TraceDetail::kEvents);
  const Scenario scenario = RepositoryScenario("fence-published");
  std::map<ActorId, bool> at_version_1;  // by node
  for (const TraceEvent& event : EventsOf(scenario, 1, &trace)) {
    if (event.is_note) continue;
    if (event.time > std::chrono::nanoseconds(0)) break;
    if (event.As<NodeStarted>() != nullptr) at_version_1.emplace(event.actor, false);
    if (const auto* reached = event.As<EngineReached>())
      at_version_1[event.actor] = reached->version == Version(1);
  }
  EXPECT_GE(at_version_1.size(), 2u);
  EXPECT_TRUE(std::ranges::all_of(at_version_1, [](const auto& node) { return node.second; }));
}

TEST(FoundedWorlds, NoWriteIsPinnedToVersion0WhateverRestarts) {
  Scenario scenario = RepositoryScenario("fence-published");
  scenario.faults[faults::kNodeCrash] = Ratio{1, 2};
  const auto [at_zero, later] = PinsOf(scenario, 60);
  EXPECT_EQ(at_zero, 0);
  EXPECT_GT(later, 200);
}

TEST(FoundedWorlds, InOneThatDoesNotBeginFoundedSomeWritesAre) {
  Scenario scenario = RepositoryScenario("fence-published");
  scenario.founded = false;
  EXPECT_GT(PinsOf(scenario, 60).first, 0);
}

TEST(FoundedWorlds, WithoutGroupsNodesBootstrapEachOther) {
  Trace trace(TraceDetail::kEvents);
  int bootstraps = 0;
  for (const TraceEvent& event : EventsOf(RepositoryScenario("watchers"), 1, &trace)) {
    const auto* const began = event.As<SaveBegan::Kept>();
    if (began != nullptr && began->purpose == SavePurpose::kBootstrap) ++bootstraps;
  }
  EXPECT_GT(bootstraps, 0);
}

}  // namespace
}  // namespace fencepost::sim
