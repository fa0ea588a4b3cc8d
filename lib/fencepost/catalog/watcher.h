// Keeps one process's engine up with the durable catalog by polling it.
//
// Invariant: the engine's version never goes back, and a catalog that cannot be read or applied leaves the
// engine on its last good version. What goes wrong in the background is logged once per change and counted.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <chrono>
#include <cstdint>
#include <memory>

#include "fencepost/base/log.h"
#include "fencepost/base/runtime.h"
#include "fencepost/catalog/catalog_store.h"
#include "fencepost/engine/engine.h"

namespace fencepost {

struct CatalogWatcherOptions {
  std::chrono::nanoseconds interval = std::chrono::milliseconds(100);  // must be positive
  // A catalog that cannot be applied is not rescanned at every poll: the wait between full scans of the same
  // stored version doubles from `interval` up to this. Another stored version is scanned at once.
  std::chrono::nanoseconds max_backoff = std::chrono::seconds(10);
  // Every so many polls of Run that find the engine at the durable version, that version is scanned all the
  // same and compared with the engine's routes: the version alone does not tell two catalogs apart that both
  // claim it, nor a record that was damaged since. 0: never. With the default interval, once a minute.
  std::uint64_t verify_every_polls = 600;
  LogSink log;
};

// How one poll ended, when it did not fail.
enum class SyncOutcome {
  kUpToDate,         // the engine already has the durable version
  kApplied,          // the engine was brought to the durable version
  kCatalogWentBack,  // the durable version is below the engine's: somebody restored an old catalog
  kSameVersionDifferentContent,  // the engine's version, but other routes: two catalogs claim one version
};

// Counted since construction. Each of the conditions below is counted at every poll that found it.
struct WatcherStats {
  std::uint64_t polls = 0;
  std::uint64_t applied = 0;
  std::uint64_t failures = 0;       // the catalog could not be read or applied
  std::uint64_t scans_skipped = 0;  // polls that did not rescan a catalog known to be unappliable
  std::uint64_t catalog_went_back = 0;
  std::uint64_t same_version_different_content = 0;
};

// One watcher belongs to one coroutine at a time; stats() may be called from any thread.
class CatalogWatcher {
 public:
  // Nothing is owned; all must outlive the watcher. Null catalog or engine: SyncOnce and Run answer
  // CatalogStoreRequired or EngineRequired.
  CatalogWatcher(CatalogStore* catalog, Engine* engine, CatalogWatcherOptions options = {});
  ~CatalogWatcher();
  CatalogWatcher(const CatalogWatcher&) = delete;
  CatalogWatcher& operator=(const CatalogWatcher&) = delete;

  // One poll: at one timestamp, reads the version; stops if it is not newer than the engine's, else reads the
  // routes and applies them. A stale-version answer of the engine (somebody else was faster) is success.
  // Knows no backoff and verifies nothing by itself: both are Run's. Cancelled when the caller was, which is
  // neither logged nor counted; the engine is then at the version it had, or at a newer durable one.
  Awaitable<absl::StatusOr<SyncOutcome>> SyncOnce();

  // Syncs at once, then on every interval, until the awaiting coroutine is cancelled (its Asio cancellation
  // slot), and then returns Cancelled. Failures are logged and retried, a store that throws like one that
  // answers an error. Returns early only when it cannot work at all: CatalogStoreRequired, EngineRequired, or
  // InvalidArgument for an interval that is not positive; and, logged, when the runtime's Sleep fails.
  Awaitable<absl::Status> Run(Runtime* runtime);

  WatcherStats stats() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A watcher with default options but for `log`, run until cancelled.
Awaitable<absl::Status> RunCatalogWatcher(CatalogStore* catalog, Engine* engine, Runtime* runtime,
                                          LogSink log = {});

}  // namespace fencepost
