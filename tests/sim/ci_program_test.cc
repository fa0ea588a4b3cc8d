// `fencepost` as CI meets it: JUnit XML, GitHub Actions, shards, Ctrl-C, a log instead of a terminal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/interrupted_program.h"
#include "tests/support/run_program.h"
#include "tests/support/xml.h"

namespace fencepost {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A folder with two scenarios whose nodes poll too seldom to ever catch up, of which one has to be caught and
// one has to pass, and one scenario that passes.
class CiProgram : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    WriteScenario("late", "60000", "pass");
    WriteScenario("caught", "60000", "liveness");
    WriteScenario("prompt", "50", "pass");
  }

  void TearDown() override { fs::remove_all(folder_); }

  void WriteScenario(const std::string& name, const std::string& interval_ms, const std::string& expect,
                     const std::string& checks = "") {
    std::ofstream(folder_ + "/" + name + ".toml")
        << "name = \"" << name << "\"\nsummary = \"nodes that poll every " << interval_ms
        << " ms\"\nexpect = \"" << expect << "\"\n"
        << "[world]\nnodes = 2\noperators = 2\n[time]\nfault_window_ms = 300\nsettle_ms = "
        << (interval_ms == "60000" ? 600 : 3000) << "\n"
        << "watcher_interval_ms = " << interval_ms
        << "\n[plan]\noperator_actions = 4\n[plan.weights]\nmove = 1\n"
        << checks;
  }

  std::string File(const std::string& name) const { return folder_ + "/" + name; }

  std::string folder_ = ScratchPath("ci");
  std::string scenarios_ = " --scenarios " + folder_;
};

TEST_F(CiProgram, RunWritesValidJUnitWithTheStoryOfWhatFailed) {
  const ProgramRun run = RunProgram("run late caught prompt --seeds 5 --out " + File("out") + " --junit " +
                                    File("junit.xml") + scenarios_);
  EXPECT_EQ(run.exit_status, 1) << run.output;
  const std::string junit = TextOf(File("junit.xml"));
  EXPECT_EQ(JUnitMistakes(junit), "") << junit;
  EXPECT_THAT(junit, HasSubstr("<testsuite name=\"late\""));
  EXPECT_THAT(junit, HasSubstr("<testcase name=\"liveness\" classname=\"fencepost.late\" time=\"0.000\">"));
  EXPECT_THAT(junit,
              HasSubstr("<failure type=\"liveness\" message=\"600 ms after healing, the engine of node-"));
  EXPECT_THAT(junit, HasSubstr("when:   seed 1, step "));
  EXPECT_THAT(junit, HasSubstr("! VIOLATION of liveness")) << "the story is told";
  EXPECT_THAT(junit, HasSubstr("replay: fencepost replay " + File("out/late-liveness-1.repro") + scenarios_));
  EXPECT_THAT(junit,
              HasSubstr("<testcase name=\"is caught\" classname=\"fencepost.caught\" time=\"0.000\"/>"));
  EXPECT_THAT(junit,
              HasSubstr("<testcase name=\"liveness\" classname=\"fencepost.prompt\" time=\"0.000\"/>"));
  EXPECT_THAT(junit, HasSubstr("<property name=\"runs\" value=\"5\"/>"));
  EXPECT_THAT(fs::directory_iterator(folder_)->path().string(), Not(HasSubstr(".tmp")));
}

TEST_F(CiProgram, AFailureIsKeptWithItsPageItsStoryAndItsTrace) {
  RunProgram("run late --seeds 5 --out " + File("out") + scenarios_);
  const std::string base = File("out/late-liveness-1");
  EXPECT_THAT(TextOf(base + ".html"), HasSubstr("</html>"));
  EXPECT_THAT(TextOf(base + ".story.txt"), HasSubstr("! VIOLATION of liveness"));
  EXPECT_THAT(TextOf(base + ".trace.txt"), HasSubstr("node-1 starts"));
}

TEST_F(CiProgram, AFileThatCannotBeWrittenIsRefusedBeforeTheFirstRun) {
  for (const char* path : {"/nowhere/junit.xml", "/proc/junit.xml", "/tmp"}) {
    for (const std::string command : {"run late", "nightly --time 1s"}) {
      const ProgramRun run = RunProgram(command + " --junit " + path + scenarios_);
      EXPECT_EQ(run.exit_status, 2) << run.output;
      EXPECT_THAT(run.output, HasSubstr(std::string("cannot write JUnit XML to ") + path));
      EXPECT_THAT(run.output, Not(HasSubstr("runs"))) << command;
    }
  }
}

TEST_F(CiProgram, NightlyLeavesAPageAndJUnitThatSayTheSame) {
  const std::string regressions = File("regressions");
  fs::create_directories(regressions);
  std::ofstream(regressions + "/broken.repro") << "not a repro file\n";
  const ProgramRun run =
      RunProgram("nightly --time 1s --out " + File("out") + " --junit " + File("junit.xml") + scenarios_);
  EXPECT_EQ(run.exit_status, 2) << run.output;
  const std::string junit = TextOf(File("junit.xml"));
  EXPECT_EQ(junit, TextOf(File("out/junit.xml")));
  EXPECT_EQ(JUnitMistakes(junit), "") << junit;
  EXPECT_THAT(junit, HasSubstr("<testcase name=\"broken\" classname=\"fencepost.regressions\""));
  EXPECT_THAT(junit, HasSubstr("<error type=\"unreadable\""));

  const std::string page = TextOf(File("out/index.html"));
  EXPECT_EQ(XmlMistakes(page), "");
  EXPECT_THAT(page, HasSubstr("2 not as expected")) << "late, and the broken file";
  EXPECT_THAT(page, HasSubstr("late: liveness is violated"));
  for (const char* file : {"late-liveness-1.html", "late-liveness-1.story.txt", "late-liveness-1.repro",
                           "summary.txt", "results.jsonl", "junit.xml"}) {
    EXPECT_THAT(page, HasSubstr("href=\"" + std::string(file) + "\""));
    EXPECT_TRUE(fs::exists(File("out/") + file)) << file;
  }
  EXPECT_THAT(page, HasSubstr("<svg class=\"plot\"")) << "of the scenario that has to be caught";
}

TEST_F(CiProgram, NightlyRecordsHowManyRunsEachFailureTook) {
  const ProgramRun run = RunProgram("nightly --time 2s --jobs 1 --json" + scenarios_, "2>/dev/null");
  const auto json = nlohmann::json::parse(run.output.substr(0, run.output.find('\n')), nullptr, false);
  ASSERT_TRUE(json.is_object()) << run.output;
  EXPECT_EQ(json["scenario"], "caught");
  EXPECT_EQ(json["runs"], 1) << "judged is the first failure alone";
  const auto starts = json["runs_to_failure"]["starts"].get<std::vector<std::uint64_t>>();
  EXPECT_GT(starts.size(), 10u);
  EXPECT_THAT(starts, testing::Each(1)) << "every run fails";
}

TEST_F(CiProgram, AFaultThatNeverFiresIsAFailedCaseOfANightly) {
  WriteScenario("idle", "50", "pass", "[faults]\nrecord-bit-flip = \"1/1000000000\"\n");
  RunProgram("nightly --time 1s --out " + File("out") + scenarios_);
  const std::string junit = TextOf(File("out/junit.xml"));
  EXPECT_EQ(JUnitMistakes(junit), "");
  EXPECT_THAT(junit,
              HasSubstr("<testcase name=\"fault record-bit-flip fires\" classname=\"fencepost.idle\""));
  EXPECT_THAT(junit, HasSubstr("<failure type=\"never-happened\""));
  EXPECT_THAT(TextOf(File("out/index.html")),
              HasSubstr("<li class=\"zero\"><span>record-bit-flip</span><span>0</span>"));
}

TEST_F(CiProgram, InGitHubActionsFailuresBecomeAnnotationsAndASummary) {
  const std::string summary = File("summary.md");
  std::ofstream(summary) << "what was there before\n";
  const std::string variables =
      "GITHUB_ACTIONS=true GITHUB_WORKSPACE=" + folder_ + " GITHUB_STEP_SUMMARY=" + summary;
  const ProgramRun run =
      RunShell(ProgramCommand("run late caught --seeds 3 --out " + File("out") + scenarios_, variables));
  EXPECT_EQ(run.exit_status, 1) << run.output;
  EXPECT_THAT(run.output, HasSubstr("\n::error file=out/late-liveness-1.repro,title=late%3A liveness%3A "
                                    "liveness::600 ms after healing, the engine of node-"));
  EXPECT_THAT(run.output, HasSubstr("%0Areplay: fencepost replay " + File("out/late-liveness-1.repro")));
  EXPECT_THAT(run.output, HasSubstr("\n::notice title=fencepost run::"));
  EXPECT_THAT(run.output, HasSubstr("1 of 2 as expected"));
  EXPECT_THAT(TextOf(summary), AllOf(HasSubstr("what was there before\n### fencepost run\n"),
                                     HasSubstr("| **FAIL** | late | pass | from 1 | 1 |"),
                                     HasSubstr("| ok | caught | liveness | from 1 | 1 |"),
                                     HasSubstr("<code>fencepost replay ")));

  const ProgramRun json = RunShell(
      ProgramCommand("run late --seeds 3 --no-shrink --json" + scenarios_, variables), "2>/dev/null");
  EXPECT_TRUE(nlohmann::json::accept(json.output)) << "standard output is the machines': " << json.output;

  const ProgramRun elsewhere = RunProgram("run late --seeds 3 --no-shrink" + scenarios_);
  EXPECT_THAT(elsewhere.output, Not(HasSubstr("::")));
}

// The scenarios that a command ran in its JSON output, with how many runs and violations each had.
using Counts = std::map<std::string, std::pair<std::uint64_t, std::uint64_t>>;

void AddCounts(const std::string& output, Counts* counts) {
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    ASSERT_TRUE(json.is_object()) << line;
    auto& [runs, violations] = (*counts)[json["scenario"]];
    runs += json["runs"].get<std::uint64_t>();
    violations += json["violations"].get<std::uint64_t>();
  }
}

TEST_F(CiProgram, TheShardsOfARunAreTogetherTheWholeOfIt) {
  const std::string command = "run caught late prompt --seeds 3..25 --keep-going --no-shrink --json";
  Counts whole;
  AddCounts(RunProgram(command + scenarios_, "2>/dev/null").output, &whole);
  Counts by_option;
  Counts by_variables;
  for (int index = 0; index < 4; ++index) {
    const std::string shard = " --shard " + std::to_string(index + 1) + "/4";
    AddCounts(RunProgram(command + shard + scenarios_, "2>/dev/null").output, &by_option);
    const std::string status = File("status-" + std::to_string(index));
    const std::string variables = "GTEST_TOTAL_SHARDS=4 GTEST_SHARD_INDEX=" + std::to_string(index) +
                                  " GTEST_SHARD_STATUS_FILE=" + status;
    AddCounts(RunShell(ProgramCommand(command + scenarios_, variables), "2>/dev/null").output, &by_variables);
    EXPECT_TRUE(fs::exists(status)) << "says that the variables are heeded";
  }
  ASSERT_EQ(whole["late"].first, 23u);
  EXPECT_EQ(by_option, whole);
  EXPECT_EQ(by_variables, whole);
}

TEST_F(CiProgram, WhatHasToBeCaughtIsOneShardsAlone) {
  const ProgramRun one = RunProgram("run caught --seeds 2 --no-shrink --shard 1/2" + scenarios_);
  const ProgramRun other = RunProgram("run caught --seeds 2 --no-shrink --shard 2/2" + scenarios_);
  EXPECT_THAT(one.output, HasSubstr("caught: liveness is violated"));
  EXPECT_EQ(one.exit_status, 0);
  EXPECT_THAT(other.output, HasSubstr("caught: another shard runs all of its seeds"));
  EXPECT_EQ(other.exit_status, 0) << "an expectation that another shard judges is not unmet";
}

TEST_F(CiProgram, TheShardsOfANightlyAreTogetherTheWholeOfIt) {
#ifdef FENCEPOST_SANITIZED
  GTEST_SKIP()
      << "Two whole nightlies, to see which scenarios are whose: NightlyCommand runs one with sanitizers";
#endif
  std::map<std::string, int> times;
  const std::string repositorys = std::string(" --scenarios ") + FENCEPOST_SOURCE_DIR + "/scenarios";
  const auto count = [&times](const std::string& output, int weight) {
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);) {
      const auto json = nlohmann::json::parse(line, nullptr, false);
      ASSERT_TRUE(json.is_object()) << line;
      const bool is_regression = json.contains("regression");
      if (!is_regression && (json.contains("not_run") || json["expect"] == "pass")) continue;
      times[is_regression ? json["regression"] : json["scenario"]] += weight;
    }
  };
  count(RunProgram("nightly --time 0s --json" + repositorys, "2>/dev/null").output, 1);
  ASSERT_GT(times.size(), 40u);
  for (const char* shard : {"1/3", "2/3", "3/3"}) {
    count(RunProgram(std::string("nightly --time 0s --json --shard ") + shard + repositorys, "2>/dev/null")
              .output,
          -1);
  }
  for (const auto& [name, left] : times)
    EXPECT_EQ(left, 0) << name << " is in another number of shards than one";
}

TEST_F(CiProgram, AnExplicitShardWinsOverTheVariables) {
  const ProgramRun run = RunShell(ProgramCommand("run prompt --seeds 10 --json --shard 1/1" + scenarios_,
                                                 "GTEST_TOTAL_SHARDS=2 GTEST_SHARD_INDEX=7"),
                                  "2>/dev/null");
  EXPECT_EQ(run.exit_status, 0) << run.output;
  EXPECT_THAT(run.output, HasSubstr("\"runs\":10,"));
}

TEST_F(CiProgram, BadShardsAreRefused) {
  for (const std::string command : {"run prompt", "nightly --time 1s", "fences caught"}) {
    const ProgramRun option = RunProgram(command + " --shard 0/4" + scenarios_);
    EXPECT_EQ(option.exit_status, 2) << command;
    EXPECT_THAT(option.output, HasSubstr("--shard \"0/4\" is not I/N"));
    const ProgramRun variable =
        RunShell(ProgramCommand(command + scenarios_, "GTEST_TOTAL_SHARDS=2 GTEST_SHARD_INDEX=2"));
    EXPECT_EQ(variable.exit_status, 2) << command;
    EXPECT_THAT(variable.output, HasSubstr("GTEST_SHARD_INDEX=\"2\" is not"));
    const ProgramRun status =
        RunShell(ProgramCommand(command + scenarios_, "GTEST_SHARD_STATUS_FILE=/nowhere/status"));
    EXPECT_EQ(status.exit_status, 2) << command;
    EXPECT_THAT(status.output, HasSubstr("GTEST_SHARD_STATUS_FILE=\"/nowhere/status\" cannot be created"));
  }
}

TEST_F(CiProgram, AnInterruptedRunSaysWhatItDidAndHowToGoOn) {
  const ProgramRun run = RunInterrupted(
      "run prompt late --seeds 1..100000000 --junit " + File("junit.xml") + scenarios_, SIGINT);
  EXPECT_EQ(run.exit_status, 0) << run.output;
  EXPECT_THAT(run.output, HasSubstr("prompt: "));
  EXPECT_THAT(run.output,
              HasSubstr("interrupted; go on with\n  fencepost run prompt" + scenarios_ + " --seeds "));
  EXPECT_THAT(run.output,
              HasSubstr("..100000000\n  fencepost run late" + scenarios_ + " --seeds 1..100000000\n"));
  const std::string junit = TextOf(File("junit.xml"));
  EXPECT_EQ(JUnitMistakes(junit), "");
  EXPECT_THAT(junit, HasSubstr("<skipped message=\"interrupted after "));
  EXPECT_THAT(junit, HasSubstr("<skipped message=\"interrupted before it began\"/>"));
}

TEST_F(CiProgram, AnInterruptedNightlyLeavesItsFiles) {
  const ProgramRun run =
      RunInterrupted("nightly --time 1h --out " + File("out") + scenarios_, SIGTERM, "FAIL late");
  EXPECT_EQ(run.exit_status, 1) << "late was run, and fails\n" << run.output;
  EXPECT_THAT(run.output, HasSubstr("interrupted; what was not run to its end: fencepost run prompt"));
  EXPECT_EQ(JUnitMistakes(TextOf(File("out/junit.xml"))), "");
  EXPECT_THAT(TextOf(File("out/index.html")), HasSubstr("Interrupted: not everything was run."));
}

TEST_F(CiProgram, InterruptedFencesExploreAndModelSayHowToGoOn) {
  const ProgramRun fences =
      RunInterrupted("fences prompt --repaired-seeds 100000000 --seeds 7" + scenarios_, SIGINT);
  EXPECT_EQ(fences.exit_status, 0) << fences.output;
  EXPECT_THAT(fences.output, HasSubstr("interrupted; go on with\n  fencepost fences prompt" + scenarios_ +
                                       " --seeds 7 --repaired-seeds 100000000 --jobs 1\n"));
  const ProgramRun explore =
      RunInterrupted("explore prompt --deviations 9 --resume " + File("search.txt") + scenarios_, SIGINT);
  EXPECT_EQ(explore.exit_status, 0) << explore.output;
  EXPECT_THAT(explore.output, HasSubstr("stopped before the end"));
  EXPECT_THAT(explore.output, HasSubstr("saved to " + File("search.txt")));
  EXPECT_TRUE(fs::exists(File("search.txt")));
  const ProgramRun model = RunInterrupted("model composed --set max_ops=9 --set txns=3", SIGINT);
  EXPECT_EQ(model.exit_status, 2) << model.output;
  EXPECT_THAT(model.output, HasSubstr("interrupted"));
}

TEST_F(CiProgram, FencesHoldsManySeedsDoneRightToTheirFaultsAndMarks) {
#ifdef FENCEPOST_SANITIZED
  GTEST_SKIP() << "10,000 runs take minutes in a program with sanitizers";
#endif
  WriteScenario("idle", "50", "pass", "[faults]\nrecord-bit-flip = \"1/1000000000\"\n");
  const ProgramRun few = RunProgram("fences idle --repaired-seeds 10" + scenarios_);
  EXPECT_EQ(few.exit_status, 0) << few.output;
  const ProgramRun many = RunProgram("fences idle --repaired-seeds 10000 --jobs 2" + scenarios_);
  EXPECT_EQ(many.exit_status, 1) << many.output;
  EXPECT_THAT(many.output,
              HasSubstr("FAIL idle: done right: the fault record-bit-flip is on but never fired"));
}

TEST_F(CiProgram, ProgressAndColoursAreForTerminalsOnly) {
  const std::string command = "run late --seeds 3 --no-shrink" + scenarios_;
  EXPECT_THAT(RunProgram(command).output, Not(HasSubstr("\x1b")));
  // script(1) runs a command in a terminal of its own.
  const auto in_terminal = [](const std::string& variables, const std::string& arguments) {
    return RunShell("script -qec '" + ProgramCommand(arguments, variables) + "' /dev/null");
  };
  const ProgramRun coloured = in_terminal("-u NO_COLOR TERM=xterm", command);
  EXPECT_EQ(coloured.exit_status, 1);
  EXPECT_THAT(coloured.output, HasSubstr("\x1b[31mlate: liveness is violated\x1b[0m"));
  EXPECT_THAT(in_terminal("TERM=xterm NO_COLOR=1", command).output, Not(HasSubstr("\x1b[31m")));
  EXPECT_THAT(in_terminal("TERM=dumb", command).output, Not(HasSubstr("\x1b[31m")));
  const ProgramRun progress =
      in_terminal("TERM=xterm", "run prompt --seeds 100000000 --time 1s" + scenarios_);
  EXPECT_THAT(progress.output, HasSubstr("\r\x1b[K[#"));
  EXPECT_THAT(progress.output, HasSubstr("prompt: "));
  const ProgramRun fences = in_terminal("TERM=xterm", "fences prompt --repaired-seeds 100" + scenarios_);
  EXPECT_THAT(fences.output, HasSubstr("prompt, done right: "));
}

}  // namespace
}  // namespace fencepost
