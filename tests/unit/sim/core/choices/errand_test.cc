#include "sim/core/choices/errand.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "sim/core/choices/seeded_driver.h"

namespace fencepost::sim {
namespace {

using testing::UnorderedElementsAre;

std::vector<std::string> StreamsOf(const Choices& choices) {
  std::vector<std::string> streams;
  for (const Deviation& deviation : choices.Deviations()) streams.push_back(deviation.stream);
  return streams;
}

// Of so many answers, and only the default 0 never comes up.
constexpr std::uint64_t kMany = std::uint64_t{1} << 60;

TEST(Errand, NamesAStreamForEachPurposeAfterThePlannedItem) {
  Choices choices(std::make_unique<SeededDriver>(1));
  Errands errands(&choices);
  Errand* const errand = errands.OfItem("transactor-1", 3);
  EXPECT_EQ(errand->name(), "transactor-1/3");
  errand->own().Below(kMany, "a");
  errand->pace().Below(kMany, "a");
  errand->faults().Below(kMany, "a");
  errand->OfReplica(1).Below(kMany, "a");
  errand->Of("pages").Below(kMany, "a");
  EXPECT_THAT(StreamsOf(choices),
              UnorderedElementsAre("transactor-1/3", "transactor-1/3/pace", "transactor-1/3/faults",
                                   "transactor-1/3/replica-2", "transactor-1/3/pages"));
}

TEST(Errand, OfOneNameThereIsOne) {
  Choices choices(std::make_unique<SeededDriver>(1));
  Errands errands(&choices);
  Errand* const first = errands.Open("mover-1/rounds");
  for (std::uint64_t slot = 1; slot <= 100; ++slot) EXPECT_NE(errands.OfItem("mover-1", slot), first);
  EXPECT_EQ(errands.Open("mover-1/rounds"), first);
  EXPECT_EQ(errands.OfItem("mover-1", 7), errands.Open("mover-1/7"));
}

TEST(Errand, ItsReplicasDrawOneAfterTheOtherFromTheirOwnStreams) {
  Choices choices(std::make_unique<SeededDriver>(1));
  Errands errands(&choices);
  Errand* const errand = errands.OfItem("mover-1", 1);
  errand->OfReplica(2).Below(kMany, "a");
  errand->OfReplica(0).Below(kMany, "a");
  errand->OfReplica(2).Below(kMany, "a");
  const std::vector<Deviation> deviations = choices.Deviations();
  ASSERT_EQ(deviations.size(), 3u);
  EXPECT_EQ(deviations[0].stream, "mover-1/1/replica-3");
  EXPECT_EQ(deviations[1].stream, "mover-1/1/replica-1");
  EXPECT_EQ(deviations[1].index, 0u);
  EXPECT_EQ(deviations[2].stream, "mover-1/1/replica-3");
  EXPECT_EQ(deviations[2].index, 1u) << "its second draw";
}

}  // namespace
}  // namespace fencepost::sim
