// Why a run of a world of the core's own fails; the explanations of ours are in tests/sim/explain_test.cc.
#include "sim/core/explain/explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/core/repro/replay.h"
#include "tests/support/counter_world.h"

namespace fencepost::sim {
namespace {

using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

Deviation Present(const std::string& item) { return Deviation{"plan/" + item, 0, 1, 2, "present"}; }

// Two clients at once, and one long after them that has nothing to do with it.
std::vector<Deviation> LostUpdateAndABystander() {
  return {Present("client-1/1"), Present("client-2/1"), Present("client-3/1"),
          Deviation{"plan/client-3/1", 1, 150, 200, "at"}};
}

class ExplainCounter : public testing::Test {
 protected:
  ExplainCounter() : repro_(*RecordRepro(world_, LostUpdateAndABystander(), std::nullopt)) {
    limits_.samples = 20;
    limits_.runs = 400;
    limits_.seeds = 200;
  }

  Explanation Explained() {
    absl::StatusOr<Explanation> explanation = Explain(world_, repro_, limits_);
    EXPECT_TRUE(explanation.ok()) << explanation.status();
    return *explanation;
  }

  const CounterWorld world_;
  Repro repro_;
  ExplainLimits limits_;
};

TEST_F(ExplainCounter, APartIsNeededIfTheRunPassesWithoutIt) {
  const Explanation explanation = Explained();
  std::vector<std::string> needed;
  std::vector<std::string> idle;
  for (const LeftOut& part : explanation.parts) {
    if (part.kind == PartKind::kPlanItem) (part.needed() ? needed : idle).push_back(part.name);
  }
  EXPECT_EQ(needed, (std::vector<std::string>{"plan/client-1/1", "plan/client-2/1"}));
  EXPECT_EQ(idle, (std::vector<std::string>{"plan/client-3/1"}));
}

TEST_F(ExplainCounter, TheNearestRunThatPassesDiffersInOneAnswerAndIsToldInWords) {
  const Explanation explanation = Explained();
  ASSERT_TRUE(explanation.twin.twin.has_value());
  const PassingTwin& twin = *explanation.twin.twin;
  EXPECT_TRUE(explanation.twin.is_nearest);
  EXPECT_NE(twin.answer, twin.recorded);
  EXPECT_EQ(twin.recorded > twin.answer ? twin.recorded - twin.answer : twin.answer - twin.recorded, 1u);
  ASSERT_FALSE(twin.failing_lines.empty());
  ASSERT_FALSE(twin.passing_lines.empty());
  EXPECT_NE(twin.failing_lines.front(), twin.passing_lines.front());
  for (const auto& line : twin.failing_lines) {
    EXPECT_THAT(line, Not(HasSubstr("message"))) << "notes tell of what both do alike";
  }
}

TEST_F(ExplainCounter, TheOddsBeginAtTheSeedsAndEndAtCertainty) {
  const Explanation explanation = Explained();
  const std::vector<LikelihoodPoint>& points = explanation.likelihood.points;
  ASSERT_GE(points.size(), 2u);
  EXPECT_EQ(points.front().draws, 0u);
  EXPECT_THAT(points.front().line, IsEmpty());
  EXPECT_LT(points.front().failures, limits_.samples);
  EXPECT_EQ(points.back().draws, explanation.likelihood.draws);
  EXPECT_EQ(points.back().failures, limits_.samples);
  std::vector<std::string> lines;
  for (const LikelihoodPoint& point : points) lines.push_back(point.line);
  EXPECT_THAT(lines, Contains(EndsWith(" reads 0"))) << "in the words of the vocabulary";
  EXPECT_EQ(explanation.seeds.seeds, 200u);
  EXPECT_GT(explanation.seeds.failures, 0u);
}

TEST_F(ExplainCounter, WhatDoesNotFailAnyMoreIsNotExplained) {
  repro_.deviations = {Present("client-1/1")};
  const absl::Status refused = Explain(world_, repro_, limits_).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()), StartsWith("nothing to explain: fixed: "));
}

TEST(SeedOdds, SayHowManySeedsShowTheFailure) {
  EXPECT_EQ(SeedsFor95Percent(SeedOdds{1000, 0}), std::nullopt);
  EXPECT_EQ(SeedsFor95Percent(SeedOdds{1000, 1000}), 1u);
  EXPECT_EQ(SeedsFor95Percent(SeedOdds{1000, 1}), 2995u);
}

}  // namespace
}  // namespace fencepost::sim
