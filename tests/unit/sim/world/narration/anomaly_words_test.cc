// An anomaly in the names of the run: clients and times, which replica answered, how far it had applied.
#include "sim/world/narration/anomaly_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/network/network_events.h"
#include "tests/unit/sim/world/narration/told_run.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;
using model::history::Anomaly;
using model::history::EdgeKind;
using model::history::Explanation;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(AnomalyWords, NameTheReplicaBehindWhichAReaderWasAnswered) {
  ToldRun run;
  const auto sends = [&run](std::chrono::milliseconds time, std::uint64_t id,
                            std::chrono::milliseconds arrives, bool lost = false) {
    run.Noted(time, "node-1", MessageSent{id, ActorIdOf("transactor-1"), arrives, lost});
  };
  run.Agreed(10ms, 1, NoOpEntry());
  sends(15ms, 1, 16ms);
  run.Applied(20ms, "node-1", 1, 1).Agreed(30ms, 1, NoOpEntry());
  sends(50ms, 2, 60ms);
  sends(55ms, 3, 60ms, /*lost=*/true);
  run.Applied(80ms, "node-1", 1, 2);
  sends(90ms, 4, 100ms);
  run.Happens(300ms, "transactor-1", ClientLeftUnknown());
  const WorldTimeline world = run.World();
  const std::size_t lane = world.timeline.messages.front().to;
  const auto span = [lane](const char* name, Moment from, Moment until) {
    return Span{lane, from, until, 0, SpanEnd::kDone, "read k000", "", name};
  };
  // What never arrived by its note is taken for lost: look at the messages as if they had.
  WorldTimeline arrived = world;
  for (std::size_t i : {0u, 1u, 3u}) arrived.timeline.messages[i].lost = false;
  EXPECT_EQ(
      TellWhoAnswered(arrived, span("T0", 10ms, 17ms)),
      "T0 was answered by node-1 at 0.0150 s, which had applied nothing yet of the log of group 1, of [1]");
  EXPECT_EQ(TellWhoAnswered(arrived, span("T1", 40ms, 60ms)),
            "T1 was answered by node-1 at 0.0500 s, which had applied the log of group 1 up to [1] of [2]");
  EXPECT_EQ(TellWhoAnswered(arrived, span("T2", 40ms, 100ms)), "") << "by then it had applied all";
  EXPECT_EQ(TellWhoAnswered(arrived, span("T3", 200ms, 210ms)), "") << "nobody answered";
}

// Two transactions, of which the second begins after the first is done and misses its write.
ToldRun& TwoTransactions(ToldRun* run) {
  return run->Happens(10ms, "transactor-1", TransactionBegan{{ListStep{"k1", false, 1}}})
      .Happens(20ms, "transactor-1", TransactionCommitted{{ListStep{"k1", false, 1}}, {{}}})
      .Happens(30ms, "transactor-2", TransactionBegan{{ListStep{"k1", true, 0}}})
      .Happens(40ms, "transactor-2", TransactionCommitted{{ListStep{"k1", true, 0}}, {{}}});
}

Explanation MissedWrite() {
  Explanation explanation;
  explanation.anomaly = Anomaly::kGSingleRealtime;
  const std::string first = "T1 (process 1, line 1)";
  const std::string second = "T2 (process 2, line 3)";
  explanation.sentences = {first + " was complete at line 2, before " + second + " began at line 3",
                           "T2 read \"k1\" as [], without the 1 that T1 appended next: so T2 comes before T1",
                           "no order has T1 < T2 < T1"};
  explanation.transactions = {0, 1};
  explanation.edges = {{0, 1, EdgeKind::kRealtime}, {1, 0, EdgeKind::kRw}};
  explanation.introductions = {{0, 3, first.size() - 3, 0},
                               {0, explanation.sentences[0].find(second) + 3, second.size() - 3, 1}};
  explanation.keys = {"k1"};
  return explanation;
}

Violation NotIsolated(Explanation explanation) {
  return ViolationOf(model::kIsolation, "process 2 saw something impossible",
                     model::NotIsolated{model::NotIsolated::What::kLists, std::move(explanation)}, {"k1"});
}

TEST(AnomalyWords, CallTransactionsByTheirClientsAndTimes) {
  ToldRun run;
  const Narration told = TwoTransactions(&run).Fails(NotIsolated(MissedWrite()));
  ASSERT_TRUE(told.timeline.cycle.has_value());
  const SpanCycle& cycle = *told.timeline.cycle;
  EXPECT_EQ(cycle.name, "G-single-realtime");
  EXPECT_THAT(
      cycle.sentences,
      ElementsAre("T1 (transactor-1, begun at 0.0100 s) was done at 0.0200 s, before T2 (transactor-2, begun "
                  "at 0.0300 s) began at 0.0300 s: so T1 comes before T2",
                  "T2 read \"k1\" as [], without the 1 that T1 appended next: so T2 comes before T1",
                  "no order has T1 < T2 < T1"));
  EXPECT_EQ(cycle.edges[0].label, "real time");
  EXPECT_EQ(cycle.edges[1].label, "rw: missed");
  EXPECT_EQ(cycle.edges[1].sentence, cycle.sentences[1]);
  EXPECT_EQ(told.timeline.spans[cycle.spans[1]].name, "T2");
  EXPECT_EQ(told.timeline.violation->sentence,
            "what clients saw of lists has no explanation: G-single-realtime");
  EXPECT_THAT(FormatStory(told.story), HasSubstr("transactor-1 begins: append 1 to k1   <- T1\n"));
  EXPECT_THAT(FormatStory(told.story), Not(HasSubstr("process 2")));
}

TEST(AnomalyWords, PutIntroductionsWhereTheCheckerHasThem) {
  Explanation explanation = MissedWrite();
  explanation.edges.clear();  // a finding: its sentence stays, its introductions go
  ToldRun run;
  const Narration told = TwoTransactions(&run).Fails(NotIsolated(explanation));
  EXPECT_EQ(told.timeline.cycle->sentences[0],
            "T1 (transactor-1, begun at 0.0100 s) was complete at line 2, before T2 (transactor-2, begun at "
            "0.0300 s) "
            "began at line 3");
}

TEST(AnomalyWords, OfATransactionThatTheTraceDoesNotHaveKeepTheJudgesWords) {
  Explanation explanation = MissedWrite();
  explanation.transactions = {0, 9};
  ToldRun run;
  const Narration told = TwoTransactions(&run).Fails(NotIsolated(explanation));
  EXPECT_FALSE(told.timeline.cycle.has_value());
  EXPECT_EQ(told.timeline.violation->sentence, "process 2 saw something impossible");
}

TEST(AnomalyWords, SayWhatEachAnomalyIs) {
  EXPECT_THAT(ExplainAnomaly("G-single-realtime"), HasSubstr("read skew"));
  EXPECT_THAT(ExplainAnomaly("G-single-realtime"), HasSubstr("real time makes it one"));
  EXPECT_EQ(ExplainAnomaly("no such thing"), "");
}

}  // namespace
}  // namespace fencepost::sim
