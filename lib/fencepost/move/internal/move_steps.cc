#include "fencepost/move/internal/move_steps.h"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

#include "fencepost/base/error.h"

namespace fencepost {
namespace {

bool IsUndo(const MoveRecord& move) { return move.undoes != OwnershipEpoch(0); }

bool AllAre(const std::vector<RangeTenure>& pieces, OwnershipPhase phase, OwnershipEpoch epoch) {
  return !pieces.empty() && std::ranges::all_of(pieces, [&](const RangeTenure& piece) {
    return piece.tenure.phase == phase && piece.tenure.epoch == epoch;
  });
}

Awaitable<absl::StatusOr<MoveStep>> Look(GuardedMoveTransport groups, const MoveRecord& move) {
  const absl::StatusOr<std::vector<RangeTenure>> target = co_await groups.TenuresOf(move.target, move.range);
  if (!target.ok()) co_return target.status();
  co_return AllAre(*target, OwnershipPhase::kActive, move.epoch) ? MoveStep::kHandOver : MoveStep::kFence;
}

Awaitable<absl::StatusOr<MoveStep>> Fence(GuardedMoveTransport groups, const MoveRecord& move) {
  OwnershipEntry fence = FenceRange{move.range, move.epoch};
  const absl::Status fenced = co_await groups.Propose(move.source, std::move(fence));
  if (!fenced.ok()) co_return fenced;
  co_return IsUndo(move) ? MoveStep::kDecide : MoveStep::kDrain;
}

// The fence of an undone move stands in the log of its would-be owner, so what that group is by now is what
// it stays: the ACTIVATE that is being taken back is before the fence, or is refused for ever.
Awaitable<absl::StatusOr<MoveStep>> Decide(GuardedMoveTransport groups, const MoveRecord& move) {
  const absl::StatusOr<std::vector<RangeTenure>> source = co_await groups.TenuresOf(move.source, move.range);
  if (!source.ok()) co_return source.status();
  if (AllAre(*source, OwnershipPhase::kAbsent, OwnershipEpoch(0))) co_return MoveStep::kDrop;
  if (AllAre(*source, OwnershipPhase::kFenced, move.undoes)) co_return MoveStep::kDrain;
  std::string found;
  for (const RangeTenure& piece : *source) {
    found += "; " + FormatRange(piece.range) + " is " + FormatTenure(piece.tenure);
  }
  co_return MakeError(Error::kOwnershipEntryStale, "group " + std::to_string(move.source.value) +
                                                       " neither took the range nor has it" + found);
}

Awaitable<absl::StatusOr<MoveStep>> Drop(GuardedMoveTransport groups, const MoveRecord& move,
                                         MoveProgress& progress) {
  const absl::Status dropped = co_await groups.DropCopied(move.source, move.range, move.epoch);
  if (!dropped.ok()) co_return dropped;
  progress.floor = Timestamp(0);
  co_return MoveStep::kActivate;
}

absl::Status NotDrained(const MoveRecord& move, const std::string& why) {
  return MakeError(Error::kOwnershipNotDrained, "group " + std::to_string(move.source.value) +
                                                    " still has, in " + FormatRange(move.range) + ", " + why);
}

// Brings what is prepared to its end, and looks again. One that cannot be ended now keeps no other from it.
Awaitable<absl::StatusOr<Drain>> DrainPrepared(GuardedMoveTransport groups, const MoveRecord& move) {
  absl::StatusOr<Drain> drain = co_await groups.DrainOf(move.source, move.range, move.epoch);
  if (!drain.ok() || drain->must_drain.empty()) co_return drain;
  absl::Status last_failure;
  for (const TransactionId id : drain->must_drain) {
    absl::Status resolved = co_await groups.ResolvePrepared(move.source, id);
    if (!resolved.ok()) last_failure = std::move(resolved);
  }
  drain = co_await groups.DrainOf(move.source, move.range, move.epoch);
  if (!drain.ok() || drain->must_drain.empty()) co_return drain;
  co_return NotDrained(move, std::to_string(drain->must_drain.size()) + " prepared transactions, first " +
                                 std::to_string(drain->must_drain.front().value) + " (" +
                                 last_failure.ToString() + ")");
}

Awaitable<absl::StatusOr<MoveStep>> DrainSource(GuardedMoveTransport groups, const MoveRecord& move) {
  const absl::StatusOr<Drain> drain = co_await DrainPrepared(groups, move);
  if (!drain.ok()) co_return drain.status();
  const absl::StatusOr<std::vector<ReplicaReads>> reads = co_await groups.ReadsOf(move.source);
  if (!reads.ok()) co_return reads.status();
  if (!ReadsHaveStopped(drain->cut_off, *reads)) {
    co_return NotDrained(
        move, "replicas that may serve reads from before log index " + std::to_string(drain->cut_off.value));
  }
  co_return IsUndo(move) ? MoveStep::kReleaseFirst : MoveStep::kCopy;
}

// Has `group` give up what the entry of `epoch` fenced.
Awaitable<absl::Status> ReleaseOf(GuardedMoveTransport groups, const MoveRecord& move, GroupId group,
                                  OwnershipEpoch epoch) {
  absl::Status readers_drained = co_await groups.ReadersDrained(group, move.range, epoch);
  if (!readers_drained.ok()) co_return readers_drained;
  OwnershipEntry release = ReleaseRange{move.range, epoch};
  co_return co_await groups.Propose(group, std::move(release));
}

// Before the copy: a release that is still to come would take what was copied along.
Awaitable<absl::StatusOr<MoveStep>> ReleaseFirst(GuardedMoveTransport groups, const MoveRecord& move) {
  const absl::Status released = co_await ReleaseOf(groups, move, move.target, move.undoes);
  if (!released.ok()) co_return released;
  co_return MoveStep::kCopy;
}

Awaitable<absl::StatusOr<MoveStep>> Copy(GuardedMoveTransport groups, const MoveRecord& move,
                                         MoveProgress& progress) {
  CopyJob job;
  job.range = move.range;
  job.from = move.source;
  job.to = move.target;
  job.epoch = move.epoch;
  const absl::StatusOr<Timestamp> floor = co_await groups.Copy(std::move(job));
  if (!floor.ok()) co_return floor.status();
  progress.floor = *floor;
  co_return MoveStep::kActivate;
}

Awaitable<absl::StatusOr<MoveStep>> Activate(GuardedMoveTransport groups, const MoveRecord& move,
                                             Timestamp floor) {
  OwnershipEntry activate = ActivateRange{move.range, move.epoch, floor};
  const absl::Status activated = co_await groups.Propose(move.target, std::move(activate));
  if (!activated.ok()) co_return activated;
  co_return MoveStep::kHandOver;
}

Awaitable<absl::StatusOr<MoveStep>> Release(GuardedMoveTransport groups, const MoveRecord& move) {
  const absl::Status released = co_await ReleaseOf(groups, move, move.source, move.epoch);
  if (!released.ok()) co_return released;
  co_return MoveStep::kClose;
}

Awaitable<absl::StatusOr<MoveStep>> Take(GuardedMoveTransport groups, const MoveRecord& move,
                                         MoveProgress& progress) {
  switch (progress.next) {
    case MoveStep::kLook:
      return Look(groups, move);
    case MoveStep::kFence:
      return Fence(groups, move);
    case MoveStep::kDecide:
      return Decide(groups, move);
    case MoveStep::kDrop:
      return Drop(groups, move, progress);
    case MoveStep::kDrain:
      return DrainSource(groups, move);
    case MoveStep::kReleaseFirst:
      return ReleaseFirst(groups, move);
    case MoveStep::kCopy:
      return Copy(groups, move, progress);
    case MoveStep::kActivate:
      return Activate(groups, move, progress.floor);
    case MoveStep::kHandOver:
    case MoveStep::kClose:
    case MoveStep::kDone:
      assert(false);  // not a group's
      break;
    case MoveStep::kRelease:
      break;
  }
  return Release(groups, move);
}

}  // namespace

std::string MoveStepName(MoveStep step) {
  switch (step) {
    case MoveStep::kLook:
      return "step 2 (look who owns the range)";
    case MoveStep::kFence:
      return "step 2 (fence)";
    case MoveStep::kDecide:
      return "step 2 (look what the fence met)";
    case MoveStep::kDrop:
      return "step 4 (drop what was copied)";
    case MoveStep::kDrain:
      return "step 3 (drain)";
    case MoveStep::kReleaseFirst:
      return "step 4 (release the old tenure)";
    case MoveStep::kCopy:
      return "step 4 (copy)";
    case MoveStep::kActivate:
      return "step 5 (activate)";
    case MoveStep::kHandOver:
      return "step 6 (hand over)";
    case MoveStep::kRelease:
      return "step 7 (release)";
    case MoveStep::kClose:
      return "step 8 (close)";
    case MoveStep::kDone:
      return "the end";
  }
  return "no step";
}

Awaitable<absl::Status> TakeGroupStep(GuardedMoveTransport groups, const MoveRecord& move,
                                      MoveProgress& progress) {
  const absl::StatusOr<MoveStep> next = co_await Take(groups, move, progress);
  if (!next.ok()) co_return next.status();
  progress.next = *next;
  co_return absl::OkStatus();
}

}  // namespace fencepost
