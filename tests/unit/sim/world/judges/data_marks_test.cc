// Marks that take more than one actor to know of.
#include "sim/world/judges/data_marks.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "fencepost/base/error.h"
#include "fencepost/catalog/internal/save_plan.h"
#include "sim/core/choices/seeded_driver.h"
#include "sim/world/actor_kinds.h"
#include "sim/world/mark_kinds.h"
#include "sim/world/world_vocabulary.h"

namespace fencepost::sim {
namespace {

const OwnershipEpoch kMove(4);

RunConfig FourKeys() {
  RunConfig config;
  config.keys = 4;
  return config;
}

class DataMarksTest : public testing::Test {
 protected:
  std::uint64_t Hits(const MarkKind& mark) { return stage_.marks().counts()[mark]; }

  void Drive(ActorId mover, OwnershipEpoch epoch = kMove) { stage_.events().Show(mover, DriveBegan{epoch}); }
  void Driven(ActorId mover, absl::Status status, OwnershipEpoch epoch = kMove,
              OwnershipEpoch undoes = OwnershipEpoch(0)) {
    MoveRecord move;
    move.epoch = epoch;
    move.undoes = undoes;
    stage_.events().Emit(mover, MoveDriven{move, std::move(status)});
  }
  void Activated(GroupId group, std::uint64_t index, OwnershipEpoch epoch, absl::Status answer = {}) {
    const Entry entry = OwnershipEntry(ActivateRange{KeyRange{}, epoch, Timestamp(0)});
    Applied applied;
    applied.status = std::move(answer);
    const GroupState state(group, FenceRules{});
    stage_.events().Emit(one_, EntryApplied{group, LogIndex(index), 0, &entry, &applied, &state});
  }
  void Refused(absl::Status status, ObservedVersion pin) {
    stage_.events().Emit(one_, ClientRefused{std::move(status), pin, false});
  }
  // One save: the durable catalog is at version 1.
  void SaveOnce() {
    RouteDescriptor everything;
    everything.route_id = RouteId(1);
    everything.group_id = GroupId(1);
    const SavePlan save = *PlanSave(StoredCatalog(), {everything}, Compatibility::kNone);
    const absl::StatusOr<Timestamp> committed = store_.CommitNow(save.batch);
    ASSERT_TRUE(committed.ok());
    stage_.events().Show(kWorldActor, BatchLanded{1, &save.batch, *committed});
    ASSERT_EQ(catalog_.newest(), Version(1));
  }

  Choices choices_{std::make_unique<SeededDriver>(1)};
  Trace trace_{TraceDetail::kHashOnly};
  Stage stage_{&WorldVocabulary(), &choices_, &trace_, FaultOdds(WorldVocabulary().faults)};
  const ActorId one_ = stage_.AddActor(actors::kMover, "mover-1");
  const ActorId two_ = stage_.AddActor(actors::kMover, "mover-2");
  MemoryStore store_;
  RecordVandal vandal_{&store_, &choices_};
  CatalogRecord catalog_{&stage_.events(), &store_, &vandal_};
  const RunConfig config_ = FourKeys();
  DataMarks marks_{&stage_, &config_, &catalog_};
};

TEST_F(DataMarksTest, TwoMoversAtOneMoveAreTwoMoversAtOnce) {
  Drive(one_);
  Drive(one_);  // again: it is the same one
  Drive(two_, OwnershipEpoch(5));
  EXPECT_EQ(Hits(marks::kTwoMoversAtOnce), 0u);
  Drive(two_);
  EXPECT_EQ(Hits(marks::kTwoMoversAtOnce), 1u);
}

TEST_F(DataMarksTest, AMoverThatIsDoneOrDeadDrivesNothing) {
  Drive(one_);
  Driven(one_, absl::UnavailableError("not now"));
  Drive(two_);
  stage_.events().Emit(two_, ActorDied{});
  Drive(one_);
  EXPECT_EQ(Hits(marks::kTwoMoversAtOnce), 0u);
  EXPECT_EQ(Hits(marks::kMoveEnded), 0u) << "driven, and not to its end";
}

TEST_F(DataMarksTest, AnEndedMoveIsTakenForWhatItIs) {
  Driven(one_, absl::OkStatus());
  EXPECT_EQ(Hits(marks::kMoveEnded), 1u);
  Driven(one_, absl::OkStatus(), OwnershipEpoch(6), /*undoes=*/OwnershipEpoch(5));
  EXPECT_EQ(Hits(marks::kMoveUndone), 1u);
  Activated(GroupId(2), 1, OwnershipEpoch(7));
  Driven(one_, absl::OkStatus(), OwnershipEpoch(8), /*undoes=*/OwnershipEpoch(7));
  EXPECT_EQ(Hits(marks::kMoveUndoneAfterActivate), 1u);
  EXPECT_EQ(Hits(marks::kMoveUndone), 1u);
  EXPECT_EQ(Hits(marks::kMoveEnded), 1u);
}

TEST_F(DataMarksTest, ARangeComesBackToWhomItHasBelongedTo) {
  Activated(GroupId(1), 1, OwnershipEpoch(1));
  Activated(GroupId(2), 1, OwnershipEpoch(2));
  Activated(GroupId(1), 2, OwnershipEpoch(3), MakeError(Error::kOwnershipEntryStale, "late"));
  EXPECT_EQ(Hits(marks::kRangeCameBack), 0u);
  Activated(GroupId(1), 3, OwnershipEpoch(3));
  EXPECT_EQ(Hits(marks::kRangeCameBack), 4u) << "once for each key";
  Activated(GroupId(1), 3, OwnershipEpoch(3));
  EXPECT_EQ(Hits(marks::kRangeCameBack), 4u) << "another replica applies the same entry";
}

TEST_F(DataMarksTest, ARefusalCountsWhereTheClientKnewTheNewestCatalog) {
  const absl::Status moved = MakeError(Error::kOwnershipMoved, "elsewhere");
  SaveOnce();
  Refused(moved, ObservedVersion::At(Version(0)));
  Refused(moved, ObservedVersion::Unpinned());
  Refused(absl::UnavailableError("no"), ObservedVersion::At(Version(1)));
  EXPECT_EQ(Hits(marks::kFenceRefusedAtCurrentVersion), 0u);
  Refused(moved, ObservedVersion::At(Version(1)));
  EXPECT_EQ(Hits(marks::kFenceRefusedAtCurrentVersion), 1u);
}

TEST_F(DataMarksTest, AClientLeftWithoutAnAnswerIsMarked) {
  stage_.events().Emit(one_, ClientLeftUnknown{});
  EXPECT_EQ(Hits(marks::kCommitLeftUnknown), 1u);
}

}  // namespace
}  // namespace fencepost::sim
