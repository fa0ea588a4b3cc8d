// What the sentences of a trace are about: every one that the simulator says is known, and none by what it
// quotes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>

#include "sim/core/report/timeline.h"
#include "sim/world/narration/sentence.h"
#include "sim/world/run.h"
#include "tests/sim/repaired.h"
#include "tests/sim/worlds.h"

namespace fencepost::sim {
namespace {

// The sentences of that run that no line of sentence.cc is about.
void AddUnknown(const std::string& scenario, std::uint64_t seed, std::set<std::string>* unknown) {
  Trace trace(TraceDetail::kText);
  const RunOutcome outcome = RunSeed(RepositoryScenario(scenario), seed, &trace);
  ASSERT_GT(outcome.steps, 0u);
  for (const TraceEvent& event : trace.TextEvents()) {
    if (ReadSentence(event.text).known) continue;
    unknown->insert(scenario + " " + std::to_string(seed) + ": " + std::string(event.text));
  }
}

#ifdef FENCEPOST_SANITIZED
constexpr std::uint64_t kSeedsOfEach = 3;  // rare sentences are for the faster builds to find
#else
constexpr std::uint64_t kSeedsOfEach = 30;
#endif

TEST(Sentences, EverySentenceOfTheSimulatorHasAKind) {
  std::set<std::string> unknown;
  for (const bool pass : {true, false}) {
    for (const std::string& scenario : ScenariosExpecting(pass)) {
      for (std::uint64_t seed = 1; seed <= kSeedsOfEach; ++seed) AddUnknown(scenario, seed, &unknown);
    }
  }
  EXPECT_THAT(unknown, testing::IsEmpty()) << "give them a kind in sim/world/narration/sentence.cc";
}

TEST(Sentences, AreToldByWhoDoesWhatAndNotByWhatTheyQuote) {
  const struct {
    const char* text;
    EventKind kind;
  } kCases[] = {
      {"violation of lost-write: client-1 is told that it has committed", EventKind::kViolation},
      {"every fault is healed", EventKind::kWorld},
      {"transactor-1 begins: append 1 to k000", EventKind::kClient},
      {"transactor-1 is refused: group 2 crashes again", EventKind::kClient},
      {"mover-1 begins move 3 of [\"\", +inf)", EventKind::kMove},
      {"mover-1 drove move 3: the commit is refused: the mover begins: again", EventKind::kMove},
      {"the save of operator-1 made version 2", EventKind::kCatalog},
      {"the save of operator-1 ended: the commit is refused: it crashes", EventKind::kCatalog},
      {"the catalog is at version 3 with 4 routes", EventKind::kCatalog},
      {"node-1 (bootstrap) saves 2 routes over version 0", EventKind::kCatalog},
      {"log of group 2 [7]: append, is refused: ", EventKind::kLog},
      {"node-1 applies [7] of group 2: the pin is refused: it is told that it dies", EventKind::kApply},
      {"node-1 is at version 4", EventKind::kVersion},
      {"node-1 starts", EventKind::kProcess},
      {"node-2 leads group 1 in term 3", EventKind::kProcess},
      {"node-2 cannot start: the read is refused: nobody leads", EventKind::kProcess},
      {"node-1 crashes", EventKind::kFault},
      {"node-1 is told of version 3 again", EventKind::kFault},
      {"node-1 to node-2: a message is dropped", EventKind::kFault},
      {"group 1 loses a proposal", EventKind::kFault},
  };
  for (const auto& one : kCases) {
    const Sentence sentence = ReadSentence(one.text);
    EXPECT_TRUE(sentence.known) << one.text;
    EXPECT_EQ(EventKindName(sentence.kind), EventKindName(one.kind)) << one.text;
  }
}

TEST(Sentences, OtherWordsAreNobodysSentence) {
  for (const char* const text :
       {"", "an owl flies by", "log of group 0 [1]: nothing", "log of group x [1]: y",
        "node-1 applies [x] of group 2: OK", "node-1 is at version none"}) {
    const Sentence sentence = ReadSentence(text);
    EXPECT_FALSE(sentence.known) << text;
    EXPECT_EQ(sentence.position, std::nullopt) << text;
    EXPECT_EQ(EventKindName(sentence.kind), EventKindName(EventKind::kWorld)) << text;
  }
}

}  // namespace
}  // namespace fencepost::sim
