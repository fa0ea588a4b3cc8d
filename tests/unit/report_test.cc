// What a run looks like to a person: sentences have a kind, the story tells the steps, pages and traces are
// well-formed whatever texts a run has, and looking at a run does not change it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/report/chrome_trace.h"
#include "sim/report/page.h"
#include "sim/report/sentence.h"
#include "sim/report/story.h"
#include "sim/report/timeline.h"
#include "sim/repro/replay.h"
#include "sim/run/run.h"
#include "tests/sim/repaired.h"
#include "tests/sim/worlds.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

std::string RegressionsFolder() { return std::string(FENCEPOST_SOURCE_DIR) + "/scenarios/regressions"; }

Timeline TimelineOfRegression(const std::string& path) {
  const absl::StatusOr<Repro> repro = LoadRepro(path);
  if (!repro.ok()) {
    ADD_FAILURE() << repro.status();
    return Timeline();
  }
  Trace trace(TraceDetail::kText);
  const ReproReplay replay = ReplayRepro(*repro, RepositoryScenario(repro->scenario), &trace);
  return BuildTimeline(trace, replay.outcome, RunTitle{repro->scenario, "", "fencepost replay " + path});
}

std::vector<std::string> Regressions() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(RegressionsFolder())) {
    if (entry.path().extension() == kReproExtension) paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

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

TEST(Sentences, EverySentenceOfTheSimulatorHasAKind) {
  std::set<std::string> unknown;
  for (const bool pass : {true, false}) {
    for (const std::string& scenario : ScenariosExpecting(pass)) {
      for (std::uint64_t seed = 1; seed <= 30; ++seed) AddUnknown(scenario, seed, &unknown);
    }
  }
  EXPECT_THAT(unknown, testing::IsEmpty()) << "give them a kind in sim/report/sentence.cc";
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

TEST(Story, TellsHowAWriteIsLostStepByStep) {
  const Timeline timeline = TimelineOfRegression(RegressionsFolder() + "/fence-published-lost-write-2.repro");
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
           "A client was told that its write is durable, and it is gone. It is entry [1] in the log of "
           "group-1",
       }) {
    const std::size_t at = story.find(step, from);
    ASSERT_NE(at, std::string::npos) << "not told, or not in its place: " << step << "\n" << story;
    from = at + 1;
  }
}

TEST(Story, OfEveryKeptFailureEndsWithTheViolationAndWhatItMeans) {
  ASSERT_GT(Regressions().size(), 20u);
  for (const std::string& path : Regressions()) {
    const Timeline timeline = TimelineOfRegression(path);
    if (!timeline.violation.has_value()) continue;  // fixed since
    const Story story = BuildStory(timeline);
    ASSERT_GE(story.lines.size(), 2u) << path;
    EXPECT_EQ(story.lines.back().kind, EventKind::kViolation) << path;
    EXPECT_THAT(story.lines.back().text, HasSubstr(timeline.violation->sentence)) << path;
    EXPECT_NE(story.explanation, "") << path;
    const auto earlier = [](const StoryLine& a, const StoryLine& b) { return a.time < b.time; };
    EXPECT_TRUE(std::is_sorted(story.lines.begin(), story.lines.end(), earlier))
        << path << FormatStory(story);
  }
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
  for (const std::string& path : Regressions()) {
    const Timeline timeline = TimelineOfRegression(path);
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
