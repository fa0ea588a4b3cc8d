#include "fencepost/move/range_mover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "fencepost/base/error.h"
#include "fencepost/catalog/codec.h"
#include "tests/unit/lib/move/move_process.h"
#include "tests/unit/lib/move/move_world.h"

namespace fencepost {
namespace {

using std::chrono_literals::operator""ms;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint64_t kTarget = 2;

std::string TextOf(const absl::Status& status) { return std::string(status.message()); }

// Whoever comes last: drives all that is still open, one after the other, until nothing is.
void Finish(MoveWorld& world, const std::string& when) {
  MoveProcess last(&world);
  for (int rounds = 0; rounds < 3 && !last.OpenMoves().empty(); ++rounds) {
    for (const MoveRecord& move : last.OpenMoves()) {
      EXPECT_EQ(last.Drive(move.epoch), absl::OkStatus()) << FormatMove(move) << " " << when;
    }
  }
  EXPECT_THAT(last.OpenMoves(), IsEmpty()) << when;
  world.ExpectSettled(when);
}

// What a mover's process may end with that is disturbed by others but is not at fault.
void ExpectAnHonestEnd(const absl::Status& status, const std::string& when) {
  EXPECT_TRUE(status.ok() || IsError(status, Error::kMoveSuperseded) || IsRetryable(status) ||
              IsError(status, Error::kCommitOutcomeUnknown) || IsError(status, Error::kOwnershipEntryStale))
      << status << " " << when;
}

TEST(RangeMover, MovesARangeAndLosesNothing) {
  MoveWorld world;
  MoveProcess process(&world);
  const auto move = process.Begin("h", kTarget);
  ASSERT_TRUE(move.ok()) << move.status();
  EXPECT_EQ(move->range, MovedRange());
  EXPECT_EQ(move->epoch, OwnershipEpoch(2)) << "the version that the decision made";
  EXPECT_THAT(process.OpenMoves(), ElementsAre(*move));
  EXPECT_EQ(world.RouteOf("h"), GroupId(1)) << "routes follow ownership";

  EXPECT_EQ(process.Drive(move->epoch), absl::OkStatus());

  EXPECT_THAT(process.OpenMoves(), IsEmpty());
  EXPECT_TRUE(world.Group(kTarget).OwnsActively("h"));
  EXPECT_EQ(world.Group(kTarget).ownership().At("h").epoch, move->epoch);
  EXPECT_EQ(world.RouteOf("h"), GroupId(kTarget));
  EXPECT_EQ(world.RouteOf("a"), GroupId(1));
  EXPECT_THAT(world.Group(1).ValuesIn(MovedRange()), IsEmpty()) << "released";
  EXPECT_EQ(process.Drive(move->epoch), absl::OkStatus()) << "again: it is over";
  world.ExpectSettled("after the move");
}

TEST(RangeMover, RaisesTheTargetsFloorAboveAllThatTheSourceDid) {
  MoveWorld world;
  MoveProcess process(&world);
  const std::uint64_t before = world.clock();
  ASSERT_TRUE(process.Begin("h", kTarget).ok());
  ASSERT_TRUE(process.Drive(OwnershipEpoch(2)).ok());
  EXPECT_GE(world.Group(kTarget).ownership().At("h").floor, Timestamp(before));
  EXPECT_FALSE(world.Group(kTarget).Write("h", OwnershipEpoch(2), before));
}

TEST(RangeMover, TakesTheStepsInTheOrderOfTheProtocol) {
  MoveWorld world;
  MoveProcess process(&world);
  ASSERT_TRUE(process.Begin("h", kTarget).ok());
  ASSERT_TRUE(process.Drive(OwnershipEpoch(2)).ok());
  EXPECT_THAT(process.seen(),
              ElementsAre("commit", "tenures", "fence [\"g\", \"p\") epoch 2", "drain", "reads", "copy",
                          "copy", testing::StartsWith("activate [\"g\", \"p\") epoch 2 floor "), "commit",
                          "readers", "release [\"g\", \"p\") epoch 2", "commit"));
}

// One process dies at its n-th point, having had its effect or not, for every n; another takes over.
TEST(RangeMover, ADeathAnywhereIsFinishedByAnotherMover) {
  for (const Fate fate : {Fate::kDiesBefore, Fate::kDiesAfter}) {
    int dies_at = 0;
    for (bool died = true; died;) {
      ++dies_at;
      died = false;
      MoveWorld world;
      world.PrepareAndVanish("h");
      MoveProcess process(&world, 1);
      process.at_point = [&](int point, const std::string&) {
        died = died || point == dies_at;
        return point == dies_at ? fate : Fate::kGoesOn;
      };
      const auto move = process.Begin("h", kTarget);
      const absl::Status driven = process.Drive(OwnershipEpoch(2));
      const std::string when = "after a death at point " + std::to_string(dies_at);
      EXPECT_EQ(move.ok() && driven.ok(), !died) << move.status() << ", " << driven << " " << when;
      const bool decided = dies_at > 1 || fate == Fate::kDiesAfter;
      Finish(world, when);
      EXPECT_EQ(world.RouteOf("h"), decided ? GroupId(kTarget) : GroupId(1)) << when;
    }
    EXPECT_GT(dies_at, 12) << "too few points to show anything";
  }
}

// Each call fails once, or loses its answer once: one Drive gets over all of them.
TEST(RangeMover, AFailureOfEachCallIsGotOver) {
  for (const Fate fate : {Fate::kFailsBefore, Fate::kFailsAfter, Fate::kLandsLate}) {
    for (int fails_at = 2; fails_at < 16; ++fails_at) {
      MoveWorld world;
      world.PrepareAndVanish("h");
      MoveProcess process(&world);
      ASSERT_TRUE(process.Begin("h", kTarget).ok());
      process.at_point = [&](int point, const std::string& what) {
        if (point != fails_at) return Fate::kGoesOn;
        return fate == Fate::kLandsLate && what != "commit" ? Fate::kFailsAfter : fate;
      };
      EXPECT_EQ(process.Drive(OwnershipEpoch(2)), absl::OkStatus()) << "a failure at point " << fails_at;
      world.ExpectSettled("after a failure at point " + std::to_string(fails_at));
      EXPECT_EQ(world.RouteOf("h"), GroupId(kTarget));
    }
  }
}

// At the first one's n-th point a second mover takes the whole move over, and dies at its m-th point or
// finishes; then the first goes on as if it were alone.
TEST(RangeMover, TwoMoversAtOnceDoNoHarm) {
  int ended_by_second = 0;
  for (int first = 2; first < 14; ++first) {
    for (int second = 1; second < 14; ++second) {
      const std::string when =
          "second mover at " + std::to_string(first) + ", dead at " + std::to_string(second);
      MoveWorld world;
      MoveProcess other(&world, 1);
      other.at_point = [&](int point, const std::string&) {
        return point == second ? Fate::kDiesAfter : Fate::kGoesOn;
      };
      MoveProcess process(&world);
      ASSERT_TRUE(process.Begin("h", kTarget).ok());
      process.at_point = [&](int point, const std::string&) {
        if (point == first && other.Drive(OwnershipEpoch(2)).ok()) ++ended_by_second;
        return Fate::kGoesOn;
      };
      EXPECT_EQ(process.Drive(OwnershipEpoch(2)), absl::OkStatus()) << when;
      world.ExpectSettled(when);
      EXPECT_EQ(world.RouteOf("h"), GroupId(kTarget)) << when;
    }
  }
  EXPECT_GT(ended_by_second, 10);
}

// The move is taken back at each of its points, before and after the call at it, by a process that dies at
// each of its own; the first mover goes on, and whoever comes last finishes what is open.
TEST(RangeMover, AnUndoAtAnyPointGivesTheRangeBackWithAllItsWrites) {
  int back_before_activate = 0;
  int back_after_activate = 0;
  for (int first = 2; first < 14; ++first) {
    for (int dies_at = 1; dies_at < 20; ++dies_at) {
      for (const Fate fate : {Fate::kDiesBefore, Fate::kDiesAfter}) {
        const std::string when = "undone at " + std::to_string(first) + ", its mover dead at " +
                                 std::to_string(dies_at) + (fate == Fate::kDiesAfter ? " after" : " before");
        MoveWorld world;
        MoveProcess undoer(&world, 1);
        undoer.at_point = [&](int point, const std::string&) {
          return point == dies_at ? fate : Fate::kGoesOn;
        };
        bool undone = false;
        MoveProcess process(&world);
        ASSERT_TRUE(process.Begin("h", kTarget).ok());
        process.at_point = [&](int point, const std::string&) {
          if (point != first) return Fate::kGoesOn;
          undoer.Undo(OwnershipEpoch(2)).IgnoreError();
          const auto open = MoveProcess(&world).OpenMoves();
          undone = open.size() == 1 && open.front().undoes == OwnershipEpoch(2);
          if (!undone) return Fate::kGoesOn;
          ++(world.Group(kTarget).OwnsActively("h") ? back_after_activate : back_before_activate);
          ExpectAnHonestEnd(undoer.Drive(open.front().epoch), when);
          return Fate::kGoesOn;
        };
        ExpectAnHonestEnd(process.Drive(OwnershipEpoch(2)), when);
        Finish(world, when);
        EXPECT_EQ(world.RouteOf("h"), GroupId(undone ? 1 : kTarget)) << when;
      }
    }
  }
  EXPECT_GT(back_before_activate, 100);
  EXPECT_GT(back_after_activate, 20);
}

// A transaction that was prepared before the move was undone is not waited for, and commits afterwards.
TEST(RangeMover, AnUndoneMoveLeavesPreparedTransactionsBe) {
  MoveWorld world;
  world.PrepareAndVanish("h");
  world.resolvable = false;
  MoveProcess process(&world);
  ASSERT_TRUE(process.Begin("h", kTarget).ok());
  const absl::Status stuck = process.Drive(OwnershipEpoch(2));
  EXPECT_TRUE(IsError(stuck, Error::kOwnershipNotDrained)) << stuck;
  EXPECT_THAT(TextOf(stuck), HasSubstr("[step 3 (drain) of move 2]"));
  EXPECT_THAT(TextOf(stuck), HasSubstr("its home does not answer"));
  const auto undo = process.Undo(OwnershipEpoch(2));
  ASSERT_TRUE(undo.ok()) << undo.status();
  EXPECT_EQ(process.Drive(undo->epoch), absl::OkStatus());
  EXPECT_THAT(world.Group(1).prepared(), SizeIs(1));
  world.ExpectSettled("after the undo");
  EXPECT_TRUE(world.Group(1).OwnsActively("h"));
}

TEST(RangeMover, CopiesNothingWhileAReplicaMayStillServeReads) {
  MoveWorld world;
  world.replicas = [] {
    return std::vector{ReplicaReads{LogIndex(1000), false}, ReplicaReads{LogIndex(1), false}};
  };
  MoveProcess process(&world);
  ASSERT_TRUE(process.Begin("h", kTarget).ok());
  const absl::Status waiting = process.Drive(OwnershipEpoch(2));
  EXPECT_TRUE(IsError(waiting, Error::kOwnershipNotDrained)) << waiting;
  EXPECT_THAT(process.seen(), testing::Not(Contains("copy")));
  EXPECT_EQ(world.OwnersOf("h"), 0U);
  world.replicas = nullptr;
  EXPECT_EQ(process.Drive(OwnershipEpoch(2)), absl::OkStatus());
  world.ExpectSettled("once the lease has run out");
}

// Every message of every earlier move arrives again, at each point of the next move and after it.
TEST(RangeMover, LateAndRepeatedMessagesChangeNothing) {
  for (const bool backwards : {false, true}) {
    MoveWorld world;
    const auto redeliver = [&](int, const std::string&) {
      world.RedeliverAll(backwards);
      return Fate::kGoesOn;
    };
    // There, undone half way there, there after all, and back.
    MoveProcess there(&world);
    ASSERT_TRUE(there.Begin("h", kTarget).ok());
    there.at_point = redeliver;
    ASSERT_EQ(there.Drive(OwnershipEpoch(2)), absl::OkStatus());
    const auto onwards = there.Begin("n", 3);
    ASSERT_TRUE(onwards.ok()) << onwards.status();
    MoveProcess stopped(&world, 1);
    stopped.at_point = [&](int, const std::string& what) {
      return what.starts_with("activate") ? Fate::kDiesBefore : Fate::kGoesOn;
    };
    EXPECT_FALSE(stopped.Drive(onwards->epoch).ok());
    const auto undo = there.Undo(onwards->epoch);
    ASSERT_TRUE(undo.ok()) << undo.status();
    ASSERT_EQ(there.Drive(undo->epoch), absl::OkStatus());
    const auto again = there.Begin("n", 3);
    ASSERT_TRUE(again.ok()) << again.status();
    ASSERT_EQ(there.Drive(again->epoch), absl::OkStatus());
    world.RedeliverAll(backwards);
    world.ExpectSettled("after late messages");
    EXPECT_EQ(world.RouteOf("h"), GroupId(3));
  }
}

TEST(RangeMover, ADecisionOfUnknownOutcomeIsReportedAndFoundAmongTheOpenMovesIfItLands) {
  MoveWorld world;
  MoveProcess process(&world);
  process.at_point = [](int point, const std::string&) {
    return point == 1 ? Fate::kLandsLate : Fate::kGoesOn;
  };
  const auto move = process.Begin("h", kTarget);
  EXPECT_TRUE(IsError(move.status(), Error::kCommitOutcomeUnknown)) << move.status();
  EXPECT_TRUE(IsError(process.Drive(OwnershipEpoch(2)), Error::kInvalidMove)) << "there is none yet";
  // The next commit of the process finds the late one landed.
  EXPECT_TRUE(IsError(process.Begin("h", kTarget).status(), Error::kMoveInProgress));
  EXPECT_THAT(process.OpenMoves(), SizeIs(1));
  Finish(world, "after a late decision");
  EXPECT_EQ(world.RouteOf("h"), GroupId(kTarget));
}

TEST(RangeMover, OneRangeMovesOnceAtATimeAndOthersAreFree) {
  MoveWorld world;
  MoveProcess process(&world);
  ASSERT_TRUE(process.Begin("h", kTarget).ok());
  const auto second = process.Begin("n", 3);
  EXPECT_TRUE(IsError(second.status(), Error::kMoveInProgress)) << second.status();
  EXPECT_TRUE(IsRetryable(second.status()));
  EXPECT_EQ(process.points(), 1) << "refused by reading alone";
  const auto elsewhere = process.Begin("a", 3);
  ASSERT_TRUE(elsewhere.ok()) << elsewhere.status();
  EXPECT_THAT(process.OpenMoves(), SizeIs(2));
  Finish(world, "after two moves");
  EXPECT_EQ(world.RouteOf("a"), GroupId(3));
}

TEST(RangeMover, WhatIsNoMoveIsRefused) {
  MoveWorld world;
  MoveProcess process(&world);
  EXPECT_TRUE(IsError(process.Begin("h", 0).status(), Error::kInvalidMove));
  EXPECT_TRUE(IsError(process.Begin("h", 1).status(), Error::kInvalidMove)) << "it is there already";
  EXPECT_TRUE(IsError(process.Drive(OwnershipEpoch(0)), Error::kInvalidMove));
  EXPECT_TRUE(IsError(process.Drive(OwnershipEpoch(2)), Error::kInvalidMove)) << "not decided yet";
  EXPECT_TRUE(IsError(process.Undo(OwnershipEpoch(2)).status(), Error::kInvalidMove));
  EXPECT_TRUE(IsError(process.Undo(OwnershipEpoch(0)).status(), Error::kInvalidMove));
  EXPECT_EQ(process.points(), 0) << "nothing was asked of any group";
}

TEST(RangeMover, AnUndoIsDecidedOnceAndNotOnceTheRangeIsHandedOver) {
  MoveWorld world;
  MoveProcess process(&world, 1);
  ASSERT_TRUE(process.Begin("h", kTarget).ok());
  const auto undo = process.Undo(OwnershipEpoch(2));
  ASSERT_TRUE(undo.ok()) << undo.status();
  EXPECT_EQ(undo->undoes, OwnershipEpoch(2));
  EXPECT_TRUE(IsError(process.Undo(OwnershipEpoch(2)).status(), Error::kInvalidMove));
  EXPECT_TRUE(IsError(process.Undo(undo->epoch).status(), Error::kInvalidMove));
  EXPECT_TRUE(IsError(process.Drive(OwnershipEpoch(2)), Error::kMoveSuperseded));
  EXPECT_EQ(process.Drive(undo->epoch), absl::OkStatus());

  const auto again = process.Begin("h", kTarget);
  ASSERT_TRUE(again.ok()) << again.status();
  process.at_point = [](int, const std::string& what) {
    return what == "readers" ? Fate::kDiesBefore : Fate::kGoesOn;
  };
  EXPECT_FALSE(process.Drive(again->epoch).ok());
  MoveProcess late(&world);
  EXPECT_TRUE(IsError(late.Undo(again->epoch).status(), Error::kInvalidMove)) << "handed over";
  Finish(world, "after all");
}

TEST(RangeMover, BacksOffBetweenAttemptsAndGivesUp) {
  MoveWorld world;
  MoveProcess process(&world);
  ASSERT_TRUE(process.Begin("h", kTarget).ok());
  process.at_point = [](int, const std::string& what) {
    return what.starts_with("fence") ? Fate::kFailsBefore : Fate::kGoesOn;
  };
  const absl::Status gave_up = process.Drive(OwnershipEpoch(2));
  EXPECT_EQ(gave_up.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(TextOf(gave_up), HasSubstr("[step 2 (fence) of move 2]"));
  EXPECT_THAT(process.runtime().sleeps(), ElementsAre(10ms, 20ms, 40ms, 80ms, 160ms, 320ms, 500ms));
  process.at_point = nullptr;
  EXPECT_EQ(process.Drive(OwnershipEpoch(2)), absl::OkStatus());
}

TEST(RangeMover, ASplitDuringAMoveGoesAlongAndAMergeWaits) {
  MoveWorld world;
  MoveProcess process(&world);
  ASSERT_TRUE(process.Begin("h", kTarget).ok());
  const auto split = RunAwaitable(process.mover().Split("k"));
  ASSERT_TRUE(split.ok()) << split.status();
  EXPECT_THAT(split->snapshot.routes, SizeIs(4));
  EXPECT_TRUE(IsError(RunAwaitable(process.mover().Split("k")).status(), Error::kInvalidMove));
  for (const char* key : {"a", "h", "n"}) {
    const auto merged = RunAwaitable(process.mover().Merge(key));
    EXPECT_TRUE(IsError(merged.status(), Error::kMoveInProgress)) << key << ": " << merged.status();
  }
  ASSERT_EQ(process.Drive(OwnershipEpoch(2)), absl::OkStatus());
  EXPECT_EQ(world.RouteOf("h"), GroupId(kTarget));
  EXPECT_EQ(world.RouteOf("n"), GroupId(kTarget));
  const auto merged = RunAwaitable(process.mover().Merge("h"));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_THAT(merged->snapshot.routes, SizeIs(3));
  const auto across = RunAwaitable(process.mover().Merge("a"));
  EXPECT_TRUE(IsError(across.status(), Error::kInvalidMove)) << across.status();
  world.ExpectSettled("after split and merge");
}

TEST(RangeMover, ADamagedRecordStopsDecisionsByName) {
  MoveWorld world;
  MoveProcess process(&world);
  world.store.PutAt(MoveKey(OwnershipEpoch(9)), "damaged",
                    Timestamp(world.store.LastCommitTsNow().value + 1));
  const auto move = process.Begin("h", kTarget);
  EXPECT_TRUE(IsError(move.status(), Error::kInvalidMoveRecord)) << move.status();
  EXPECT_THAT(TextOf(move.status()), HasSubstr(QuoteKey(MoveKey(OwnershipEpoch(9)))));
  EXPECT_TRUE(IsError(process.Drive(OwnershipEpoch(2)), Error::kInvalidMoveRecord));
  EXPECT_THAT(process.runtime().sleeps(), IsEmpty()) << "no attempt will cure it";
}

// The version that a save makes is the epoch of what it decides: without its record, epochs would begin again
// at 1.
TEST(RangeMover, DecidesNothingOverACatalogThatLostItsVersion) {
  MoveWorld world;
  MoveProcess process(&world);
  const auto begun = process.Begin("h", kTarget);
  ASSERT_TRUE(begun.ok()) << begun.status();
  world.store.DeleteAt(CatalogVersionKey(), Timestamp(world.store.LastCommitTsNow().value + 1));
  const auto undone = RunAwaitable(process.mover().Undo(begun->epoch));
  EXPECT_TRUE(IsError(undone.status(), Error::kCatalogInvalidVersionRecord)) << undone.status();
  EXPECT_THAT(TextOf(undone.status()), HasSubstr(FormatMove(*begun)));
  const auto another = process.Begin("x", kTarget);
  EXPECT_TRUE(IsError(another.status(), Error::kCatalogInvalidVersionRecord)) << another.status();
}

// Without its record, the next id is one that may have been retired.
TEST(RangeMover, MakesNoNewRouteOverACatalogThatLostItsNextId) {
  MoveWorld world;
  MoveProcess process(&world);
  world.store.DeleteAt(CatalogNextRouteIdKey(), Timestamp(world.store.LastCommitTsNow().value + 1));
  const auto refused = RunAwaitable(process.mover().Split("b"));
  EXPECT_TRUE(IsError(refused.status(), Error::kCatalogInvalidNextRouteId)) << refused.status();
  const auto begun = process.Begin("h", kTarget);  // needs no id, and writes the record again
  ASSERT_TRUE(begun.ok()) << begun.status();
  const auto split = RunAwaitable(process.mover().Split("b"));
  EXPECT_TRUE(split.ok()) << split.status();
}

}  // namespace
}  // namespace fencepost
