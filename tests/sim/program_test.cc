// `fencepost run`, `replay`, `nightly` and `list` as a user runs them: exit status and what they say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "tests/support/run_program.h"

namespace fencepost {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kScenarios = std::string("--scenarios ") + FENCEPOST_SOURCE_DIR + "/scenarios";

// A folder with one scenario whose nodes poll too seldom to ever catch up.
std::string FolderWithAFailingScenario() {
  const std::string folder = ScratchPath("failing");
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/late.toml") << R"(
name = "late"
summary = "nodes that poll once a minute"
[world]
nodes = 2
operators = 1
[time]
fault_window_ms = 300
settle_ms = 600
watcher_interval_ms = 60000
[plan]
operator_actions = 2
[plan.weights]
move = 1
)";
  return folder;
}

TEST(RunCommand, PassesAndCountsWhatHappened) {
  const ProgramRun run = RunProgram("run catalog-race --seeds 20 " + kScenarios);
  EXPECT_EQ(run.exit_status, 0) << run.output;
  EXPECT_THAT(run.output, HasSubstr("catalog-race: 20 runs"));
  EXPECT_THAT(run.output, HasSubstr("fault store-commit-unknown"));
  EXPECT_THAT(run.output, HasSubstr("mark  operators-raced"));
}

TEST(RunCommand, SaysWhatWasViolatedAndTheCommandThatReplaysIt) {
  const std::string folder = FolderWithAFailingScenario();
  const ProgramRun run = RunProgram("run late --seeds 5 --no-shrink --scenarios " + folder);
  EXPECT_EQ(run.exit_status, 1) << run.output;
  EXPECT_THAT(run.output,
              HasSubstr("late: liveness is violated\n  what:   600 ms after healing, the engine of node-"));
  EXPECT_THAT(run.output, HasSubstr("replay: fencepost replay late --seed 1 --scenarios " + folder + "\n"));

  const ProgramRun replay = RunProgram("replay late --seed 1 --scenarios " + folder);
  EXPECT_EQ(replay.exit_status, 1) << replay.output;
  EXPECT_THAT(replay.output, HasSubstr("late: liveness is violated"));
}

TEST(RunCommand, PrintsOneJsonObjectPerScenario) {
  const ProgramRun run =
      RunProgram("run hotspots history-ring --json --seeds 3 " + kScenarios, "2>/dev/null");
  ASSERT_EQ(run.exit_status, 0) << run.output;
  std::istringstream lines(run.output);
  std::vector<std::string> scenarios;
  for (std::string line; std::getline(lines, line);) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    ASSERT_TRUE(json.is_object()) << line;
    EXPECT_EQ(json["runs"], 3);
    EXPECT_EQ(json["as_expected"], true);
    scenarios.push_back(json["scenario"]);
  }
  EXPECT_THAT(scenarios, testing::ElementsAre("hotspots", "history-ring"));
}

TEST(RunCommand, RefusesBadUsageWithStatus2AndTheReason) {
  const struct {
    const char* arguments;
    const char* says;
  } kCases[] = {
      {"run", "SCENARIO is required"},
      {"run catalog-rice", "there is no scenario \"catalog-rice\""},
      {"run catalog-rice", "did you mean \"catalog-race\"?"},
      {"run /nowhere/x.toml", "/nowhere/x.toml: cannot read"},
      {"run catalog-race --seeds x", "--seeds \"x\" is neither a number nor a range A..B"},
      {"run catalog-race --seeds 9..3", "is neither a number nor a range A..B"},
      {"run catalog-race --seeds 0", "is neither a number nor a range A..B"},
      {"run catalog-race --shard 3/2", "--shard \"3/2\" is not I/N"},
      {"run catalog-race --time soon", "--time \"soon\" is not a duration"},
      {"run catalog-race --jobs 0", "--jobs"},
      {"replay catalog-race", "--seed is required"},
      {"replay catalog-race --seed 1 --trace /nowhere/trace", "cannot write the trace to /nowhere/trace"},
      {"nightly --out /proc/nowhere", "--out /proc/nowhere: cannot write there"},
      {"nightly --time 10x", "--time \"10x\" is not a duration"},
      {"", "subcommand is required"},
      {"replya x", "there is no subcommand \"replya\"; did you mean \"replay\"?"},
  };
  for (const auto& usage : kCases) {
    const std::string scenarios =
        std::string(usage.arguments).find(' ') == std::string::npos ? "" : " " + kScenarios;
    const ProgramRun run = RunProgram(usage.arguments + scenarios);
    EXPECT_EQ(run.exit_status, 2) << usage.arguments << "\n" << run.output;
    EXPECT_THAT(run.output, HasSubstr(usage.says)) << usage.arguments;
  }
}

TEST(RunCommand, AScenarioFileWithAMistakeIsRefusedWithFileAndLine) {
  const std::string path = ScratchPath("mistake.toml");
  std::ofstream(path) << "name = \"x\"\n[faults]\nstore-slow = \"2/1\"\n";
  const ProgramRun run = RunProgram("run " + path);
  EXPECT_EQ(run.exit_status, 2);
  EXPECT_THAT(run.output, HasSubstr(path + ":3: faults.store-slow: must be a probability"));
}

TEST(ReplayCommand, GivesTheSameTraceHashEachTimeAndTellsWhatHappened) {
  const std::string arguments = "replay watchers --seed 7 " + kScenarios;
  const ProgramRun first = RunProgram(arguments);
  const ProgramRun again = RunProgram(arguments);
  EXPECT_EQ(first.exit_status, 0) << first.output;
  EXPECT_THAT(first.output, HasSubstr("trace:  "));
  EXPECT_EQ(first.output, again.output);

  const ProgramRun traced = RunProgram(arguments + " --trace -");
  EXPECT_THAT(traced.output, HasSubstr("node-1 starts"));
  EXPECT_THAT(traced.output, HasSubstr("every fault is healed"));
}

TEST(ReplayCommand, StopsWhereItIsTold) {
  const ProgramRun run = RunProgram("replay watchers --seed 7 --until 50 " + kScenarios);
  EXPECT_THAT(run.output, HasSubstr("steps:  50 in"));
}

// Time enough that every fault and every mark happens, which a nightly insists on.
#ifdef FENCEPOST_SANITIZED
constexpr char kEnough[] = "60s";
#else
constexpr char kEnough[] = "12s";
#endif

TEST(NightlyCommand, RunsEveryScenarioAndLeavesAReport) {
  const std::string out = ScratchPath("out");
  const ProgramRun run =
      RunProgram(std::string("nightly --time ") + kEnough + " --out " + out + " " + kScenarios);
  EXPECT_EQ(run.exit_status, 0) << run.output;
  for (const char* scenario : {"catalog-race", "watchers", "history-ring", "hotspots"}) {
    EXPECT_THAT(run.output, HasSubstr(std::string("ok   ") + scenario));
  }
  EXPECT_TRUE(std::filesystem::exists(out + "/summary.txt"));
  EXPECT_TRUE(std::filesystem::exists(out + "/results.jsonl"));
}

TEST(NightlyCommand, FailsWhenAScenarioDoes) {
  const ProgramRun run = RunProgram("nightly --time 2s --scenarios " + FolderWithAFailingScenario());
  EXPECT_EQ(run.exit_status, 1) << run.output;
  EXPECT_THAT(run.output, HasSubstr("FAIL late"));
}

TEST(ListCommand, NamesEverythingOnOneLineEach) {
  const ProgramRun run = RunProgram("list " + kScenarios);
  EXPECT_EQ(run.exit_status, 0);
  for (const char* name :
       {"catalog-race", "store-commit-late", "operators-raced", "durable-version", "split"}) {
    EXPECT_THAT(run.output, HasSubstr(std::string("  ") + name + " "));
  }
  EXPECT_THAT(RunProgram("list --json " + kScenarios).output,
              HasSubstr("{\"kind\":\"fault\",\"name\":\"node-crash\""));
}

}  // namespace
}  // namespace fencepost
