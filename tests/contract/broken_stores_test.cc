// The store contract can fail: each store here breaks it in one way that stores really get wrong, and each
// promise is broken by at least one of them.
#include <gmock/gmock.h>

#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "fencepost/base/error.h"
#include "fencepost/store/memory_store.h"
#include "fencepost/store_contract.h"

namespace fencepost {
namespace {

using testing::HasSubstr;

// A correct store, to be broken in one place.
class BrokenStore : public MvccStore {
 public:
  Awaitable<absl::StatusOr<Timestamp>> LastCommitTs() override { co_return memory_.LastCommitTsNow(); }
  Awaitable<absl::StatusOr<std::optional<std::string>>> GetAt(std::string key, Timestamp ts) override {
    co_return Get(key, ts);
  }
  Awaitable<absl::StatusOr<std::vector<KeyValue>>> ScanAt(KeyRange range, std::size_t limit,
                                                          Timestamp ts) override {
    co_return Scan(range, limit, ts);
  }
  Awaitable<absl::StatusOr<Timestamp>> Commit(WriteBatch batch) override {
    co_return CommitNow(std::move(batch));
  }

  virtual void Compact(Timestamp floor) { memory_.Compact(floor); }

 protected:
  virtual absl::StatusOr<std::optional<std::string>> Get(const std::string& key, Timestamp ts) {
    return memory_.Get(key, ts);
  }
  virtual absl::StatusOr<std::vector<KeyValue>> Scan(const KeyRange& range, std::size_t limit, Timestamp ts) {
    return memory_.Scan(range, limit, ts);
  }
  virtual absl::StatusOr<Timestamp> CommitNow(WriteBatch batch) { return memory_.CommitNow(batch); }

  bool Conflicts(const WriteBatch& batch) {
    const auto newer = [&](const std::string& key) {
      return memory_.LatestVersionOf(key).value_or(Timestamp(0)) > batch.read_ts;
    };
    return std::ranges::any_of(batch.mutations, newer, &Mutation::key) ||
           std::ranges::any_of(batch.read_keys, newer);
  }

  static absl::Status Conflict() { return MakeError(Error::kWriteConflict, "a key was written since"); }

  MemoryStore memory_;
};

class IgnoresReadKeys final : public BrokenStore {
  absl::StatusOr<Timestamp> CommitNow(WriteBatch batch) override {
    batch.read_keys.clear();
    return memory_.CommitNow(batch);
  }
};

class WritesReadKeys final : public BrokenStore {
  absl::StatusOr<Timestamp> CommitNow(WriteBatch batch) override {
    for (const std::string& key : batch.read_keys) {
      const auto value = memory_.Get(key, Timestamp::Max());
      if (value.ok()) batch.mutations.insert(batch.mutations.begin(), Mutation{key, *value});
    }
    return memory_.CommitNow(batch);
  }
};

class NeverConflicts final : public BrokenStore {
  absl::StatusOr<Timestamp> CommitNow(WriteBatch batch) override {
    batch.read_ts = Timestamp::Max();
    return memory_.CommitNow(batch);
  }
};

class ConflictsOnAnyNewerCommit final : public BrokenStore {
  absl::StatusOr<Timestamp> CommitNow(WriteBatch batch) override {
    if (memory_.LastCommitTsNow() > batch.read_ts) return Conflict();
    return memory_.CommitNow(batch);
  }
};

class ForgetsDeletionsInConflicts final : public BrokenStore {
  absl::StatusOr<Timestamp> CommitNow(WriteBatch batch) override {
    const auto live = [&](const std::string& key) {
      const auto value = memory_.Get(key, Timestamp::Max());
      return value.ok() && value->has_value();
    };
    WriteBatch checked = batch;
    std::erase_if(checked.mutations, [&](const Mutation& mutation) { return !live(mutation.key); });
    std::erase_if(checked.read_keys, [&](const std::string& key) { return !live(key); });
    if (Conflicts(checked)) return Conflict();
    batch.read_ts = Timestamp::Max();
    return memory_.CommitNow(batch);
  }
};

class CommitsBelowTheLastTimestamp final : public BrokenStore {
  absl::StatusOr<Timestamp> CommitNow(WriteBatch batch) override {
    // As if the caller had picked it: right after what it read, wherever the store is by now.
    const Timestamp commit_ts(batch.read_ts == Timestamp::Max() ? 7 : batch.read_ts.value + 1);
    if (absl::Status status = memory_.ApplyAt(batch, commit_ts); !status.ok()) return status;
    return commit_ts;
  }
};

// One key at a time, each checked when its turn comes.
class AppliesUpToTheConflict final : public BrokenStore {
  absl::StatusOr<Timestamp> CommitNow(WriteBatch batch) override {
    const Timestamp commit_ts(memory_.LastCommitTsNow().value + 1);
    for (const Mutation& mutation : batch.mutations) {
      const Timestamp latest = memory_.LatestVersionOf(mutation.key).value_or(Timestamp(0));
      if (latest > batch.read_ts && latest != commit_ts) return Conflict();
      if (mutation.value.has_value()) {
        memory_.PutAt(mutation.key, *mutation.value, commit_ts);
      } else {
        memory_.DeleteAt(mutation.key, commit_ts);
      }
    }
    batch.mutations.clear();
    if (Conflicts(batch)) return Conflict();
    return commit_ts;
  }
};

class SpreadsABatchOverTimestamps final : public BrokenStore {
  absl::StatusOr<Timestamp> CommitNow(WriteBatch batch) override {
    if (Conflicts(batch)) return Conflict();
    WriteBatch one;
    one.read_ts = Timestamp::Max();
    absl::StatusOr<Timestamp> commit_ts = memory_.LastCommitTsNow();
    for (const Mutation& mutation : batch.mutations) {
      one.mutations = {mutation};
      commit_ts = memory_.CommitNow(one);
    }
    return commit_ts;
  }
};

class FirstEntryWins final : public BrokenStore {
  absl::StatusOr<Timestamp> CommitNow(WriteBatch batch) override {
    std::ranges::reverse(batch.mutations);
    return memory_.CommitNow(batch);
  }
};

class ReadsTheNewestWhateverTheTimestamp final : public BrokenStore {
  absl::StatusOr<std::optional<std::string>> Get(const std::string& key, Timestamp) override {
    return memory_.Get(key, Timestamp::Max());
  }
  absl::StatusOr<std::vector<KeyValue>> Scan(const KeyRange& range, std::size_t limit, Timestamp) override {
    return memory_.Scan(range, limit, Timestamp::Max());
  }
};

class ReadsStrictlyBelowTheTimestamp final : public BrokenStore {
  absl::StatusOr<std::optional<std::string>> Get(const std::string& key, Timestamp ts) override {
    if (ts == Timestamp(0)) return std::optional<std::string>();
    return memory_.Get(key, Timestamp(ts.value - 1));
  }
};

class DeletionsWriteAnEmptyValue final : public BrokenStore {
  absl::StatusOr<Timestamp> CommitNow(WriteBatch batch) override {
    for (Mutation& mutation : batch.mutations) mutation.value = mutation.value.value_or("");
    return memory_.CommitNow(batch);
  }
};

class TakesAnEmptyValueForADeletion final : public BrokenStore {
  absl::StatusOr<Timestamp> CommitNow(WriteBatch batch) override {
    for (Mutation& mutation : batch.mutations) {
      if (mutation.value == "") mutation.value.reset();
    }
    return memory_.CommitNow(batch);
  }
};

class ScansIncludeTheEnd final : public BrokenStore {
  absl::StatusOr<std::vector<KeyValue>> Scan(const KeyRange& range, std::size_t limit,
                                             Timestamp ts) override {
    KeyRange wider = range;
    if (wider.end.has_value()) wider.end->push_back('\0');
    return memory_.Scan(wider, limit, ts);
  }
};

class ScansInSignedByteOrder final : public BrokenStore {
  absl::StatusOr<std::vector<KeyValue>> Scan(const KeyRange& range, std::size_t limit,
                                             Timestamp ts) override {
    auto pairs = memory_.Scan(range, limit, ts);
    if (!pairs.ok()) return pairs;
    const auto is_signed_less = [](char a, char b) {
      return static_cast<signed char>(a) < static_cast<signed char>(b);
    };
    std::ranges::sort(*pairs, [&](const KeyValue& a, const KeyValue& b) {
      return std::ranges::lexicographical_compare(a.key, b.key, is_signed_less);
    });
    return pairs;
  }
};

// The page is cut before the deleted keys are taken out of it: a page of deleted keys looks like the end.
class DeletedKeysFillPages final : public BrokenStore {
  absl::StatusOr<Timestamp> CommitNow(WriteBatch batch) override {
    for (Mutation& mutation : batch.mutations) mutation.value = mutation.value.value_or(kDeleted);
    return memory_.CommitNow(batch);
  }
  absl::StatusOr<std::optional<std::string>> Get(const std::string& key, Timestamp ts) override {
    auto value = memory_.Get(key, ts);
    if (value.ok() && *value == kDeleted) value->reset();
    return value;
  }
  absl::StatusOr<std::vector<KeyValue>> Scan(const KeyRange& range, std::size_t limit,
                                             Timestamp ts) override {
    auto pairs = memory_.Scan(range, limit, ts);
    if (pairs.ok()) std::erase_if(*pairs, [](const KeyValue& pair) { return pair.value == kDeleted; });
    return pairs;
  }

  static constexpr const char* kDeleted = "(deleted)";
};

class PagesExceedTheirLimit final : public BrokenStore {
  absl::StatusOr<std::vector<KeyValue>> Scan(const KeyRange& range, std::size_t limit,
                                             Timestamp ts) override {
    return memory_.Scan(range, limit + 1, ts);
  }
};

class StampsPairsWithTheReadTimestamp final : public BrokenStore {
  absl::StatusOr<std::vector<KeyValue>> Scan(const KeyRange& range, std::size_t limit,
                                             Timestamp ts) override {
    auto pairs = memory_.Scan(range, limit, ts);
    if (pairs.ok()) {
      for (KeyValue& pair : *pairs) pair.written_at = ts;
    }
    return pairs;
  }
};

// The versions are dropped, but the reads do not know.
class ReadsBelowTheFloor final : public BrokenStore {
 public:
  void Compact(Timestamp floor) override {
    memory_.Compact(floor);
    floor_ = floor;
  }

 private:
  absl::StatusOr<std::vector<KeyValue>> Scan(const KeyRange& range, std::size_t limit,
                                             Timestamp ts) override {
    if (ts >= floor_) return memory_.Scan(range, limit, ts);
    auto left = memory_.Scan(range, limit, floor_);
    if (left.ok()) std::erase_if(*left, [&](const KeyValue& pair) { return pair.written_at > ts; });
    return left;
  }

  Timestamp floor_;
};

class CompactionForgetsWhoWroteLast final : public BrokenStore {
 public:
  void Compact(Timestamp floor) override {
    memory_.Compact(floor);
    floor_ = floor;
  }

 private:
  absl::StatusOr<Timestamp> CommitNow(WriteBatch batch) override {
    batch.read_ts = std::max(batch.read_ts, floor_);
    return memory_.CommitNow(batch);
  }

  Timestamp floor_;
};

class CompactsTooMuch final : public BrokenStore {
 public:
  void Compact(Timestamp floor) override {
    const auto pairs = memory_.Scan(KeyRange{"", std::nullopt}, 1000, Timestamp::Max());
    memory_.Compact(floor);
    if (!pairs.ok()) return;
    for (const KeyValue& pair : *pairs) {
      if (pair.written_at <= floor) memory_.DeleteAt(pair.key, pair.written_at);
    }
  }
};

class LastCommitTsLags final : public BrokenStore {
  Awaitable<absl::StatusOr<Timestamp>> LastCommitTs() override {
    co_return Timestamp(std::max<std::uint64_t>(memory_.LastCommitTsNow().value, 1) - 1);
  }
};

class BeginsAtTimestampOne final : public BrokenStore {
 public:
  BeginsAtTimestampOne() { memory_.PutAt("", "", Timestamp(1)); }
};

class RefusesWithoutSayingWhy final : public BrokenStore {
  absl::StatusOr<Timestamp> CommitNow(WriteBatch batch) override {
    if (Conflicts(batch)) return absl::AbortedError("try again");
    return memory_.CommitNow(batch);
  }
};

// Checks, lets others run, then writes.
class SuspendsBetweenCheckAndWrite final : public BrokenStore {
  Awaitable<absl::StatusOr<Timestamp>> Commit(WriteBatch batch) override {
    if (Conflicts(batch)) co_return Conflict();
    const auto executor = co_await boost::asio::this_coro::executor;
    co_await boost::asio::post(executor, boost::asio::use_awaitable);
    batch.read_ts = Timestamp::Max();
    co_return memory_.CommitNow(batch);
  }
};

// Checks outside the lock it writes under. The first two commits wait for each other in between, so that the
// race is lost every time.
class ChecksOutsideItsLock final : public BrokenStore {
  absl::StatusOr<Timestamp> CommitNow(WriteBatch batch) override {
    if (Conflicts(batch)) return Conflict();
    {
      std::unique_lock lock(mutex_);
      ++arrived_;
      both_here_.notify_all();
      // A caller that is alone is not kept for ever.
      both_here_.wait_for(lock, std::chrono::milliseconds(200), [&] { return arrived_ >= 2; });
    }
    batch.read_ts = Timestamp::Max();
    return memory_.CommitNow(batch);
  }

  std::mutex mutex_;
  std::condition_variable both_here_;
  int arrived_ = 0;
};

class RefusesForEver final : public BrokenStore {
  absl::StatusOr<Timestamp> CommitNow(WriteBatch) override { return Conflict(); }
};

class NeverAnswers final : public BrokenStore {
  Awaitable<absl::StatusOr<Timestamp>> Commit(WriteBatch batch) override {
    const auto drop_the_handler = [](auto) {};  // and with it the coroutine that waits
    co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
        drop_the_handler, boost::asio::use_awaitable);
    co_return memory_.CommitNow(batch);
  }
};

class Throws final : public BrokenStore {
  absl::StatusOr<Timestamp> CommitNow(WriteBatch) override { throw std::runtime_error("disk on fire"); }
};

template <class Store>
StoreUnderTest Make() {
  auto store = std::make_unique<Store>();
  StoreUnderTest under_test;
  under_test.compact = [broken = store.get()](Timestamp floor) {
    static_cast<BrokenStore*>(broken)->Compact(floor);
  };
  under_test.store = std::move(store);
  return under_test;
}

struct BrokenCase {
  const char* name;
  StoreFactory make_store;
  const char* promise;  // the one that names the mistake best; others may be broken with it
};

constexpr BrokenCase kBrokenStores[] = {
    {"BeginsAtTimestampOne", &Make<BeginsAtTimestampOne>, "BeginsEmptyAtTimestampZero"},
    {"CommitsBelowTheLastTimestamp", &Make<CommitsBelowTheLastTimestamp>, "CommitTimestampsStrictlyIncrease"},
    {"LastCommitTsLags", &Make<LastCommitTsLags>, "LastCommitTsIsThatOfTheLastCommit"},
    {"ReadsStrictlyBelowTheTimestamp", &Make<ReadsStrictlyBelowTheTimestamp>,
     "AReadSeesTheNewestVersionAtOrBelowIt"},
    {"ReadsTheNewest", &Make<ReadsTheNewestWhateverTheTimestamp>, "AnOldReadIsRepeatable"},
    {"DeletionsWriteAnEmptyValue", &Make<DeletionsWriteAnEmptyValue>, "ADeletionHidesTheKeyFromThenOn"},
    {"SpreadsABatchOverTimestamps", &Make<SpreadsABatchOverTimestamps>, "ABatchAppearsWholeAtItsTimestamp"},
    {"NeverConflicts", &Make<NeverConflicts>, "AWriteToANewerKeyConflicts"},
    {"RefusesWithoutSayingWhy", &Make<RefusesWithoutSayingWhy>, "AWriteToANewerKeyConflicts"},
    {"IgnoresReadKeys", &Make<IgnoresReadKeys>, "AReadOfANewerKeyConflicts"},
    {"ForgetsDeletionsInConflicts", &Make<ForgetsDeletionsInConflicts>, "ADeletionCountsAsANewerVersion"},
    {"ConflictsOnAnyNewerCommit", &Make<ConflictsOnAnyNewerCommit>, "OnlyNewerVersionsConflict"},
    {"AppliesUpToTheConflict", &Make<AppliesUpToTheConflict>, "ARefusedBatchLeavesNothing"},
    {"WritesReadKeys", &Make<WritesReadKeys>, "ReadKeysAreNotWritten"},
    {"FirstEntryWins", &Make<FirstEntryWins>, "TheLastEntryOfAKeyWins"},
    {"TakesAnEmptyValueForADeletion", &Make<TakesAnEmptyValueForADeletion>, "KeysAndValuesAreAnyBytes"},
    {"ScansInSignedByteOrder", &Make<ScansInSignedByteOrder>, "KeysAndValuesAreAnyBytes"},
    {"ScansIncludeTheEnd", &Make<ScansIncludeTheEnd>, "AScanCoversExactlyItsRange"},
    {"StampsPairsWithTheReadTimestamp", &Make<StampsPairsWithTheReadTimestamp>,
     "AScanSaysWhenEachPairWasWritten"},
    {"PagesExceedTheirLimit", &Make<PagesExceedTheirLimit>, "OnlyAnEmptyPageEndsTheRange"},
    {"DeletedKeysFillPages", &Make<DeletedKeysFillPages>, "OnlyAnEmptyPageEndsTheRange"},
    {"ReadsBelowTheFloor", &Make<ReadsBelowTheFloor>, "CompactionNeverLeavesPartOfTheTruth"},
    {"CompactsTooMuch", &Make<CompactsTooMuch>, "CompactionNeverLeavesPartOfTheTruth"},
    {"CompactionForgetsWhoWroteLast", &Make<CompactionForgetsWhoWroteLast>, "CompactionForgetsNoConflict"},
    {"SuspendsBetweenCheckAndWrite", &Make<SuspendsBetweenCheckAndWrite>, "InterleavedCommitsLoseNoUpdate"},
    {"ChecksOutsideItsLock", &Make<ChecksOutsideItsLock>, "CommitsOfSeveralThreadsLoseNoUpdate"},
    {"RefusesForEver", &Make<RefusesForEver>, "InterleavedCommitsLoseNoUpdate"},
    {"NeverAnswers", &Make<NeverAnswers>, "InterleavedCommitsLoseNoUpdate"},
    {"Throws", &Make<Throws>, "CommitsOfSeveralThreadsLoseNoUpdate"},
};

const StorePromise* PromiseNamed(std::string_view name) {
  const auto promises = StorePromises();
  const auto found = std::ranges::find(
      promises, name, [](const StorePromise& promise) { return std::string_view(promise.name); });
  return found == promises.end() ? nullptr : &*found;
}

class BrokenStores : public testing::TestWithParam<BrokenCase> {};

TEST_P(BrokenStores, AreRejectedByTheContract) {
  const StorePromise* promise = PromiseNamed(GetParam().promise);
  ASSERT_NE(promise, nullptr) << "no promise is called " << GetParam().promise;
  const Violation violation = promise->check(GetParam().make_store);
  EXPECT_TRUE(violation.has_value()) << GetParam().name << " slipped through " << promise->name;
}

INSTANTIATE_TEST_SUITE_P(Contract, BrokenStores, testing::ValuesIn(kBrokenStores),
                         [](const auto& tested) { return std::string(tested.param.name); });

// What is wrong is in the words, not only that something is.
TEST(TheStoreContract, SaysWhatAStoreDidThatDidNotAnswer) {
  const auto said = [](StoreFactory make_store, std::string_view promise) {
    return PromiseNamed(promise)->check(make_store).value_or("nothing");
  };
  EXPECT_THAT(said(&Make<NeverAnswers>, "InterleavedCommitsLoseNoUpdate"), HasSubstr("never ended"));
  EXPECT_THAT(said(&Make<NeverAnswers>, "OnlyNewerVersionsConflict"), HasSubstr("never ended"));
  EXPECT_THAT(said(&Make<Throws>, "CommitsOfSeveralThreadsLoseNoUpdate"), HasSubstr("threw: disk on fire"));
  EXPECT_THAT(said(&Make<Throws>, "OnlyNewerVersionsConflict"), HasSubstr("threw: disk on fire"));
  EXPECT_THAT(said(&Make<RefusesForEver>, "CommitsOfSeveralThreadsLoseNoUpdate"),
              HasSubstr("after a fresh read"));
}

TEST(TheStoreContract, HasNoPromiseThatCannotFail) {
  for (const StorePromise& promise : StorePromises()) {
    EXPECT_TRUE(std::ranges::any_of(
        kBrokenStores,
        [&](const BrokenCase& broken) { return std::string_view(broken.promise) == promise.name; }))
        << "nothing shows that " << promise.name << " can fail";
  }
}

}  // namespace
}  // namespace fencepost
