// Whatever a file holds, the answer is a replay or a reason with its line; never a crash.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/recording/replay.h"
#include "model/recording/report.h"
#include "tests/conformance/golden_files.h"

namespace fencepost::model::recording {
namespace {

using nlohmann::json;

json Operation(const std::string& op, json in, json out) {
  return {{"op", op}, {"in", std::move(in)}, {"out", std::move(out)}};
}

json Put(const json& ts) {
  return Operation("raw_put", {{"key", "61"}, {"value", ""}, {"ts", ts}},
                   {{"err", nullptr}, {"last_commit_ts", "7"}});
}

// Header, begin, one put that matches.
RecordingLines Small() { return RecordingOf({Put("7")}); }

std::string ReasonFor(const std::string& text) {
  const FileReport report = ReplayText("f", text);
  return report.bad_input.has_value() ? FormatBadInput(*report.bad_input) : "no bad input";
}

std::string ReasonForHeader(const std::string& member, const json& value) {
  RecordingLines recording = Small();
  recording.at(1)[member] = value;
  return ReasonFor(recording.Text());
}

TEST(BadInput, SmallRecordingIsGoodBeforeItIsSpoiled) {
  const FileReport report = ReplayText("f", Small().Text());
  EXPECT_EQ(report.counts.matched, 2U) << FormatFileReport(report, 3);
  EXPECT_EQ(report.bad_input, std::nullopt);
}

TEST(BadInput, NamesAFileThatCannotBeRead) {
  const FileReport missing = ReplayFile("/no/such/file.jsonl");
  ASSERT_TRUE(missing.bad_input.has_value());
  EXPECT_EQ(FormatBadInput(*missing.bad_input), "/no/such/file.jsonl: No such file or directory");

  const FileReport directory = ReplayFile("/tmp");
  ASSERT_TRUE(directory.bad_input.has_value());
  EXPECT_EQ(FormatBadInput(*directory.bad_input), "/tmp: Is a directory");
}

TEST(BadInput, NamesTheLineThatIsNotOneJsonObject) {
  const std::string header = Small().at(1).dump() + "\n";
  EXPECT_EQ(ReasonFor(""), "f: empty; line 1 has to be the header");
  EXPECT_EQ(ReasonFor("\n"), "f:1: a blank line; every line is one JSON object");
  EXPECT_EQ(ReasonFor("route catalog\n"), "f:1: not JSON, or cut off");
  EXPECT_EQ(ReasonFor(header + "\n"), "f:2: a blank line; every line is one JSON object");
  EXPECT_EQ(ReasonFor(header + "{\"op\":\"begin\"\n"), "f:2: not JSON, or cut off");
  EXPECT_EQ(ReasonFor(header + "{} {}\n"), "f:2: not JSON, or cut off");
  EXPECT_EQ(ReasonFor(header + "[1]\n"), "f:2: a JSON array where an object is expected");
  EXPECT_EQ(ReasonFor(header + "{\"op\":\"\xff\"}\n"), "f:2: not JSON, or cut off");
  EXPECT_EQ(ReasonFor(header + std::string("{\0}\n", 4)), "f:2: not JSON, or cut off");
}

TEST(BadInput, RefusesDeepNestingWithoutFollowingIt) {
  const std::string header = Small().at(1).dump() + "\n";
  EXPECT_EQ(ReasonFor(header + std::string(1'000'000, '[')), "f:2: JSON nested more than 16 deep");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) {
    objects += "{\"in\":";
  }
  EXPECT_EQ(ReasonFor(header + objects), "f:2: JSON nested more than 16 deep");
  // Brackets inside strings do not nest, escaped quotes do not end strings.
  EXPECT_EQ(ReasonFor(header + R"({"op":"\"[[[[[[[[[[[[[[[[[[[[","in":{},"out":{}})"),
            "f:2: \"\"[[[[[[[[[[[[[[[[[[[[\" before the first \"begin\"");
}

TEST(BadInput, NamesWhatIsWrongWithTheHeader) {
  EXPECT_EQ(ReasonForHeader("format", "golden"),
            "f:1: header: format is \"golden\", not \"route-catalog-golden\"");
  EXPECT_EQ(ReasonForHeader("format_version", 2), "f:1: header: format_version is 2; only 1 is known");
  EXPECT_EQ(ReasonForHeader("format_version", "1"),
            "f:1: header: format_version is \"1\", expected a number, not negative");
  EXPECT_EQ(ReasonForHeader("revision", "0000000"),
            "f:1: header: recorded at revision \"0000000\"; only \"ebdf8eb\" can be replayed");
  EXPECT_EQ(ReasonForHeader("seed", "x"), "f:1: header: seed is \"x\", expected a number");
  EXPECT_EQ(ReasonForHeader("ops", -2), "f:1: header: ops is -2, expected a number, not negative");
  EXPECT_EQ(ReasonForHeader("ops", 2.5), "f:1: header: ops is 2.5, expected a number, not negative");
  const json header = Small().at(1);
  for (const auto& [member, value] : header.items()) {
    RecordingLines recording = Small();
    recording.at(1).erase(member);
    EXPECT_EQ(ReasonFor(recording.Text()), "f:1: header: " + member + " is missing");
  }
  RecordingLines no_header = Small();
  no_header.lines.erase(no_header.lines.begin());
  EXPECT_EQ(ReasonFor(no_header.Text()), "f:1: header: format is missing");
}

TEST(BadInput, NamesCountsThatTheFileDoesNotKeep) {
  EXPECT_EQ(ReasonForHeader("ops", 3),
            "f: 2 operations follow the header, which says 3: cut off or put together wrongly");
  EXPECT_EQ(ReasonForHeader("ops", std::uint64_t{18446744073709551615U}),
            "f: 2 operations follow the header, which says 18446744073709551615: cut off or put together "
            "wrongly");
  EXPECT_EQ(ReasonForHeader("sequences", 0),
            "f: 1 sequences follow the header, which says 0: cut off or put together wrongly");
}

TEST(BadInput, NamesAnOperationThatIsUnknownOrComesTooEarly) {
  RecordingLines recording = Small();
  recording.at(3)["op"] = "raw_putt";
  EXPECT_EQ(ReasonFor(recording.Text()), "f:3: \"raw_putt\" is not an operation of the format");

  recording = Small();
  std::swap(recording.at(2), recording.at(3));
  EXPECT_EQ(ReasonFor(recording.Text()), "f:2: \"raw_put\" before the first \"begin\"");

  for (const std::string member : {"op", "in", "out"}) {
    recording = Small();
    recording.at(3).erase(member);
    EXPECT_EQ(ReasonFor(recording.Text()), "f:3: " + member + " is missing");
  }
  recording = Small();
  recording.at(3)["in"] = json::array();
  EXPECT_EQ(ReasonFor(recording.Text()), "f:3: in is [], expected an object");
}

TEST(BadInput, NamesAnArgumentThatIsNotOfItsType) {
  const auto reason_for = [](json operation) {
    return ReasonFor(RecordingOf({std::move(operation)}).Text());
  };
  const std::string number = "expected a string holding an unsigned 64-bit number";
  EXPECT_EQ(reason_for(Put(7)), "f:3: raw_put: in.ts is 7, " + number);
  EXPECT_EQ(reason_for(Put("")), "f:3: raw_put: in.ts is \"\", " + number);
  EXPECT_EQ(reason_for(Put("-1")), "f:3: raw_put: in.ts is \"-1\", " + number);
  EXPECT_EQ(reason_for(Put("7 ")), "f:3: raw_put: in.ts is \"7 \", " + number);
  EXPECT_EQ(reason_for(Put("18446744073709551616")),
            "f:3: raw_put: in.ts is \"18446744073709551616\", " + number);

  const auto key = [&](const json& value) {
    return reason_for(Operation("is_route_key", {{"key", value}}, {{"is", false}}));
  };
  const std::string bytes = "expected bytes as pairs of lower-case hex digits";
  EXPECT_EQ(key("6"), "f:3: is_route_key: in.key is \"6\", " + bytes);
  EXPECT_EQ(key("6G"), "f:3: is_route_key: in.key is \"6G\", " + bytes);
  EXPECT_EQ(key("FF"), "f:3: is_route_key: in.key is \"FF\", " + bytes);
  EXPECT_EQ(key(nullptr), "f:3: is_route_key: in.key is null, " + bytes);

  const json route = {{"id", "1"},    {"start", ""},  {"end", nullptr},
                      {"group", "1"}, {"state", 256}, {"parent", "0"}};
  EXPECT_EQ(reason_for(Operation("next_route_id_floor", {{"routes", {route}}}, {{"err", nullptr}})),
            "f:3: next_route_id_floor: in.routes[0].state is 256, expected a number from 0 to 255");
  EXPECT_EQ(reason_for(Operation("new_engine", {{"ctor", "full"}}, json::object())),
            "f:3: new_engine: in.ctor is not empty, default_route or threshold");
  EXPECT_EQ(reason_for(Operation("set_history_depth", {{"depth", 0}}, json::object())),
            "f:3: set_history_depth: in.depth is 0, expected at least 1");
  EXPECT_EQ(reason_for(Operation("snapshot", {{"catalog", "other"}}, {{"err", nullptr}})),
            "f:3: snapshot: in.catalog is neither null nor \"storeless\"");
  EXPECT_EQ(
      reason_for(
          Operation("snapshot_raced", {{"point", "later"}, {"inject", json::array()}}, json::object())),
      "f:3: snapshot_raced: in.point is not after_read_ts, before_scan, before_commit_ts or before_apply");
  EXPECT_EQ(
      reason_for(Operation("snapshot_raced", {{"point", "before_scan"}, {"inject", {{{"op", "raw_get"}}}}},
                           json::object())),
      "f:3: snapshot_raced: in.inject[0].op is not raw_put, raw_delete or compact");
}

TEST(BadInput, NamesAnEngineThatWasNeverMade) {
  for (const std::string op : {"stats", "sync"}) {
    const json out = op == "stats" ? json{{"routes", json::array()}} : json{{"err", nullptr}};
    const RecordingLines recording = RecordingOf({Operation(op, {{"engine", "x"}}, out)});
    EXPECT_EQ(ReasonFor(recording.Text()), "f:3: " + op + ": engine \"x\" was not made in this sequence");
  }
}

bool MayBeMissing(const std::string& op, const json& in, const std::string& member) {
  return member == "engine" || member == "catalog" ||
         (op == "new_engine" && member == "threshold" && in["ctor"] != "threshold");
}

// Spoils every argument and every answer of the first occurrence of each operation.
class EachOperation : public testing::Test {
 protected:
  template <class Check>
  static void ForEach(Check check) {
    std::set<std::string> seen;
    for (const std::string& path : GoldenFiles()) {
      const RecordingLines recording = ReadRecordingLines(path);
      for (std::size_t line = 2; line <= recording.last_line(); ++line) {
        if (seen.insert(recording.at(line)["op"]).second) {
          SCOPED_TRACE(path + ":" + std::to_string(line));
          const CutRecording cut = CutAround(recording, line);
          check(cut.recording, cut.line);
        }
      }
    }
    EXPECT_EQ(seen.size(), 43U) << "some operation of the format is in no recording";
  }
};

TEST_F(EachOperation, IsRefusedWithoutAnArgumentItNeeds) {
  ForEach([](const RecordingLines& recording, std::size_t line) {
    const std::string op = recording.at(line)["op"];
    for (const auto& [member, value] : recording.at(line)["in"].items()) {
      if (MayBeMissing(op, recording.at(line)["in"], member)) {
        continue;
      }
      RecordingLines spoiled = recording;
      spoiled.at(line)["in"].erase(member);
      EXPECT_EQ(ReasonFor(spoiled.Text()),
                "f:" + std::to_string(line) + ": " + op + ": in." + member + " is missing");
    }
  });
}

TEST_F(EachOperation, IsRefusedWithAnArgumentOrAnAnswerOfAnotherType) {
  ForEach([](const RecordingLines& recording, std::size_t line) {
    const std::string op = recording.at(line)["op"];
    for (const std::string side : {"in", "out"}) {
      for (const auto& [member, value] : recording.at(line)[side].items()) {
        RecordingLines spoiled = recording;
        spoiled.at(line)[side][member] = {{"an", "object"}};
        const std::string reason = ReasonFor(spoiled.Text());
        EXPECT_EQ(reason.find("f:" + std::to_string(line) + ": " + op + ": " + side + "." + member), 0U)
            << reason;
      }
    }
  });
}

TEST_F(EachOperation, IsRefusedWithoutAnAnswerThatTheFormatPromises) {
  ForEach([](const RecordingLines& recording, std::size_t line) {
    const std::string op = recording.at(line)["op"];
    for (const auto& [member, value] : recording.at(line)["out"].items()) {
      if (member == "kv" && op != "raw_scan") {
        continue;  // may be missing
      }
      RecordingLines spoiled = recording;
      spoiled.at(line)["out"].erase(member);
      EXPECT_EQ(ReasonFor(spoiled.Text()),
                "f:" + std::to_string(line) + ": " + op + ": out." + member + " is missing");
    }
  });
}

TEST(CutOffRecording, IsRefusedWhereverItIsCut) {
  const std::string whole = Small().Text();
  for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
    const FileReport report = ReplayText("f", whole.substr(0, size));
    EXPECT_TRUE(report.bad_input.has_value()) << "cut at byte " << size;
    EXPECT_EQ(report.counts, ReplayCounts()) << "cut at byte " << size << ": replayed all the same";
  }
  // Only the last line end is gone: everything is there.
  EXPECT_EQ(ReasonFor(whole.substr(0, whole.size() - 1)), "no bad input");
}

// SplitMix64, so that a failing round can be repeated from its number.
std::uint64_t Draw(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15U;
  std::uint64_t z = state;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

// One sequence of a golden file as a recording of its own.
std::string FirstSequenceOf(const std::string& path) {
  RecordingLines recording = ReadRecordingLines(path);
  std::size_t last = 2;
  while (last < std::min<std::size_t>(recording.last_line(), 80) && recording.at(last + 1)["op"] != "begin") {
    ++last;
  }
  recording.lines.resize(last);
  recording.at(1)["sequences"] = 1;
  recording.at(1)["ops"] = last - 1;
  return recording.Text();
}

TEST(DamagedRecording, IsReplayedOrRefusedAndNothingElse) {
  constexpr std::string_view kInteresting = "\"{}[]:,0f9-en\\\n \xff";
  constexpr int kRoundsPerFile = 60;
  std::uint64_t state = 1;
  int refused = 0;
  int mismatched = 0;
  for (const std::string& path : GoldenFiles()) {
    const std::string whole = FirstSequenceOf(path);
    for (int round = 0; round < kRoundsPerFile; ++round) {
      std::string damaged = whole;
      const std::uint64_t edits = 1 + Draw(state) % 3;
      for (std::uint64_t edit = 0; edit < edits; ++edit) {
        const std::size_t at = Draw(state) % damaged.size();
        damaged[at] = kInteresting[Draw(state) % kInteresting.size()];
      }
      const FileReport report = ReplayText(path, damaged);
      const ReplayCounts& counts = report.counts;
      EXPECT_EQ(counts.operations,
                counts.matched + counts.mismatched + counts.skipped + counts.skipped_after_mismatch);
      EXPECT_EQ(counts.mismatched, report.mismatches.size());
      refused += report.bad_input.has_value() ? 1 : 0;
      mismatched += report.mismatches.empty() ? 0 : 1;
    }
  }
  // The damage reaches both ends, so the test is about something.
  EXPECT_GT(refused, 100);
  EXPECT_GT(mismatched, 20);
}

}  // namespace
}  // namespace fencepost::model::recording
