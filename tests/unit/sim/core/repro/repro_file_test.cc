// The .repro format: its bytes, and every mistake that can be made in one.
#include "sim/core/repro/repro_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/scratch_path.h"

namespace fencepost::sim {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Repro Sample() {
  Repro repro;
  repro.simulation = "watchers";
  repro.expect = ReproExpectation::kFixed;
  repro.failure_class = "liveness";
  repro.sentence = "600 ms after healing, the engine of node-1 is at version 1\nand stays there";
  repro.seed = 17;
  repro.step = 412;
  repro.hash = TraceHash{0x8d5c2f0e9b7a4613, 0x00000000000000ff};
  repro.checkpoints = {{200, 0x9b7a46138d5c2f0e}, {412, 0xff}};
  repro.deviations = {{"plan/operator-1/1", 0, 1, 2, "present"},
                      {"plan/operator-1/1", 1, 387, 1000, "at"},
                      {"plan/operator-1/10", 0, 1, 2, "present"},
                      {"schedule", 17, 2, 3, "next-task"}};
  return repro;
}

constexpr InvariantKind kLiveness{"liveness", "what was asked for happens"};
constexpr InvariantKind kIsolation{"isolation", "transactions do not see each other"};

const KindList<InvariantKind>& Invariants() {
  static const auto* const invariants = [] {
    auto* const list = new KindList<InvariantKind>;
    list->Add(kLiveness);
    list->Add(kIsolation);
    return list;
  }();
  return *invariants;
}

absl::StatusOr<Repro> Parse(std::string_view text) { return ParseRepro(text, "a.repro", &Invariants()); }

// The one place that pins the format.
constexpr char kSampleText[] = R"(fencepost-repro 1
scenario watchers
expect fixed
class liveness
# 600 ms after healing, the engine of node-1 is at version 1
# and stays there
seed 17
step 412
hash 8d5c2f0e9b7a461300000000000000ff
checkpoint 200 9b7a46138d5c2f0e
checkpoint 412 00000000000000ff
deviations 4

plan/operator-1/1[0] = 1 of 2 (present)
plan/operator-1/1[1] = 387 of 1000 (at)

plan/operator-1/10[0] = 1 of 2 (present)

schedule[17] = 2 of 3 (next-task)
)";

// The sample with the first `from` replaced by `to`.
std::string With(const std::string& from, const std::string& to) {
  std::string text = kSampleText;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ReproFile, IsWrittenAsItsFormatSays) { EXPECT_EQ(FormatRepro(Sample()), kSampleText); }

TEST(ReproFile, ReadsWhatItWrote) {
  const absl::StatusOr<Repro> read = Parse(kSampleText);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, Sample());

  Repro no_seed = Sample();
  no_seed.seed = std::nullopt;
  no_seed.expect = ReproExpectation::kStillFails;
  no_seed.checkpoints.clear();
  no_seed.deviations.clear();
  no_seed.failure_class = "isolation/G1c";
  const absl::StatusOr<Repro> reread = Parse(FormatRepro(no_seed));
  ASSERT_TRUE(reread.ok()) << reread.status();
  EXPECT_EQ(*reread, no_seed);
}

TEST(ReproFile, ASentenceKeepsItsEmptyLinesTheLastOneToo) {
  Repro repro = Sample();
  repro.sentence = "a client was told\n\nnothing\n";
  const absl::StatusOr<Repro> read = Parse(FormatRepro(repro));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->sentence, repro.sentence);
}

TEST(ReproFile, TakesCommentsBlankLinesAndAnyOrderOfDeviationsFromAnEditor) {
  const std::string text = With("plan/operator-1/1[0] = 1 of 2 (present)\n",
                                "# the operator that matters\nschedule[3] = 1 of 2 "
                                "(next-task)\n\n\nplan/operator-1/1[0] = 1 of 2 (present)\n");
  const absl::StatusOr<Repro> read =
      Parse(std::string(text).replace(text.find("deviations 4"), 12, "deviations 5"));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->deviations.front().stream, "plan/operator-1/1");
  EXPECT_EQ(read->deviations[3].index, 3u) << "sorted: schedule[3] comes before schedule[17]";
}

struct Mistake {
  std::string from;
  std::string to;
  std::string says;
};

TEST(ReproFile, RefusesEveryMistakeWithFileLineAndReason) {
  const Mistake kMistakes[] = {
      {"fencepost-repro 1", "fencepost-repro 2",
       "a.repro:1: \"fencepost-repro 2\": this program reads version 1"},
      {"fencepost-repro 1", "fencepost-repro 1 ", "a.repro:1: \"fencepost-repro 1 \": this program reads"},
      {"fencepost-repro 1\n", "\nfencepost-repro 1\n", "a.repro:1: not a repro file"},
      {"fencepost-repro 1", "name = \"x\"", "a.repro:1: not a repro file"},
      {"scenario watchers", "scenaro watchers", "a.repro:2: expected \"scenario\", found \"scenaro\""},
      {"scenario watchers", "scenario ", "a.repro:2: \"scenario\" names no scenario"},
      {"scenario watchers", "scenario a/../b c", "a.repro:2: \"a/../b c\" is not the name of a scenario"},
      {"scenario watchers\n", "", "a.repro:2: expected \"scenario\", found \"expect\""},
      {"expect fixed", "expect fixt", "a.repro:3: \"expect\": there is no \"fixt\"; did you mean \"fixed\"?"},
      {"expect fixed", "expect still fails", "did you mean \"still-fails\"?"},
      {"class liveness", "class livenes",
       "a.repro:4: \"class\": there is no \"livenes\"; did you mean \"liveness\"?"},
      {"class liveness", "class isolatoin/G1c", "did you mean \"isolation\"?"},
      {"class liveness", std::string("class liveness/\0", 16), "a.repro:4: \"liveness/"},
      {"class liveness", "class liveness/a b", "a.repro:4: \"liveness/a b\" is not a class of failures"},
      {"seed 17", "seed -17", "a.repro:7: \"seed\": \"-17\" is neither a whole number nor \"none\""},
      {"seed 17", "seed 18446744073709551616", "is neither a whole number nor \"none\""},
      {"seed 17", "seed", "a.repro:7: \"seed\": \"\" is neither"},
      {"step 412", "step 412.5", "a.repro:8: \"step\": \"412.5\" is not a whole number"},
      {"step 412", "step  412", "a.repro:8: \"step\": \" 412\" is not a whole number"},
      {"hash 8d5c", "hash 8d5", "a.repro:9: \"hash\": "},
      {"hash 8d5c", "hash 8d5g", "is not 32 hex digits"},
      {"hash 8d5c", "hash 8d5c8d5c", "is not 32 hex digits"},
      {"checkpoint 200 9b7a", "checkpoint 200 b7a", "a.repro:10: \"checkpoint\": "},
      {"checkpoint 200", "checkpoint", "is not a step and 16 hex digits"},
      {"checkpoint 412", "checkpoint 200", "a.repro:11: \"checkpoint\": step 200 does not come after"},
      {"checkpoint 200", "checkpoint 0", "a.repro:10: \"checkpoint\": step 0 does not come after"},
      {"deviations 4", "deviations 5", "a.repro:19: expected 5 deviations, found 4"},
      {"deviations 4", "deviations 3", "a.repro:19: expected 3 deviations, found 4"},
      {"deviations 4", "deviations four", "a.repro:12: \"deviations\": \"four\" is not a whole number"},
      {"(at)", "(at", "a.repro:15: \"plan/operator-1/1[1] = 387 of 1000 (at\" is not of the form STREAM"},
      {"[1] = 387", "(1) = 387", "is not of the form STREAM[INDEX] = VALUE of BOUND (LABEL)"},
      {"plan/operator-1/1[1]", "[1]", "is not of the form STREAM"},
      {"[1] = 387", "[x] = 387", "a.repro:15: \"index\": \"x\" is not a whole number"},
      {"[1] = 387", "[1] = ", "a.repro:15: \"value\": \"\" is not a whole number"},
      {"387 of 1000", "387 of many", "\"bound\": \"many\" is not a whole number"},
      {"387 of 1000", "0 of 1000", "the value 0 is not above 0 and below its bound 1000"},
      {"387 of 1000", "1000 of 1000", "the value 1000 is not above 0 and below its bound 1000"},
      {"[1] = 387", "[0] = 387", "a.repro:15: plan/operator-1/1[0] occurs twice"},
      {"[1] = 387", "[99999999999] = 387", "no stream has 99999999999 draws"},
      {"plan/operator-1/1[1]", "plan/operator 1[1]", "\"plan/operator 1\" is not the name of a stream"},
      {"(at)", "(a t)", "\"a t\" is not a label"},
      {"step 412\n", "step 412\r\n", "a.repro:8: the line ends in a carriage return"},
      {"version 1\n", "version 1\r\n", "a.repro:5: the line ends in a carriage return"},
  };
  for (const Mistake& mistake : kMistakes) {
    const absl::StatusOr<Repro> read = Parse(With(mistake.from, mistake.to));
    ASSERT_FALSE(read.ok()) << mistake.to;
    EXPECT_EQ(read.status().code(), absl::StatusCode::kInvalidArgument) << mistake.to;
    EXPECT_THAT(std::string(read.status().message()), StartsWith("a.repro:")) << mistake.to;
    EXPECT_THAT(std::string(read.status().message()), HasSubstr(mistake.says)) << mistake.to;
  }
}

TEST(ReproFile, OfASimulationThatIsNotKnownAnyClassIsRead) {
  const std::string text = With("class liveness", "class no-lost-tickets/twice");
  EXPECT_FALSE(Parse(text).ok());
  const absl::StatusOr<Repro> read = ParseRepro(text, "a.repro", nullptr);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->failure_class, "no-lost-tickets/twice");
  EXPECT_THAT(
      std::string(ParseRepro(With("class liveness", "class /x"), "a.repro", nullptr).status().message()),
      HasSubstr("a.repro:4: \"/x\" is not a class of failures"));

  const KindList<InvariantKind> none;
  EXPECT_THAT(std::string(ParseRepro(kSampleText, "a.repro", &none).status().message()),
              testing::EndsWith("there is no \"liveness\""));
}

TEST(ReproFile, IsRefusedWhereverItIsCutOff) {
  // After the last line feed alone nothing is missing.
  const std::string whole = kSampleText;
  for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
    const absl::StatusOr<Repro> read = Parse(whole.substr(0, size));
    EXPECT_FALSE(read.ok()) << "the first " << size << " bytes were taken for a whole file";
  }
  EXPECT_TRUE(Parse(whole.substr(0, whole.size() - 1)).ok());
}

TEST(ReproFile, IsNamedAfterScenarioClassAndSeed) {
  Repro repro = Sample();
  EXPECT_EQ(ReproFileName(repro), "watchers-liveness-17.repro");
  repro.failure_class = "isolation/G1c";
  repro.seed = std::nullopt;
  EXPECT_EQ(ReproFileName(repro), "watchers-isolation-G1c-none.repro");
}

TEST(ReproFile, IsSavedAndLoadedAndSaysWhyNot) {
  const std::string path = ScratchPath("repro") + "/deeper/a.repro";
  ASSERT_TRUE(SaveRepro(Sample(), path).ok());
  const absl::StatusOr<Repro> loaded = LoadRepro(path, &Invariants());
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(*loaded, Sample());

  EXPECT_THAT(std::string(LoadRepro("/nowhere/a.repro", nullptr).status().message()),
              HasSubstr("/nowhere/a.repro: cannot read it: No such file"));
  EXPECT_THAT(std::string(LoadRepro("/tmp", nullptr).status().message()), HasSubstr("/tmp: cannot read it"));
  EXPECT_THAT(std::string(SaveRepro(Sample(), "/proc/nowhere/a.repro").message()),
              HasSubstr("cannot write /proc/nowhere/a.repro: "));
}

}  // namespace
}  // namespace fencepost::sim
