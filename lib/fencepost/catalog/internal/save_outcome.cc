#include "fencepost/catalog/internal/save_outcome.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "fencepost/base/error.h"

namespace fencepost {
namespace {

absl::Status Unresolved(Version version, const absl::Status& commit_status, const std::string& why) {
  return MakeError(Error::kCommitOutcomeUnknown,
                   "the save of version " + std::to_string(version.value) + " may or may not be durable: " +
                       why + " (the commit answered: " + commit_status.ToString() + ")");
}

// A timestamp at which the wanted version was the durable one.
struct Moment {
  Timestamp ts;
  Timestamp written_at;  // the commit that made it so
};

// The part of the history that may still hold the wanted version: after `low`, up to and including `high`.
struct Window {
  Timestamp low;
  Timestamp high;

  bool empty() const { return low >= high; }
  // Inside the window, and its upper end when only that is left.
  Timestamp Middle() const { return Timestamp(high.value - (high.value - low.value) / 2); }
};

// Versions only grow, so one reading at `at` rules out one side.
void Narrow(Window& window, Timestamp at, Version wanted, const VersionStamp& seen) {
  if (seen.version < wanted) {
    window.low = at;
    return;
  }
  // A later version was written at `written_at`, so the wanted one ended before that. The store's word is
  // taken only where it shrinks the window.
  const bool plausible = Timestamp(0) < seen.written_at && seen.written_at < at;
  window.high = Timestamp((plausible ? seen.written_at : at).value - 1);
}

// Looks for a moment of `wanted` after `read_ts`. Nothing when no retained timestamp has it.
Awaitable<absl::StatusOr<std::optional<Moment>>> FindMoment(CatalogReader reader, Version wanted,
                                                            Timestamp read_ts, Timestamp now) {
  Window window;
  window.low = read_ts;
  window.high = now;
  Timestamp at = now;  // nearly always the answer: nobody has saved since
  while (!window.empty()) {
    const absl::StatusOr<VersionStamp> seen = co_await reader.VersionStampAt(at);
    if (seen.ok() && seen->version == wanted) co_return Moment{at, seen->written_at};
    if (seen.ok()) {
      Narrow(window, at, wanted, *seen);
    } else if (IsError(seen.status(), Error::kReadTimestampCompacted)) {
      window.low = at;  // compaction takes the oldest first
    } else {
      co_return seen.status();
    }
    at = window.Middle();
  }
  co_return std::optional<Moment>();
}

// Whether what the riders wrote is what stands at `ts`.
Awaitable<absl::StatusOr<bool>> RidersStandAt(CatalogReader reader, std::span<const Mutation> riders,
                                              Timestamp ts) {
  for (const Mutation& rider : riders) {
    const absl::StatusOr<std::optional<std::string>> durable = co_await reader.store().GetAt(rider.key, ts);
    if (!durable.ok()) co_return durable.status();
    if (*durable != rider.value) co_return false;
  }
  co_return true;
}

// The routes at `moment`, in catalog order, compared with what the save wanted.
absl::StatusOr<SaveResult> Judge(SavePlan plan, const Moment& moment, std::vector<RouteDescriptor> durable,
                                 bool riders_stand, Compatibility compatibility) {
  std::sort(durable.begin(), durable.end(), CatalogOrder);
  if (!riders_stand || durable != plan.result.snapshot.routes) {
    return MakeError(Error::kCatalogVersionMismatch,
                     "somebody else saved version " + std::to_string(plan.result.snapshot.version.value) +
                         " first, at timestamp " + std::to_string(moment.written_at.value));
  }
  return ResultOfCommit(std::move(plan), moment.written_at, compatibility);
}

}  // namespace

bool LeavesOutcomeOpen(const absl::Status& commit_status) {
  if (const std::optional<Error> error = ErrorOf(commit_status); error.has_value()) {
    return *error == Error::kCommitOutcomeUnknown;
  }
  return commit_status.code() == absl::StatusCode::kUnknown ||
         commit_status.code() == absl::StatusCode::kDeadlineExceeded ||
         commit_status.code() == absl::StatusCode::kCancelled;
}

Awaitable<absl::StatusOr<SaveResult>> ResolveUnknownOutcome(CatalogReader reader, SavePlan plan,
                                                            Timestamp read_ts, absl::Status commit_status,
                                                            Compatibility compatibility) {
  const Version wanted = plan.result.snapshot.version;
  const absl::StatusOr<Timestamp> now = co_await reader.store().LastCommitTs();
  if (!now.ok()) {
    co_return Unresolved(wanted, commit_status, "reading back failed: " + now.status().ToString());
  }
  const absl::StatusOr<std::optional<Moment>> moment = co_await FindMoment(reader, wanted, read_ts, *now);
  if (!moment.ok()) {
    co_return Unresolved(wanted, commit_status, "reading back failed: " + moment.status().ToString());
  }
  if (!moment->has_value()) {
    co_return Unresolved(wanted, commit_status,
                         "up to timestamp " + std::to_string(now->value) +
                             " the store shows no moment at which that version was the durable one");
  }
  absl::StatusOr<std::vector<RouteDescriptor>> durable = co_await reader.RoutesAt((*moment)->ts);
  if (!durable.ok()) {
    co_return Unresolved(wanted, commit_status, "reading back failed: " + durable.status().ToString());
  }
  const absl::StatusOr<bool> riders_stand = co_await RidersStandAt(reader, plan.riders, (*moment)->ts);
  if (!riders_stand.ok()) {
    co_return Unresolved(wanted, commit_status, "reading back failed: " + riders_stand.status().ToString());
  }
  co_return Judge(std::move(plan), **moment, *std::move(durable), *riders_stand, compatibility);
}

}  // namespace fencepost
