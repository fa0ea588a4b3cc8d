#include "model/reference/naive_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "fencepost/base/error.h"

namespace fencepost::model {

const NaiveStore::Write* NaiveStore::NewestAt(std::string_view key, Timestamp ts) const {
  const Write* newest = nullptr;
  for (const Write& write : writes_) {
    if (write.key != key || write.ts > ts) continue;
    if (newest == nullptr || write.ts > newest->ts) newest = &write;
  }
  return newest;
}

absl::Status NaiveStore::CheckRetained(Timestamp ts) const {
  const bool below_floor = ts.value > 0 && ts < retention_floor_ && ts != Timestamp::Max();
  if (!below_floor) return absl::OkStatus();
  return MakeError(Error::kReadTimestampCompacted, fmt::format("timestamp {} is below the retention floor {}",
                                                               ts.value, retention_floor_.value));
}

absl::StatusOr<std::optional<std::string>> NaiveStore::Get(std::string_view key, Timestamp ts) const {
  if (absl::Status retained = CheckRetained(ts); !retained.ok()) return retained;
  const Write* write = NewestAt(key, ts);
  if (write == nullptr) return std::optional<std::string>();
  return write->value;
}

absl::StatusOr<std::vector<KeyValue>> NaiveStore::Scan(const KeyRange& range, std::size_t limit,
                                                       Timestamp ts) const {
  if (absl::Status retained = CheckRetained(ts); !retained.ok()) return retained;
  std::vector<KeyValue> pairs;
  for (const std::string& key : Keys()) {
    if (pairs.size() == limit) break;
    if (key < range.start) continue;
    if (range.end.has_value() && key >= *range.end) continue;
    const Write* write = NewestAt(key, ts);
    if (write == nullptr || !write->value.has_value()) continue;
    pairs.push_back(KeyValue{key, *write->value, write->ts});
  }
  return pairs;
}

absl::Status NaiveStore::CheckConflicts(const WriteBatch& batch) const {
  std::vector<std::string> named = batch.read_keys;
  for (const Mutation& mutation : batch.mutations) named.push_back(mutation.key);
  for (const std::string& key : named) {
    const std::optional<Timestamp> latest = LatestVersionOf(key);
    if (latest.has_value() && *latest > batch.read_ts) {
      return MakeError(Error::kWriteConflict,
                       fmt::format("key {} was written at {}, after the batch's read at {}", QuoteKey(key),
                                   latest->value, batch.read_ts.value));
    }
  }
  return absl::OkStatus();
}

void NaiveStore::Record(std::string_view key, std::optional<std::string> value, Timestamp ts) {
  std::erase_if(writes_, [&](const Write& write) { return write.key == key && write.ts == ts; });
  writes_.push_back(Write{std::string(key), ts, std::move(value)});
  last_commit_ts_ = std::max(last_commit_ts_, ts);
}

absl::StatusOr<Timestamp> NaiveStore::Commit(const WriteBatch& batch) {
  // First, because no retry cures it.
  if (last_commit_ts_ == Timestamp::Max()) {
    return MakeError(Error::kCatalogVersionOverflow, "no commit timestamp is left after 2^64-1");
  }
  if (absl::Status conflicts = CheckConflicts(batch); !conflicts.ok()) return conflicts;
  const Timestamp commit_ts(last_commit_ts_.value + 1);
  for (const Mutation& mutation : batch.mutations) Record(mutation.key, mutation.value, commit_ts);
  // A batch that writes nothing used its timestamp up all the same: the next one has to be greater.
  last_commit_ts_ = commit_ts;
  return commit_ts;
}

void NaiveStore::PutAt(std::string_view key, std::string_view value, Timestamp ts) {
  Record(key, std::string(value), ts);
}

void NaiveStore::DeleteAt(std::string_view key, Timestamp ts) { Record(key, std::nullopt, ts); }

absl::Status NaiveStore::ApplyAt(const WriteBatch& batch, Timestamp commit_ts) {
  if (absl::Status conflicts = CheckConflicts(batch); !conflicts.ok()) return conflicts;
  for (const Mutation& mutation : batch.mutations) Record(mutation.key, mutation.value, commit_ts);
  return absl::OkStatus();
}

void NaiveStore::Compact(Timestamp floor) {
  const std::vector<Write> before = writes_;
  std::erase_if(writes_, [&](const Write& write) {
    return std::any_of(before.begin(), before.end(), [&](const Write& other) {
      return other.key == write.key && write.ts < other.ts && other.ts <= floor;
    });
  });
  retention_floor_ = std::max(retention_floor_, floor);
}

std::optional<Timestamp> NaiveStore::LatestVersionOf(std::string_view key) const {
  const Write* newest = NewestAt(key, Timestamp::Max());
  if (newest == nullptr) return std::nullopt;
  return newest->ts;
}

std::vector<std::string> NaiveStore::Keys() const {
  std::vector<std::string> keys;
  for (const Write& write : writes_) keys.push_back(write.key);
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

std::vector<Timestamp> NaiveStore::Timestamps() const {
  std::vector<Timestamp> timestamps;
  for (const Write& write : writes_) timestamps.push_back(write.ts);
  std::sort(timestamps.begin(), timestamps.end());
  timestamps.erase(std::unique(timestamps.begin(), timestamps.end()), timestamps.end());
  return timestamps;
}

}  // namespace fencepost::model
