// A recorded failure, replayed: what may have become of it, and where it left its recording.
#include "sim/core/repro/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "sim/core/repro/shrink_repro.h"
#include "tests/support/counter_world.h"
#include "tests/support/toy_simulation.h"

namespace fencepost::sim {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Deviation Present(const std::string& item) { return Deviation{"plan/" + item, 0, 1, 2, "present"}; }

std::vector<Deviation> TwoAtOnce() { return {Present("client-1/1"), Present("client-2/1")}; }

Repro Recorded(const CounterWorld& world) {
  absl::StatusOr<Repro> repro = RecordRepro(world, TwoAtOnce(), 17);
  EXPECT_TRUE(repro.ok()) << repro.status();
  return *repro;
}

ReproReplay Replay(const Simulation& simulation, const Repro& repro, const RunLimits& limits = {}) {
  Trace trace(TraceDetail::kEvents);
  return ReplayRepro(simulation, repro, &trace, limits);
}

TEST(Replay, ARecordedFailureFailsAgainEventForEvent) {
  const CounterWorld world;
  const Repro repro = Recorded(world);
  EXPECT_EQ(repro.simulation, "counter");
  EXPECT_EQ(repro.expect, ReproExpectation::kFixed) << "nothing is expected to break";
  EXPECT_EQ(repro.failure_class, "no-lost-update");
  EXPECT_EQ(repro.sentence, "2 additions were made, but the counter is at 1");
  EXPECT_EQ(repro.deviations, TwoAtOnce());
  ASSERT_FALSE(repro.checkpoints.empty());
  EXPECT_LE(repro.checkpoints.back().step, repro.step);

  const ReproReplay replay = Replay(world, repro);
  EXPECT_EQ(replay.verdict, ReproVerdict::kStillFails);
  EXPECT_EQ(replay.divergence, std::nullopt);
  EXPECT_EQ(FormatReplay(repro, replay),
            "still fails: no-lost-update: 2 additions were made, but the counter is at 1\n");
}

TEST(Replay, AFailureThatIsExpectedIsToStillFail) {
  CounterWorld world;
  world.aims.expect = {"no-lost-update"};
  EXPECT_EQ(Recorded(world).expect, ReproExpectation::kStillFails);
}

TEST(Replay, ARunThatPassesWithAllItsDeviationsIsFixedAndWithoutOneStale) {
  const CounterWorld world;
  Repro repro = Recorded(world);
  repro.deviations.pop_back();
  EXPECT_EQ(Replay(world, repro).verdict, ReproVerdict::kFixed);

  repro.deviations.push_back(Present("client-9/1"));
  const ReproReplay stale = Replay(world, repro);
  EXPECT_EQ(stale.verdict, ReproVerdict::kStale);
  EXPECT_THAT(FormatReplay(repro, stale),
              HasSubstr("plan/client-9/1[0] = 1 of 2 (present): was never asked for"));
}

TEST(Replay, ARunThatFailsInAnotherClassFailsOtherwise) {
  const CounterWorld world;
  Repro repro = Recorded(world);
  repro.failure_class = "no-lost-update/twice";
  const ReproReplay replay = Replay(world, repro);
  EXPECT_EQ(replay.verdict, ReproVerdict::kFailsOtherwise);
  EXPECT_THAT(FormatReplay(repro, replay), StartsWith("fails otherwise: recorded was a violation of"));
}

TEST(Replay, SaysBetweenWhichStepsARunLeftItsRecording) {
  const CounterWorld world;
  Repro repro = Recorded(world);
  ASSERT_GE(repro.checkpoints.size(), 3u);
  repro.hash.low ^= 1;
  repro.checkpoints[2].hash_low ^= 1;
  const ReproReplay replay = Replay(world, repro);
  EXPECT_EQ(replay.divergence, (Divergence{repro.checkpoints[1].step, repro.checkpoints[2].step}));
}

TEST(Replay, ARunThatIsCutOffPasses) {
  const CounterWorld world;
  EXPECT_NE(Replay(world, Recorded(world), RunLimits{2}).verdict, ReproVerdict::kStillFails);
}

TEST(Record, RefusesWhatPassesAndWhatNoRunMakes) {
  const CounterWorld world;
  const absl::Status passes = RecordRepro(world, {Present("client-1/1")}, std::nullopt).status();
  EXPECT_EQ(passes.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(passes.message(), "counter: these 1 deviations give a run that passes");
  const Deviation zero{"plan/client-1/1", 0, 0, 2, "present"};
  EXPECT_EQ(RecordRepro(world, {zero}, std::nullopt).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(Record, ASeedIsRecordedShrunkToTwoItemsAndReplayed) {
  const CounterWorld world;
  std::uint64_t seed = 1;
  while (!RecordSeed(world, seed).ok()) ASSERT_LT(++seed, 1000u);
  const absl::StatusOr<ShrunkRepro> shrunk = ShrinkRepro(world, *RecordSeed(world, seed), ShrinkLimits());
  ASSERT_TRUE(shrunk.ok()) << shrunk.status();
  EXPECT_EQ(shrunk->repro.seed, seed);
  EXPECT_EQ(shrunk->shrink.end, ShrinkEnd::kSmallest);
  const std::vector<Deviation> smallest = {Present("client-1/1"), Present("client-1/2")};
  EXPECT_EQ(shrunk->repro.deviations, smallest) << FormatRepro(shrunk->repro);

  const absl::StatusOr<Repro> read =
      ParseRepro(FormatRepro(shrunk->repro), "a.repro", &world.vocabulary().invariants);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(Replay(world, *read).verdict, ReproVerdict::kStillFails);
}

TEST(Record, WhatDoesNotFailAnyMoreIsNotShrunk) {
  const CounterWorld world;
  Repro repro = Recorded(world);
  repro.deviations.pop_back();
  const absl::Status refused = ShrinkRepro(world, repro, ShrinkLimits()).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()),
              StartsWith("there is nothing to shrink: fixed: all 1 deviations"));
}

TEST(Record, ASeedWhoseRunIsNoFunctionOfItsChoicesIsRefused) {
  int runs = 0;
  const ToySimulation leaky([&runs](Choices&, Trace& trace) {
    trace.Step(std::chrono::nanoseconds(++runs), 1);
    return std::optional(ToySimulation::Wrong());
  });
  const absl::Status refused = RecordSeed(leaky, 1).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("it depends on something else beside them"));
}

}  // namespace
}  // namespace fencepost::sim
