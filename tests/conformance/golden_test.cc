// Every recording that the repository keeps is confirmed by the production code, operation by operation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>
#include <string>

#include "model/recording/replay.h"
#include "model/recording/report.h"
#include "tests/conformance/golden_files.h"

namespace fencepost::model::recording {
namespace {

// Saves raced at before_apply, by recording; every other recording has none.
constexpr std::uint64_t kSkippedOfCatalogRaced = 34;

class GoldenRecording : public testing::TestWithParam<std::string> {};

TEST_P(GoldenRecording, IsConfirmedOperationByOperation) {
  const nlohmann::json header = ReadRecordingLines(GetParam()).at(1);

  const FileReport report = ReplayFile(GetParam());

  EXPECT_EQ(report.bad_input, std::nullopt) << FormatFileReport(report, 3);
  EXPECT_THAT(report.mismatches, testing::IsEmpty()) << FormatFileReport(report, 3);
  const std::uint64_t skipped = header["name"] == "catalog-raced-01" ? kSkippedOfCatalogRaced : 0;
  ReplayCounts expected;
  expected.sequences = header["sequences"].get<std::uint64_t>();
  expected.operations = header["ops"].get<std::uint64_t>();
  expected.matched = expected.operations - skipped;
  expected.skipped = skipped;
  EXPECT_EQ(report.counts, expected) << FormatFileReport(report, 3);
  EXPECT_EQ(report.suite, header["suite"].get<std::string>());
  EXPECT_EQ(report.name, header["name"].get<std::string>());
}

std::string TestName(const testing::TestParamInfo<std::string>& info) {
  std::string name = std::filesystem::path(info.param).stem().string();
  for (char& c : name) {
    if (c == '-') {
      c = '_';
    }
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Golden, GoldenRecording, testing::ValuesIn(GoldenFiles()), TestName);

TEST(GoldenRecordings, AreAllThere) {
  ReplayTotals totals;
  for (const std::string& path : GoldenFiles()) {
    totals.Add(ReplayFile(path));
  }

  EXPECT_EQ(totals.files, 25U);
  EXPECT_EQ(totals.counts.operations, 18676U);
  EXPECT_EQ(totals.by_suite["codec"].operations, 4828U);
  EXPECT_EQ(totals.by_suite["engine"].operations, 5942U);
  EXPECT_EQ(totals.by_suite["catalog"].operations, 5164U);
  EXPECT_EQ(totals.by_suite["bootstrap_watcher"].operations, 2742U);
  EXPECT_EQ(VerdictOf(totals), ReplayVerdict::kAllMatched) << FormatTotals(totals);
}

// One file may hold operations of any kind, on several engines, whatever its header calls itself.
TEST(GoldenRecordings, AreReplayedByOperationAndNotByKind) {
  RecordingLines mixed;
  std::size_t sequences = 0;
  for (const std::string& path : GoldenFiles()) {
    const RecordingLines recording = ReadRecordingLines(path);
    if (mixed.lines.empty()) {
      mixed.lines.push_back(recording.at(1));
    }
    mixed.lines.insert(mixed.lines.end(), recording.lines.begin() + 1, recording.lines.end());
    sequences += recording.at(1)["sequences"].get<std::size_t>();
  }
  mixed.at(1)["sequences"] = sequences;
  mixed.at(1)["ops"] = mixed.last_line() - 1;
  mixed.at(1)["suite"] = "codec";
  mixed.at(1)["kind"] = "of every sort";

  const FileReport report = ReplayText("mixed.jsonl", mixed.Text());

  EXPECT_EQ(report.bad_input, std::nullopt) << FormatFileReport(report, 3);
  EXPECT_THAT(report.mismatches, testing::IsEmpty()) << FormatFileReport(report, 3);
  EXPECT_EQ(report.counts.operations, 18676U);
  EXPECT_EQ(report.counts.skipped, kSkippedOfCatalogRaced);
}

}  // namespace
}  // namespace fencepost::model::recording
