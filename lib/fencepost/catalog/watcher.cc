#include "fencepost/catalog/watcher.h"

#include <string>
#include <utility>

#include "fencepost/base/error.h"
#include "fencepost/base/internal/cancellation.h"
#include "fencepost/base/internal/user_call.h"

namespace fencepost {
namespace {

std::uint64_t PollsWithin(std::chrono::nanoseconds span, std::chrono::nanoseconds interval) {
  if (interval <= std::chrono::nanoseconds::zero() || span <= interval) return 1;
  return static_cast<std::uint64_t>(span / interval);
}

// Whether scanning the same catalog again would find the same fault: it is in the records, not on the way to
// them.
bool IsFaultOfTheCatalog(const absl::Status& status) {
  return ErrorOf(status).has_value() && !IsRetryable(status);
}

Condition FailureCondition(const absl::Status& status, Version engine_version) {
  Condition condition;
  condition.identity = "failure " + std::to_string(static_cast<int>(status.code()));
  const std::string text(status.message().data(), status.message().size());
  if (IsFaultOfTheCatalog(status)) condition.identity += " " + text;
  condition.severity = IsFaultOfTheCatalog(status) ? Severity::kError : Severity::kWarning;
  condition.message = "the catalog could not be read or applied, the engine stays at version " +
                      std::to_string(engine_version.value) + ": " + text;
  return condition;
}

Condition WentBackCondition(Version stored, Version engine_version) {
  Condition condition;
  condition.identity = "went back, engine at " + std::to_string(engine_version.value);
  condition.severity = Severity::kError;
  condition.message =
      "the durable catalog is at version " + std::to_string(stored.value) +
      ", below the engine's, as if an old one had been restored; the engine stays at version " +
      std::to_string(engine_version.value);
  return condition;
}

Condition DifferentContentCondition(Version engine_version) {
  Condition condition;
  condition.identity = "different content, engine at " + std::to_string(engine_version.value);
  condition.severity = Severity::kError;
  condition.message = "two catalogs claim version " + std::to_string(engine_version.value) +
                      ": the durable routes are not the engine's; the engine stays as it is";
  return condition;
}

// Whether a poll failed because its caller was cancelled: nothing that should be held against the catalog.
bool WasCutShort(const absl::Status& outcome, bool cancelled) {
  return cancelled && absl::IsCancelled(outcome);
}

}  // namespace

CatalogWatcher::CatalogWatcher(CatalogStore* catalog, Engine* engine, CatalogWatcherOptions options)
    : catalog_(catalog),
      engine_(engine),
      options_(std::move(options)),
      backoff_(PollsWithin(options_.max_backoff, options_.interval)),
      conditions_(options_.log) {}

absl::Status CatalogWatcher::CheckRequirements() const {
  if (catalog_ == nullptr || !catalog_->has_store()) {
    return MakeError(Error::kCatalogStoreRequired, "the watcher has no catalog to follow");
  }
  if (engine_ == nullptr) return MakeError(Error::kEngineRequired, "the watcher has no engine to keep up");
  return absl::OkStatus();
}

Awaitable<absl::StatusOr<SyncOutcome>> CatalogWatcher::SyncOnce() {
  if (absl::Status status = CheckRequirements(); !status.ok()) co_return status;
  co_return co_await WithoutCancellationThrow(SyncAlone());
}

Awaitable<absl::StatusOr<SyncOutcome>> CatalogWatcher::SyncAlone() {
  const PollResult result = co_await Poll(PollKind::kAlone);
  const bool cancelled = co_await IsCancelled();
  if (!WasCutShort(result.outcome.status(), cancelled)) Report(result);
  co_return result.outcome;
}

Awaitable<absl::Status> CatalogWatcher::Run(Runtime* runtime) {
  if (absl::Status status = CheckRequirements(); !status.ok()) co_return status;
  if (runtime == nullptr) co_return absl::InvalidArgumentError("the watcher has no runtime to wait with");
  if (options_.interval <= std::chrono::nanoseconds::zero()) {
    co_return absl::InvalidArgumentError("the watcher's interval of " +
                                         std::to_string(options_.interval.count()) + " ns is not positive");
  }
  co_return co_await WithoutCancellationThrow(RunUntilCancelled(runtime));
}

Awaitable<absl::Status> CatalogWatcher::RunUntilCancelled(Runtime* runtime) {
  while (true) {
    const PollResult result = co_await Poll(PollKind::kInARow);
    // Checked by itself: a store may swallow the cancellation that reached it.
    const bool cancelled = co_await IsCancelled();
    if (!WasCutShort(result.outcome.status(), cancelled)) Report(result);
    if (cancelled) co_return absl::CancelledError("the watcher was cancelled");
    absl::Status slept = co_await SleepUnlessCancelled(runtime, options_.interval);
    if (slept.ok()) continue;
    if (!absl::IsCancelled(slept)) {
      LogTo(options_.log, Severity::kError,
            "the watcher stops, for it cannot wait for its next poll: " + std::string(slept.message()));
    }
    co_return slept;
  }
}

Awaitable<CatalogWatcher::PollResult> CatalogWatcher::Poll(PollKind kind) {
  PollResult result;
  for (int attempts = catalog_->read_attempts(); attempts > 0; --attempts) {
    // Before the durable version is read: whatever the engine has by then was durable by then.
    const Version engine_version = engine_->CurrentVersion();
    const absl::StatusOr<VersionReading> reading = co_await catalog_->ReadVersion();
    if (!reading.ok()) {
      result.outcome = reading.status();
      co_return result;
    }
    result.stored = reading->version;
    if (reading->version < engine_version) {
      result.outcome = SyncOutcome::kCatalogWentBack;
      co_return result;
    }
    const bool newer = reading->version > engine_version;
    if (!newer && !VerificationIsDue(kind, reading->version)) co_return result;
    result.scan_skipped = kind == PollKind::kInARow && !backoff_.MayScan(reading->version);
    if (result.scan_skipped) co_return result;
    result.outcome = co_await ScanAndApply(*reading);
    if (!IsError(result.outcome.status(), Error::kReadTimestampCompacted)) break;
  }
  co_return result;
}

bool CatalogWatcher::VerificationIsDue(PollKind kind, Version stored) {
  // Version 0 is before the first save; an engine's routes of its own are not expected to be there.
  if (kind == PollKind::kAlone || stored == Version(0)) return false;
  if (backoff_.IsUnusable(stored)) return true;  // only another scan can tell whether it still is
  if (options_.verify_every_polls == 0) return false;
  ++polls_since_scan_;
  return polls_since_scan_ >= options_.verify_every_polls;
}

Awaitable<absl::StatusOr<SyncOutcome>> CatalogWatcher::ScanAndApply(VersionReading reading) {
  polls_since_scan_ = 0;
  const absl::StatusOr<CatalogSnapshot> snapshot = co_await catalog_->SnapshotAt(reading.read_ts);
  const absl::StatusOr<ApplyOutcome> applied =
      snapshot.ok() ? engine_->ApplySnapshot(*snapshot) : absl::StatusOr<ApplyOutcome>(snapshot.status());
  if (!applied.ok()) {
    if (IsError(applied.status(), Error::kEngineSnapshotVersionStale)) co_return SyncOutcome::kUpToDate;
    if (IsFaultOfTheCatalog(applied.status())) backoff_.ScanWasUseless(reading.version);
    co_return applied.status();
  }
  switch (*applied) {
    case ApplyOutcome::kApplied:
      backoff_.ScanWasUseful();
      co_return SyncOutcome::kApplied;
    case ApplyOutcome::kSameVersion:
      backoff_.ScanWasUseful();
      co_return SyncOutcome::kUpToDate;
    case ApplyOutcome::kSameVersionDifferentContent:
      backoff_.ScanWasUseless(reading.version);
      co_return SyncOutcome::kSameVersionDifferentContent;
  }
  co_return SyncOutcome::kUpToDate;
}

void CatalogWatcher::Report(const PollResult& result) {
  Count(result);
  Log(result);
}

void CatalogWatcher::Count(const PollResult& result) {
  const std::lock_guard lock(stats_mutex_);
  ++stats_.polls;
  if (result.scan_skipped) {
    ++stats_.scans_skipped;
    return;
  }
  if (!result.outcome.ok()) {
    ++stats_.failures;
    return;
  }
  switch (*result.outcome) {
    case SyncOutcome::kUpToDate:
      return;
    case SyncOutcome::kApplied:
      ++stats_.applied;
      return;
    case SyncOutcome::kCatalogWentBack:
      ++stats_.catalog_went_back;
      return;
    case SyncOutcome::kSameVersionDifferentContent:
      ++stats_.same_version_different_content;
      return;
  }
}

void CatalogWatcher::Log(const PollResult& result) {
  if (result.scan_skipped) return;
  const Version engine_version = engine_->CurrentVersion();
  if (!result.outcome.ok())
    return conditions_.Holds(FailureCondition(result.outcome.status(), engine_version));
  switch (*result.outcome) {
    case SyncOutcome::kCatalogWentBack:
      return conditions_.Holds(WentBackCondition(result.stored, engine_version));
    case SyncOutcome::kSameVersionDifferentContent:
      return conditions_.Holds(DifferentContentCondition(engine_version));
    case SyncOutcome::kUpToDate:
    case SyncOutcome::kApplied:
      break;
  }
  // An up-to-date version says nothing about contents that were found wrong before.
  if (backoff_.IsUnusable(result.stored)) return;
  conditions_.Cleared("the catalog is in order again; the engine is at version " +
                      std::to_string(engine_version.value));
}

WatcherStats CatalogWatcher::stats() const {
  const std::lock_guard lock(stats_mutex_);
  return stats_;
}

Awaitable<absl::Status> RunCatalogWatcher(CatalogStore* catalog, Engine* engine, Runtime* runtime,
                                          LogSink log) {
  CatalogWatcherOptions options;
  options.log = std::move(log);
  CatalogWatcher watcher(catalog, engine, std::move(options));
  co_return co_await WithoutCancellationThrow(watcher.Run(runtime));
}

}  // namespace fencepost
