#include "fencepost/store/memory_store.h"

#include <algorithm>
#include <utility>

#include "fencepost/base/error.h"

namespace fencepost {

Awaitable<absl::StatusOr<Timestamp>> MemoryStore::LastCommitTs() { co_return LastCommitTsNow(); }

Awaitable<absl::StatusOr<std::optional<std::string>>> MemoryStore::GetAt(std::string key, Timestamp ts) {
  co_return Get(key, ts);
}

Awaitable<absl::StatusOr<std::vector<KeyValue>>> MemoryStore::ScanAt(KeyRange range, std::size_t limit,
                                                                     Timestamp ts) {
  co_return Scan(range, limit, ts);
}

Awaitable<absl::StatusOr<Timestamp>> MemoryStore::Commit(WriteBatch batch) { co_return CommitNow(batch); }

Timestamp MemoryStore::LastCommitTsNow() const {
  const std::lock_guard lock(mutex_);
  return last_commit_ts_;
}

absl::StatusOr<std::optional<std::string>> MemoryStore::Get(std::string_view key, Timestamp ts) const {
  const std::lock_guard lock(mutex_);
  if (absl::Status status = CheckRetainedLocked(ts); !status.ok()) return status;
  const auto entry = keys_.find(key);
  if (entry == keys_.end()) return std::optional<std::string>();
  const VersionedValue* version = NewestAt(entry->second, ts);
  return version == nullptr ? std::optional<std::string>() : version->value;
}

absl::StatusOr<std::vector<KeyValue>> MemoryStore::Scan(const KeyRange& range, std::size_t limit,
                                                        Timestamp ts) const {
  const std::lock_guard lock(mutex_);
  if (absl::Status status = CheckRetainedLocked(ts); !status.ok()) return status;
  std::vector<KeyValue> pairs;
  for (auto entry = keys_.lower_bound(range.start); entry != keys_.end() && pairs.size() < limit; ++entry) {
    const auto& [key, versions] = *entry;
    if (range.end.has_value() && key >= *range.end) break;
    const VersionedValue* version = NewestAt(versions, ts);
    if (version == nullptr || !version->value.has_value()) continue;
    pairs.push_back(KeyValue{key, *version->value, version->ts});
  }
  return pairs;
}

absl::StatusOr<Timestamp> MemoryStore::CommitNow(const WriteBatch& batch) {
  const std::lock_guard lock(mutex_);
  if (last_commit_ts_ == Timestamp::Max()) {
    return MakeError(Error::kCatalogVersionOverflow,
                     "no commit timestamp is left above " + std::to_string(last_commit_ts_.value));
  }
  if (absl::Status status = CheckConflictsLocked(batch); !status.ok()) return status;
  const Timestamp commit_ts(last_commit_ts_.value + 1);
  // In order: a later entry of one key replaces the earlier one's version.
  for (const Mutation& mutation : batch.mutations) WriteLocked(mutation.key, mutation.value, commit_ts);
  last_commit_ts_ = commit_ts;  // a batch without mutations has its timestamp too
  return commit_ts;
}

void MemoryStore::PutAt(std::string key, std::string value, Timestamp ts) {
  const std::lock_guard lock(mutex_);
  WriteLocked(std::move(key), std::move(value), ts);
}

void MemoryStore::DeleteAt(std::string key, Timestamp ts) {
  const std::lock_guard lock(mutex_);
  WriteLocked(std::move(key), std::nullopt, ts);
}

absl::Status MemoryStore::ApplyAt(const WriteBatch& batch, Timestamp commit_ts) {
  const std::lock_guard lock(mutex_);
  if (absl::Status status = CheckConflictsLocked(batch); !status.ok()) return status;
  // In order: a later entry of one key replaces the earlier one's version.
  for (const Mutation& mutation : batch.mutations) WriteLocked(mutation.key, mutation.value, commit_ts);
  return absl::OkStatus();
}

void MemoryStore::Compact(Timestamp floor) {
  const std::lock_guard lock(mutex_);
  for (auto& [key, versions] : keys_) {
    const VersionedValue* kept = NewestAt(versions, floor);
    if (kept != nullptr) versions.erase(versions.begin(), versions.begin() + (kept - versions.data()));
  }
  retention_floor_ = std::max(retention_floor_, floor);
}

std::optional<Timestamp> MemoryStore::LatestVersionOf(std::string_view key) const {
  const std::lock_guard lock(mutex_);
  const auto entry = keys_.find(key);
  if (entry == keys_.end()) return std::nullopt;
  return entry->second.back().ts;
}

const MemoryStore::VersionedValue* MemoryStore::NewestAt(const Versions& versions, Timestamp ts) {
  const auto after =
      std::upper_bound(versions.begin(), versions.end(), ts,
                       [](Timestamp wanted, const VersionedValue& version) { return wanted < version.ts; });
  return after == versions.begin() ? nullptr : &*std::prev(after);
}

absl::Status MemoryStore::CheckRetainedLocked(Timestamp ts) const {
  const bool dropped = Timestamp(0) < ts && ts < retention_floor_ && ts != Timestamp::Max();
  if (!dropped) return absl::OkStatus();
  return MakeError(Error::kReadTimestampCompacted, "timestamp " + std::to_string(ts.value) +
                                                       " lies below the retention floor " +
                                                       std::to_string(retention_floor_.value));
}

absl::Status MemoryStore::CheckConflictsLocked(const WriteBatch& batch) const {
  const auto check = [&](const std::string& key) {
    const auto entry = keys_.find(key);
    if (entry == keys_.end() || entry->second.back().ts <= batch.read_ts) return absl::OkStatus();
    return MakeError(Error::kWriteConflict, "key " + QuoteKey(key) + " was written at " +
                                                std::to_string(entry->second.back().ts.value) +
                                                ", after the batch's read at " +
                                                std::to_string(batch.read_ts.value));
  };
  for (const Mutation& mutation : batch.mutations) {
    if (absl::Status status = check(mutation.key); !status.ok()) return status;
  }
  for (const std::string& key : batch.read_keys) {
    if (absl::Status status = check(key); !status.ok()) return status;
  }
  return absl::OkStatus();
}

void MemoryStore::WriteLocked(std::string key, std::optional<std::string> value, Timestamp ts) {
  Versions& versions = keys_[std::move(key)];
  const auto at =
      std::lower_bound(versions.begin(), versions.end(), ts,
                       [](const VersionedValue& version, Timestamp wanted) { return version.ts < wanted; });
  if (at != versions.end() && at->ts == ts) {
    at->value = std::move(value);
  } else {
    versions.insert(at, VersionedValue{ts, std::move(value)});
  }
  last_commit_ts_ = std::max(last_commit_ts_, ts);
}

}  // namespace fencepost
