#include "fencepost/catalog/watcher.h"

#include <mutex>
#include <string>
#include <utility>

#include "fencepost/base/error.h"
#include "fencepost/base/internal/cancellation.h"
#include "fencepost/base/internal/user_call.h"
#include "fencepost/catalog/internal/condition_log.h"
#include "fencepost/catalog/internal/scan_backoff.h"

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

// Whether a poll stands alone, or is one of a row that backs off and verifies.
enum class PollKind { kAlone, kInARow };

struct PollResult {
  absl::StatusOr<SyncOutcome> outcome = SyncOutcome::kUpToDate;
  Version stored;             // the durable version; 0 when it could not be read
  bool scan_skipped = false;  // nothing was found out: it was not this poll's turn to scan
};

// Whether a poll failed because its caller was cancelled: nothing that should be held against the catalog.
bool WasCutShort(const absl::Status& outcome, bool cancelled) {
  return cancelled && absl::IsCancelled(outcome);
}

}  // namespace

// Everything but stats() belongs to the one coroutine that polls.
struct CatalogWatcher::Impl {
  Impl(CatalogStore* followed, Engine* kept_up, CatalogWatcherOptions chosen)
      : catalog(followed),
        engine(kept_up),
        options(std::move(chosen)),
        backoff(PollsWithin(options.max_backoff, options.interval)),
        conditions(options.log) {}

  absl::Status CheckRequirements() const;
  Awaitable<absl::StatusOr<SyncOutcome>> SyncAlone();
  Awaitable<absl::Status> RunUntilCancelled(Runtime* runtime);

  Awaitable<PollResult> Poll(PollKind kind);
  Awaitable<absl::StatusOr<SyncOutcome>> ScanAndApply(VersionReading reading);
  bool VerificationIsDue(PollKind kind, Version stored);
  void Report(const PollResult& result);
  void Count(const PollResult& result);
  void Log(const PollResult& result);

  CatalogStore* catalog;
  Engine* engine;
  CatalogWatcherOptions options;
  ScanBackoff backoff;
  std::uint64_t polls_since_scan = 0;  // in a row, at the engine's own version
  ConditionLog conditions;

  std::mutex stats_mutex;
  WatcherStats stats;  // guarded by stats_mutex
};

CatalogWatcher::CatalogWatcher(CatalogStore* catalog, Engine* engine, CatalogWatcherOptions options)
    : impl_(std::make_unique<Impl>(catalog, engine, std::move(options))) {}

CatalogWatcher::~CatalogWatcher() = default;

absl::Status CatalogWatcher::Impl::CheckRequirements() const {
  if (catalog == nullptr || !catalog->has_store()) {
    return MakeError(Error::kCatalogStoreRequired, "the watcher has no catalog to follow");
  }
  if (engine == nullptr) return MakeError(Error::kEngineRequired, "the watcher has no engine to keep up");
  return absl::OkStatus();
}

Awaitable<absl::StatusOr<SyncOutcome>> CatalogWatcher::SyncOnce() {
  if (absl::Status status = impl_->CheckRequirements(); !status.ok()) co_return status;
  co_return co_await WithoutCancellationThrow(impl_->SyncAlone());
}

Awaitable<absl::StatusOr<SyncOutcome>> CatalogWatcher::Impl::SyncAlone() {
  const PollResult result = co_await Poll(PollKind::kAlone);
  const bool cancelled = co_await IsCancelled();
  if (!WasCutShort(result.outcome.status(), cancelled)) Report(result);
  co_return result.outcome;
}

Awaitable<absl::Status> CatalogWatcher::Run(Runtime* runtime) {
  if (absl::Status status = impl_->CheckRequirements(); !status.ok()) co_return status;
  if (runtime == nullptr) co_return absl::InvalidArgumentError("the watcher has no runtime to wait with");
  const std::chrono::nanoseconds interval = impl_->options.interval;
  if (interval <= std::chrono::nanoseconds::zero()) {
    co_return absl::InvalidArgumentError("the watcher's interval of " + std::to_string(interval.count()) +
                                         " ns is not positive");
  }
  co_return co_await WithoutCancellationThrow(impl_->RunUntilCancelled(runtime));
}

Awaitable<absl::Status> CatalogWatcher::Impl::RunUntilCancelled(Runtime* runtime) {
  while (true) {
    const PollResult result = co_await Poll(PollKind::kInARow);
    // Checked by itself: a store may swallow the cancellation that reached it.
    const bool cancelled = co_await IsCancelled();
    if (!WasCutShort(result.outcome.status(), cancelled)) Report(result);
    if (cancelled) co_return absl::CancelledError("the watcher was cancelled");
    absl::Status slept = co_await SleepUnlessCancelled(runtime, options.interval);
    if (slept.ok()) continue;
    if (!absl::IsCancelled(slept)) {
      LogTo(options.log, Severity::kError,
            "the watcher stops, for it cannot wait for its next poll: " + std::string(slept.message()));
    }
    co_return slept;
  }
}

Awaitable<PollResult> CatalogWatcher::Impl::Poll(PollKind kind) {
  PollResult result;
  for (int attempts = catalog->read_attempts(); attempts > 0; --attempts) {
    // Before the durable version is read: whatever the engine has by then was durable by then.
    const Version engine_version = engine->CurrentVersion();
    const absl::StatusOr<VersionReading> reading = co_await catalog->ReadVersion();
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
    result.scan_skipped = kind == PollKind::kInARow && !backoff.MayScan(reading->version);
    if (result.scan_skipped) co_return result;
    result.outcome = co_await ScanAndApply(*reading);
    if (!IsError(result.outcome.status(), Error::kReadTimestampCompacted)) break;
  }
  co_return result;
}

bool CatalogWatcher::Impl::VerificationIsDue(PollKind kind, Version stored) {
  // Version 0 is before the first save; an engine's routes of its own are not expected to be there.
  if (kind == PollKind::kAlone || stored == Version(0)) return false;
  if (backoff.IsUnusable(stored)) return true;  // only another scan can tell whether it still is
  if (options.verify_every_polls == 0) return false;
  ++polls_since_scan;
  return polls_since_scan >= options.verify_every_polls;
}

Awaitable<absl::StatusOr<SyncOutcome>> CatalogWatcher::Impl::ScanAndApply(VersionReading reading) {
  polls_since_scan = 0;
  const absl::StatusOr<CatalogSnapshot> snapshot = co_await catalog->SnapshotAt(reading.read_ts);
  const absl::StatusOr<ApplyOutcome> applied =
      snapshot.ok() ? engine->ApplySnapshot(*snapshot) : absl::StatusOr<ApplyOutcome>(snapshot.status());
  if (!applied.ok()) {
    if (IsError(applied.status(), Error::kEngineSnapshotVersionStale)) co_return SyncOutcome::kUpToDate;
    if (IsFaultOfTheCatalog(applied.status())) backoff.ScanWasUseless(reading.version);
    co_return applied.status();
  }
  switch (*applied) {
    case ApplyOutcome::kApplied:
      backoff.ScanWasUseful();
      co_return SyncOutcome::kApplied;
    case ApplyOutcome::kSameVersion:
      backoff.ScanWasUseful();
      co_return SyncOutcome::kUpToDate;
    case ApplyOutcome::kSameVersionDifferentContent:
      backoff.ScanWasUseless(reading.version);
      co_return SyncOutcome::kSameVersionDifferentContent;
  }
  co_return SyncOutcome::kUpToDate;
}

void CatalogWatcher::Impl::Report(const PollResult& result) {
  Count(result);
  Log(result);
}

void CatalogWatcher::Impl::Count(const PollResult& result) {
  const std::lock_guard lock(stats_mutex);
  ++stats.polls;
  if (result.scan_skipped) {
    ++stats.scans_skipped;
    return;
  }
  if (!result.outcome.ok()) {
    ++stats.failures;
    return;
  }
  switch (*result.outcome) {
    case SyncOutcome::kUpToDate:
      return;
    case SyncOutcome::kApplied:
      ++stats.applied;
      return;
    case SyncOutcome::kCatalogWentBack:
      ++stats.catalog_went_back;
      return;
    case SyncOutcome::kSameVersionDifferentContent:
      ++stats.same_version_different_content;
      return;
  }
}

void CatalogWatcher::Impl::Log(const PollResult& result) {
  if (result.scan_skipped) return;
  const Version engine_version = engine->CurrentVersion();
  if (!result.outcome.ok())
    return conditions.Holds(FailureCondition(result.outcome.status(), engine_version));
  switch (*result.outcome) {
    case SyncOutcome::kCatalogWentBack:
      return conditions.Holds(WentBackCondition(result.stored, engine_version));
    case SyncOutcome::kSameVersionDifferentContent:
      return conditions.Holds(DifferentContentCondition(engine_version));
    case SyncOutcome::kUpToDate:
    case SyncOutcome::kApplied:
      break;
  }
  // An up-to-date version says nothing about contents that were found wrong before.
  if (backoff.IsUnusable(result.stored)) return;
  conditions.Cleared("the catalog is in order again; the engine is at version " +
                     std::to_string(engine_version.value));
}

WatcherStats CatalogWatcher::stats() const {
  const std::lock_guard lock(impl_->stats_mutex);
  return impl_->stats;
}

Awaitable<absl::Status> RunCatalogWatcher(CatalogStore* catalog, Engine* engine, Runtime* runtime,
                                          LogSink log) {
  CatalogWatcherOptions options;
  options.log = std::move(log);
  CatalogWatcher watcher(catalog, engine, std::move(options));
  co_return co_await WithoutCancellationThrow(watcher.Run(runtime));
}

}  // namespace fencepost
