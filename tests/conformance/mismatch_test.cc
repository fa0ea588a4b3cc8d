// The replayer can fail: whatever value of a recorded answer is changed, exactly that line is reported.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <string>
#include <utility>

#include "model/recording/error_names.h"
#include "model/recording/operations.h"
#include "model/recording/replay.h"
#include "model/recording/report.h"
#include "tests/conformance/golden_files.h"

namespace fencepost::model::recording {
namespace {

using nlohmann::json;

// Another value of the same type: a flipped truth, another digit, an absent thing present.
json Changed(const json& value) {
  if (value.is_boolean()) {
    return !value.get<bool>();
  }
  if (value.is_number_unsigned()) {
    return value.get<std::uint64_t>() ^ 1U;
  }
  if (value.is_null()) {
    return "00";
  }
  std::string text = value.get<std::string>();
  if (text.rfind("Err", 0) == 0 || text == kGoldenOther) {
    return nullptr;
  }
  if (text.empty()) {
    return "00";
  }
  text.back() = text.back() == '0' ? '1' : '0';
  return text;
}

std::size_t OperationCount() {
  std::size_t count = 0;
  for (const std::span<const OperationKind> group : AllOperations()) {
    count += group.size();
  }
  return count;
}

// A place in some recorded answer.
struct Place {
  std::size_t line = 0;  // of the whole recording
  CutRecording cut;
  json::json_pointer member;
};

// "save /routes/2/end" -> "save /routes/N/end": what makes two places the same sort.
std::string SortOf(const std::string& op, const std::string& pointer) {
  static const std::regex kIndex("/[0-9]+");
  return op + " " + std::regex_replace(pointer, kIndex, "/N");
}

// The first place of each sort among all recordings, one for a value and one for null.
std::map<std::string, Place> OnePlaceOfEachSort() {
  std::map<std::string, Place> places;
  for (const std::string& path : GoldenFiles()) {
    const RecordingLines recording = ReadRecordingLines(path);
    for (std::size_t line = 2; line <= recording.last_line(); ++line) {
      const json& out = recording.at(line)["out"];
      const json leaves = out.flatten();
      for (const auto& [pointer, unused] : leaves.items()) {
        const json& value = out.at(json::json_pointer(pointer));
        if (value.is_structured()) {
          continue;  // an empty object or list: there is nothing in it to change
        }
        const std::string sort = SortOf(recording.at(line)["op"], pointer) + (value.is_null() ? " null" : "");
        if (places.contains(sort)) continue;
        places.emplace(sort, Place{line, CutAround(recording, line), json::json_pointer(pointer)});
      }
    }
  }
  return places;
}

// How many lines of the same sequence follow `line`.
std::size_t RestOfSequence(const RecordingLines& recording, std::size_t line) {
  std::size_t next = line + 1;
  while (next <= recording.last_line() && recording.at(next)["op"] != "begin") {
    ++next;
  }
  return next - line - 1;
}

void ExpectOnlyThisLineIsReported(const RecordingLines& recording, std::size_t line) {
  const FileReport report = ReplayText(recording.file, recording.Text());

  ASSERT_EQ(report.bad_input, std::nullopt) << FormatFileReport(report, 3);
  ASSERT_EQ(report.mismatches.size(), 1U) << FormatFileReport(report, 3);
  EXPECT_EQ(report.mismatches[0].line, line);
  EXPECT_EQ(report.mismatches[0].op, recording.at(line)["op"].get<std::string>());
  EXPECT_EQ(json::parse(report.mismatches[0].in), recording.at(line)["in"]);
  EXPECT_EQ(json::parse(report.mismatches[0].recorded), recording.at(line)["out"]);
  const bool changes_state = FindOperation(report.mismatches[0].op)->effect != Effect::kReadsOnly;
  const std::size_t skipped_after = changes_state ? RestOfSequence(recording, line) : 0;
  EXPECT_EQ(report.counts.skipped_after_mismatch, skipped_after);
  EXPECT_EQ(report.counts.mismatched, 1U);
  EXPECT_EQ(report.counts.operations, recording.at(1)["ops"].get<std::uint64_t>());
  EXPECT_EQ(report.counts.matched + report.counts.skipped + skipped_after + 1, report.counts.operations);
  EXPECT_NE(FormatFileReport(report, 1).find(recording.file + ":" + std::to_string(line) + ":"),
            std::string::npos);
}

TEST(ChangedRecording, IsReportedAtTheChangedLineForEveryMemberOfEveryAnswer) {
  for (const auto& [sort, place] : OnePlaceOfEachSort()) {
    CutRecording cut = place.cut;
    SCOPED_TRACE(sort + " at " + cut.recording.file + ":" + std::to_string(place.line));
    json& value = cut.recording.at(cut.line)["out"][place.member];
    value = Changed(value);

    ExpectOnlyThisLineIsReported(cut.recording, cut.line);
  }
}

TEST(ChangedRecording, HasAPlaceToChangeInEveryOperationThatAnswersAnything) {
  std::set<std::string> changed;
  for (const auto& [sort, place] : OnePlaceOfEachSort()) {
    changed.insert(sort.substr(0, sort.find(' ')));
  }
  for (const std::span<const OperationKind> group : AllOperations()) {
    for (const OperationKind& kind : group) {
      EXPECT_EQ(changed.contains(std::string(kind.name)), !kind.out.empty()) << kind.name;
    }
  }
}

// Where there is nothing to change, something is added; lists also lose their last element.
TEST(ChangedRecording, IsReportedWhenAnAnswerPromisesMoreThanTheFormatKnows) {
  std::set<std::string> seen;
  for (const std::string& path : GoldenFiles()) {
    const RecordingLines recording = ReadRecordingLines(path);
    for (std::size_t line = 2; line <= recording.last_line(); ++line) {
      if (!seen.insert(recording.at(line)["op"]).second) {
        continue;
      }
      SCOPED_TRACE(path + ":" + std::to_string(line));
      CutRecording cut = CutAround(recording, line);
      cut.recording.at(cut.line)["out"]["colour"] = "green";

      ExpectOnlyThisLineIsReported(cut.recording, cut.line);
    }
  }
  EXPECT_EQ(seen.size(), OperationCount());
}

TEST(ChangedRecording, IsReportedWhenAListLosesItsLastElement) {
  std::set<std::string> seen;
  for (const std::string& path : GoldenFiles()) {
    const RecordingLines recording = ReadRecordingLines(path);
    for (std::size_t line = 2; line <= recording.last_line(); ++line) {
      for (const auto& [name, value] : recording.at(line)["out"].items()) {
        const std::string op = recording.at(line)["op"];
        if (!value.is_array() || value.empty() || !seen.insert(op + " " + name).second) {
          continue;
        }
        SCOPED_TRACE(path + ":" + std::to_string(line) + " " + name);
        CutRecording cut = CutAround(recording, line);
        cut.recording.at(cut.line)["out"][name].erase(value.size() - 1);

        ExpectOnlyThisLineIsReported(cut.recording, cut.line);
      }
    }
  }
  EXPECT_GE(seen.size(), 10U);
}

// A record that ended too early, which the reference reported as an I/O error.
json CutRecord(const json& recorded_error) {
  return {{"op", "decode_route"}, {"in", {{"raw", "01"}}}, {"out", {{"err", recorded_error}}}};
}

TEST(RecordedOther, IsConfirmedByAnInvalidRouteRecordAndByNothingElse) {
  const RecordingLines other = RecordingOf({CutRecord("other")});
  EXPECT_EQ(ReplayText("other", other.Text()).counts.matched, 2U);

  // A valid record, said to have failed with "other".
  const std::string raw = "010000000000000001000000000000000100000000000000000000000000000000000";
  const RecordingLines valid =
      RecordingOf({json{{"op", "decode_route"}, {"in", {{"raw", raw + "0"}}}, {"out", {{"err", "other"}}}}});
  EXPECT_EQ(ReplayText("valid", valid.Text()).mismatches.size(), 1U);

  EXPECT_TRUE(ConfirmsGoldenError("other", "ErrCatalogInvalidRouteRecord"));
  EXPECT_FALSE(ConfirmsGoldenError("other", "ErrCatalogInvalidVersionRecord"));
  EXPECT_FALSE(ConfirmsGoldenError("other", "ErrCatalogInvalidRouteState"));
  EXPECT_FALSE(ConfirmsGoldenError("ErrCatalogInvalidRouteRecord", "other"));
}

TEST(ErrorNames, AreOneForEachErrorOfTheReferenceAndNoneForOurs) {
  std::set<std::string_view> names;
  for (int i = 0; i < kErrorCount; ++i) {
    if (const auto name = GoldenErrorName(static_cast<Error>(i))) {
      EXPECT_TRUE(names.insert(*name).second) << *name;
    }
  }
  EXPECT_EQ(names.size(), 21U);  // those of FORMAT.md section 3 but ErrKeyNotFound and other
  EXPECT_EQ(GoldenErrorName(MakeError(Error::kRouteOverlap, "")),
            "an error the reference does not have: RouteOverlap");
  EXPECT_EQ(GoldenErrorName(absl::UnavailableError("")), "an error without a name: UNAVAILABLE");
}

TEST(Numbers, CompareAsNumbersHoweverTheyAreSpelled) {
  const RecordingLines recording =
      RecordingOf({json{{"op", "new_engine"}, {"in", {{"ctor", "empty"}}}, {"out", json::object()}},
                   json{{"op", "engine_version"}, {"in", json::object()}, {"out", {{"version", "000"}}}}});

  const FileReport report = ReplayText("numbers", recording.Text());

  EXPECT_EQ(report.counts.matched, 3U) << FormatFileReport(report, 3);
}

TEST(NoEndAndEmptyEnd, AreDifferent) {
  const json route = {{"id", "1"},    {"start", ""}, {"end", nullptr},
                      {"group", "1"}, {"state", 0},  {"load", "0"}};
  json empty_end = route;
  empty_end["id"] = "0";
  empty_end["end"] = "";
  const RecordingLines recording =
      RecordingOf({json{{"op", "new_engine"}, {"in", {{"ctor", "default_route"}}}, {"out", json::object()}},
                   json{{"op", "stats"}, {"in", json::object()}, {"out", {{"routes", {empty_end}}}}}});

  const FileReport report = ReplayText("ends", recording.Text());

  ASSERT_EQ(report.mismatches.size(), 1U);
  EXPECT_EQ(report.mismatches[0].difference, "routes[0].end: recorded \"\", replayed null");
}

}  // namespace
}  // namespace fencepost::model::recording
