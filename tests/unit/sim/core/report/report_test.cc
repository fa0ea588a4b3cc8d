// What a run looks like to a person: sentences have a kind, the story tells the steps, pages and traces are
// well-formed whatever texts a run has, and looking at a run does not change it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/report/chrome_trace.h"
#include "sim/core/report/page.h"
#include "sim/core/report/story.h"
#include "sim/core/report/timeline.h"
#include "sim/core/repro/replay.h"
#include "sim/world/narration/anomaly_words.h"
#include "sim/world/narration/timeline_lookup.h"
#include "sim/world/narration/violation_words.h"
#include "sim/world/run.h"
#include "tests/sim/kept_failures.h"
#include "tests/sim/worlds.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// A kept failure of that scenario.
Timeline KeptFailureOfScenario(const std::string& scenario) {
  for (const std::string& path : KeptFailures()) {
    if (std::filesystem::path(path).filename().string().starts_with(scenario + "-")) {
      return TimelineOfKeptFailure(path);
    }
  }
  ADD_FAILURE() << "no failure of " << scenario << " is kept";
  return Timeline();
}

TEST(Story, TellsHowAWriteIsLostStepByStep) {
  const Timeline timeline = KeptFailureOfScenario("fence-published-lost-write");
  const std::string story = TellStory(timeline);
  std::size_t from = 0;
  for (const char* const step : {
           "transactor-1 begins: append 1 to k000\n",
           "becomes write-fenced (was active)\n",
           "log of group 1 [1]: commit transaction 1 at 2 (append 1 to \"k000\" under epoch 1, pinned to "
           "version "
           "1)   -- node-1 at version 1",
           "transactor-1 is told that it has committed: append 1 to k000\n",
           "log of group 2 [1]: copy ",
           "goes from group 1 to group 2, active\n",
           "! VIOLATION of lost-write: transactor-1 was told that 1 was appended to key \"k000\"",
           "A client was told that its write is durable, and it is gone. It is entry [1] of group 1",
       }) {
    const std::size_t at = story.find(step, from);
    ASSERT_NE(at, std::string::npos) << "not told, or not in its place: " << step << "\n" << story;
    from = at + 1;
  }
}

TEST(Story, OfEveryKeptFailureEndsWithTheViolationAndWhatItMeans) {
  ASSERT_GT(KeptFailures().size(), 20u);
  for (const std::string& path : KeptFailures()) {
    const Timeline timeline = TimelineOfKeptFailure(path);
    if (!timeline.violation.has_value()) continue;  // fixed since
    const Story story = BuildStory(timeline);
    ASSERT_GE(story.lines.size(), 2u) << path;
    EXPECT_EQ(story.lines.back().kind, EventKind::kViolation) << path;
    EXPECT_THAT(story.lines.back().text, HasSubstr(SentenceOfViolation(timeline))) << path;
    EXPECT_NE(story.explanation, "") << path;
    const auto earlier = [](const StoryLine& a, const StoryLine& b) { return a.time < b.time; };
    EXPECT_TRUE(std::is_sorted(story.lines.begin(), story.lines.end(), earlier))
        << path << FormatStory(story);
  }
}

TEST(Story, CallsClientsByTheirNamesAndNotByTheLinesOfAHistory) {
  std::size_t cycles = 0;
  for (const std::string& path : KeptFailures()) {
    const Timeline timeline = TimelineOfKeptFailure(path);
    if (!timeline.cycle.has_value()) continue;
    ++cycles;
    const std::string told = TellStory(timeline) + TimelineAsJson(timeline);
    for (const char* const words : {"process 1", "process 2", "process 3", "at line ", ", line "}) {
      EXPECT_THAT(told, Not(HasSubstr(words))) << path;
    }
    for (const std::size_t span : timeline.cycle->spans) {
      EXPECT_THAT(told, HasSubstr("(" + timeline.lanes[timeline.spans[span].lane].name + ", begun at "))
          << path;
    }
  }
  EXPECT_GT(cycles, 2u);
}

TEST(Story, NamesTheReplicaBehindWhichAReaderWasAnswered) {
  Timeline timeline;
  timeline.lanes = {
      {"group-1", LaneKind::kGroup}, {"node-1", LaneKind::kNode}, {"client-1", LaneKind::kClient}};
  const auto entry = [&timeline](Moment time, std::size_t lane, EventKind kind, std::uint64_t index) {
    TimelineEvent event;
    event.time = time;
    event.lane = lane;
    event.kind = kind;
    event.position = LogPosition{1, index};
    timeline.events.push_back(event);
  };
  entry(1ms, 0, EventKind::kLog, 1);
  entry(2ms, 1, EventKind::kApply, 1);
  entry(3ms, 0, EventKind::kLog, 2);
  entry(8ms, 1, EventKind::kApply, 2);
  timeline.end = 30ms;
  timeline.messages = {{1, 2, 1500us, 1600us, false},
                       {1, 2, 5ms, 6ms, false},
                       {1, 2, 5500us, 6ms, true},
                       {1, 2, 9ms, 10ms, false}};
  Span first{2, 1ms, 1700us, 0, SpanEnd::kDone, "read k000", "", "T0"};
  EXPECT_EQ(
      TellWhoAnswered(timeline, first),
      "T0 was answered by node-1 at 0.0015 s, which had applied nothing yet of the log of group 1, of [1]");
  Span early{2, 4ms, 6ms, 0, SpanEnd::kDone, "read k000", "", "T1"};
  EXPECT_EQ(TellWhoAnswered(timeline, early),
            "T1 was answered by node-1 at 0.0050 s, which had applied the log of group 1 up to [1] of [2]");
  Span late{2, 4ms, 10ms, 0, SpanEnd::kDone, "read k000", "", "T2"};
  EXPECT_EQ(TellWhoAnswered(timeline, late), "") << "by then it had applied all";
  Span alone{2, 20ms, 21ms, 0, SpanEnd::kDone, "read k000", "", "T3"};
  EXPECT_EQ(TellWhoAnswered(timeline, alone), "") << "nobody answered";
}

TEST(Story, SaysWhatIsWrongWithAWriteOrWithWhatIsLeft) {
  const struct {
    const char* invariant;
    const char* sentence;
    const char* meaning;
  } kCases[] = {
      {"owner-fence", "transaction 1 wrote key \"k\" where the key is fenced by epoch 2",
       "a write behind it stays"},
      {"owner-fence",
       "transaction 1 wrote key \"k\" where the key is not owned: ", "that nobody reads any more"},
      {"owner-fence", "transaction 1 wrote key \"k\" where the key is owned under epoch 5",
       "by a route that is gone"},
      {"owner-fence", "two groups own key \"k\"", "that the other knows nothing of"},
      {"owner-fence", "at rest, group 2 still has data of key k, which it does not own",
       "has to drop its data"},
      {"owner-fence", "key k was written with timestamp 3, and the floor of its tenure is 4",
       "a later timestamp"},
      {"owner-fence", "something else", "What must hold: every write that took effect"},
      {"isolation", "registers show not-linearizable: process 3 read null (lines 5 to 6)",
       "acknowledged before the read"},
      {"liveness", "client-1 gave up after 2 attempts through one cache", "has to wait for newer routes"},
      {"liveness", "20 ms after healing, node-1 is down", "What must hold: after healing"},
  };
  for (const auto& one : kCases) {
    Timeline timeline;
    timeline.lanes = {{"catalog", LaneKind::kCatalog}, {"world", LaneKind::kWorld}};
    timeline.violation = model::Violation{one.invariant, one.sentence};
    EXPECT_THAT(BuildStory(timeline).explanation, HasSubstr(one.meaning)) << one.sentence;
  }
}

// A run as its trace tells it, for what the kept failures do not show.
class ToldRun {
 public:
  ToldRun() {
    trace_.NoteActor(0, "world");
    Happens(0ms, "world", "the world saves 1 routes over version 0");
  }

  ToldRun& Version(std::uint64_t version, std::vector<TraceNotes::Route> routes) {
    Happens(now_, "world", "the catalog is at version " + std::to_string(version) + " with some routes");
    trace_.notes()->catalog.push_back({now_, version, std::move(routes)});
    return *this;
  }

  ToldRun& Happens(std::chrono::milliseconds time, const std::string& actor, const std::string& sentence) {
    now_ = time;
    if (!actors_.contains(actor)) {
      const auto next = static_cast<ActorId>(actors_.size());
      actors_[actor] = next;
      if (next > 0) trace_.NoteActor(next, actor);
    }
    trace_.Event(time, actors_[actor], sentence);
    return *this;
  }

  Timeline Fails(const std::string& invariant, const std::string& sentence) {
    outcome_.violation = model::Violation{invariant, sentence};
    return Ends();
  }

  Timeline Ends() {
    outcome_.simulated = outcome_.violated_at = now_ + 1ms;
    return BuildTimeline(trace_, outcome_, RunTitle{"told", "", ""});
  }

 private:
  Trace trace_{TraceDetail::kText};
  RunOutcome outcome_;
  std::map<std::string, ActorId> actors_;
  std::chrono::milliseconds now_{0};
};

constexpr const char* kWholeSpace = "[\"\", +inf)";

std::string LostOne() {
  return "client-1 was told that 1 was appended to key \"k1\"; in the end it is lost: the list of key \"k1\" "
         "in "
         "group 2, its owner, is []";
}

std::string Explained(const Timeline& timeline) { return BuildStory(timeline).explanation; }

TEST(Story, OfAWriteThatWasPreparedWhileItsRangeWasCopiedSaysSo) {
  const Timeline timeline =
      ToldRun()
          .Version(1, {{kWholeSpace, 1, "active"}})
          .Happens(10ms, "world",
                   "log of group 1 [1]: prepare transaction 7 from 1 on (append 1 to \"k1\" under epoch 1)")
          .Happens(20ms, "world", "log of group 2 [1]: copy [\"\", +inf) for epoch 2 (0 keys)")
          .Happens(30ms, "world", "log of group 1 [2]: resolve: transaction 7 is committed at 2")
          .Happens(31ms, "client-1", "client-1 is told that it has committed: append 1 to k1")
          .Version(2, {{kWholeSpace, 2, "active"}})
          .Fails("lost-write", LostOne());
  EXPECT_THAT(
      Explained(timeline),
      HasSubstr("It was prepared there, and took effect only with entry [2] of group 1 (0.0300 s): the keys "
                "around \"k1\" had been copied to group 2 in between (0.0200 s)"));
  EXPECT_THAT(TellStory(timeline), HasSubstr("log of group 1 [2]: resolve: transaction 7 is committed at 2"))
      << "the step that it hangs on";
}

TEST(Story, OfAWriteThatEveryReplicaRefusedSaysThatTheClientWasToldOtherwise) {
  const Timeline timeline =
      ToldRun()
          .Version(1, {{kWholeSpace, 1, "active"}})
          .Happens(10ms, "world", "log of group 1 [1]: commit transaction 7 at 2 (append 1 to \"k1\")")
          .Happens(10ms, "node-1", "node-1 applies [1] of group 1: OwnershipMoved: it is fenced")
          .Happens(11ms, "client-1", "client-1 is told that it has committed: append 1 to k1")
          .Fails("lost-write", LostOne());
  EXPECT_THAT(Explained(timeline),
              HasSubstr("Every replica refused that entry (OwnershipMoved: it is fenced), and yet "
                        "the client was told that it had committed."));
}

TEST(Story, OfATransactionDecidedTwiceNamesBothDecisions) {
  const Timeline timeline =
      ToldRun()
          .Version(1, {{kWholeSpace, 1, "active"}})
          .Happens(10ms, "world", "log of group 1 [1]: prepare transaction 7 from 1 on (append 1 to \"k1\")")
          .Happens(20ms, "world", "log of group 1 [2]: decide that transaction 7 is committed at 2")
          .Happens(30ms, "world", "log of group 2 [1]: decide that transaction 7 is aborted")
          .Happens(40ms, "world", "log of group 1 [3]: resolve: transaction 7 is aborted")
          .Happens(50ms, "world", "log of group 1 [4]: resolve: transaction 7 is committed at 2")
          .Fails("lost-write", LostOne());
  EXPECT_THAT(
      Explained(timeline),
      HasSubstr(
          "decided twice: committed by entry [2] of group 1 (0.0200 s), aborted by entry [1] of group 2 "
          "(0.0300 s)"));
  EXPECT_THAT(Explained(timeline), HasSubstr("The write was dropped by entry [3] of group 1 (0.0400 s)."));
}

TEST(Story, OfACopyOverAWriteAndOfAWriteToAStrangerSaysSo) {
  const Timeline over =
      ToldRun()
          .Version(1, {{kWholeSpace, 2, "active"}})
          .Happens(10ms, "world", "log of group 2 [1]: commit transaction 7 at 2 (append 1 to \"k1\")")
          .Happens(20ms, "world", "log of group 2 [2]: copy [\"k0\", +inf) for epoch 2 (1 keys)")
          .Fails("lost-write", LostOne());
  EXPECT_THAT(Explained(over),
              HasSubstr("Later entry [2] of group 2 (0.0200 s) copied those keys into group 2 once more"));

  const Timeline stranger =
      ToldRun()
          .Version(1, {{"[\"\", \"k1\")", 1, "active"}, {"[\"k1\", +inf)", 2, "active"}})
          .Happens(10ms, "world", "log of group 1 [1]: commit transaction 7 at 2 (append 1 to \"k1\")")
          .Fails("lost-write", LostOne());
  EXPECT_THAT(Explained(stranger),
              HasSubstr("But \"k1\" belonged to group 2 then, by version 1 of the catalog."));
}

TEST(Story, AnAppendThatIsThereTwiceIsTracedToTheEntriesThatTookEffect) {
  const Timeline timeline =
      ToldRun()
          .Version(1, {{kWholeSpace, 1, "active"}})
          .Happens(10ms, "world", "log of group 1 [1]: prepare transaction 7 from 1 on (append 1 to \"k1\")")
          .Happens(20ms, "world",
                   "log of group 1 [2]: resolve: transaction 7 is committed at 2 (append 1 to \"k1\")")
          .Happens(30ms, "world",
                   "log of group 1 [3]: resolve: transaction 7 is committed at 2 (append 1 to \"k1\")")
          .Fails("lost-write",
                 "client-1 was told that 1 was appended to key \"k1\"; in the end it is there 2 times: ...");
  EXPECT_THAT(Explained(timeline),
              HasSubstr("it is in entry [2] of group 1 (0.0200 s), and entry [3] of group 1 (0.0300 s)"));
}

TEST(Story, TellsOfHealingOnlyWhereSomebodyWasIllAndLaterDidSomething) {
  ToldRun well;
  well.Happens(10ms, "client-1", "client-1 begins: append 1 to k1")
      .Happens(20ms, "world", "every fault is healed");
  EXPECT_THAT(TellStory(well.Ends()), Not(HasSubstr("healed")));

  ToldRun ill;
  ill.Happens(10ms, "node-1", "node-1 crashes").Happens(20ms, "world", "every fault is healed");
  EXPECT_THAT(TellStory(ill.Ends()), HasSubstr("every fault is healed"))
      << "of a run that passes all is told";
  EXPECT_THAT(TellStory(ill.Fails("liveness", "20 ms after healing, node-1 is down")),
              HasSubstr("every fault is healed"));
  EXPECT_THAT(TellStory(ill.Fails("lost-write", LostOne())), Not(HasSubstr("healed")))
      << "it can have led to nothing";
  ill.Happens(30ms, "client-1", "client-1 begins: append 1 to k1");
  EXPECT_THAT(TellStory(ill.Fails("lost-write", LostOne())), HasSubstr("every fault is healed"));
}

TEST(Story, TellsOfTheLeadersOfTheGroupsThatHaveTheKeysOfTheViolation) {
  const std::string story = TellStory(
      ToldRun()
          .Happens(5ms, "node-1", "node-1 leads group 1 in term 3")
          .Happens(6ms, "node-1", "node-1 leads group 12 in term 3")
          .Happens(7ms, "node-2", "node-2 starts")
          .Happens(10ms, "world", "log of group 1 [1]: commit transaction 7 at 2 (append 1 to \"k1\")")
          .Happens(11ms, "world", "log of group 12 [1]: commit transaction 8 at 2 (append 2 to \"k2\")")
          .Happens(20ms, "node-2", "node-2 leads group 1 in term 4")
          .Fails("lost-write", LostOne()));
  EXPECT_THAT(story, HasSubstr("leads group 1 in term 3"));
  EXPECT_THAT(story, HasSubstr("node-2 starts"));
  EXPECT_THAT(story, Not(HasSubstr("leads group 12")));
  EXPECT_THAT(story, Not(HasSubstr("in term 4"))) << "nothing happened under that leader";
}

TEST(Story, SaysOnceWhatIsToldAgainAndAgain) {
  ToldRun run;
  for (const auto time : {1ms, 2ms, 3ms}) run.Happens(time, "client-1", "client-1 is refused: no leader");
  run.Happens(4ms, "client-1", "client-1 is refused: no route");
  const Story story = BuildStory(run.Ends());
  ASSERT_EQ(story.lines.size(), 2u) << FormatStory(story);
  EXPECT_EQ(story.lines[0].text, "client-1 is refused: no leader   (3 times, the last at 0.0030 s)");
  EXPECT_EQ(story.lines[1].text, "client-1 is refused: no route");
}

TEST(Story, SaysOnceWhatGoesRoundInCircles) {
  ToldRun run;
  run.Happens(1ms, "mover-1", "mover-1 begins move 2");
  for (int round = 1; round <= 3; ++round) {
    run.Happens(round * 10ms, "world", fmt::format("log of group 1 [{}]: fence k1 epoch 2", round + 7))
        .Happens(round * 10ms + 5ms, "mover-1", "mover-1 drove move 2: not drained [step 4 (copy)]");
  }
  run.Happens(90ms, "world", "log of group 1 [11]: fence k1 epoch 3");
  const Story story = BuildStory(run.Ends());
  ASSERT_EQ(story.lines.size(), 4u) << FormatStory(story);
  EXPECT_EQ(story.lines[1].text, "log of group 1 [8]: fence k1 epoch 2");
  EXPECT_EQ(
      story.lines[2].text,
      "mover-1 drove move 2: not drained [step 4 (copy)]   (these 2 lines 3 times, the last at 0.0350 s)");
  EXPECT_EQ(story.lines[3].text, "log of group 1 [11]: fence k1 epoch 3");
}

TEST(Story, TwoLinesThatComeTwiceAreToldTwice) {
  ToldRun run;
  for (const auto time : {10ms, 20ms}) {
    run.Happens(time, "client-1", "client-1 asks").Happens(time + 1ms, "client-1", "client-1 is refused");
  }
  EXPECT_EQ(BuildStory(run.Ends()).lines.size(), 4u);
}

TEST(Story, AVersionInWhichNoRouteChangesIsToldWithTheEndOfItsMove) {
  const TraceNotes::Route route{kWholeSpace, 2, "active"};
  ToldRun run;
  run.Version(1, {route})
      .Happens(5ms, "world", "log of group 2 [1]: activate [\"\", +inf) epoch 1 floor 0")
      .Version(2, {route})
      .Happens(6ms, "mover-1", "mover-1 drove move 1 of [\"\", +inf) from group 1 to group 2, moving: done")
      .Version(3, {route, route})
      .Version(4, {});
  const std::string story = TellStory(run.Ends());
  EXPECT_THAT(story, HasSubstr("moving: done; the catalog is at version 2\n"));
  EXPECT_THAT(story, Not(HasSubstr("the same routes")));
  EXPECT_THAT(story, HasSubstr("at version 3: [\"\", +inf) is a range of group 2, active\n"))
      << "there twice is a change";
  EXPECT_THAT(story, HasSubstr("at version 4: no route any more for [\"\", +inf)")) << "and so is being gone";
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

TEST(Report, LookingAtARunDoesNotChangeIt) {
  for (const char* const name : {"kitchen-sink", "moves", "fence-published", "follower-reads"}) {
    const Scenario scenario = RepositoryScenario(name);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      Trace unseen(TraceDetail::kHashOnly);
      const RunOutcome alone = RunSeed(scenario, seed, &unseen);
      Trace seen(TraceDetail::kText);
      const RunOutcome watched = RunSeed(scenario, seed, &seen);
      const Timeline timeline = BuildTimeline(seen, watched, RunTitle{name, "", ""});
      EXPECT_EQ(unseen.notes(), nullptr);
      EXPECT_FALSE(seen.notes()->actors.empty());
      EXPECT_EQ(FormatTraceHash(alone.hash), FormatTraceHash(watched.hash)) << name << " seed " << seed;
      EXPECT_EQ(FormatTraceHash(alone.hash), FormatTraceHash(seen.hash())) << name << " seed " << seed;
      EXPECT_EQ(timeline.trace_hash, FormatTraceHash(alone.hash)) << name << " seed " << seed;
      EXPECT_EQ(alone.steps, watched.steps) << name << " seed " << seed;
    }
  }
}

// Who has a slice at which time: what a flow can hold on to.
using Slices = std::set<std::pair<std::int64_t, double>>;

// Each flow starts once and finishes once, not before it started, on slices that are there.
void ExpectFlowsInPairs(const json& entries, const Slices& slices) {
  std::map<std::uint64_t, double> started;
  std::set<std::uint64_t> finished;
  for (const json& entry : entries) {
    const std::string phase = entry["ph"];
    if (phase != "s" && phase != "f") continue;
    const std::uint64_t id = entry["id"];
    EXPECT_TRUE(slices.contains({entry["tid"], entry["ts"]})) << entry;
    if (phase == "s") {
      EXPECT_TRUE(started.emplace(id, entry["ts"]).second) << "starts twice: " << entry;
    } else {
      EXPECT_TRUE(finished.insert(id).second) << "finishes twice: " << entry;
      ASSERT_TRUE(started.contains(id)) << entry;
      EXPECT_GE(entry["ts"].get<double>(), started[id]) << entry;
    }
  }
  EXPECT_EQ(started.size(), finished.size());
}

TEST(ChromeTrace, IsWhatTheFormatAsksFor) {
  Trace trace(TraceDetail::kText);
  const RunOutcome outcome = RunSeed(RepositoryScenario("kitchen-sink"), 1, &trace);
  const Timeline timeline = BuildTimeline(trace, outcome, RunTitle{"kitchen-sink", "", ""});
  const json parsed = json::parse(ChromeTrace(timeline), nullptr, false);
  ASSERT_TRUE(parsed.is_object());
  std::map<std::int64_t, std::string> threads;
  Slices slices;
  std::map<std::string, int> phases;
  for (const json& entry : parsed["traceEvents"]) {
    ++phases[entry["ph"]];
    if (entry["name"] == "thread_name") threads[entry["tid"]] = entry["args"]["name"];
    if (entry["ph"] == "X") slices.emplace(entry["tid"], entry["ts"]);
  }
  std::set<std::string> names;
  for (const auto& [thread, name] : threads) names.insert(name);
  for (const TraceNotes::Actor& actor : trace.notes()->actors) {
    EXPECT_TRUE(names.contains(actor.name)) << actor.name << " has no thread";
  }
  for (const json& entry : parsed["traceEvents"]) {
    if (entry["ph"] == "M") continue;
    EXPECT_TRUE(threads.contains(entry["tid"])) << entry;
    EXPECT_GE(entry["ts"].get<double>(), 0) << entry;
    if (entry["ph"] == "X") {
      EXPECT_GE(entry["dur"].get<double>(), 0) << entry;
    }
  }
  for (const char* const phase : {"M", "X", "i", "C", "s", "f"}) EXPECT_GT(phases[phase], 0) << phase;
  ExpectFlowsInPairs(parsed["traceEvents"], slices);
}

// The runs whose Chrome traces are looked at: everything that is kept, and one that has all there is.
std::vector<Timeline> TimelinesToTrace() {
  std::vector<Timeline> timelines;
  for (const std::string& path : KeptFailures()) timelines.push_back(TimelineOfKeptFailure(path));
  Trace trace(TraceDetail::kText);
  const RunOutcome outcome = RunSeed(RepositoryScenario("kitchen-sink"), 1, &trace);
  timelines.push_back(BuildTimeline(trace, outcome, RunTitle{"kitchen-sink", "", ""}));
  return timelines;
}

// A time of the format, which is in microseconds, in whole nanoseconds.
std::int64_t Nanoseconds(const json& time) { return std::llround(time.get<double>() * 1000); }

// Perfetto drops a slice that begins within another of its thread and ends behind it.
TEST(ChromeTrace, SlicesOfAThreadNest) {
  for (const Timeline& timeline : TimelinesToTrace()) {
    const json parsed = json::parse(ChromeTrace(timeline), nullptr, false);
    ASSERT_TRUE(parsed.is_object()) << timeline.replay;
    std::map<std::int64_t, std::vector<std::pair<std::int64_t, std::int64_t>>>
        slices;  // by thread: begin, -end
    for (const json& entry : parsed["traceEvents"]) {
      if (entry["ph"] != "X") continue;
      const std::int64_t begin = Nanoseconds(entry["ts"]);
      slices[entry["tid"]].emplace_back(begin, -(begin + Nanoseconds(entry["dur"])));
    }
    for (auto& [thread, ones] : slices) {
      std::sort(ones.begin(), ones.end());
      std::vector<std::int64_t> open;  // where the slices around this one end
      for (const auto& [begin, minus_end] : ones) {
        while (!open.empty() && open.back() <= begin) open.pop_back();
        EXPECT_TRUE(open.empty() || -minus_end <= open.back())
            << timeline.scenario << ": the slice of thread " << thread << " from " << begin << " to "
            << -minus_end << " ns sticks out of one that ends at " << open.back();
        open.push_back(-minus_end);
      }
    }
  }
}

TEST(ChromeTrace, CountsVersionsAndNamesThreadsOnce) {
  for (const Timeline& timeline : TimelinesToTrace()) {
    const json parsed = json::parse(ChromeTrace(timeline), nullptr, false);
    ASSERT_TRUE(parsed.is_object()) << timeline.replay;
    EXPECT_EQ(parsed["otherData"]["trace_hash"], timeline.trace_hash);
    std::map<std::string, std::int64_t> counted;  // when each counter was last set
    std::map<std::string, int> named;
    std::map<std::int64_t, std::int64_t> sorted;  // threads by their place
    for (const json& entry : parsed["traceEvents"]) {
      const std::string name = entry["name"];
      EXPECT_EQ(entry["pid"], 1) << entry;
      if (entry["ph"] == "C") {
        const auto [last, is_first] = counted.emplace(name, Nanoseconds(entry["ts"]));
        EXPECT_TRUE(is_first || last->second <= Nanoseconds(entry["ts"])) << entry;
        EXPECT_TRUE(entry["args"]["version"].is_number_unsigned()) << entry;
        last->second = Nanoseconds(entry["ts"]);
      }
      if (entry["ph"] == "i") {
        EXPECT_EQ(entry["s"], entry["cat"] == "violation" ? "g" : "t") << entry;
      }
      if (name == "thread_name") ++named[entry["args"]["name"]];
      if (name == "thread_sort_index") sorted[entry["args"]["sort_index"]] = entry["tid"];
    }
    EXPECT_EQ(named.size(), timeline.lanes.size()) << timeline.scenario;
    EXPECT_EQ(sorted.size(), timeline.lanes.size()) << timeline.scenario;
    for (const auto& [name, times] : named) EXPECT_EQ(times, 1) << name;
    for (const auto& [place, thread] : sorted) EXPECT_EQ(thread, place + 1);
    EXPECT_FALSE(counted.empty()) << timeline.scenario;
  }
}

// Whatever a text has in it, it is data.
std::vector<std::string> HostileTexts() {
  return {
      "</script><img src=x onerror=alert(1)>",
      "</SCRIPT ><script>alert(1)</script><!--",
      "\"quotes\" and 'others' and \\ and `ticks` ${1}",
      std::string("control \0\x01\x1f\x7f\n\r\t bytes", 21),
      "no UTF-8: \xff\xfe\xc3( \xed\xa0\x80 \xf0\x9f",
      "separators \xe2\x80\xa8 and \xe2\x80\xa9",
      "@DATA@ &amp; &lt;",
  };
}

// A run in which every name and every event is such a text.
Timeline HostileRun() {
  Trace trace(TraceDetail::kText);
  RunOutcome outcome;
  ActorId actor = 0;
  for (const std::string& text : HostileTexts()) {
    ++actor;
    trace.NoteActor(actor, text);
    trace.Event(1ms * actor, actor, text);
    trace.Event(1ms * actor, actor, "client-1 begins: " + text);
    trace.Event(1ms * actor, actor, "client-1 is refused: " + text);
    trace.notes()->catalog.push_back({1ms * actor, actor, {TraceNotes::Route{text, actor, text}}});
  }
  outcome.simulated = 1s;
  outcome.violated_at = 1s;
  std::string all;
  for (const std::string& text : HostileTexts()) all += text;
  outcome.violation = model::Violation{"lost-write", all};
  return BuildTimeline(trace, outcome, RunTitle{all, all, all});
}

// The JSON that stands in a page, or "" when the page has no such place.
std::string DataOf(const std::string& page) {
  constexpr std::string_view kBegin = "<script type=\"application/json\" id=\"data\">";
  const std::size_t begin = page.find(kBegin);
  const std::size_t end = page.find("</script>", begin == std::string::npos ? page.size() : begin);
  if (end == std::string::npos) return "";
  return page.substr(begin + kBegin.size(), end - begin - kBegin.size());
}

std::size_t CountOf(std::string text, std::string_view what) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

TEST(Page, HostileTextsStayData) {
  const Timeline timeline = HostileRun();
  const std::string page = RenderPage(timeline);
  const std::string data = DataOf(page);
  for (const char* const character : {"<", ">", "&", "\xe2\x80\xa8", "\xe2\x80\xa9"}) {
    EXPECT_THAT(data, Not(HasSubstr(character)));
  }
  EXPECT_TRUE(std::none_of(data.begin(), data.end(), [](char c) { return c >= 0 && c < ' '; }));
  for (const char* const tag : {"<script", "</script", "<img", "<!--"}) {
    EXPECT_EQ(CountOf(page, tag), CountOf(std::string(PageTemplate()), tag)) << tag;
  }
  // Whole up to the data and behind it: a text that looks like the place of the data is not one.
  const std::size_t place = PageTemplate().find("@DATA@");
  ASSERT_NE(place, std::string_view::npos);
  EXPECT_EQ(page, std::string(PageTemplate().substr(0, place)) + data +
                      std::string(PageTemplate().substr(place + std::string_view("@DATA@").size())));

  const json parsed = json::parse(data, nullptr, false);
  ASSERT_TRUE(parsed.is_object()) << data;
  std::set<std::string> names;
  std::set<std::string> told;
  for (const json& lane : parsed["lanes"]) names.insert(lane["name"]);
  for (const json& event : parsed["events"]) told.insert(event["x"]);
  for (const std::string& text : HostileTexts()) {
    if (text.starts_with("no UTF-8")) continue;
    EXPECT_TRUE(names.contains(text)) << text;
    EXPECT_TRUE(told.contains(text)) << text;
    EXPECT_TRUE(told.contains("client-1 is refused: " + text)) << text;
  }
  EXPECT_THAT(data, HasSubstr("no UTF-8: \xef\xbf\xbd")) << "replaced, not passed on and not dropped";
}

TEST(ChromeTrace, OfHostileTextsStillParses) {
  const json parsed = json::parse(ChromeTrace(HostileRun()), nullptr, false);
  ASSERT_TRUE(parsed.is_object());
  std::set<std::string> names;
  for (const json& entry : parsed["traceEvents"]) names.insert(entry["name"].get<std::string>());
  for (const std::string& text : HostileTexts()) {
    if (text.starts_with("no UTF-8")) continue;
    EXPECT_TRUE(names.contains(text)) << text;
  }
}

TEST(Page, OfEveryKeptFailureLoadsNothingAndParses) {
  for (const std::string& path : KeptFailures()) {
    const Timeline timeline = TimelineOfKeptFailure(path);
    const std::string page = RenderPage(timeline);
    EXPECT_EQ(CountOf(page, "http://"), 0u) << path;
    EXPECT_EQ(CountOf(page, "https://"), 0u) << path;
    const json parsed = json::parse(DataOf(page), nullptr, false);
    ASSERT_TRUE(parsed.is_object()) << path;
    EXPECT_EQ(parsed["events"].size(), timeline.events.size()) << path;
    EXPECT_EQ(parsed["trace"], timeline.trace_hash) << path;
    for (const json& event : parsed["events"]) {
      ASSERT_LT(event["l"].get<std::size_t>(), parsed["lanes"].size()) << path << ": " << event;
    }
  }
}

TEST(Page, HasOnePlaceForItsData) { EXPECT_EQ(CountOf(std::string(PageTemplate()), "@data@"), 1u); }

}  // namespace
}  // namespace fencepost::sim
