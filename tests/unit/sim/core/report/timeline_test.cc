// A run of any simulation as a timeline: lanes, events in the vocabulary's words, messages, bands and spans.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "sim/core/report/timeline.h"
#include "sim/core/report/timeline_builder.h"
#include "tests/support/toy_run.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

std::vector<std::string> NamesOf(const std::vector<Lane>& lanes) {
  std::vector<std::string> names;
  for (const Lane& lane : lanes) names.push_back(lane.name);
  return names;
}

std::vector<std::string> TextsOf(const Timeline& timeline) {
  std::vector<std::string> texts;
  for (const TimelineEvent& event : timeline.events) texts.push_back(event.text);
  return texts;
}

TEST(Timeline, HasALaneForEachActorTheWorldLast) {
  const Timeline timeline = toy::Run().Told().timeline;
  EXPECT_THAT(NamesOf(timeline.lanes), ElementsAre("asker-1", "server-1", "world"));
  EXPECT_EQ(timeline.lanes[1].kind, "server");
}

TEST(Timeline, PutsActorsInTheOrderOfTheirKindsAndThingsWhereTheyAreAdded) {
  toy::Run run;
  run.trace().NameActor(11, "asker-2", toy::kAsker);
  run.trace().NameActor(12, "server-2", toy::kServer);
  TimelineBuilder builder(&toy::Words(), &run.trace(), run.Passes(), RunTitle());
  EXPECT_EQ(builder.AddLane("log", "thing"), 0u);
  builder.AddActors(std::array{toy::kServer.name});
  EXPECT_EQ(builder.LaneOf(12), 2u);
  EXPECT_EQ(builder.LaneOf(99), 5u) << "somebody without a name: in the lane of the world";
  EXPECT_THAT(NamesOf(std::move(builder).Build().lanes),
              ElementsAre("log", "server-1", "server-2", "asker-1", "asker-2", "world"));
}

TEST(Timeline, TellsEventsInWordsAndByTheirFieldsWhereNobodyHasWords) {
  toy::Run run;
  run.Event(1ms, toy::Run::kAsker1, toy::Asked{"tea"}).Event(2ms, toy::Run::kServer1, toy::Hummed{220});
  const Timeline timeline = run.Told().timeline;
  EXPECT_THAT(TextsOf(timeline), ElementsAre("asker-1 asks for tea", "server-1: hummed hertz=220"));
  EXPECT_EQ(timeline.events[0].category, "asker");
  EXPECT_EQ(timeline.events[1].lane, 1u);
  EXPECT_EQ(timeline.events[1].time, 2ms);
  EXPECT_EQ(timeline.title.name, "toy");
  EXPECT_EQ(timeline.trace_hash, FormatTraceHash(run.trace().hash()));
}

TEST(Timeline, TellsFaultsAndMarksAndAFaultThatHasAnEventOfItsOwnOnce) {
  toy::Run run;
  run.Note(1ms, toy::Run::kServer1, FaultStruck{&toy::kPowerCut})
      .Note(2ms, toy::Run::kServer1, MarkHit{&toy::kAskedTwice})
      .Note(3ms, toy::Run::kServer1, FaultStruck{&faults::kNetworkDrop})
      .Event(3ms, toy::Run::kServer1, MessageHit{toy::Run::kAsker1, &faults::kNetworkDrop});
  EXPECT_THAT(
      TextsOf(run.Told().timeline),
      ElementsAre("server-1: power-cut strikes: the server is without power",
                  "asked-twice: somebody asked twice", "server-1 to asker-1: a message never arrives"));

  TimelineBuilder builder(&toy::Words(), &run.trace(), run.Passes(), RunTitle());
  builder.SetToldByEvent(toy::kPowerCut);
  builder.AddActors();
  for (const TraceEvent& told : run.trace().KeptEvents()) builder.AddEvent(told);
  EXPECT_EQ(std::move(builder).Build().events.size(), 2u) << "a narrator may say so of its own faults";
}

TEST(Timeline, FollowsMessagesToWhereTheyArriveOrGetLost) {
  toy::Run run;
  run.Note(1ms, toy::Run::kAsker1, MessageSent{1, toy::Run::kServer1, 2ms, false})
      .Note(1ms, toy::Run::kAsker1, MessageSent{2, toy::Run::kServer1, 1ms, true})
      .Note(1ms, toy::Run::kAsker1, MessageSent{3, toy::Run::kServer1, 2ms, false})
      .Note(3ms, toy::Run::kServer1, MessageArrived{1})
      .Note(4ms, toy::Run::kServer1, MessageSent{4, toy::Run::kAsker1, 90ms, false})
      .Note(5ms, toy::Run::kServer1, MessageArrived{77});
  const Timeline timeline = run.Told().timeline;
  EXPECT_TRUE(timeline.events.empty()) << "a message is no event";
  ASSERT_EQ(timeline.messages.size(), 4u);
  EXPECT_EQ(timeline.messages[0].from, 0u);
  EXPECT_EQ(timeline.messages[0].to, 1u);
  EXPECT_EQ(timeline.messages[0].sent, 1ms);
  EXPECT_EQ(timeline.messages[0].arrives, 3ms) << "when it did, not when it should have";
  EXPECT_FALSE(timeline.messages[0].lost);
  EXPECT_TRUE(timeline.messages[1].lost) << "at once";
  EXPECT_TRUE(timeline.messages[2].lost) << "on its way: it should have arrived before the end";
  EXPECT_FALSE(timeline.messages[3].lost) << "still under way";
  EXPECT_EQ(timeline.messages[3].arrives, timeline.end);
}

TEST(Timeline, BandsFollowOneAnotherAndEndWithTheRun) {
  toy::Run run;
  run.Event(9ms, toy::Run::kAsker1, toy::Asked{"tea"});
  TimelineBuilder builder(&toy::Words(), &run.trace(), run.Passes(), RunTitle());
  builder.AddActors();
  builder.MoveBand(1, 2ms, 5);
  builder.MoveBand(0, 3ms, 1);
  builder.MoveBand(1, 4ms, 6);
  builder.EndBand(1, 6ms);
  builder.EndBand(1, 7ms);
  const Timeline timeline = std::move(builder).Build();
  ASSERT_EQ(timeline.bands.size(), 3u);
  EXPECT_EQ(timeline.bands[0].lane, 0u);
  EXPECT_EQ(timeline.bands[0].until, 10ms) << "the end of the run";
  EXPECT_EQ(timeline.bands[1].version, 5u);
  EXPECT_EQ(timeline.bands[1].until, 4ms);
  EXPECT_EQ(timeline.bands[2].until, 6ms);
}

TEST(Timeline, AnswersWhichVersionALaneWasAt) {
  Timeline timeline;
  timeline.bands = {{0, 0ms, 10ms, 1}, {0, 10ms, 30ms, 2}, {2, 5ms, 8ms, 1}, {2, 20ms, 30ms, 2}};
  EXPECT_EQ(VersionAt(timeline, 0, 0ms), 1u);
  EXPECT_EQ(VersionAt(timeline, 0, 10ms), 2u) << "the one that begins, not the one that ends";
  EXPECT_EQ(VersionAt(timeline, 0, 30ms), 2u);
  EXPECT_EQ(VersionAt(timeline, 1, 10ms), std::nullopt) << "a lane that never was at any";
  EXPECT_EQ(VersionAt(timeline, 2, 4ms), std::nullopt) << "not yet";
  EXPECT_EQ(VersionAt(timeline, 2, 10ms), std::nullopt) << "crashed";
  EXPECT_EQ(VersionAt(timeline, 2, 25ms), 2u);
}

// Asks at each of these times, and has `then` look at what is open.
class Spans {
 public:
  Spans() : builder_(&toy::Words(), &trace_, EndsAfter(50ms), RunTitle()) { builder_.AddActors(); }

  TimelineBuilder& At(Moment time) {
    trace_.Event(time, kWorldActor, toy::Asked{"tea"});
    builder_.AddEvent(trace_.KeptEvents().back());
    return builder_;
  }
  std::vector<Span> Build() { return std::move(builder_).Build().spans; }

 private:
  static RunOutcome EndsAfter(Moment end) {
    RunOutcome outcome;
    outcome.simulated = end;
    return outcome;
  }

  Trace trace_{TraceDetail::kEvents};
  TimelineBuilder builder_;
};

TEST(Timeline, ASpanEndsAsWasLastSaidOfIt) {
  Spans spans;
  spans.At(1ms).OpenSpan("first");
  spans.At(2ms).UpdateSpan(SpanEnd::kRefused, "not yet");
  spans.At(3ms).CloseSpan(SpanEnd::kDone, "served");
  spans.At(4ms).CloseSpan(SpanEnd::kRefused, "nothing is open");
  spans.At(5ms).OpenSpan("second");
  spans.At(6ms).UpdateSpan(SpanEnd::kRefused, "no tea");
  spans.At(7ms).OpenSpan("third");
  spans.At(8ms).OpenSpan("fourth");
  const std::vector<Span> built = spans.Build();
  ASSERT_EQ(built.size(), 4u);
  EXPECT_EQ(built[0].end, SpanEnd::kDone);
  EXPECT_EQ(built[0].outcome, "served");
  EXPECT_EQ(built[0].until, 3ms);
  EXPECT_EQ(built[0].begin_event, 0u);
  EXPECT_EQ(built[1].end, SpanEnd::kRefused) << "the next one begins: the refusal was final";
  EXPECT_EQ(built[1].until, 6ms);
  EXPECT_EQ(built[2].end, SpanEnd::kUnknown)
      << "the next one begins, and nobody said what became of this one";
  EXPECT_EQ(built[2].until, 8ms);
  EXPECT_EQ(built[3].end, SpanEnd::kUnfinished);
  EXPECT_EQ(built[3].until, 50ms);
}

}  // namespace
}  // namespace fencepost::sim
