// An embedded store that lets a test step in just before each of its operations: to write something at that
// very moment, to count, or to answer in the store's place.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fencepost/store/memory_store.h"

namespace fencepost {

// As thread-safe as its hooks. A hook that is not set does nothing.
class HookedStore final : public MvccStore {
 public:
  // A status that is not OK is answered instead.
  std::function<absl::Status()> before_last_commit_ts;
  std::function<absl::Status(const std::string& key, Timestamp ts)> before_get;
  std::function<absl::Status(const KeyRange& range, Timestamp ts)> before_scan;
  // An answer is given instead of committing.
  std::function<std::optional<absl::StatusOr<Timestamp>>(const WriteBatch& batch)> before_commit;

  int gets = 0;
  std::vector<KeyRange> scanned;
  int commits = 0;
  WriteBatch last_batch;

  MemoryStore& memory() { return memory_; }

  Awaitable<absl::StatusOr<Timestamp>> LastCommitTs() override {
    if (before_last_commit_ts) {
      if (absl::Status status = before_last_commit_ts(); !status.ok()) co_return status;
    }
    co_return memory_.LastCommitTsNow();
  }

  Awaitable<absl::StatusOr<std::optional<std::string>>> GetAt(std::string key, Timestamp ts) override {
    ++gets;
    if (before_get) {
      if (absl::Status status = before_get(key, ts); !status.ok()) co_return status;
    }
    co_return memory_.Get(key, ts);
  }

  Awaitable<absl::StatusOr<std::vector<KeyValue>>> ScanAt(KeyRange range, std::size_t limit,
                                                          Timestamp ts) override {
    scanned.push_back(range);
    if (before_scan) {
      if (absl::Status status = before_scan(range, ts); !status.ok()) co_return status;
    }
    co_return memory_.Scan(range, limit, ts);
  }

  Awaitable<absl::StatusOr<Timestamp>> Commit(WriteBatch batch) override {
    ++commits;
    last_batch = batch;
    if (before_commit) {
      if (auto answer = before_commit(batch); answer.has_value()) co_return *std::move(answer);
    }
    co_return memory_.CommitNow(batch);
  }

 private:
  MemoryStore memory_;
};

}  // namespace fencepost
