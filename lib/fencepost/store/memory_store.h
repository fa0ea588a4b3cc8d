// The embedded MvccStore: everything in memory, thread-safe, with compaction.
//
// Beside the asynchronous interface it offers the same operations without coroutines, and writes at an
// explicit timestamp: a group's state machine stamps its own commits.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fencepost/store/mvcc_store.h"

namespace fencepost {

// Thread-safe. No operation suspends: the coroutines finish before they return to their awaiter.
// Costs: a point read is O(log keys + log versions); a scan O(log keys + pairs * log versions); memory grows
// with every version until Compact drops the old ones.
class MemoryStore final : public MvccStore {
 public:
  Awaitable<absl::StatusOr<Timestamp>> LastCommitTs() override;
  Awaitable<absl::StatusOr<std::optional<std::string>>> GetAt(std::string key, Timestamp ts) override;
  Awaitable<absl::StatusOr<std::vector<KeyValue>>> ScanAt(KeyRange range, std::size_t limit,
                                                          Timestamp ts) override;
  Awaitable<absl::StatusOr<Timestamp>> Commit(WriteBatch batch) override;

  // The same four, at once.
  Timestamp LastCommitTsNow() const;
  absl::StatusOr<std::optional<std::string>> Get(std::string_view key, Timestamp ts) const;
  absl::StatusOr<std::vector<KeyValue>> Scan(const KeyRange& range, std::size_t limit, Timestamp ts) const;
  absl::StatusOr<Timestamp> CommitNow(const WriteBatch& batch);

  // Writes at a timestamp the caller chose. Writing a key at a timestamp it already has replaces that
  // version; writing below the newest version of a key inserts an older one. LastCommitTs never goes back.
  void PutAt(std::string key, std::string value, Timestamp ts);
  void DeleteAt(std::string key, Timestamp ts);

  // Commit with the caller's timestamp, which may lie below LastCommitTs. All or nothing. WriteConflict as
  // Commit.
  absl::Status ApplyAt(const WriteBatch& batch, Timestamp commit_ts);

  // Keeps for each key the newest version at or below `floor` and everything above, and raises the retention
  // floor to `floor` if that is larger. Reads at T then fail with ReadTimestampCompacted when 0 < T < floor
  // (T = 2^64-1 means "the newest" and always works).
  void Compact(Timestamp floor);

  // The timestamp of the newest version of `key`, deletions included, whatever the retention floor.
  std::optional<Timestamp> LatestVersionOf(std::string_view key) const;

 private:
  struct VersionedValue {
    Timestamp ts;
    std::optional<std::string> value;  // absent: a deletion
  };
  using Versions = std::vector<VersionedValue>;  // ascending by ts

  static const VersionedValue* NewestAt(const Versions& versions, Timestamp ts);
  absl::Status CheckRetainedLocked(Timestamp ts) const;
  absl::Status CheckConflictsLocked(const WriteBatch& batch) const;
  void WriteLocked(std::string key, std::optional<std::string> value, Timestamp ts);

  mutable std::mutex mutex_;
  std::map<std::string, Versions, std::less<>> keys_;
  Timestamp last_commit_ts_;
  Timestamp retention_floor_;
};

}  // namespace fencepost
