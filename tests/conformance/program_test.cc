// `fencepost conform` as a user runs it: exit status, text and JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/conformance/golden_files.h"
#include "tests/support/run_program.h"

namespace fencepost::model::recording {
namespace {

using nlohmann::json;
using testing::HasSubstr;

ProgramRun RunConform(const std::string& arguments, const std::string& redirect = "2>&1") {
  return RunProgram("conform " + arguments, redirect);
}

std::vector<json> JsonLines(const ProgramRun& run) {
  std::vector<json> lines;
  std::istringstream stream(run.output);
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(json::parse(line, nullptr, /*allow_exceptions=*/false));
  }
  return lines;
}

std::string GoldenPath(const std::string& name) {
  return std::string(FENCEPOST_SOURCE_DIR) + "/tests/data/golden/" + name + ".jsonl";
}

// A file of this test's own.
std::string Written(const std::string& name, const std::string& text) {
  const std::string path = testing::TempDir() + "fencepost_conform_" + name + ".jsonl";
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

// A recording of which line 3 cannot be confirmed.
std::string ChangedRecording() {
  return Written(
      "changed",
      RecordingOf({json{{"op", "is_route_key"}, {"in", {{"key", "61"}}}, {"out", {{"is", true}}}}}).Text());
}

TEST(ConformProgram, ConfirmsEveryGoldenRecording) {
  const ProgramRun run = RunConform(std::string(FENCEPOST_SOURCE_DIR) + "/tests/data/golden/*.jsonl");

  EXPECT_EQ(run.exit_status, 0) << run.output;
  EXPECT_THAT(run.output, HasSubstr("total of 25 files: 18676 operations (405 sequences): 18642 matched, "
                                    "0 mismatched, 34 skipped (raced at before_apply)\n"));
  EXPECT_THAT(run.output,
              HasSubstr("suite codec: 4828 operations (17 sequences): 4828 matched, 0 mismatched\n"));
}

TEST(ConformProgram, ReportsAMismatchWithItsPlaceAndBothAnswers) {
  const std::string path = ChangedRecording();

  const ProgramRun run = RunConform(path);

  EXPECT_EQ(run.exit_status, 1) << run.output;
  EXPECT_THAT(run.output, HasSubstr(path + ":3: is_route_key answered something else than recorded\n"
                                           "    differs   is: recorded true, replayed false\n"
                                           "    in        {\"key\":\"61\"}\n"
                                           "    recorded  {\"is\":true}\n"
                                           "    replayed  {\"is\":false}\n"));
  EXPECT_THAT(run.output, HasSubstr("MISMATCH"));
}

TEST(ConformProgram, RefusesAFileThatIsNotAWholeRecordingAndReplaysTheOthers) {
  const std::string whole = ReadWholeFile(GoldenPath("codec-keys-01"));
  const std::string cut = Written("cut", whole.substr(0, whole.size() / 2));

  const ProgramRun run = RunConform(cut + " " + GoldenPath("engine-history_deep-01") + " /no/such/file");

  EXPECT_EQ(run.exit_status, 2) << run.output;
  EXPECT_THAT(run.output, testing::ContainsRegex("_cut.jsonl:[0-9]+: not JSON, or cut off\n"));
  EXPECT_THAT(run.output, HasSubstr("/no/such/file: No such file or directory\n"));
  EXPECT_THAT(run.output, HasSubstr("88 operations (1 sequences): 88 matched, 0 mismatched\n"));
  EXPECT_THAT(run.output, HasSubstr("BAD INPUT: 2 of 3 files could not be replayed to their end\n"));
}

TEST(ConformProgram, PrintsOneJsonObjectForEachFileAndOneForTheTotal) {
  const std::string changed = ChangedRecording();

  const ProgramRun run =
      RunConform("--json " + changed + " " + GoldenPath("catalog-raced-01"), "2>/dev/null");

  EXPECT_EQ(run.exit_status, 1) << run.output;
  const std::vector<json> lines = JsonLines(run);
  ASSERT_EQ(lines.size(), 3U) << run.output;
  EXPECT_EQ(lines[0]["file"], changed);
  EXPECT_EQ(lines[0]["mismatched"], 1);
  EXPECT_EQ(lines[0]["error"], nullptr);
  const json mismatch = {{"file", changed},
                         {"line", 3},
                         {"op", "is_route_key"},
                         {"in", {{"key", "61"}}},
                         {"recorded", {{"is", true}}},
                         {"replayed", {{"is", false}}},
                         {"difference", "is: recorded true, replayed false"},
                         {"message", ""}};
  EXPECT_EQ(lines[0]["mismatches"], json::array({mismatch}));
  EXPECT_EQ(lines[1]["name"], "catalog-raced-01");
  EXPECT_EQ(lines[1]["skipped"], 34);
  EXPECT_EQ(lines[1]["matched"], 315);
  EXPECT_EQ(lines[2]["total"], true);
  EXPECT_EQ(lines[2]["files"], 2);
  EXPECT_EQ(lines[2]["operations"], 351);
  EXPECT_EQ(lines[2]["verdict"], "mismatch");
  EXPECT_EQ(lines[2]["suites"]["catalog"]["operations"], 351);
}

TEST(ConformProgram, PrintsBadInputAsJsonToo) {
  const ProgramRun run = RunConform("--json /no/such/file", "2>/dev/null");

  EXPECT_EQ(run.exit_status, 2);
  const std::vector<json> lines = JsonLines(run);
  ASSERT_EQ(lines.size(), 2U) << run.output;
  EXPECT_EQ(lines[0]["error"]["file"], "/no/such/file");
  EXPECT_EQ(lines[0]["error"]["line"], 0);
  EXPECT_EQ(lines[0]["error"]["reason"], "No such file or directory");
  EXPECT_EQ(lines[1]["verdict"], "bad-input");
  EXPECT_EQ(lines[1]["bad_files"], 1);
}

TEST(ConformProgram, LimitsTheMismatchesItPrints) {
  const json wrong = {{"op", "is_route_key"}, {"in", {{"key", "61"}}}, {"out", {{"is", true}}}};
  const std::string path = Written("many", RecordingOf({wrong, wrong, wrong}).Text());

  EXPECT_THAT(RunConform("--max-mismatches 1 " + path).output,
              HasSubstr("and 2 more mismatches, from line 4 on"));
  EXPECT_THAT(RunConform("--max-mismatches 0 " + path).output, HasSubstr(path + ":5: is_route_key"));
}

TEST(ConformProgram, ExplainsItselfAndRefusesBadUsage) {
  const ProgramRun help = RunConform("--help");
  EXPECT_EQ(help.exit_status, 0);
  EXPECT_THAT(help.output, HasSubstr("fencepost conform tests/data/golden/*.jsonl"));

  EXPECT_EQ(RunConform("").exit_status, 2);
  EXPECT_EQ(RunConform("--no-such-option x").exit_status, 2);
}

}  // namespace
}  // namespace fencepost::model::recording
