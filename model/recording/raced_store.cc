#include "model/recording/raced_store.h"

#include <utility>

namespace fencepost::model::recording {
namespace {

void Inject(const Injection& injection, MemoryStore& store) {
  if (const auto* put = std::get_if<InjectedPut>(&injection)) {
    store.PutAt(put->key, put->value, put->ts);
  } else if (const auto* deletion = std::get_if<InjectedDelete>(&injection)) {
    store.DeleteAt(deletion->key, deletion->ts);
  } else if (const auto* compaction = std::get_if<InjectedCompaction>(&injection)) {
    store.Compact(compaction->floor);
  }
}

}  // namespace

std::optional<RacePoint> RacePointFromName(std::string_view name) {
  if (name == "after_read_ts") {
    return RacePoint::kAfterReadTs;
  }
  if (name == "before_scan") {
    return RacePoint::kBeforeScan;
  }
  if (name == "before_commit_ts") {
    return RacePoint::kBeforeCommitTs;
  }
  if (name == "before_apply") {
    return RacePoint::kBeforeApply;
  }
  return std::nullopt;
}

RacedStore::RacedStore(MemoryStore* store, RacePoint point, std::vector<Injection> injections)
    : store_(store), point_(point), injections_(std::move(injections)) {}

Awaitable<absl::StatusOr<Timestamp>> RacedStore::LastCommitTs() { co_return store_->LastCommitTsNow(); }

Awaitable<absl::StatusOr<std::optional<std::string>>> RacedStore::GetAt(std::string key, Timestamp ts) {
  Pass(RacePoint::kAfterReadTs);
  co_return store_->Get(key, ts);
}

Awaitable<absl::StatusOr<std::vector<KeyValue>>> RacedStore::ScanAt(KeyRange range, std::size_t limit,
                                                                    Timestamp ts) {
  Pass(RacePoint::kBeforeScan);
  co_return store_->Scan(range, limit, ts);
}

Awaitable<absl::StatusOr<Timestamp>> RacedStore::Commit(WriteBatch batch) {
  if (point_ == RacePoint::kBeforeApply) {
    co_return CommitWithOpenWindow(batch);
  }
  Pass(RacePoint::kBeforeCommitTs);
  co_return store_->CommitNow(batch);
}

void RacedStore::Pass(RacePoint point) {
  if (point != point_ || injected_) {
    return;
  }
  injected_ = true;
  for (const Injection& injection : injections_) {
    Inject(injection, *store_);
  }
}

absl::StatusOr<Timestamp> RacedStore::CommitWithOpenWindow(const WriteBatch& batch) {
  const Timestamp last = store_->LastCommitTsNow();
  if (last == Timestamp::Max()) {
    return store_->CommitNow(batch);  // no timestamp is left, so the window is never reached
  }
  const Timestamp commit_ts(last.value + 1);
  Pass(RacePoint::kBeforeApply);
  absl::Status applied = store_->ApplyAt(batch, commit_ts);
  if (!applied.ok()) {
    return applied;
  }
  return commit_ts;
}

}  // namespace fencepost::model::recording
