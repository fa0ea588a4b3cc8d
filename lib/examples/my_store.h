// A store of one's own, as small as it can be: every version of every key, in a std::map under a mutex.
//
// my_store.cc starts a process on it; my_store_contract.cc puts it under the contract that every store has to
// keep. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fencepost/fencepost.h"

namespace example {

namespace fp = fencepost;

class MyStore final : public fp::MvccStore {
 public:
  // A real store awaits its network or its disk here. It must not do so with the mutex held: a coroutine may
  // be resumed by another thread than the one it was suspended on. These never suspend.
  fp::Awaitable<absl::StatusOr<fp::Timestamp>> LastCommitTs() override {
    const std::lock_guard lock(mutex_);
    co_return last_commit_ts_;
  }

  fp::Awaitable<absl::StatusOr<std::optional<std::string>>> GetAt(std::string key,
                                                                  fp::Timestamp ts) override {
    const std::lock_guard lock(mutex_);
    const auto versions = keys_.find(key);
    if (versions == keys_.end()) co_return std::optional<std::string>();
    const auto version = NewestAt(versions->second, ts);
    if (version == versions->second.end()) co_return std::optional<std::string>();
    co_return version->second;
  }

  fp::Awaitable<absl::StatusOr<std::vector<fp::KeyValue>>> ScanAt(fp::KeyRange range, std::size_t limit,
                                                                  fp::Timestamp ts) override {
    const std::lock_guard lock(mutex_);
    std::vector<fp::KeyValue> page;
    for (auto entry = keys_.lower_bound(range.start); entry != keys_.end(); ++entry) {
      const auto& [key, versions] = *entry;
      if (page.size() == limit || !fp::Contains(range, key)) break;
      const auto version = NewestAt(versions, ts);
      // A deleted key takes no place in the page: a page that is empty says that nothing more is there.
      if (version == versions.end() || !version->second.has_value()) continue;
      page.push_back(fp::KeyValue{key, *version->second, version->first});
    }
    co_return page;
  }

  // Check and write are one step: nobody commits in between.
  fp::Awaitable<absl::StatusOr<fp::Timestamp>> Commit(fp::WriteBatch batch) override {
    const std::lock_guard lock(mutex_);
    for (const fp::Mutation& mutation : batch.mutations) {
      if (WrittenSince(mutation.key, batch.read_ts)) co_return Conflict(mutation.key, batch.read_ts);
    }
    for (const std::string& key : batch.read_keys) {
      if (WrittenSince(key, batch.read_ts)) co_return Conflict(key, batch.read_ts);
    }
    if (last_commit_ts_ == fp::Timestamp::Max()) {
      co_return fp::MakeError(fp::Error::kCatalogVersionOverflow, "no commit timestamp is left");
    }
    last_commit_ts_ = fp::Timestamp(last_commit_ts_.value + 1);
    for (fp::Mutation& mutation : batch.mutations) {
      keys_[std::move(mutation.key)][last_commit_ts_] = std::move(mutation.value);  // the last entry wins
    }
    co_return last_commit_ts_;
  }

 private:
  using Versions = std::map<fp::Timestamp, std::optional<std::string>>;  // without a value: a deletion

  // The version that a read at `ts` sees, or end().
  static Versions::const_iterator NewestAt(const Versions& versions, fp::Timestamp ts) {
    const auto after = versions.upper_bound(ts);
    return after == versions.begin() ? versions.end() : std::prev(after);
  }

  // A deletion is a write: without it, what was read as absent could be written twice.
  bool WrittenSince(const std::string& key, fp::Timestamp read_ts) const {
    const auto versions = keys_.find(key);
    return versions != keys_.end() && versions->second.rbegin()->first > read_ts;
  }

  static absl::Status Conflict(const std::string& key, fp::Timestamp read_ts) {
    return fp::MakeError(fp::Error::kWriteConflict,
                         "key " + fp::QuoteKey(key) + " was written after " + std::to_string(read_ts.value));
  }

  std::mutex mutex_;
  std::map<std::string, Versions> keys_;
  fp::Timestamp last_commit_ts_;
};

}  // namespace example
