// The mover under cancellation and exceptions, at every await and at every operation of its store, its groups
// and its runtime. Clients write before every operation that takes effect, and what they were told stays.
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "fencepost/base/error.h"
#include "fencepost/move/range_mover.h"
#include "tests/unit/lib/interruption/honesty.h"
#include "tests/unit/lib/interruption/interrupted_process.h"
#include "tests/unit/lib/interruption/suspending_doubles.h"
#include "tests/unit/lib/move/move_process.h"
#include "tests/unit/lib/move/move_world.h"

namespace fencepost {
namespace {

constexpr std::uint64_t kTaker = 2;

class MoverWorld {
 public:
  MoverWorld(const Blow& blow, LineQuality quality) : process(blow, quality) {}

  std::vector<MoveRecord> Open() { return MoveProcess(&world).OpenMoves(); }
  std::vector<RouteDescriptor> Routes() {
    return RunAwaitable(CatalogStore(&world.store).Snapshot()).value().routes;
  }

  // Whoever comes last drives all that is open to its end.
  void Finish() {
    MoveProcess last(&world);
    for (const MoveRecord& move : last.OpenMoves()) {
      EXPECT_EQ(last.Drive(move.epoch), absl::OkStatus()) << FormatMove(move);
    }
    EXPECT_TRUE(last.OpenMoves().empty());
    world.ExpectSettled("in the end");
  }

  MoveWorld world;
  MoveProcess neighbour{&world};  // does what the operations of the struck process are to do
  InterruptedProcess process;
  SuspendingStore store{&neighbour, &process.line()};
  SuspendingGroups groups{&neighbour, &process.line()};
  CatalogStore catalog{&store};
  RangeMover mover{&catalog, &groups, process.runtime()};
};

// A decision about moves, or of routes: made once, or not at all.
template <class T>
struct Decision {
  std::function<void(MoverWorld&)> prepare = {};
  std::function<Awaitable<absl::StatusOr<T>>(RangeMover&)> decide = {};
  std::function<bool(MoverWorld&)> is_made = {};
};

template <class T>
void ExpectHonestDecision(const Decision<T>& decision) {
  StrikeOnEachLine([&](const Blow& blow, LineQuality quality) -> Met {
    MoverWorld world(blow, quality);
    if (decision.prepare) decision.prepare(world);
    const auto told = world.process.Call(decision.decide(world.mover));
    const bool made_by_then = decision.is_made(world);
    world.process.line().DeliverWhatIsLate();
    const bool made = decision.is_made(world);
    if (told.has_value() && told->ok()) {
      EXPECT_TRUE(made) << "the caller was told that it is decided";
    } else if (told.has_value()) {
      const bool may_read_back =
          blow.reaction != Reaction::kAnswersCancelledEverAfter && quality == LineQuality::kSmooth;
      EXPECT_FALSE(made_by_then && may_read_back) << "it was there to be read: " << told->status();
      if (!IsError(told->status(), Error::kCommitOutcomeUnknown)) {
        EXPECT_FALSE(made) << "the caller was told that nothing is decided: " << told->status();
        ExpectFailureWithoutEffect(blow, quality, told->status());
      }
    }
    if (!made) {
      const auto again = world.process.CallInPeace(decision.decide(world.mover));
      EXPECT_TRUE(again.ok()) << again.status();
      EXPECT_TRUE(decision.is_made(world));
    }
    world.Finish();
    return world.process.met();
  });
}

TEST(MoverInterruption, BeginSaysWhetherAMoveHasBegun) {
  Decision<MoveRecord> begin;
  begin.decide = [](RangeMover& mover) { return mover.Begin("h", GroupId(kTaker)); };
  begin.is_made = [](MoverWorld& world) { return world.Open().size() == 1; };
  ExpectHonestDecision(begin);
}

TEST(MoverInterruption, UndoSaysWhetherTheMoveIsTakenBack) {
  Decision<MoveRecord> undo;
  undo.prepare = [](MoverWorld& world) { ASSERT_TRUE(world.neighbour.Begin("h", kTaker).ok()); };
  undo.decide = [](RangeMover& mover) { return mover.Undo(OwnershipEpoch(2)); };
  undo.is_made = [](MoverWorld& world) {
    const std::vector<MoveRecord> open = world.Open();
    return open.size() == 1 && open.front().undoes == OwnershipEpoch(2);
  };
  ExpectHonestDecision(undo);
}

TEST(MoverInterruption, SplitSaysWhetherTheRouteIsCut) {
  Decision<SaveResult> split;
  split.decide = [](RangeMover& mover) { return mover.Split("k"); };
  split.is_made = [](MoverWorld& world) { return world.Routes().size() == 4; };
  ExpectHonestDecision(split);
}

TEST(MoverInterruption, MergeSaysWhetherTheRoutesAreJoined) {
  Decision<SaveResult> merge;
  merge.decide = [](RangeMover& mover) { return mover.Merge("a"); };
  merge.is_made = [](MoverWorld& world) { return world.Routes().size() == 2; };
  ExpectHonestDecision(merge);
}

TEST(MoverInterruption, OpenMovesAnswersTheTruthOrSaysWhyItCannot) {
  StrikeOnEachLine([&](const Blow& blow, LineQuality quality) -> Met {
    MoverWorld world(blow, quality);
    EXPECT_TRUE(world.neighbour.Begin("h", kTaker).ok());
    const auto open = world.process.Call(world.mover.OpenMoves());
    if (open.has_value() && open->ok()) {
      EXPECT_EQ(**open, world.Open());
    }
    if (open.has_value() && !open->ok()) ExpectFailureWithoutEffect(blow, quality, open->status());
    return world.process.met();
  });
}

// What a driver of moves may be told. A single exception is got over in the same call, unless it is the
// waiting that fails.
void ExpectHonestDrive(MoverWorld& world, const Blow& blow, OwnershipEpoch epoch, const absl::Status& told) {
  if (told.ok()) {
    const std::vector<MoveRecord> open = world.Open();
    EXPECT_EQ(std::ranges::count(open, epoch, &MoveRecord::epoch), 0) << "it is said to be over";
  } else if (blow.is_cancellation()) {
    EXPECT_TRUE(absl::IsCancelled(told)) << told;
    EXPECT_NE(std::string(told.message()).find("of move"), std::string::npos) << told;
  } else {
    EXPECT_NE(std::string(told.message()).find("Sleep"), std::string::npos) << told;
  }
}

// A move to be driven, and where its range ends up.
struct OpenMove {
  std::function<OwnershipEpoch(MoverWorld&)> prepare;
  GroupId ends_at;
};

RunBlow DriveUnder(const OpenMove& move, LineQuality quality) {
  return [&move, quality](const Blow& blow) -> Met {
    MoverWorld world(blow, quality);
    const OwnershipEpoch epoch = move.prepare(world);
    const auto told = world.process.Call(world.mover.Drive(epoch));
    if (told.has_value()) ExpectHonestDrive(world, blow, epoch, *told);
    world.process.line().DeliverWhatIsLate();
    world.world.ExpectSafe("after what came late");
    EXPECT_EQ(world.process.CallInPeace(world.mover.Drive(epoch)), absl::OkStatus());
    world.Finish();
    EXPECT_EQ(world.world.RouteOf("h"), move.ends_at);
    return world.process.met();
  };
}

TEST(MoverInterruption, ADriveIsTakenUpAgainWhereverItStopped) {
  OpenMove move;
  move.prepare = [](MoverWorld& world) {
    world.world.PrepareAndVanish("h");
    EXPECT_TRUE(world.neighbour.Begin("h", kTaker).ok());
    return OwnershipEpoch(2);
  };
  move.ends_at = GroupId(kTaker);
  // It is long; that all exceptions are alike is shown with shorter calls.
  CancelAtEachAwait(Thoroughness::kAll, DriveUnder(move, LineQuality::kSmooth));
  ThrowAtEachOperation(Thoroughness::kQuick, DriveUnder(move, LineQuality::kSmooth));
  StrikeEverywhere(Thoroughness::kQuick, DriveUnder(move, LineQuality::kRough));
}

TEST(MoverInterruption, AnUndoneMoveIsTakenUpAgainBeforeItsTargetWasActivated) {
  OpenMove undone_move;
  undone_move.prepare = [](MoverWorld& world) {
    EXPECT_TRUE(world.neighbour.Begin("h", kTaker).ok());
    const auto undone = world.neighbour.Undo(OwnershipEpoch(2));
    EXPECT_TRUE(undone.ok()) << undone.status();
    return undone.value_or(MoveRecord()).epoch;
  };
  undone_move.ends_at = GroupId(1);
  StrikeEverywhere(Thoroughness::kQuick, DriveUnder(undone_move, LineQuality::kSmooth));
}

TEST(MoverInterruption, AnUndoneMoveIsTakenUpAgainAfterItsTargetWasActivated) {
  OpenMove undone_move;
  undone_move.prepare = [](MoverWorld& world) {
    MoveProcess first(&world.world);
    EXPECT_TRUE(first.Begin("h", kTaker).ok());
    first.at_point = [](int, const std::string& what) {
      return what == "commit" ? Fate::kDiesBefore : Fate::kGoesOn;  // before it hands over
    };
    EXPECT_FALSE(first.Drive(OwnershipEpoch(2)).ok());
    EXPECT_TRUE(world.world.Group(kTaker).OwnsActively("h"));
    const auto undone = world.neighbour.Undo(OwnershipEpoch(2));
    EXPECT_TRUE(undone.ok()) << undone.status();
    return undone.value_or(MoveRecord()).epoch;
  };
  undone_move.ends_at = GroupId(1);
  StrikeEverywhere(Thoroughness::kQuick, DriveUnder(undone_move, LineQuality::kSmooth));
}

}  // namespace
}  // namespace fencepost
