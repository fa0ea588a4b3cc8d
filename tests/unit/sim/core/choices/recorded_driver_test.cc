#include "sim/core/choices/recorded_driver.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/choices/seeded_driver.h"

namespace fencepost::sim {
namespace {

struct Replay {
  explicit Replay(const std::vector<Deviation>& deviations)
      : choices(RecordedDriver::Make(deviations).value()) {}

  std::vector<std::string> stale() {
    std::vector<std::string> out;
    for (const StaleDeviation& stale : static_cast<RecordedDriver&>(choices.driver()).stale()) {
      out.push_back(Describe(stale));
    }
    return out;
  }

  Choices choices;
};

TEST(RecordedDriver, AnswersTheRecordedDrawsAndTheDefaultElsewhere) {
  Replay replay({{"b", 1, 4, 5, "x"}, {"a", 2, 1, 3, "x"}, {"a", 0, 2, 3, "x"}});
  Stream a = replay.choices.Open("a");
  Stream b = replay.choices.Open("b");
  Stream c = replay.choices.Open("c");
  std::vector<std::uint64_t> drawn;
  for (int i = 0; i < 4; ++i) {
    drawn.push_back(a.Below(3, "x"));
    drawn.push_back(b.Below(5, "x"));
    drawn.push_back(c.Below(7, "x"));
  }
  EXPECT_EQ(drawn, (std::vector<std::uint64_t>{2, 0, 0, 0, 4, 0, 1, 0, 0, 0, 0, 0}));
  EXPECT_TRUE(replay.stale().empty());
}

TEST(RecordedDriver, WithoutDeviationsEverythingIsTheDefault) {
  Replay replay({});
  Stream stream = replay.choices.Open("s");
  EXPECT_EQ(stream.Below(10, "x"), 0u);
  EXPECT_FALSE(stream.Chance(Ratio{1, 1}, "x"));
  EXPECT_TRUE(replay.choices.Deviations().empty());
}

TEST(RecordedDriver, ReplaysWhatASeededRunDeviated) {
  const auto draw = [](Choices& choices) {
    std::vector<std::uint64_t> drawn;
    std::array<Stream, 2> streams = {choices.Open("a"), choices.Open("b")};
    const std::array<std::uint32_t, 3> weights = {1, 2, 3};
    for (std::uint64_t i = 0; i < 100; ++i) {
      Stream& stream = streams[static_cast<std::size_t>(i % 2)];
      drawn.push_back(stream.Below(2 + i, "number"));
      drawn.push_back(stream.Chance(Ratio{1, 3}, "chance") ? 1 : 0);
      drawn.push_back(stream.Weighted(weights, "kind"));
    }
    return drawn;
  };
  Choices seeded(std::make_unique<SeededDriver>(77));
  const std::vector<std::uint64_t> original = draw(seeded);
  Replay replay(seeded.Deviations());
  EXPECT_EQ(draw(replay.choices), original);
  EXPECT_EQ(replay.choices.Deviations(), seeded.Deviations());
  EXPECT_TRUE(replay.stale().empty());
}

TEST(RecordedDriver, ADrawThatNeverCameIsReported) {
  Replay replay({{"gone", 0, 1, 2, "x"}, {"s", 0, 1, 2, "x"}, {"s", 5, 1, 2, "drop"}});
  replay.choices.Open("s").Below(2, "x");
  EXPECT_EQ(replay.stale(), (std::vector<std::string>{"gone[0] = 1 of 2 (x): was never asked for",
                                                      "s[5] = 1 of 2 (drop): was never asked for"}));
}

TEST(RecordedDriver, AValueTheDrawNoLongerAdmitsIsNotAppliedAndReported) {
  Replay replay({{"s", 0, 3, 5, "x"}, {"s", 1, 2, 3, "x"}, {"s", 2, 4, 5, "x"}});
  Stream stream = replay.choices.Open("s");
  const std::array<std::uint32_t, 3> weights = {1, 1, 0};
  EXPECT_EQ(stream.Below(3, "x"), 0u) << "3 is not below 3";
  EXPECT_EQ(stream.Weighted(weights, "x"), 0u) << "an answer of weight 0 cannot happen";
  EXPECT_EQ(stream.Below(9, "x"), 4u) << "another bound that still admits the value is no reason to refuse";
  EXPECT_EQ(replay.stale(),
            (std::vector<std::string>{"s[0] = 3 of 5 (x): is no longer an answer to its draw",
                                      "s[1] = 2 of 3 (x): is no longer an answer to its draw"}));
}

TEST(RecordedDriver, ADrawThatDecidesSomethingElseIsAppliedAndReported) {
  Replay replay({{"s", 0, 1, 2, "drop"}});
  EXPECT_EQ(replay.choices.Open("s").Below(2, "duplicate"), 1u);
  EXPECT_EQ(replay.stale(), std::vector<std::string>{"s[0] = 1 of 2 (drop): now decides something else"});
}

TEST(RecordedDriver, AListThatNoRunCanHaveRecordedIsRefused) {
  const auto message = [](const std::vector<Deviation>& deviations) {
    return std::string(RecordedDriver::Make(deviations).status().message());
  };
  EXPECT_EQ(message({{"s", 3, 0, 2, "x"}}),
            "s[3] = 0 of 2 (x): a deviation's value lies above 0 and below its bound");
  EXPECT_EQ(message({{"s", 3, 2, 2, "x"}}),
            "s[3] = 2 of 2 (x): a deviation's value lies above 0 and below its bound");
  EXPECT_EQ(message({{"s", 3, 1, 2, "x"}, {"t", 3, 1, 2, "x"}, {"s", 3, 1, 4, "y"}}),
            "s[3] = 1 of 2 (x): this draw is recorded twice");
}

}  // namespace
}  // namespace fencepost::sim
