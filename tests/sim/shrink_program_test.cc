// `fencepost run`, `replay`, `shrink` and `nightly` around a failure, as a user meets it.
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

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

std::string ReadFile(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from << " in " << text;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

// A folder with the scenario "late", whose nodes poll too seldom to ever catch up, and one to write to.
class ShrinkProgram : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    WriteScenario("60000");
  }

  void WriteScenario(const std::string& interval_ms) {
    std::ofstream(folder_ + "/late.toml") << R"(
name = "late"
summary = "nodes that poll seldom"
[world]
nodes = 2
operators = 2
[time]
fault_window_ms = 300
settle_ms = 600
watcher_interval_ms = )" << interval_ms << R"(
[plan]
operator_actions = 4
[plan.weights]
move = 1
)";
  }

  ProgramRun RunAndShrink(const std::string& more = "") {
    return RunProgram("run late --seeds 5 --out " + out_ + " " + more + scenarios_);
  }

  std::string folder_ = ScratchPath("shrink");
  std::string out_ = folder_ + "/out";
  std::string file_ = out_ + "/late-liveness-1.repro";
  std::string scenarios_ = " --scenarios " + folder_;
};

TEST_F(ShrinkProgram, RunWritesASmallFailureAndTheCommandThatReplaysIt) {
  const ProgramRun run = RunAndShrink();
  EXPECT_EQ(run.exit_status, 1) << run.output;
  EXPECT_THAT(run.output, HasSubstr("replay: fencepost replay late --seed 1" + scenarios_ + "\n"))
      << "the unshrunk seed";
  EXPECT_THAT(run.output, HasSubstr("shrunk: 1 plan item and 1 deviation in all, of "));
  EXPECT_THAT(run.output, HasSubstr("replay: fencepost replay " + file_ + scenarios_ + "\n"));
  EXPECT_THAT(run.output, HasSubstr("! VIOLATION of liveness: 600 ms after healing")) << "the story is told";

  const ProgramRun replay = RunProgram("replay " + file_ + scenarios_);
  EXPECT_EQ(replay.exit_status, 1) << replay.output;
  EXPECT_THAT(replay.output, HasSubstr("late: still fails: liveness: 600 ms after healing"));
  EXPECT_THAT(replay.output, Not(HasSubstr("not the recorded run")));
}

TEST_F(ShrinkProgram, RunLeavesFailuresAloneWhenItIsTold) {
  const ProgramRun run = RunAndShrink("--no-shrink");
  EXPECT_EQ(run.exit_status, 1);
  EXPECT_THAT(run.output, Not(HasSubstr("shrunk")));
  EXPECT_FALSE(fs::exists(out_));
}

TEST_F(ShrinkProgram, RunSaysInJsonWhatTheFailureWasShrunkTo) {
  const ProgramRun run = RunProgram("run late --seeds 5 --json --out " + out_ + scenarios_, "2>/dev/null");
  const auto json = nlohmann::json::parse(run.output, nullptr, false);
  ASSERT_TRUE(json.is_object()) << run.output;
  const auto& failure = json["failures"][0];
  EXPECT_EQ(failure["shrunk"]["repro"], file_);
  EXPECT_EQ(failure["shrunk"]["plan_items"], 1);
  EXPECT_EQ(failure["shrunk"]["replay"], "fencepost replay " + file_ + scenarios_);
}

TEST_F(ShrinkProgram, TheCommandWorksForAScenarioNamedByItsPath) {
  const ProgramRun run = RunProgram("run " + folder_ + "/late.toml --seeds 1 --out " + out_);
  EXPECT_THAT(run.output,
              HasSubstr("replay: fencepost replay " + file_ + " --scenario " + folder_ + "/late.toml\n"));
  const ProgramRun replay = RunProgram("replay " + file_ + " --scenario " + folder_ + "/late.toml");
  EXPECT_EQ(replay.exit_status, 1) << replay.output;
}

TEST_F(ShrinkProgram, ReplayTellsFixedFromStaleByItsStatusAndItsWords) {
  RunAndShrink();
  WriteScenario("50");
  const ProgramRun fixed = RunProgram("replay " + file_ + scenarios_);
  EXPECT_EQ(fixed.exit_status, 0) << fixed.output;
  EXPECT_THAT(fixed.output, HasSubstr("late: fixed: "));

  std::ofstream(file_, std::ios::app) << "nobody/draws-this[4] = 1 of 2 (drop)\n";
  std::ofstream(folder_ + "/stale.repro") << Replaced(ReadFile(file_), "deviations 1", "deviations 2");
  const ProgramRun stale = RunProgram("replay " + folder_ + "/stale.repro" + scenarios_);
  EXPECT_EQ(stale.exit_status, 2) << stale.output;
  EXPECT_THAT(stale.output, HasSubstr("late: stale: diverged "));
  EXPECT_THAT(stale.output, HasSubstr("nobody/draws-this[4] = 1 of 2 (drop): was never asked for"));
}

TEST_F(ShrinkProgram, ReplayGivesItsVerdictInJson) {
  RunAndShrink();
  const ProgramRun run = RunProgram("replay " + file_ + " --json" + scenarios_, "2>/dev/null");
  const auto json = nlohmann::json::parse(run.output, nullptr, false);
  ASSERT_TRUE(json.is_object()) << run.output;
  EXPECT_EQ(json["verdict"], "still fails");
  EXPECT_EQ(json["trace_hash"], json["recorded_hash"]);
  EXPECT_TRUE(json["diverged"].is_null());
  EXPECT_EQ(json["violation"]["invariant"], "liveness");
}

TEST_F(ShrinkProgram, ShrinkMakesARecordedFailureSmaller) {
  // A failure cut short after a few runs is still big.
  RunAndShrink("--shrink-runs 2");
  const std::string big = ReadFile(file_);
  const std::string small = folder_ + "/small.repro";
  const ProgramRun run = RunProgram("shrink " + file_ + " -o " + small + scenarios_);
  EXPECT_EQ(run.exit_status, 0) << run.output;
  EXPECT_THAT(run.output, HasSubstr("shrunk: 1 plan item and 1 deviation in all, of "));
  EXPECT_EQ(ReadFile(file_), big) << "-o leaves the original alone";
  EXPECT_LT(ReadFile(small).size(), big.size());
  EXPECT_EQ(RunProgram("replay " + small + scenarios_).exit_status, 1);

  WriteScenario("50");
  const ProgramRun fixed = RunProgram("shrink " + small + scenarios_);
  EXPECT_EQ(fixed.exit_status, 2);
  EXPECT_THAT(fixed.output, HasSubstr("small.repro: nothing to shrink: fixed"));
}

TEST_F(ShrinkProgram, BadFilesAndOptionsAreRefusedWithTheReason) {
  RunAndShrink();
  std::ofstream(folder_ + "/typo.repro") << Replaced(ReadFile(file_), "class liveness", "class livenes");
  const struct {
    std::string arguments;
    std::string says;
  } kCases[] = {
      {"replay /nowhere/a.repro", "/nowhere/a.repro: cannot read it"},
      {"replay " + folder_ + "/typo.repro", "typo.repro:4: \"class\": there is no \"livenes\"; did you mean"},
      {"shrink " + folder_ + "/typo.repro", "typo.repro:4: "},
      {"replay " + file_ + " --seed 4", "--seed is for a scenario"},
      {"replay " + file_ + " --trace /nowhere/t", "cannot write the trace to /nowhere/t"},
      {"shrink " + file_ + " --time soon", "--time \"soon\" is not a duration"},
      {"shrink " + file_ + " -o /proc/nowhere/a.repro", "cannot write /proc/nowhere/a.repro"},
      {"run late --seeds 1 --out /proc/nowhere", "cannot write /proc/nowhere/late-liveness-1.repro"},
      {"run late --shrink-time soon", "--shrink-time \"soon\" is not a duration"},
  };
  for (const auto& usage : kCases) {
    const ProgramRun run = RunProgram(usage.arguments + scenarios_);
    EXPECT_EQ(run.exit_status, 2) << usage.arguments << "\n" << run.output;
    EXPECT_THAT(run.output, HasSubstr(usage.says)) << usage.arguments;
  }
}

TEST_F(ShrinkProgram, ReplayStopsWhereItIsTold) {
  RunAndShrink();
  const ProgramRun run = RunProgram("replay " + file_ + " --until 20" + scenarios_);
  EXPECT_EQ(run.exit_status, 0) << run.output;
  EXPECT_THAT(run.output, HasSubstr("late: stopped at step 20; the recorded violation is at step "));
}

TEST_F(ShrinkProgram, NightlyHoldsKeptFailuresToWhatTheySayBeforeAnythingElse) {
  RunAndShrink();
  const std::string kept = folder_ + "/regressions";
  fs::create_directories(kept);
  std::ofstream(kept + "/a.repro") << Replaced(ReadFile(file_), "expect fixed", "expect still-fails");
  const ProgramRun as_expected = RunProgram("nightly --time 1s" + scenarios_);
  EXPECT_THAT(as_expected.output,
              HasSubstr("ok   " + kept + "/a.repro: expected still-fails; still fails: liveness"));

  std::ofstream(kept + "/b.repro") << ReadFile(file_);
  WriteScenario("50");
  const ProgramRun turned = RunProgram("nightly --time 1s --out " + out_ + scenarios_);
  EXPECT_EQ(turned.exit_status, 1) << turned.output;
  EXPECT_THAT(turned.output, HasSubstr("FAIL " + kept + "/a.repro: expected still-fails; fixed"));
  EXPECT_THAT(turned.output, HasSubstr("ok   " + kept + "/b.repro: expected fixed; fixed"));
  EXPECT_LT(turned.output.find("b.repro"), turned.output.find("late: ")) << "before the scenarios";
  EXPECT_THAT(ReadFile(out_ + "/results.jsonl"), HasSubstr("\"regression\":\"" + kept + "/a.repro\""));

  std::ofstream(kept + "/c.repro") << "nonsense\n";
  EXPECT_EQ(RunProgram("nightly --time 1s" + scenarios_).exit_status, 2);
}

TEST_F(ShrinkProgram, NightlyShrinksWhatFailsIntoItsReport) {
  const ProgramRun run = RunProgram("nightly --time 2s --out " + out_ + scenarios_);
  EXPECT_EQ(run.exit_status, 1) << run.output;
  EXPECT_THAT(run.output, HasSubstr("shrunk: 1 plan item and 1 deviation in all"));
  EXPECT_TRUE(fs::exists(file_)) << run.output;
}

}  // namespace
}  // namespace fencepost
