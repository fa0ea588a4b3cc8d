// A job in parts: disjoint, and together the whole.
#include "sim/core/campaign/shard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/campaign/runs_to_failure.h"

namespace fencepost::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string Refusal(const absl::Status& status) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

TEST(ShardTest, EveryItemIsInExactlyOnePart) {
  for (const std::uint32_t count : {1u, 2u, 3u, 7u, 64u}) {
    for (std::uint64_t item = 0; item < 300; ++item) {
      int owners = 0;
      for (std::uint32_t index = 1; index <= count; ++index) owners += Shard{index, count}.Owns(item) ? 1 : 0;
      EXPECT_EQ(owners, 1) << "item " << item << " of " << count << " parts";
    }
  }
}

TEST(ShardTest, IsReadAndWrittenAsIOfN) {
  EXPECT_EQ(*ParseShard("2/8"), (Shard{2, 8}));
  EXPECT_EQ(FormatShard(*ParseShard("8/8")), "8/8");
  for (const char* text : {"", "2", "/", "2/", "/8", "0/8", "9/8", "-1/8", "2/8x", "2 /8", "1/0", "1/1000001",
                           "1/99999999999999999999", "1/2/3"}) {
    EXPECT_THAT(Refusal(ParseShard(text).status()), HasSubstr("is not I/N with 1 <= I <= N")) << text;
  }
}

TEST(ShardTest, GoogleTestCountsFromZero) {
  EXPECT_EQ(**ShardOfGoogleTest("4", "0"), (Shard{1, 4}));
  EXPECT_EQ(**ShardOfGoogleTest("4", "3"), (Shard{4, 4}));
  EXPECT_EQ(**ShardOfGoogleTest("1", "0"), Shard());
  EXPECT_EQ(*ShardOfGoogleTest(std::nullopt, std::nullopt), std::nullopt);
  EXPECT_EQ(*ShardOfGoogleTest("-1", "-1"), std::nullopt) << "GoogleTest's way to say that it is not set";
}

TEST(ShardTest, BadVariablesOfGoogleTestAreRefusedByName) {
  EXPECT_THAT(Refusal(ShardOfGoogleTest("4", std::nullopt).status()), HasSubstr("GTEST_SHARD_INDEX is not"));
  EXPECT_THAT(Refusal(ShardOfGoogleTest(std::nullopt, "0").status()), HasSubstr("GTEST_TOTAL_SHARDS is not"));
  EXPECT_THAT(Refusal(ShardOfGoogleTest("4", "4").status()), HasSubstr("GTEST_SHARD_INDEX=\"4\" is not"));
  EXPECT_THAT(Refusal(ShardOfGoogleTest("4", "one").status()), HasSubstr("GTEST_SHARD_INDEX=\"one\" is not"));
  for (const char* total : {"0", "", "4x", "-2", "1000001"}) {
    EXPECT_THAT(Refusal(ShardOfGoogleTest(total, "0").status()), HasSubstr("GTEST_TOTAL_SHARDS=")) << total;
  }
}

Campaign CampaignOf(std::uint64_t runs, std::vector<std::uint64_t> failed_at) {
  Campaign campaign;
  campaign.runs = runs;
  campaign.violations = failed_at.size();
  campaign.failed_at = std::move(failed_at);
  return campaign;
}

TEST(RunsToFailureTest, EachFailureEndsAStartAndBeginsAnother) {
  RunsToFailure measured;
  measured.Add(CampaignOf(10, {2, 3, 7}));
  EXPECT_THAT(measured.starts, ElementsAre(2, 1, 4));
  EXPECT_EQ(measured.unfinished, 3u);

  measured.Add(CampaignOf(5, {5}));
  EXPECT_THAT(measured.starts, ElementsAre(2, 1, 4, 8)) << "3 runs before, and 5";
  EXPECT_EQ(measured.unfinished, 0u);
  EXPECT_DOUBLE_EQ(measured.FailureRate(), 4.0 / 15);
  EXPECT_EQ(measured.Median(), 2u);
}

TEST(RunsToFailureTest, SaysHowManySeedsShowItWithConfidence) {
  RunsToFailure rare;
  rare.Add(CampaignOf(1000, {500}));
  EXPECT_EQ(rare.SeedsFor95Percent(), 2995u);
  RunsToFailure always;
  always.Add(CampaignOf(2, {1, 2}));
  EXPECT_EQ(always.SeedsFor95Percent(), 1u);
  RunsToFailure never;
  never.Add(CampaignOf(1000, {}));
  EXPECT_EQ(never.SeedsFor95Percent(), std::nullopt);
  EXPECT_EQ(never.Median(), std::nullopt);
  EXPECT_EQ(never.unfinished, 1000u);
}

TEST(RunsToFailureTest, WhatLiesBehindTheLastFailureThatWasKeptIsNotCounted) {
  Campaign many = CampaignOf(50, {1, 2});
  many.violations = 30;
  RunsToFailure measured;
  measured.Add(many);
  EXPECT_EQ(measured.unfinished, 0u);
}

}  // namespace
}  // namespace fencepost::sim
