// `fencepost check-history` as a user runs it: exit status, words and JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/run_program.h"

namespace fencepost {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

ProgramRun CheckHistory(const std::string& arguments, const std::string& redirect = "2>&1") {
  return RunProgram("check-history " + arguments, redirect);
}

std::string Sample(const std::string& name) {
  return FENCEPOST_SOURCE_DIR "/tests/data/histories/" + name + ".jsonl";
}

std::string Written(const std::string& name, const std::string& text) {
  std::string path = testing::TempDir() + "fencepost_check_history_" + name + ".jsonl";
  std::ofstream(path) << text;
  return path;
}

TEST(CheckHistoryProgram, LeavesWithZeroForAValidHistoryAndOneForAnInvalidOne) {
  const ProgramRun valid = CheckHistory(Sample("g2-item-write-skew") + " --level snapshot-isolation");
  EXPECT_EQ(valid.exit_status, 0) << valid.output;
  EXPECT_THAT(valid.output, HasSubstr("valid, snapshot-isolation (2 transactions)"));
  const ProgramRun invalid = CheckHistory(Sample("g2-item-write-skew"));
  EXPECT_EQ(invalid.exit_status, 1) << invalid.output;
  EXPECT_THAT(invalid.output, HasSubstr("INVALID, not strict-serializable: G2-item (2 transactions)"));
  EXPECT_THAT(invalid.output, HasSubstr("no order has T1 < T2 < T1"));
}

TEST(CheckHistoryProgram, AnswersInJsonForMachines) {
  const ProgramRun invalid = CheckHistory(Sample("g-single-realtime") + " --json", "");
  const json answer = json::parse(invalid.output);
  EXPECT_EQ(answer["valid"], false);
  EXPECT_EQ(answer["model"], "list-append");
  EXPECT_EQ(answer["level"], "strict-serializable");
  EXPECT_EQ(answer["transactions"], 2);
  EXPECT_EQ(answer["anomalies"], json::array({"G-single-realtime"}));
  EXPECT_EQ(answer["explanations"][0]["anomaly"], "G-single-realtime");
  EXPECT_EQ(answer["explanations"][0]["cycle"].size(), 3U);

  const ProgramRun valid = CheckHistory(Sample("register-sequential") + " --model register --json", "");
  EXPECT_EQ(valid.exit_status, 0);
  EXPECT_EQ(json::parse(valid.output)["valid"], true);
  EXPECT_EQ(json::parse(valid.output)["anomalies"], json::array());
}

TEST(CheckHistoryProgram, NamesFileLineAndReasonOfMalformedInput) {
  const std::string path =
      Written("torn", "{\"process\":0,\"type\":\"invoke\",\"f\":\"txn\",\"value\":[]}\n{\"pro");
  const ProgramRun run = CheckHistory(path + " --json");
  EXPECT_EQ(run.exit_status, 2);
  EXPECT_THAT(run.output, HasSubstr(path + ":2: not valid JSON"));
}

TEST(CheckHistoryProgram, CallsAnEmptyFileValid) {
  EXPECT_EQ(CheckHistory(Written("empty", "")).exit_status, 0);
  EXPECT_EQ(CheckHistory(Written("empty", "") + " --model register").exit_status, 0);
}

TEST(CheckHistoryProgram, LeavesWithTwoForWhatItCannotJudge) {
  EXPECT_EQ(CheckHistory("/nonexistent.jsonl").exit_status, 2);
  EXPECT_EQ(CheckHistory(testing::TempDir()).exit_status, 2) << "a directory";
  EXPECT_EQ(CheckHistory("").exit_status, 2) << "no file";
  EXPECT_EQ(CheckHistory(Sample("dirty-update") + " --level repeatable-read").exit_status, 2);
  EXPECT_EQ(CheckHistory(Sample("dirty-update") + " --model queue").exit_status, 2);
  const ProgramRun weaker =
      CheckHistory(Sample("register-sequential") + " --model register --level serializable");
  EXPECT_EQ(weaker.exit_status, 2);
  EXPECT_THAT(weaker.output, HasSubstr("linearizability"));
  EXPECT_EQ(CheckHistory(Sample("register-sequential")).exit_status, 2) << "registers are no transactions";
}

TEST(CheckHistoryProgram, HelpHasAnExample) {
  const ProgramRun help = CheckHistory("--help");
  EXPECT_EQ(help.exit_status, 0);
  EXPECT_THAT(help.output, HasSubstr("fencepost check-history tests/data/histories/"));
}

}  // namespace
}  // namespace fencepost
