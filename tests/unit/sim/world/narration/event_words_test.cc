// Every event of our world has words of its own, and they are plain ones.
#include "sim/world/narration/event_words.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fencepost/base/error.h"
#include "sim/core/network/network_events.h"
#include "sim/world/fault_kinds.h"
#include "sim/world/mark_kinds.h"
#include "sim/world/scenario_simulation.h"
#include "tests/sim/repaired.h"
#include "tests/sim/worlds.h"
#include "tests/unit/sim/world/narration/told_run.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kActor = "node-1";

std::string InWords(const std::function<void(Trace* trace, ActorId actor)>& happens) {
  Trace trace(TraceDetail::kEvents);
  const ActorId actor = ActorIdOf(kActor);
  trace.NameActor(actor, kActor, actors::kNode);
  happens(&trace, actor);
  return WorldVocabulary().Tell(trace.KeptEvents().back(), trace);
}

template <class E>
std::string WordsOf(const E& event) {
  return InWords([&event](Trace* trace, ActorId actor) { trace->Note(1ms, actor, event); });
}

// One of each kind, by the name of the kind: in words.
std::map<std::string_view, std::string> OneOfEach() {
  using model::history::RegisterKind;
  const absl::Status refused = MakeError(Error::kOwnershipMoved, "elsewhere");
  std::map<std::string_view, std::string> all;
  const auto add = [&all](const auto& event) { all[event.kKind.name] = WordsOf(event); };
  RecordDamaged damaged;
  damaged.fault = &faults::kRecordBitFlip;
  add(InvariantBroken{"lost-write", "it is gone"});
  add(FaultStruck{&faults::kStoreSlow});
  add(MarkHit{&marks::kRingFull});
  add(MessageSent{1, 0, 1ms, false});
  add(MessageArrived{1});
  add(MessageHit{0, &faults::kNetworkDrop});
  add(Partitioned{0, true, 1ms});
  add(SlowedDown{20, 1ms});
  add(SaveBegan{1, SavePurpose::kAgain, fencepost::Version(2), {}}.Keep());
  add(SaveEnded{1, SavePurpose::kChange, refused, std::nullopt});
  add(CatalogReached{fencepost::Version(3), {RouteTo(1)}});
  add(damaged);
  add(RecordsRepaired{2});
  add(TransactionBegan{{ListStep{"k1", false, 1}}});
  add(TransactionCommitted{{ListStep{"k1", true, 0}}, {{1, 2}}});
  add(RegisterBegan{RegisterKind::kWrite, "k1", std::nullopt, 3});
  add(RegisterDone{RegisterKind::kRead, "k1", std::nullopt});
  add(ClientRefused{refused, ObservedVersion::Unpinned(), true});
  add(ClientLeftUnknown());
  add(ActorDied());
  add(CallThrew{"commit", "out of memory"});
  add(EntryAgreed::Kept{GroupId(1), LogIndex(2), NoOpEntry()});
  add(EntryApplied::Kept{GroupId(1), LogIndex(2), 0, refused});
  add(LeaderChanged{GroupId(1), 3});
  add(ProposalLost{GroupId(1)});
  add(ProposalReportedFailed{GroupId(1), LogIndex(2)});
  add(ReplicaRestored{GroupId(1), LogIndex(2)});
  add(ReplicaLagged{GroupId(1), 40ms});
  add(SnapshotInstalled{GroupId(1), LogIndex(2)});
  add(MoveBegan{});
  add(MoveRefused{"k1", refused});
  add(MoveDriven{MoveRecord(), refused});
  add(MoveUndone{});
  add(UndoRefused{MoveRecord(), refused});
  add(SplitEnded{"k1", absl::OkStatus()});
  add(MergeEnded{"k1", refused});
  add(NodeStarted{2});
  add(NodeCrashed());
  add(NodeCannotStart{refused});
  add(EngineReached{fencepost::Version(1), fencepost::Version(2)});
  add(RangeSplit{WholeSpace(), "k3"});
  add(WatcherStopped{refused});
  add(NodePaused{5ms});
  add(OldCatalogOffered{fencepost::Version(2)});
  add(ClockDistorted{&faults::kClockSkew});
  add(WorldConfigured{RunConfig(WorldVocabulary())});
  add(FaultsHealed());
  return all;
}

// What an event says that nobody has put into words: its actor, its kind, its fields.
bool IsFallback(std::string_view kind, const std::string& words) {
  return words.find(": " + std::string(kind)) != std::string::npos;
}

TEST(EventWords, EveryKindOfEventHasWords) {
  const auto words = OneOfEach();
  for (const EventKind* const kind : WorldVocabulary().events.all()) {
    const auto known = words.find(kind->name);
    ASSERT_NE(known, words.end()) << "add a " << kind->name << " to OneOfEach()";
    EXPECT_NE(known->second, "") << kind->name;
    EXPECT_FALSE(IsFallback(kind->name, known->second)) << known->second;
  }
}

TEST(EventWords, ArePlain) {
  for (const auto& [kind, words] : OneOfEach()) {
    for (const char* const word : {"how-manieth", "thereby", "anyhow", "by whomever", "of then",
                                   "in the eyes of", "such ", "nobody's", "for ever", "\n"}) {
      EXPECT_THAT(words, Not(HasSubstr(word))) << kind;
    }
    EXPECT_NE(words.back(), '.') << kind << ": a clause, which others go on with";
  }
}

TEST(EventWords, SayWhatHappenedToWhom) {
  const auto words = OneOfEach();
  EXPECT_EQ(words.at("save-began"), "node-1 (again) saves 0 routes over version 2");
  EXPECT_EQ(words.at("save-ended"), "the save of node-1 ended: OwnershipMoved: elsewhere");
  EXPECT_EQ(words.at("catalog-reached"), "the catalog is at version 3 with 1 route");
  EXPECT_EQ(words.at("records-repaired"), "2 damaged records were repaired");
  EXPECT_EQ(words.at("transaction-committed"), "node-1 is told that it has committed: k1 was [1 2]");
  EXPECT_EQ(words.at("register-began"), "node-1 begins: write 3 to k1");
  EXPECT_EQ(words.at("register-done"), "node-1 is told that it has read k1 as nothing");
  EXPECT_EQ(words.at("client-refused"), "node-1 is refused: OwnershipMoved: elsewhere; it gives up");
  EXPECT_EQ(words.at("entry-agreed"), "log of group 1 [2]: nothing");
  EXPECT_EQ(words.at("entry-applied"), "node-1 refuses [2] of group 1: OwnershipMoved: elsewhere");
  EXPECT_EQ(words.at("replica-lagged"), "the replica of group 1 on node-1 lags by 40 ms");
  EXPECT_EQ(words.at("split-ended"), "node-1 splits the range of k1 there: done");
  EXPECT_EQ(words.at("node-started"), "node-1 starts again");
  EXPECT_EQ(words.at("node-paused"), "node-1 stands still until 0.0050 s");
}

TEST(EventWords, OfEachDamageToARecordSayWhatItWas) {
  const auto damaged = [](const FaultKind& fault) { return WordsOf(RecordDamaged{&fault, "r", 7}); };
  EXPECT_EQ(damaged(faults::kRecordBitFlip), "bit 7 of the record of \"r\" was flipped");
  EXPECT_EQ(damaged(faults::kRecordTruncation), "the record of \"r\" was cut to 7 bytes");
  EXPECT_EQ(damaged(faults::kRecordForeignKey),
            "the key \"r\", which is no route's, appeared among the routes");
  EXPECT_EQ(damaged(faults::kRecordMissingMetadata), "the record of \"r\" disappeared");
}

TEST(EventWords, TheWorldIsNoActorOfAName) {
  Trace trace(TraceDetail::kEvents);
  trace.NameActor(kWorldActor, "world", actors::kNode);
  EXPECT_EQ(NameIn(trace, kWorldActor), "the world");
}

#ifdef FENCEPOST_SANITIZED
constexpr std::uint64_t kSeedsOfEach = 2;  // rare events are for the faster builds to find
#else
constexpr std::uint64_t kSeedsOfEach = 10;
#endif

TEST(EventWords, NoRunOfAnyScenarioHasAnEventWithoutWords) {
  std::set<std::string> without;
  for (const bool pass : {true, false}) {
    for (const std::string& name : ScenariosExpecting(pass)) {
      const ScenarioSimulation simulation(RepositoryScenario(name));
      for (std::uint64_t seed = 1; seed <= kSeedsOfEach; ++seed) {
        Trace trace(TraceDetail::kEvents);
        ASSERT_GT(RunSeed(simulation, seed, &trace).steps, 0u);
        for (const TraceEvent& told : trace.KeptEvents()) {
          const bool is_known = WorldVocabulary().events.Find(told.kind()->name) != nullptr;
          const std::string words = WorldVocabulary().Tell(told, trace);
          if (!is_known || IsFallback(told.kind()->name, words)) without.insert(words);
        }
      }
    }
  }
  EXPECT_THAT(without, IsEmpty()) << "register them in sim/world/narration/";
}

}  // namespace
}  // namespace fencepost::sim
