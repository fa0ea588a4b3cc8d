// How events are put into words, and what becomes of those that nobody has words for.
#include "sim/core/vocabulary/vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/runtime/core_events.h"
#include "tests/support/told.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;

constexpr ActorKind kNode{"node", "a node"};
constexpr FaultKind kFlood{"flood", "weather", "everything is wet"};
constexpr MarkKind kWet{"wet", "somebody got wet"};

struct Ordered {
  static constexpr EventKind kKind{"ordered", "client"};
  std::uint64_t count = 0;
  std::optional<std::string> of;
  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("count", count);
    visit("of", of);
  }
};

class Telling : public testing::Test {
 protected:
  Telling() { trace_.NameActor(7, "node-1", kNode); }

  template <class E>
  std::string Tell(const E& event) {
    trace_.Event(1s, 7, event);
    return vocabulary_.Tell(trace_.KeptEvents().back(), trace_);
  }

  Trace trace_{TraceDetail::kEvents};
  Vocabulary vocabulary_;
};

TEST_F(Telling, AnEventThatNobodyHasWordsForIsToldByItsKindAndFields) {
  EXPECT_EQ(Tell(Ordered{2, "tea"}), "node-1: ordered count=2 of=\"tea\"");
  vocabulary_.events.Add(Ordered::kKind);
  EXPECT_EQ(Tell(Ordered{3, std::nullopt}), "node-1: ordered count=3 of=none")
      << "registered, but without words";
}

TEST_F(Telling, WordsAreGivenTheEventAndWhoItIsOf) {
  vocabulary_.AddEvent<Ordered>([](const Ordered& event, const TraceEvent& told, const Trace& trace) {
    return trace.NameOf(told.actor) + " orders " + std::to_string(event.count);
  });
  EXPECT_NE(vocabulary_.events.Find("ordered"), nullptr);
  EXPECT_EQ(Tell(Ordered{2, "tea"}), "node-1 orders 2");
  EXPECT_EQ(Tell(Told{"hm"}), "node-1: told text=\"hm\"");
}

TEST_F(Telling, AStepHasNoWords) {
  trace_.Step(1s, 7);
  EXPECT_EQ(vocabulary_.Tell(*trace_.EventAt(0), trace_), "");
}

TEST_F(Telling, TheEventsOfTheCoreHaveWordsInEveryVocabulary) {
  EXPECT_EQ(Tell(InvariantBroken{"dryness", "node-1 is wet"}), "violation of dryness: node-1 is wet");
  EXPECT_EQ(Tell(FaultStruck{&kFlood}), "node-1: flood strikes: everything is wet");
  EXPECT_EQ(Tell(MarkHit{&kWet}), "wet: somebody got wet");
  EXPECT_EQ(Tell(MessageSent{4, 7, 2s, true}), "node-1 sends message 4 to node-1, which is lost");
  EXPECT_EQ(Tell(MessageArrived{4}), "message 4 reaches node-1");
}

TEST(TheHashOfATrace, DoesNotDependOnHowASentenceReads) {
  const auto hash_of = [](const InvariantBroken& broken) {
    Trace trace(TraceDetail::kHashOnly);
    trace.Event(1s, kWorldActor, broken);
    return trace.hash();
  };
  EXPECT_EQ(hash_of({"dryness", "node-1 is wet"}), hash_of({"dryness", "node-1 is all wet"}));
  EXPECT_NE(hash_of({"dryness", "node-1 is wet"}), hash_of({"warmth", "node-1 is wet"}));
}

}  // namespace
}  // namespace fencepost::sim
