#include "fencepost/move/range_mover.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "fencepost/base/error.h"
#include "fencepost/base/internal/cancellation.h"
#include "fencepost/base/internal/user_call.h"
#include "fencepost/move/internal/guarded_move_transport.h"
#include "fencepost/move/internal/move_decisions.h"
#include "fencepost/move/internal/move_steps.h"

namespace fencepost {
namespace {

std::chrono::milliseconds BackoffAfter(int failures, const RangeMoverOptions& options) {
  std::chrono::milliseconds backoff = options.first_backoff;
  for (int i = 1; i < failures && backoff < options.max_backoff; ++i) backoff *= 2;
  return std::min(backoff, options.max_backoff);
}

// Whether a decision may come out otherwise if it is made again now. One that may have been made already must
// not be: the same call twice would be two moves.
bool IsWorthDecidingAgain(const absl::Status& status) {
  return IsRetryable(status) && !IsError(status, Error::kMoveInProgress);
}

// Makes attempts until one succeeds or cannot succeed any more.
template <class T, class Attempt>
Awaitable<absl::StatusOr<T>> Repeated(Runtime* runtime, RangeMoverOptions options, Attempt attempt) {
  for (int failures = 1;; ++failures) {
    absl::StatusOr<T> answer = co_await attempt();
    const bool again = !answer.ok() && IsWorthDecidingAgain(answer.status());
    if (!again || failures >= options.attempts_per_step) co_return answer;
    const absl::Status slept = co_await SleepUnlessCancelled(runtime, BackoffAfter(failures, options));
    if (!slept.ok()) co_return slept;
  }
}

// Whether a step that failed may succeed yet. Every step may be repeated, whatever became of it: unlike a
// decision, an unknown outcome is as good a reason as any. A group that refuses an entry as stale may be
// ahead of this mover and not of the move.
bool IsWorthRepeating(const absl::Status& status) {
  const std::optional<Error> error = ErrorOf(status);
  if (!error.has_value()) return true;  // of somebody's transport: who knows
  return IsRetryable(status) || *error == Error::kCommitOutcomeUnknown ||
         *error == Error::kOwnershipEntryStale;
}

absl::Status AtStep(const absl::Status& failure, MoveStep step, OwnershipEpoch epoch) {
  absl::Status told(failure.code(), std::string(failure.message()) + " [" + MoveStepName(step) + " of move " +
                                        std::to_string(epoch.value) + "]");
  failure.ForEachPayload(
      [&told](absl::string_view url, const absl::Cord& payload) { told.SetPayload(url, payload); });
  return told;
}

// One call of Drive.
class MoveRun {
 public:
  MoveRun(CatalogStore* catalog, MoveTransport* groups, Runtime* runtime, RangeMoverOptions options,
          OwnershipEpoch epoch)
      : catalog_(*catalog), groups_(groups), runtime_(runtime), options_(options), epoch_(epoch) {}

  Awaitable<absl::Status> ToTheEnd() {
    while (progress_.next != MoveStep::kDone) {
      // Asked by itself: a store or a transport may swallow the cancellation that reached it.
      const bool cancelled = co_await IsCancelled();
      if (cancelled) {
        const absl::Status status = absl::CancelledError("the mover was cancelled");
        co_return AtStep(status, progress_.next, epoch_);
      }
      const absl::Status taken = co_await TakeOne();
      if (taken.ok()) continue;
      const MoveStep step = progress_.next;
      int& failures = failures_[static_cast<std::size_t>(step)];
      ++failures;
      if (!IsWorthRepeating(taken) || failures >= options_.attempts_per_step) {
        co_return AtStep(taken, step, epoch_);
      }
      const absl::Status slept = co_await SleepUnlessCancelled(runtime_, BackoffAfter(failures, options_));
      if (!slept.ok()) co_return AtStep(slept, step, epoch_);
      // Another mover may have taken this step and those after it.
      if (IsError(taken, Error::kOwnershipEntryStale)) progress_.next = MoveStep::kLook;
    }
    co_return absl::OkStatus();
  }

 private:
  // Reads what the catalog says now, then takes the next step that is left to take.
  Awaitable<absl::Status> TakeOne() {
    const absl::StatusOr<std::vector<MoveRecord>> open = co_await ReadOpenMoves(catalog_);
    if (!open.ok()) co_return open.status();
    const MoveRecord* move = FindMove(*open, epoch_);
    if (move == nullptr) co_return co_await NotOpen(FindUndoOf(*open, epoch_));
    FollowStage(move->stage);
    switch (progress_.next) {
      case MoveStep::kHandOver:
        co_return co_await Then(HandMoveOver(catalog_, epoch_), MoveStep::kRelease);
      case MoveStep::kClose:
        co_return co_await Then(CloseMove(catalog_, epoch_), MoveStep::kDone);
      case MoveStep::kLook:
      case MoveStep::kFence:
      case MoveStep::kDecide:
      case MoveStep::kDrop:
      case MoveStep::kDrain:
      case MoveStep::kReleaseFirst:
      case MoveStep::kCopy:
      case MoveStep::kActivate:
      case MoveStep::kRelease:
      case MoveStep::kDone:
        break;
    }
    co_return co_await TakeGroupStep(groups_, *move, progress_);
  }

  Awaitable<absl::Status> Then(Awaitable<absl::Status> step, MoveStep next) {
    absl::Status taken = co_await std::move(step);
    if (taken.ok()) progress_.next = next;
    co_return taken;
  }

  // The record is the judge of how far the move is, not what this run believes to have done: before it is
  // handed over nothing may be released, and after it nothing is left to copy.
  void FollowStage(MoveStage stage) {
    switch (stage) {
      case MoveStage::kMoving:
        progress_.next = std::min(progress_.next, MoveStep::kHandOver);
        return;
      case MoveStage::kHandedOver:
        progress_.next = std::max(progress_.next, MoveStep::kRelease);
        return;
    }
  }

  Awaitable<absl::Status> NotOpen(const MoveRecord* undone_by) {
    const std::string number = std::to_string(epoch_.value);
    if (undone_by != nullptr) {
      co_return MakeError(Error::kMoveSuperseded,
                          "move " + number + " is being taken back by " + FormatMove(*undone_by));
    }
    // After the read that did not find it: what is decided later has a higher epoch.
    const absl::StatusOr<Version> version = co_await catalog_.DurableVersion();
    if (!version.ok()) co_return version.status();
    if (epoch_ == OwnershipEpoch(0) || version->value < epoch_.value) {
      co_return MakeError(Error::kInvalidMove, "there is no move " + number + ": the catalog is at version " +
                                                   std::to_string(version->value));
    }
    progress_.next = MoveStep::kDone;
    co_return absl::OkStatus();
  }

  CatalogStore& catalog_;
  GuardedMoveTransport groups_;
  Runtime* runtime_;
  RangeMoverOptions options_;
  OwnershipEpoch epoch_;
  MoveProgress progress_;
  std::array<int, kMoveStepCount> failures_{};
};

Awaitable<absl::Status> DriveMove(MoveRun run) { co_return co_await run.ToTheEnd(); }

}  // namespace

RangeMover::RangeMover(CatalogStore* catalog, MoveTransport* groups, Runtime* runtime,
                       RangeMoverOptions options)
    : catalog_(catalog), groups_(groups), runtime_(runtime), options_(options) {}

Awaitable<absl::StatusOr<MoveRecord>> RangeMover::Begin(std::string key, GroupId target) {
  const auto attempt = [this, &key, target] { return BeginMove(*catalog_, key, target); };
  co_return co_await WithoutCancellationThrow(Repeated<MoveRecord>(runtime_, options_, attempt));
}

Awaitable<absl::Status> RangeMover::Drive(OwnershipEpoch epoch) {
  MoveRun run(catalog_, groups_, runtime_, options_, epoch);
  co_return co_await WithoutCancellationThrow(DriveMove(run));
}

Awaitable<absl::StatusOr<MoveRecord>> RangeMover::Undo(OwnershipEpoch epoch) {
  const auto attempt = [this, epoch] { return UndoMove(*catalog_, epoch); };
  co_return co_await WithoutCancellationThrow(Repeated<MoveRecord>(runtime_, options_, attempt));
}

Awaitable<absl::StatusOr<std::vector<MoveRecord>>> RangeMover::OpenMoves() {
  const auto attempt = [this] { return ReadOpenMoves(*catalog_); };
  co_return co_await WithoutCancellationThrow(Repeated<std::vector<MoveRecord>>(runtime_, options_, attempt));
}

Awaitable<absl::StatusOr<SaveResult>> RangeMover::Split(std::string key) {
  const auto attempt = [this, &key] { return SplitRoute(*catalog_, key); };
  co_return co_await WithoutCancellationThrow(Repeated<SaveResult>(runtime_, options_, attempt));
}

Awaitable<absl::StatusOr<SaveResult>> RangeMover::Merge(std::string key) {
  const auto attempt = [this, &key] { return MergeRoute(*catalog_, key); };
  co_return co_await WithoutCancellationThrow(Repeated<SaveResult>(runtime_, options_, attempt));
}

}  // namespace fencepost
