// The simulated groups' state machine: what each entry does, that it is a function of the log, and what each
// staged mistake lets through.
#include "sim/world/groups/group_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "fencepost/base/error.h"

namespace fencepost::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr GroupId kHere(1);
constexpr GroupId kElsewhere(2);
const KeyRange kAll{"", std::nullopt};
const KeyRange kLeft{"a", "m"};

KeyWrite Appends(std::string key, std::int64_t element, std::uint64_t epoch = 1) {
  return KeyWrite{kHere, std::move(key), OwnershipEpoch(epoch),
                  FormatOperation({Operation::Kind::kAppend, element})};
}

KeyRead Saw(std::string key, std::uint64_t version, std::uint64_t epoch = 1) {
  return KeyRead{kHere, std::move(key), OwnershipEpoch(epoch), version};
}

Entry Commits(std::uint64_t id, std::uint64_t at, std::vector<KeyRead> reads, std::vector<KeyWrite> writes) {
  CommitEntry entry;
  entry.request = {TransactionId(id), Timestamp(at), Participant{kHere, std::move(reads), std::move(writes)}};
  entry.pin = ObservedVersion::At(Version(3));
  return entry;
}

Entry Prepares(std::uint64_t id, std::uint64_t at, std::vector<KeyRead> reads, std::vector<KeyWrite> writes) {
  PrepareEntry entry;
  entry.request = {TransactionId(id), kElsewhere, Timestamp(at),
                   Participant{kHere, std::move(reads), std::move(writes)}};
  entry.pin = ObservedVersion::At(Version(3));
  return entry;
}

TransactionRecord Committed(std::uint64_t id, std::uint64_t at) {
  return {TransactionId(id), TransactionOutcome::kCommitted, Timestamp(at)};
}
TransactionRecord Aborted(std::uint64_t id) {
  return {TransactionId(id), TransactionOutcome::kAborted, Timestamp(0)};
}
Entry Resolves(const TransactionRecord& record) { return ResolveEntry{record, Participant{}}; }

Entry Fences(KeyRange range, std::uint64_t epoch) {
  return OwnershipEntry(FenceRange{std::move(range), OwnershipEpoch(epoch)});
}
Entry Activates(KeyRange range, std::uint64_t epoch, std::uint64_t floor = 0) {
  return OwnershipEntry(ActivateRange{std::move(range), OwnershipEpoch(epoch), Timestamp(floor)});
}
Entry Releases(KeyRange range, std::uint64_t epoch) {
  return OwnershipEntry(ReleaseRange{std::move(range), OwnershipEpoch(epoch)});
}
Entry Copies(KeyRange range, std::uint64_t epoch, StoredValues values) {
  return CopyEntry{std::move(range), OwnershipEpoch(epoch), std::move(values)};
}

StoredValue Written(std::vector<std::int64_t> elements, std::uint64_t at) {
  return StoredValue{std::move(elements), Timestamp(at), LogIndex(99)};
}

bool IsOk(const Applied& applied) { return applied.status.ok(); }

// A replica that owns every key under epoch 1 since log index 1.
class Replica {
 public:
  explicit Replica(Mistake mistake = Mistake::kNoMistake, FenceMode mode = FenceMode::kLogged)
      : state_(kHere, {mode, mistake}) {
    EXPECT_TRUE(IsOk(Apply(Activates(kAll, 1))));
  }

  Applied Apply(const Entry& entry) { return state_.Apply(entry, cache); }
  // Applies it, and expects the error.
  void Refuses(const Entry& entry, Error error, const std::string& says = "") {
    const Applied applied = Apply(entry);
    EXPECT_TRUE(IsError(applied.status, error)) << DescribeEntry(entry) << " gave " << applied.status;
    EXPECT_THAT(std::string(applied.status.message()), HasSubstr(says));
    EXPECT_THAT(applied.writes, IsEmpty());
  }
  void Takes(const Entry& entry) {
    const Applied applied = Apply(entry);
    EXPECT_TRUE(IsOk(applied)) << DescribeEntry(entry) << " gave " << applied.status;
  }
  std::vector<std::int64_t> ListOf(const std::string& key) const {
    const auto value = state_.values().find(key);
    return value == state_.values().end() ? std::vector<std::int64_t>{} : value->second.elements;
  }
  absl::StatusOr<std::vector<KeyView>> Read(std::vector<std::string> keys) const { return state_.Read(keys); }
  GroupState& state() { return state_; }

  CacheVerdict cache;

 private:
  GroupState state_;
};

TEST(GroupStateCommit, AWriteTakesEffectAndItsVersionIsItsPlaceInTheLog) {
  Replica replica;
  const Applied applied = replica.Apply(Commits(17, 5, {}, {Appends("b", 7), Appends("z", 8)}));
  ASSERT_TRUE(IsOk(applied)) << applied.status;
  ASSERT_THAT(applied.writes, SizeIs(2));
  EXPECT_EQ(applied.writes[0].key, "b");
  EXPECT_EQ(applied.writes[0].operation.element, 7);
  EXPECT_EQ(applied.writes[0].epoch, OwnershipEpoch(1));
  EXPECT_EQ(applied.writes[0].transaction, TransactionId(17));
  EXPECT_EQ(applied.writes[0].pin.version(), Version(3));
  EXPECT_FALSE(applied.writes[0].was_prepared);

  const auto views = replica.Read({"b", "none"});
  ASSERT_TRUE(views.ok()) << views.status();
  EXPECT_THAT((*views)[0].elements, ElementsAre(7));
  EXPECT_EQ((*views)[0].version, 2U);
  EXPECT_EQ((*views)[0].epoch, OwnershipEpoch(1));
  EXPECT_EQ((*views)[1].version, 0U);
}

TEST(GroupStateCommit, APutReplacesAndAnAppendAdds) {
  Replica replica;
  replica.Takes(Commits(17, 5, {}, {Appends("b", 7)}));
  replica.Takes(Commits(18, 6, {}, {Appends("b", 8)}));
  EXPECT_THAT(replica.ListOf("b"), ElementsAre(7, 8));
  replica.Takes(Commits(19, 7, {}, {{kHere, "b", OwnershipEpoch(1), "put -4"}}));
  EXPECT_THAT(replica.ListOf("b"), ElementsAre(-4));
}

TEST(GroupStateCommit, ADuplicateIsAnsweredByTheRecordAndWritesNothing) {
  Replica replica;
  const Entry commit = Commits(17, 5, {}, {Appends("b", 7)});
  replica.Takes(commit);
  const Applied again = replica.Apply(commit);
  EXPECT_TRUE(IsOk(again)) << again.status;
  EXPECT_THAT(again.writes, IsEmpty());
  EXPECT_THAT(replica.ListOf("b"), ElementsAre(7));
}

TEST(GroupStateCommit, ARefusedEntryIsNeverLetInLater) {
  // Given a commit that came before its epoch's ACTIVATE.
  Replica replica;
  const Entry commit = Commits(17, 5, {}, {Appends("b", 7, 2)});
  replica.Refuses(commit, Error::kOwnershipMoved, "claims epoch 2");
  replica.Takes(Fences(kLeft, 2));
  replica.Takes(Activates(kLeft, 3));
  // Then the same entry is refused for what was recorded, by whatever epoch it could be let in now.
  replica.Refuses(commit, Error::kTransactionAborted, "transaction 17");
  replica.Refuses(Commits(17, 9, {}, {Appends("b", 7, 3)}), Error::kTransactionAborted);
}

TEST(GroupStateCommit, AWriteBelowTheLastOneOfItsKeyConflicts) {
  Replica replica;
  replica.Takes(Commits(17, 5, {}, {Appends("b", 7)}));
  replica.Refuses(Commits(18, 5, {}, {Appends("b", 8)}), Error::kWriteConflict, "written at 5 already");
  replica.Refuses(Commits(19, 4, {}, {Appends("b", 8)}), Error::kWriteConflict);
  replica.Takes(Commits(20, 6, {}, {Appends("b", 8)}));
}

TEST(GroupStateCommit, AReadThatWasOverwrittenConflicts) {
  Replica replica;
  replica.Takes(Commits(17, 5, {}, {Appends("b", 7)}));
  replica.Refuses(Commits(18, 6, {Saw("b", 0)}, {Appends("c", 8)}), Error::kWriteConflict, "is at version 2");
  replica.Refuses(Commits(19, 6, {Saw("none", 2)}, {}), Error::kWriteConflict, "is at version 0");
  replica.Takes(Commits(20, 6, {Saw("b", 2), Saw("none", 0)}, {Appends("c", 8)}));
}

TEST(GroupStateCommit, ReadsAreFencedLikeWrites) {
  Replica replica;
  replica.Takes(Fences(kLeft, 2));
  replica.Refuses(Commits(17, 5, {Saw("b", 0)}, {Appends("z", 8)}), Error::kOwnershipMoved, "the read of");
  replica.Refuses(Commits(18, 5, {Saw("b", 0)}, {}), Error::kOwnershipMoved);
}

TEST(GroupStatePrepare, LocksUntilResolvedAndThenWrites) {
  Replica replica;
  replica.Takes(Prepares(17, 5, {Saw("r", 0)}, {Appends("b", 7)}));
  EXPECT_THAT(replica.ListOf("b"), IsEmpty());
  const auto views = replica.Read({"b", "r"});
  ASSERT_TRUE(views.ok()) << views.status();
  EXPECT_EQ((*views)[0].write_locked_by, (LockHolder{TransactionId(17), kElsewhere}));
  EXPECT_EQ((*views)[1].write_locked_by, std::nullopt);

  // When others come, then the read lock keeps writers out, and the write lock everybody.
  replica.Refuses(Commits(18, 6, {}, {Appends("b", 8)}), Error::kKeyLocked);
  replica.Refuses(Commits(19, 6, {Saw("b", 0)}, {}), Error::kKeyLocked);
  replica.Refuses(Commits(20, 6, {}, {Appends("r", 8)}), Error::kKeyLocked);
  replica.Refuses(Prepares(21, 6, {}, {Appends("r", 8)}), Error::kKeyLocked);
  replica.Takes(Prepares(22, 6, {Saw("r", 0)}, {}));
  const Applied locked = replica.Apply(Commits(23, 6, {}, {Appends("b", 8)}));
  EXPECT_EQ(LockHolderOf(locked.status), (LockHolder{TransactionId(17), kElsewhere}));

  const Applied resolved = replica.Apply(Resolves(Committed(17, 9)));
  ASSERT_TRUE(IsOk(resolved)) << resolved.status;
  ASSERT_THAT(resolved.writes, SizeIs(1));
  EXPECT_TRUE(resolved.writes[0].was_prepared);
  EXPECT_EQ(resolved.writes[0].pin.version(), Version(3));
  EXPECT_THAT(replica.ListOf("b"), ElementsAre(7));
  EXPECT_EQ(replica.state().values().at("b").written_at, Timestamp(9));
  replica.Takes(Commits(24, 10, {Saw("b", replica.state().applied().value)}, {}));
  // The other reader of "r" holds its lock still.
  replica.Refuses(Commits(25, 10, {}, {Appends("r", 8)}), Error::kKeyLocked);
  replica.Takes(Resolves(Aborted(22)));
  replica.Takes(Commits(26, 11, {}, {Appends("r", 8)}));
}

TEST(GroupStatePrepare, IsIdempotentButNotWithAnotherPart) {
  Replica replica;
  const Entry prepare = Prepares(17, 5, {}, {Appends("b", 7)});
  replica.Takes(prepare);
  replica.Takes(prepare);
  replica.Refuses(Prepares(17, 5, {}, {Appends("b", 8)}), Error::kOwnershipEntryStale, "another part");
}

TEST(GroupStatePrepare, ComesTooLateAfterTheEnd) {
  Replica replica;
  const Entry committed = Prepares(17, 5, {}, {Appends("b", 7)});
  replica.Takes(committed);
  replica.Takes(Resolves(Committed(17, 5)));
  replica.Refuses(committed, Error::kOwnershipEntryStale, "was committed at 5 already");

  // Given an abort that overtook the prepare.
  replica.Takes(Resolves(Aborted(18)));
  replica.Refuses(Prepares(18, 6, {}, {Appends("b", 8)}), Error::kTransactionAborted);
  // Given a home that decided before.
  replica.Takes(DecideEntry{Aborted(19)});
  replica.Refuses(Prepares(19, 6, {}, {Appends("b", 8)}), Error::kTransactionAborted);
  replica.Refuses(Commits(19, 6, {}, {Appends("b", 8)}), Error::kTransactionAborted);
  EXPECT_THAT(replica.ListOf("b"), ElementsAre(7));
  replica.Takes(Commits(20, 7, {}, {Appends("b", 9)}));  // and nothing is left locked
}

TEST(GroupStatePrepare, ARefusedPartPinsAndLocksNothing) {
  Replica replica;
  replica.Takes(Commits(17, 5, {}, {Appends("b", 7)}));
  replica.Refuses(Prepares(18, 6, {Saw("b", 0)}, {Appends("c", 8)}), Error::kWriteConflict);
  replica.Refuses(Prepares(19, 6, {}, {Appends("c", 8, 2)}), Error::kOwnershipMoved);
  replica.Refuses(Prepares(20, 5, {}, {Appends("b", 8)}), Error::kWriteConflict);
  EXPECT_THAT(replica.state().ownership().prepared(), IsEmpty());
  replica.Takes(Commits(21, 7, {}, {Appends("c", 9)}));
}

TEST(GroupStateResolve, ACommitNeedsItsPrepareAndARepetitionIsOk) {
  Replica replica;
  replica.Refuses(Resolves(Committed(17, 5)), Error::kTransactionNotPrepared, "transaction 17");
  // The home's decision is no evidence that its own part was let in.
  replica.Takes(DecideEntry{Committed(18, 5)});
  replica.Refuses(Resolves(Committed(18, 5)), Error::kTransactionNotPrepared);

  replica.Takes(Prepares(19, 5, {}, {Appends("b", 7)}));
  replica.Refuses(Resolves(Committed(19, 4)), Error::kInvalidOwnershipEntry, "5 or later");
  replica.Takes(Resolves(Committed(19, 6)));
  const Applied again = replica.Apply(Resolves(Committed(19, 6)));
  EXPECT_TRUE(IsOk(again)) << again.status;
  EXPECT_THAT(replica.ListOf("b"), ElementsAre(7));
}

TEST(GroupStateDecide, TheFirstDecisionStands) {
  Replica replica;
  EXPECT_EQ(replica.Apply(DecideEntry{Aborted(17)}).record, Aborted(17));
  EXPECT_EQ(replica.Apply(DecideEntry{Committed(17, 5)}).record, Aborted(17));
  EXPECT_EQ(replica.Apply(DecideEntry{Committed(18, 5)}).record, Committed(18, 5));
  EXPECT_EQ(replica.Apply(DecideEntry{Aborted(18)}).record, Committed(18, 5));
  // Who commits in one step is decided too.
  replica.Takes(Commits(19, 7, {}, {Appends("b", 7)}));
  EXPECT_EQ(replica.Apply(DecideEntry{Aborted(19)}).record, Committed(19, 7));
}

TEST(GroupStateOwnership, AMoveAwayTakesTheDataAtItsRelease) {
  Replica replica;
  replica.Takes(Commits(17, 5, {}, {Appends("b", 7), Appends("z", 9)}));
  replica.Takes(Prepares(18, 6, {}, {Appends("c", 8)}));
  replica.Takes(Fences(kLeft, 2));
  replica.Refuses(Commits(19, 7, {}, {Appends("b", 8)}), Error::kOwnershipMoved, "fenced at log index 4");
  EXPECT_TRUE(IsError(replica.Read({"z", "b"}).status(), Error::kOwnershipMoved));
  replica.Refuses(Releases(kLeft, 2), Error::kOwnershipNotDrained, "18");
  // What was let in before the cut-off takes effect after it.
  replica.Takes(Resolves(Committed(18, 7)));
  EXPECT_THAT(replica.state().ValuesIn(kLeft), SizeIs(2));
  replica.Takes(Releases(kLeft, 2));
  EXPECT_THAT(replica.state().ValuesIn(kLeft), IsEmpty());
  EXPECT_THAT(replica.ListOf("z"), ElementsAre(9));
  replica.Takes(Releases(kLeft, 2));
}

TEST(GroupStateOwnership, AMoveHereTakesChunksUntilItIsActive) {
  Replica replica;
  replica.Takes(Commits(17, 5, {}, {Appends("b", 7)}));
  replica.Takes(Fences(kLeft, 2));
  const StoredValues values = {{"b", Written({7, 8}, 20)}};
  replica.Refuses(Copies(kLeft, 3, values), Error::kOwnershipEntryStale, "fenced");
  replica.Takes(Releases(kLeft, 2));
  replica.Takes(Copies(kLeft, 3, {{"c", Written({1}, 19)}}));
  replica.Takes(Copies(kLeft, 3, values));  // and the chunk before is gone
  replica.Takes(Activates(kLeft, 3, 20));
  replica.Refuses(Copies(kLeft, 3, {}), Error::kOwnershipEntryStale);

  const auto views = replica.Read({"b", "c"});
  ASSERT_TRUE(views.ok()) << views.status();
  EXPECT_THAT((*views)[0].elements, ElementsAre(7, 8));
  EXPECT_EQ((*views)[0].version, kCopiedRevision.value);
  EXPECT_EQ((*views)[0].epoch, OwnershipEpoch(3));
  EXPECT_THAT((*views)[1].elements, IsEmpty());
  EXPECT_EQ(replica.state().values().at("b").written_at, Timestamp(20));
  replica.Refuses(Commits(18, 20, {}, {Appends("b", 9, 3)}), Error::kOwnershipMoved, "floor 20");
  replica.Takes(Commits(19, 21, {Saw("b", 1, 3)}, {Appends("b", 9, 3)}));
}

TEST(GroupStateOwnership, ADropForgetsWhatAnUndoneMoveCopiedAndNothingElse) {
  // Given a group without kLeft, and a copy of it for epoch 3 that was undone under epoch 4.
  Replica replica;
  replica.Takes(Fences(kLeft, 2));
  replica.Takes(Releases(kLeft, 2));
  replica.Takes(Copies(kLeft, 3, {{"b", Written({7}, 5)}}));
  replica.Takes(Fences(kLeft, 4));
  replica.Takes(DropEntry{kLeft, OwnershipEpoch(4)});
  EXPECT_THAT(replica.ListOf("b"), IsEmpty());
  // When the next move has copied, then the same drop, delivered late, takes nothing of that.
  replica.Takes(Copies(kLeft, 5, {{"b", Written({7, 8}, 6)}}));
  replica.Takes(DropEntry{kLeft, OwnershipEpoch(4)});
  EXPECT_THAT(replica.ListOf("b"), ElementsAre(7, 8));
  replica.Takes(Activates(kLeft, 5));
  replica.Refuses(DropEntry{kLeft, OwnershipEpoch(9)}, Error::kOwnershipEntryStale, "active");
  EXPECT_THAT(replica.ListOf("b"), ElementsAre(7, 8));
}

TEST(GroupStateOwnership, ClaimsDoNotComeWithoutTheirTransaction) {
  Replica replica;
  replica.Refuses(
      OwnershipEntry(MakePrepare(TransactionId(17), Timestamp(5), {{"b", OwnershipEpoch(1)}}, {})),
      Error::kInvalidOwnershipEntry);
  replica.Refuses(
      OwnershipEntry(ResolveTransaction{TransactionId(17), TransactionOutcome::kAborted, Timestamp(0)}),
      Error::kInvalidOwnershipEntry);
}

TEST(GroupStateModes, ThePublishedModesAskTheCacheAboutWhatIsWritten) {
  for (const FenceMode mode : {FenceMode::kObserved, FenceMode::kPublished}) {
    Replica replica(Mistake::kNoMistake, mode);
    std::vector<std::string> asked;
    replica.cache = [&asked](ObservedVersion pin, std::span<const std::string> keys) {
      EXPECT_EQ(pin.version(), Version(3));
      asked.assign(keys.begin(), keys.end());
      return keys[0] == "b" ? MakeError(Error::kOwnershipMoved, "by the cache") : absl::OkStatus();
    };
    replica.Refuses(Commits(17, 5, {Saw("r", 0, 0)}, {Appends("b", 7, 0)}), Error::kOwnershipMoved,
                    "by the cache");
    EXPECT_THAT(asked, ElementsAre("b"));
    replica.Refuses(Prepares(18, 5, {}, {Appends("b", 7, 0)}), Error::kOwnershipMoved, "by the cache");
    replica.Takes(Commits(19, 5, {}, {Appends("c", 7, 0)}));
    replica.Takes(Prepares(20, 6, {}, {Appends("c", 8, 0)}));
    replica.Refuses(Resolves(Committed(20, 5)), Error::kInvalidOwnershipEntry);
    replica.Takes(Resolves(Committed(20, 6)));
    EXPECT_THAT(replica.ListOf("c"), ElementsAre(7, 8));
    EXPECT_EQ(replica.Read({"c"}).value()[0].epoch, OwnershipEpoch(0));
    replica.Takes(Copies(kAll, 0, {{"c", Written({1}, 9)}}));
    EXPECT_EQ(replica.Read({"c"}).value()[0].version, replica.state().applied().value);
    replica.Takes(DropEntry{kAll, OwnershipEpoch(0)});
    EXPECT_THAT(replica.ListOf("c"), IsEmpty());
  }
}

TEST(GroupStateModes, WithoutAFenceNobodyIsAsked) {
  Replica replica(Mistake::kNoMistake, FenceMode::kNone);
  replica.cache = [](ObservedVersion, std::span<const std::string>) {
    return MakeError(Error::kOwnershipMoved, "");
  };
  replica.Takes(Commits(17, 5, {}, {Appends("b", 7, 0)}));
}

// A log with something of everything in it.
std::vector<Entry> EventfulLog() {
  return {Activates(kAll, 1),
          Commits(17, 5, {}, {Appends("b", 7), Appends("z", 1)}),
          Commits(17, 5, {}, {Appends("b", 7), Appends("z", 1)}),
          Prepares(18, 6, {Saw("z", 2), Saw("r", 0)}, {Appends("b", 8)}),
          Prepares(19, 6, {Saw("r", 0)}, {Appends("x", 8)}),
          Commits(20, 7, {}, {Appends("b", 9)}),
          DecideEntry{Committed(18, 8)},
          Fences(kLeft, 2),
          Releases(kLeft, 2),
          Resolves(Committed(18, 8)),
          Resolves(Committed(18, 8)),
          Resolves(Committed(21, 8)),
          Releases(kLeft, 2),
          NoOpEntry{},
          Resolves(Aborted(19)),
          Resolves(Aborted(30)),
          Copies(kLeft, 3, {{"b", Written({7, 8}, 8)}, {"c", Written({4}, 7)}}),
          Activates(kLeft, 4, 8),
          Commits(22, 9, {Saw("b", 1, 4)}, {Appends("c", 5, 4)}),
          Fences(KeyRange{"b", "c"}, 5),
          Releases(KeyRange{"b", "c"}, 5),
          Copies(KeyRange{"b", "c"}, 6, {{"b", Written({7, 8, 9}, 10)}}),
          DropEntry{KeyRange{"b", "c"}, OwnershipEpoch(6)},
          Copies(KeyRange{"b", "c"}, 7, {{"b", Written({7, 8, 9}, 10)}}),
          Prepares(23, 11, {}, {Appends("d", 1, 4)})};
}

TEST(GroupStateReplay, OneLogGivesOneStateAndOneDigestAtEveryPosition) {
  GroupState one(kHere, {});
  GroupState other(kHere, {});
  for (const Entry& entry : EventfulLog()) {
    const Applied a = one.Apply(entry, {});
    const Applied b = other.Apply(entry, {});
    EXPECT_EQ(a.status, b.status);
    EXPECT_EQ(a.digest, b.digest);
    EXPECT_EQ(one, other) << "after log index " << one.applied().value << ": " << DescribeEntry(entry);
  }
}

TEST(GroupStateReplay, ASnapshotTakenAnywhereReplaysToTheSameState) {
  const std::vector<Entry> log = EventfulLog();
  GroupState state(kHere, {});
  for (std::size_t taken = 0; taken <= log.size(); ++taken) {
    absl::StatusOr<GroupState> restored = GroupState::Restore(kHere, {}, state.Save());
    ASSERT_TRUE(restored.ok()) << "at log index " << taken << ": " << restored.status();
    EXPECT_EQ(*restored, state) << "at log index " << taken;
    EXPECT_EQ(restored->Save(), state.Save());
    GroupState whole = state;
    for (std::size_t next = taken; next < log.size(); ++next) {
      const Applied expected = whole.Apply(log[next], {});
      const Applied replayed = restored->Apply(log[next], {});
      EXPECT_EQ(replayed.status, expected.status) << "snapshot at " << taken << ", log index " << next + 1;
      EXPECT_EQ(replayed.digest, expected.digest) << "snapshot at " << taken << ", log index " << next + 1;
    }
    EXPECT_EQ(*restored, whole);
    if (taken < log.size()) state.Apply(log[taken], {});
  }
}

TEST(GroupStateReplay, EveryEffectMovesTheDigest) {
  // Given two logs that differ in one entry each, then the digests differ from there on.
  const std::vector<std::pair<Entry, Entry>> pairs = {
      {Commits(17, 5, {}, {Appends("b", 7)}), Commits(17, 5, {}, {Appends("b", 8)})},
      {Commits(17, 5, {}, {Appends("b", 7)}), Commits(17, 6, {}, {Appends("b", 7)})},
      {Commits(17, 5, {}, {Appends("b", 7)}), Commits(17, 5, {}, {Appends("c", 7)})},
      {Commits(17, 5, {}, {Appends("b", 7, 2)}), Commits(17, 5, {Saw("b", 4)}, {Appends("b", 7)})},
      {DecideEntry{Aborted(17)}, DecideEntry{Committed(17, 5)}},
      {Activates(kAll, 1), Activates(kAll, 2)},
  };
  for (const auto& [left, right] : pairs) {
    Replica one;
    Replica other;
    one.Apply(left);
    other.Apply(right);
    one.Apply(NoOpEntry{});
    other.Apply(NoOpEntry{});
    EXPECT_NE(one.state().digest(), other.state().digest())
        << DescribeEntry(left) << " and " << DescribeEntry(right);
  }
}

TEST(GroupStateReplay, BytesThatAreNoSnapshotAreRefused) {
  GroupState state(kHere, {});
  for (const Entry& entry : EventfulLog()) state.Apply(entry, {});
  const std::string snapshot = state.Save();
  for (std::size_t length = 0; length < snapshot.size(); ++length) {
    EXPECT_FALSE(GroupState::Restore(kHere, {}, snapshot.substr(0, length)).ok()) << length << " bytes";
  }
  EXPECT_FALSE(GroupState::Restore(kHere, {}, snapshot + '\0').ok());
  EXPECT_FALSE(GroupState::Restore(kHere, {}, '\2' + snapshot.substr(1)).ok());
}

// Each mistake: what the rule refuses without it, and what becomes of it.
TEST(GroupStateMistake, VerdictAtProposalLetsAWriteInBehindTheCutOff) {
  Replica replica(Mistake::kVerdictAtProposal);
  const Entry commit = Commits(17, 5, {}, {Appends("b", 7)});
  const Entry prepare = Prepares(18, 5, {}, {Appends("c", 7)});
  EXPECT_TRUE(replica.state().CheckClaims(commit, {}).ok());
  replica.Takes(Fences(kLeft, 2));
  EXPECT_TRUE(IsError(replica.state().CheckClaims(commit, {}), Error::kOwnershipMoved));
  EXPECT_TRUE(IsError(replica.state().CheckClaims(prepare, {}), Error::kOwnershipMoved));
  replica.Takes(commit);
  replica.Takes(prepare);
  EXPECT_THAT(replica.ListOf("b"), ElementsAre(7));
  // And a release finds nothing prepared: the write falls into a range that is gone.
  replica.Takes(Releases(kLeft, 2));
  replica.Takes(Resolves(Committed(18, 6)));
}

TEST(GroupStateMistake, ReadsNotValidatedCommitsFromAStaleRead) {
  Replica replica(Mistake::kReadsNotValidated);
  replica.Takes(Commits(17, 5, {}, {Appends("b", 7)}));
  replica.Takes(Commits(18, 6, {Saw("b", 0)}, {Appends("c", 8)}));
  replica.Takes(Fences(kLeft, 2));
  replica.Takes(Commits(19, 7, {Saw("b", 2)}, {Appends("z", 8)}));
  replica.Takes(Commits(20, 7, {Saw("b", 2)}, {}));
  replica.Takes(Prepares(21, 8, {Saw("b", 0)}, {}));
  replica.Refuses(Commits(22, 9, {}, {Appends("c", 8)}), Error::kOwnershipMoved);
}

TEST(GroupStateMistake, PlainWritesUnfencedLetsOneBlindWriteInAnywhere) {
  Replica replica(Mistake::kPlainWritesUnfenced);
  replica.Takes(Fences(kLeft, 2));
  replica.Takes(Commits(17, 5, {}, {Appends("b", 7)}));
  replica.Refuses(Commits(18, 6, {}, {Appends("b", 8), Appends("c", 8)}), Error::kOwnershipMoved);
  replica.Refuses(Commits(19, 6, {Saw("z", 0)}, {Appends("b", 8)}), Error::kOwnershipMoved);
  replica.Refuses(Prepares(20, 6, {}, {Appends("b", 8)}), Error::kOwnershipMoved);
}

// Versions count within one tenure: there and back, the copy of b has the version that the copy before had.
void LeaveAndComeBack(Replica* replica) {
  replica->Takes(Fences(kLeft, 2));
  replica->Takes(Releases(kLeft, 2));
  replica->Takes(Copies(kLeft, 3, {{"b", Written({7}, 5)}}));
  replica->Takes(Activates(kLeft, 3, 5));
  replica->Takes(Fences(kLeft, 4));
  replica->Takes(Releases(kLeft, 4));
  replica->Takes(Copies(kLeft, 5, {{"b", Written({7, 8}, 6)}}));
  replica->Takes(Activates(kLeft, 5, 6));
}

TEST(GroupStateMistake, OwnerNotEpochCommitsAReadOfAnEarlierTenure) {
  const Entry stale = Commits(17, 9, {Saw("b", 1, 3)}, {Appends("b", 9, 3)});
  Replica sound;
  LeaveAndComeBack(&sound);
  sound.Refuses(stale, Error::kOwnershipMoved, "claims epoch 3");

  Replica replica(Mistake::kOwnerNotEpoch);
  LeaveAndComeBack(&replica);
  replica.Takes(stale);  // it has read [7], and appends to [7, 8]
  EXPECT_THAT(replica.ListOf("b"), ElementsAre(7, 8, 9));
  replica.Takes(Fences(kLeft, 6));
  replica.Refuses(Commits(18, 10, {}, {Appends("b", 9, 5)}), Error::kOwnershipMoved);
}

TEST(GroupStateMistake, LateChunkOverwritesWhatWasWrittenSince) {
  Replica replica(Mistake::kLateChunk);
  LeaveAndComeBack(&replica);
  replica.Takes(Commits(17, 9, {}, {Appends("b", 9, 5)}));
  replica.Takes(Copies(kLeft, 5, {{"b", Written({7, 8}, 6)}}));
  EXPECT_THAT(replica.ListOf("b"), ElementsAre(7, 8));
}

TEST(GroupStateMistake, UnpinnedIsUnfencedDoesNotLookAtEpochZero) {
  Replica replica(Mistake::kUnpinnedIsUnfenced);
  replica.Takes(Fences(kLeft, 2));
  replica.Takes(Commits(17, 5, {}, {Appends("b", 7, 0)}));
  replica.Takes(Prepares(18, 6, {Saw("c", 0, 0)}, {Appends("d", 7, 0)}));
  replica.Refuses(Commits(19, 6, {}, {Appends("b", 7, 1), Appends("e", 7, 0)}), Error::kOwnershipMoved);
  replica.Takes(Resolves(Committed(18, 6)));
  EXPECT_THAT(replica.ListOf("d"), ElementsAre(7));

  Replica sound;
  sound.Refuses(Commits(17, 5, {}, {Appends("b", 7, 0)}), Error::kOwnershipMoved, "no epoch");
}

TEST(GroupStateMistake, VerdictFromCacheMakesReplicasDiverge) {
  Replica informed(Mistake::kVerdictFromCache);
  Replica restarted(Mistake::kVerdictFromCache);
  restarted.cache = [](ObservedVersion, std::span<const std::string>) {
    return MakeError(Error::kOwnershipMoved, "no current snapshot");
  };
  for (const Entry& entry : {Commits(17, 5, {}, {Appends("b", 7)}), Prepares(18, 6, {}, {Appends("c", 7)})}) {
    informed.Takes(entry);
    restarted.Refuses(entry, Error::kOwnershipMoved, "no current snapshot");
    EXPECT_NE(informed.state().digest(), restarted.state().digest());
  }
}

TEST(GroupStateMistake, UnfencedResolverWritesWhateverItIsTold) {
  Replica replica(Mistake::kUnfencedResolver);
  replica.Takes(Prepares(17, 5, {}, {Appends("b", 7)}));
  const Entry resolve = ResolveEntry{Committed(17, 5), Participant{kHere, {}, {Appends("b", 7)}}};
  replica.Takes(resolve);
  replica.Takes(resolve);
  EXPECT_THAT(replica.ListOf("b"), ElementsAre(7, 7));
  replica.Takes(Fences(kLeft, 2));
  const Applied stray =
      replica.Apply(ResolveEntry{Committed(18, 6), Participant{kHere, {}, {Appends("b", 8)}}});
  ASSERT_THAT(stray.writes, SizeIs(1));
  EXPECT_FALSE(stray.writes[0].was_prepared);
}

TEST(GroupStateMistake, ReplicaKeepsServingWhatIsNoLongerIts) {
  Replica replica(Mistake::kReplicaKeepsServing);
  replica.Takes(Commits(17, 5, {}, {Appends("b", 7)}));
  replica.Takes(Fences(kLeft, 2));
  replica.Takes(Commits(18, 6, {}, {Appends("b", 8)}));
  EXPECT_THAT(replica.Read({"b"}).value()[0].elements, ElementsAre(7, 8));
  replica.Takes(Releases(kLeft, 2));
  EXPECT_THAT(replica.Read({"b"}).value()[0].elements, IsEmpty());
  EXPECT_NE(replica.Read({"b"}).value()[0].epoch, OwnershipEpoch(0));
}

TEST(Entries, AreDescribedInWords) {
  EXPECT_EQ(DescribeEntry(Commits(17, 5, {Saw("r", 4)}, {Appends("b", 3), Appends("c", 4)})),
            "commit transaction 17 at 5 (append 3 to \"b\" under epoch 1, append 4 to \"c\" under epoch 1; "
            "having read "
            "\"r\" at version 4 under epoch 1, pinned to version 3)");
  EXPECT_EQ(DescribeEntry(Fences(kLeft, 2)), "fence [\"a\", \"m\") epoch 2");
  EXPECT_EQ(DescribeEntry(Resolves(Committed(17, 9))), "resolve: transaction 17 is committed at 9");
  EXPECT_EQ(DescribeEntry(DecideEntry{Aborted(17)}), "decide that transaction 17 is aborted");
  EXPECT_EQ(DescribeEntry(Copies(kLeft, 2, {{"b", Written({1}, 5)}})),
            "copy [\"a\", \"m\") for epoch 2 (1 keys)");
}

TEST(Entries, OfATransactionSayWhichOneItIs) {
  const std::optional<TransactionId> seventeen = TransactionId(17);
  EXPECT_EQ(TransactionOf(Commits(17, 5, {}, {Appends("b", 3)})), seventeen);
  EXPECT_EQ(TransactionOf(Prepares(17, 5, {}, {Appends("b", 3)})), seventeen);
  EXPECT_EQ(TransactionOf(DecideEntry{Aborted(17)}), seventeen);
  EXPECT_EQ(TransactionOf(Resolves(Committed(17, 9))), seventeen);
  EXPECT_EQ(TransactionOf(Fences(kLeft, 2)), std::nullopt);
  EXPECT_EQ(TransactionOf(Copies(kLeft, 2, {})), std::nullopt);
  EXPECT_EQ(TransactionOf(NoOpEntry{}), std::nullopt);
}

TEST(Entries, NameEachKeyOnce) {
  EXPECT_THAT(KeysOf(Commits(17, 5, {Saw("b", 1), Saw("r", 4)}, {Appends("b", 3), Appends("c", 4)})),
              ElementsAre("b", "c", "r"));
  EXPECT_THAT(KeysOf(Prepares(17, 5, {Saw("r", 4)}, {Appends("b", 3)})), ElementsAre("b", "r"));
  EXPECT_THAT(KeysOf(Fences(kLeft, 2)), ElementsAre("a"));
  EXPECT_THAT(KeysOf(Fences(kAll, 2)), IsEmpty()) << "the empty key is where everything starts";
  EXPECT_THAT(KeysOf(Copies(kLeft, 2, {{"b", Written({1}, 5)}})), ElementsAre("a", "b"));
  EXPECT_THAT(KeysOf(DecideEntry{Aborted(17)}), IsEmpty());
}

TEST(FenceModes, EveryModeAndMistakeHasANameThatFindsIt) {
  for (const FenceModeDescription& mode : AllFenceModes()) {
    EXPECT_EQ(FenceModeFromName(mode.name), mode.mode) << mode.name;
    EXPECT_FALSE(mode.summary.empty()) << mode.name;
  }
  ASSERT_THAT(AllMistakes(), SizeIs(kMistakeCount - 1));
  for (const MistakeDescription& mistake : AllMistakes()) {
    EXPECT_EQ(MistakeFromName(mistake.name), mistake.mistake) << mistake.name;
    EXPECT_FALSE(mistake.summary.empty()) << mistake.name;
  }
  EXPECT_EQ(MistakeFromName("verdict-at-proposal"), Mistake::kVerdictAtProposal);
  EXPECT_EQ(MistakeFromName("no-mistake"), std::nullopt);
}

}  // namespace
}  // namespace fencepost::sim
