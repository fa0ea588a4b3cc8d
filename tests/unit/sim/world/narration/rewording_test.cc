// Words are for people alone: with other words for every event, the same runs have the same traces, and their
// recordings the same checkpoints.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "sim/core/network/network_events.h"
#include "sim/core/repro/shrink_repro.h"
#include "sim/world/narration/world_narrator.h"
#include "sim/world/scenario/parse.h"
#include "sim/world/scenario_simulation.h"
#include "tests/unit/sim/world/narration/told_run.h"

namespace fencepost::sim {
namespace {

template <class... E>
void Reword(Vocabulary* vocabulary) {
  (vocabulary->AddEvent<E>([](const E&, const TraceEvent&, const Trace&) {
    return std::string("there was some ") + std::string(E::kKind.name);
  }),
   ...);
}

// What our world knows, in other words.
const Vocabulary& OtherWords() {
  static const Vocabulary* const other = [] {
    auto* const made = new Vocabulary();
    const Vocabulary& ours = WorldVocabulary();
    for (const FaultKind* const kind : ours.faults.all()) made->faults.Add(*kind);
    for (const MarkKind* const kind : ours.marks.all()) made->marks.Add(*kind);
    for (const InvariantKind* const kind : ours.invariants.all()) made->invariants.Add(*kind);
    for (const ActorKind* const kind : ours.actors.all()) made->actors.Add(*kind);
    made->interchangeable = ours.interchangeable;
    Reword<SaveBegan::Kept, SaveEnded, CatalogReached, RecordDamaged, RecordsRepaired, TransactionBegan,
           TransactionCommitted, RegisterBegan, RegisterDone, ClientRefused, ClientLeftUnknown, ActorDied,
           EntryAgreed::Kept, EntryApplied::Kept, LeaderChanged, ProposalLost, ProposalReportedFailed,
           ReplicaRestored, ReplicaLagged, SnapshotInstalled, MoveBegan, MoveRefused, MoveDriven, MoveUndone,
           UndoRefused, SplitEnded, MergeEnded, NodeStarted, NodeCrashed, NodeCannotStart, EngineReached,
           RangeSplit, WatcherStopped, NodePaused, OldCatalogOffered, ClockDistorted, WorldConfigured,
           FaultsHealed, CallThrew, MessageHit, Partitioned, SlowedDown>(made);
    return made;
  }();
  return *other;
}

ScenarioSimulation SimulationIn(const Vocabulary& words, const std::string& name) {
  const std::string path = std::string(FENCEPOST_SOURCE_DIR) + "/scenarios/" + name + ".toml";
  std::ifstream file(path);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  absl::StatusOr<Scenario> scenario = ParseScenario(text, path, words);
  EXPECT_TRUE(scenario.ok()) << scenario.status();
  return ScenarioSimulation(*std::move(scenario));
}

constexpr const char* kScenarios[] = {"kitchen-sink", "moves", "fence-published", "follower-reads"};

TEST(Rewording, TheOtherWordsAreForEveryEvent) {
  EXPECT_EQ(OtherWords().events.size(), WorldVocabulary().events.size());
}

TEST(Rewording, ChangesTheStoryAndNoHash) {
  for (const char* const name : kScenarios) {
    const ScenarioSimulation ours = SimulationIn(WorldVocabulary(), name);
    const ScenarioSimulation other = SimulationIn(OtherWords(), name);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      Trace our_trace(TraceDetail::kEvents);
      const RunOutcome our_outcome = RunSeed(ours, seed, &our_trace);
      Trace other_trace(TraceDetail::kEvents);
      const RunOutcome other_outcome = RunSeed(other, seed, &other_trace);
      EXPECT_EQ(FormatTraceHash(our_outcome.hash), FormatTraceHash(other_outcome.hash))
          << name << " " << seed;
      EXPECT_EQ(FirstDifference(our_trace, other_trace), std::nullopt) << name << " seed " << seed;
      const Narration told = WorldNarrator(&ours.vocabulary()).Narrate(our_trace, our_outcome, {});
      const Narration retold = WorldNarrator(&other.vocabulary()).Narrate(other_trace, other_outcome, {});
      ASSERT_EQ(told.timeline.events.size(), retold.timeline.events.size());
      EXPECT_NE(told.timeline.events.front().text, retold.timeline.events.front().text);
      // What reports decide, they decide by the events: who has which lane, span and band does not change.
      EXPECT_EQ(told.timeline.spans.size(), retold.timeline.spans.size());
      EXPECT_EQ(told.timeline.bands.size(), retold.timeline.bands.size());
      EXPECT_EQ(told.story.explanation, retold.story.explanation) << name << " seed " << seed;
    }
  }
}

TEST(Rewording, ChangesNoCheckpointOfARecording) {
  const ScenarioSimulation ours = SimulationIn(WorldVocabulary(), "fence-published");
  const ScenarioSimulation other = SimulationIn(OtherWords(), "fence-published");
  std::size_t recorded = 0;
  for (std::uint64_t seed = 1; seed <= 60 && recorded < 3; ++seed) {
    const absl::StatusOr<Repro> our_repro = RecordSeed(ours, seed);
    const absl::StatusOr<Repro> other_repro = RecordSeed(other, seed);
    ASSERT_EQ(our_repro.ok(), other_repro.ok()) << seed;
    if (!our_repro.ok()) continue;
    ++recorded;
    EXPECT_FALSE(our_repro->checkpoints.empty());
    EXPECT_EQ(our_repro->checkpoints, other_repro->checkpoints) << seed;
    EXPECT_EQ(our_repro->hash, other_repro->hash) << seed;
    EXPECT_EQ(FormatRepro(*our_repro), FormatRepro(*other_repro)) << seed;
  }
  EXPECT_EQ(recorded, 3u) << "too few failures among these seeds";
}

}  // namespace
}  // namespace fencepost::sim
