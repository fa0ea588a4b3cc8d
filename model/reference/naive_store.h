// A multi-version store that is too simple to be wrong: one unordered list of writes, searched from end to
// end.
//
// It answers what MemoryStore (fencepost/store/memory_store.h) must answer, operation by operation, and
// shares no code with it. Every read is linear in all writes ever kept. A value: copying it copies the store.
// Not thread-safe.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/base/key_range.h"
#include "fencepost/store/mvcc_store.h"

namespace fencepost::model {

class NaiveStore {
 public:
  // One write: a value, or a deletion when there is none.
  struct Write {
    std::string key;
    Timestamp ts;
    std::optional<std::string> value;
  };

  // The largest timestamp ever written, compacted away or not; 0 at first.
  Timestamp LastCommitTs() const { return last_commit_ts_; }

  // ReadTimestampCompacted when 0 < ts < the retention floor and ts is not 2^64-1.
  absl::StatusOr<std::optional<std::string>> Get(std::string_view key, Timestamp ts) const;
  absl::StatusOr<std::vector<KeyValue>> Scan(const KeyRange& range, std::size_t limit, Timestamp ts) const;

  // CatalogVersionOverflow, then WriteConflict; nothing is written on either.
  absl::StatusOr<Timestamp> Commit(const WriteBatch& batch);

  void PutAt(std::string_view key, std::string_view value, Timestamp ts);
  void DeleteAt(std::string_view key, Timestamp ts);
  absl::Status ApplyAt(const WriteBatch& batch, Timestamp commit_ts);
  void Compact(Timestamp floor);

  // The newest version's timestamp, deletions included, whatever the retention floor.
  std::optional<Timestamp> LatestVersionOf(std::string_view key) const;

  // Every key with at least one kept write, ascending; every timestamp of a kept write, ascending.
  std::vector<std::string> Keys() const;
  std::vector<Timestamp> Timestamps() const;

 private:
  const Write* NewestAt(std::string_view key, Timestamp ts) const;
  absl::Status CheckRetained(Timestamp ts) const;
  absl::Status CheckConflicts(const WriteBatch& batch) const;
  void Record(std::string_view key, std::optional<std::string> value, Timestamp ts);

  std::vector<Write> writes_;  // in no order; at most one per key and timestamp
  Timestamp last_commit_ts_;
  Timestamp retention_floor_;
};

}  // namespace fencepost::model
