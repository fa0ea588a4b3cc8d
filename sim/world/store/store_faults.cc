#include "sim/world/store/store_faults.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "sim/core/runtime/suspend.h"
#include "sim/world/fault_kinds.h"

namespace fencepost::sim {
namespace {

// A slow operation takes this many times the longest ordinary one.
constexpr int kSlowStoreFactor = 100;
// A watcher stall lasts this many times the longest ordinary way.
constexpr int kStallFactor = 1000;
// A conflict storm lasts for up to this many commits of one link.
constexpr std::uint32_t kLongestStorm = 6;
// A lagging replica is behind by up to this many commits.
constexpr std::uint64_t kLargestLag = 4;
// The compaction fault needs a newer timestamp to compact to; this key, outside the catalog, gets it.
constexpr char kCompactionKey[] = "~compaction";

absl::Status Unavailable(const std::string& owner, std::string_view what) {
  return absl::UnavailableError(
      fmt::format("the link of {} to the catalog store failed during {}", owner, what));
}

}  // namespace

CatalogLink::CatalogLink(Stage* stage, MemoryStore* store, SimRuntime* runtime, const std::string& owner,
                         LinkLatency latency)
    : stage_(stage),
      store_(store),
      runtime_(runtime),
      faults_(&stage->faults()),
      latency_(latency),
      owner_(owner),
      latency_stream_(stage->choices().Open(owner + "/link-latency")),
      fault_stream_(stage->choices().Open(owner + "/link-faults")) {}

void CatalogLink::DrawFor(const Errand& errand) {
  latency_stream_ = errand.Of("link-latency");
  fault_stream_ = errand.Of("link-faults");
}

Awaitable<void> CatalogLink::Travel() {
  if (before_each_step_) before_each_step_();
  std::chrono::nanoseconds duration = latency_.base;
  duration += latency_.step * static_cast<std::int64_t>(latency_stream_.Below(latency_.steps + 1, "latency"));
  const std::chrono::nanoseconds longest = latency_.base + latency_.step * latency_.steps;
  if (faults_->Fires(faults::kStoreSlow, fault_stream_)) duration += longest * kSlowStoreFactor;
  if (faults_->Fires(faults::kWatcherStall, fault_stream_)) duration += longest * kStallFactor;
  // By the world's time: a distorted clock makes no wire longer.
  const SimExecutor& executor = runtime_->sim_executor();
  const SimTime arrival = executor.incarnation().scheduler().now() + duration;
  const Wake wake = co_await AsyncSleepUntil(executor, arrival, boost::asio::use_awaitable);
  static_cast<void>(wake);  // nobody cancels a link; a crash destroys the coroutine
}

Awaitable<absl::StatusOr<Timestamp>> CatalogLink::LastCommitTs() {
  co_await Travel();
  if (faults_->Fires(faults::kStoreReadError, fault_stream_)) {
    co_return Unavailable(owner_, "reading the last commit timestamp");
  }
  Timestamp ts = store_->LastCommitTsNow();
  if (faults_->Fires(faults::kStoreLaggingRead, fault_stream_)) {
    const std::uint64_t lag = 1 + fault_stream_.Below(kLargestLag, "lag");
    ts = Timestamp(ts.value > lag ? ts.value - lag : 0);
  }
  if (faults_->Fires(faults::kStoreCompaction, fault_stream_)) CompactUnder(ts);
  co_await Travel();
  co_return ts;
}

// Makes reads at `ts` fail: writes something newer outside the catalog and compacts up to that.
void CatalogLink::CompactUnder(Timestamp ts) {
  if (ts == Timestamp::Max() || store_->LastCommitTsNow() == Timestamp::Max()) return;
  const Timestamp newer(store_->LastCommitTsNow().value + 1);
  store_->PutAt(kCompactionKey, "", newer);
  store_->Compact(newer);
}

Awaitable<absl::StatusOr<std::optional<std::string>>> CatalogLink::GetAt(std::string key, Timestamp ts) {
  co_await Travel();
  if (faults_->Fires(faults::kStoreReadError, fault_stream_)) {
    co_return Unavailable(owner_, "reading " + QuoteKey(key));
  }
  absl::StatusOr<std::optional<std::string>> value = store_->Get(key, ts);
  co_await Travel();
  co_return value;
}

Awaitable<absl::StatusOr<std::vector<KeyValue>>> CatalogLink::ScanAt(KeyRange range, std::size_t limit,
                                                                     Timestamp ts) {
  co_await Travel();
  if (faults_->Fires(faults::kStoreScanError, fault_stream_)) {
    co_return Unavailable(owner_, "scanning " + FormatRange(range));
  }
  absl::StatusOr<std::vector<KeyValue>> pairs = store_->Scan(range, limit, ts);
  if (pairs.ok() && pairs->size() > 1 && faults_->Fires(faults::kStoreShortPage, fault_stream_)) {
    pairs->resize(1 + fault_stream_.Below(pairs->size() - 1, "page-length"));
  }
  co_await Travel();
  co_return pairs;
}

bool CatalogLink::InConflictStorm() {
  if (faults_->healed()) return false;
  if (storm_commits_left_ == 0 && faults_->Fires(faults::kStoreConflictStorm, fault_stream_)) {
    storm_commits_left_ = 1 + static_cast<std::uint32_t>(fault_stream_.Below(kLongestStorm, "storm-length"));
  }
  if (storm_commits_left_ == 0) return false;
  --storm_commits_left_;
  return true;
}

absl::StatusOr<Timestamp> CatalogLink::Land(Stage* stage, MemoryStore* store, SaveToken token,
                                            const WriteBatch& batch) {
  absl::StatusOr<Timestamp> commit_ts = store->CommitNow(batch);
  if (commit_ts.ok()) stage->events().Show(kWorldActor, BatchLanded{token, &batch, *commit_ts});
  return commit_ts;
}

Awaitable<absl::StatusOr<Timestamp>> CatalogLink::Commit(WriteBatch batch) {
  const SaveToken token = commit_token_;
  co_await Travel();
  if (faults_->Fires(faults::kStoreCommitError, fault_stream_)) co_return Unavailable(owner_, "a commit");
  if (InConflictStorm()) {
    co_return MakeError(Error::kWriteConflict,
                        fmt::format("the link of {} is in a conflict storm; nothing was written", owner_));
  }
  if (faults_->Fires(faults::kStoreCommitLate, fault_stream_)) {
    LandLater(token, std::move(batch));
    co_await Travel();
    stage_->events().Show(kWorldActor, AnswerLost{token});
    co_return MakeError(Error::kCommitOutcomeUnknown,
                        fmt::format("a commit of {} timed out on its way", owner_));
  }
  absl::StatusOr<Timestamp> commit_ts = Land(stage_, store_, token, batch);
  co_await Travel();
  if (commit_ts.ok() && faults_->Fires(faults::kStoreCommitUnknown, fault_stream_)) {
    stage_->events().Show(kWorldActor, AnswerLost{token});
    co_return MakeError(Error::kCommitOutcomeUnknown,
                        fmt::format("the answer to a commit of {} was lost", owner_));
  }
  co_return commit_ts;
}

// The batch arrives after its sender gave up on it. It belongs to the world: the sender may crash meanwhile.
void CatalogLink::LandLater(SaveToken token, WriteBatch batch) {
  const std::chrono::nanoseconds longest = latency_.base + latency_.step * latency_.steps;
  const std::uint64_t extra = fault_stream_.Below(16, "late-by");
  const std::chrono::nanoseconds delay = longest * static_cast<std::int64_t>(1 + extra);
  auto arrive = [](Stage* stage, MemoryStore* store, SaveToken of, WriteBatch late,
                   std::chrono::nanoseconds after) -> Awaitable<void> {
    const absl::Status slept = co_await stage->world().Sleep(after);
    if (slept.ok()) Land(stage, store, of, late).status().IgnoreError();
  };
  boost::asio::co_spawn(stage_->world().Executor(), arrive(stage_, store_, token, std::move(batch), delay),
                        boost::asio::detached);
}

}  // namespace fencepost::sim
