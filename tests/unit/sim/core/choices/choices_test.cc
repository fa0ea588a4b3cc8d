#include "sim/core/choices/choices.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/choices/seeded_driver.h"
#include "sim/core/choices/stream_key.h"

namespace fencepost::sim {
namespace {

// Answers by a function and keeps what it was asked.
class ScriptedDriver final : public ChoiceDriver {
 public:
  using Answer = std::function<std::uint64_t(const ChoiceRequest&)>;
  struct Asked {
    std::string stream;
    std::uint64_t index;
    std::uint64_t bound;
    std::string label;
    std::vector<std::uint32_t> weights;
    std::vector<ActorId> actors;
    friend bool operator==(const Asked&, const Asked&) = default;
  };

  explicit ScriptedDriver(Answer answer) : answer_(std::move(answer)) {}

  std::uint64_t Choose(const ChoiceRequest& request) override {
    EXPECT_EQ(request.stream_key, StreamKey(request.stream));
    asked_.push_back(Asked{std::string(request.stream), request.index, request.bound, request.label,
                           std::vector(request.weights.begin(), request.weights.end()),
                           std::vector(request.actors.begin(), request.actors.end())});
    return answer_(request);
  }

  const std::vector<Asked>& asked() const { return asked_; }

 private:
  Answer answer_;
  std::vector<Asked> asked_;
};

struct ScriptedChoices {
  explicit ScriptedChoices(ScriptedDriver::Answer answer)
      : choices(std::make_unique<ScriptedDriver>(std::move(answer))) {}
  const std::vector<ScriptedDriver::Asked>& asked() {
    return static_cast<ScriptedDriver&>(choices.driver()).asked();
  }
  Choices choices;
};

std::uint64_t Last(const ChoiceRequest& request) { return request.bound - 1; }

TEST(Choices, EachKindOfDrawTellsTheDriverWhatItDecides) {
  ScriptedChoices scripted(Last);
  Stream stream = scripted.choices.Open("client/1");
  const std::array<std::uint32_t, 3> weights = {5, 0, 7};
  const std::array<ActorId, 2> actors = {4, 9};

  EXPECT_EQ(stream.Below(10, "wait"), 9u);
  EXPECT_TRUE(stream.Chance(Ratio{1, 4}, "drop"));
  EXPECT_EQ(stream.Weighted(weights, "kind"), 2u);
  EXPECT_EQ(stream.Schedule(actors, "next"), 1u);

  const std::vector<ScriptedDriver::Asked> expected = {
      {"client/1", 0, 10, "wait", {}, {}},
      {"client/1", 1, 2, "drop", {3, 1}, {}},
      {"client/1", 2, 3, "kind", {5, 0, 7}, {}},
      {"client/1", 3, 2, "next", {}, {4, 9}},
  };
  EXPECT_EQ(scripted.asked(), expected);
}

TEST(Choices, WhatCannotGoEitherWayAsksNobody) {
  ScriptedChoices scripted(Last);
  Stream stream = scripted.choices.Open("s");
  const std::array<std::uint32_t, 1> weight = {3};
  const std::array<ActorId, 1> actor = {4};
  EXPECT_EQ(stream.Below(1, "x"), 0u);
  EXPECT_FALSE(stream.Chance(Ratio{0, 7}, "x"));
  EXPECT_EQ(stream.Weighted(weight, "x"), 0u);
  EXPECT_EQ(stream.Schedule(actor, "x"), 0u);
  EXPECT_EQ(scripted.choices.draws(), 0u);
  EXPECT_TRUE(scripted.asked().empty());

  EXPECT_TRUE(stream.Chance(Ratio{7, 7}, "x")) << "a certain fault is a draw: a shrinker may switch it off";
  EXPECT_EQ(scripted.choices.draws(), 1u);
}

TEST(Choices, WhatCannotGoEitherWayLeavesTheLaterDrawsOfItsStreamWhereTheyWere) {
  // A fault is turned off, or a world has one node instead of several: what is drawn next keeps its number.
  const auto indices_with = [](Ratio fault, std::uint64_t nodes) {
    ScriptedChoices scripted(Last);
    Stream stream = scripted.choices.Open("s");
    stream.Chance(fault, "fault");
    stream.Below(nodes, "node");
    stream.Below(10, "argument");
    return scripted.asked().back().index;
  };
  EXPECT_EQ(indices_with(Ratio{1, 2}, 3), 2u);
  EXPECT_EQ(indices_with(Ratio{0, 1}, 3), 2u);
  EXPECT_EQ(indices_with(Ratio{1, 2}, 1), 2u);
}

TEST(Choices, TheSameNameIsTheSameStreamAndNamesAreCountedApart) {
  ScriptedChoices scripted(Last);
  Stream a = scripted.choices.Open("a");
  Stream b = scripted.choices.Open("b");
  a.Below(2, "x");
  scripted.choices.Open("a").Below(2, "x");
  b.Below(2, "x");
  ASSERT_EQ(scripted.asked().size(), 3u);
  EXPECT_EQ(scripted.asked()[1].index, 1u);
  EXPECT_EQ(scripted.asked()[2].index, 0u);
  EXPECT_EQ(b.name(), "b");
}

TEST(Choices, OnlyDrawsOffTheDefaultAreDeviationsInTheOrderMade) {
  ScriptedChoices scripted([](const ChoiceRequest& request) { return request.index % 2; });
  Stream a = scripted.choices.Open("a");
  Stream b = scripted.choices.Open("b");
  b.Below(3, "first");
  a.Below(4, "second");
  a.Below(5, "third");
  b.Below(6, "fourth");
  const std::vector<Deviation> expected = {{"a", 1, 1, 5, "third"}, {"b", 1, 1, 6, "fourth"}};
  EXPECT_EQ(scripted.choices.Deviations(), expected);
  EXPECT_EQ(scripted.choices.draws(), 4u);
}

TEST(Choices, AnotherStreamsDrawsShiftNobody) {
  const auto draw_a = [](bool b_draws_too) {
    Choices choices(std::make_unique<SeededDriver>(42));
    Stream b = choices.Open("b");
    Stream a = choices.Open("a");
    std::vector<std::uint64_t> drawn;
    for (int i = 0; i < 100; ++i) {
      if (b_draws_too) b.Below(1000, "noise");
      drawn.push_back(a.Below(1000, "signal"));
    }
    return drawn;
  };
  EXPECT_EQ(draw_a(false), draw_a(true));
}

TEST(ChoicesDeathTest, AnAnswerOutOfBoundsIsABrokenDriver) {
  ScriptedChoices scripted([](const ChoiceRequest& request) { return request.bound; });
  Stream stream = scripted.choices.Open("s");
  EXPECT_DEATH(stream.Below(3, "x"), "value < request.bound");
  EXPECT_DEATH(stream.Below(0, "x"), "bound > 0");
}

TEST(Choices, KeepsManyStreamsApartAndTheirNames) {
  constexpr std::size_t kStreams = 2000;
  Choices choices(std::make_unique<SeededDriver>(1));
  std::vector<Stream> streams;
  for (std::size_t i = 0; i < kStreams; ++i) {
    streams.push_back(choices.Open("stream-" + std::to_string(i)));
    streams.back().Below(1, "passed-over");
  }
  for (std::size_t i = 0; i < kStreams; ++i) {
    const std::string name = "stream-" + std::to_string(i);
    EXPECT_EQ(streams[i].name(), name);
    choices.Open(name).Below(std::uint64_t{1} << 60, "drawn");
  }
  const std::vector<Deviation> deviations = choices.Deviations();
  ASSERT_EQ(deviations.size(), kStreams);
  for (std::size_t i = 0; i < kStreams; ++i) {
    EXPECT_EQ(deviations[i].stream, streams[i].name());
    EXPECT_EQ(deviations[i].index, 1u) << "the same name gives the same stream";
  }
}

}  // namespace
}  // namespace fencepost::sim
