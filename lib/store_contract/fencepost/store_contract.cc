#include "fencepost/store_contract.h"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "fencepost/base/error.h"

namespace fencepost {
namespace {

std::string WhatWasThrown(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& exception) {
    return exception.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

template <class T>
Awaitable<void> StoreAnswer(Awaitable<absl::StatusOr<T>> operation,
                            std::optional<absl::StatusOr<T>>& answer) {
  answer.emplace(co_await std::move(operation));
}

// What one operation answers, on an event loop of its own. Internal, which no store has a reason to answer,
// if it throws, or never ends.
template <class T>
absl::StatusOr<T> AnswerOf(Awaitable<absl::StatusOr<T>> operation) {
  std::optional<absl::StatusOr<T>> answer;
  std::exception_ptr failure;
  boost::asio::io_context loop;
  boost::asio::co_spawn(loop, StoreAnswer(std::move(operation), answer),
                        [&failure](std::exception_ptr thrown) { failure = thrown; });
  loop.run();
  if (failure) return absl::InternalError("the operation threw: " + WhatWasThrown(failure));
  if (!answer.has_value()) return absl::InternalError("the operation never ended");
  return *std::move(answer);
}

// The operations of a store, run to their end.
class Caller {
 public:
  explicit Caller(MvccStore& store) : store_(store) {}

  absl::StatusOr<Timestamp> Last() { return AnswerOf(store_.LastCommitTs()); }
  absl::StatusOr<std::optional<std::string>> Get(std::string key, Timestamp ts) {
    return AnswerOf(store_.GetAt(std::move(key), ts));
  }
  absl::StatusOr<std::vector<KeyValue>> Scan(KeyRange range, std::size_t limit, Timestamp ts) {
    return AnswerOf(store_.ScanAt(std::move(range), limit, ts));
  }
  absl::StatusOr<Timestamp> Commit(std::vector<Mutation> mutations, std::vector<std::string> read_keys,
                                   Timestamp read_ts) {
    WriteBatch batch;
    batch.mutations = std::move(mutations);
    batch.read_keys = std::move(read_keys);
    batch.read_ts = read_ts;
    return AnswerOf(store_.Commit(std::move(batch)));
  }

  // A commit that nothing conflicts with; Timestamp 0 when it is refused all the same.
  Timestamp Write(std::vector<Mutation> mutations) {
    return Commit(std::move(mutations), {}, Timestamp::Max()).value_or(Timestamp(0));
  }

 private:
  MvccStore& store_;
};

const KeyRange kEverything{"", std::nullopt};
constexpr std::size_t kNoLimit = 1'000'000;

Mutation Put(std::string key, std::string value) { return Mutation{std::move(key), std::move(value)}; }
Mutation Delete(std::string key) { return Mutation{std::move(key), std::nullopt}; }

std::string Text(Timestamp ts) { return std::to_string(ts.value); }

std::string Text(const absl::StatusOr<std::optional<std::string>>& answer) {
  if (!answer.ok()) return answer.status().ToString();
  return answer->has_value() ? QuoteKey(**answer) : "nothing";
}

std::string Text(const absl::StatusOr<std::vector<KeyValue>>& answer) {
  if (!answer.ok()) return answer.status().ToString();
  std::string text = "[";
  for (const KeyValue& pair : *answer) {
    text += " " + QuoteKey(pair.key) + "=" + QuoteKey(pair.value) + "@" + Text(pair.written_at);
  }
  return text + " ]";
}

// A violation unless the store answers `wanted` for `key` at `ts`.
Violation ExpectValue(Caller& store, const std::string& key, Timestamp ts,
                      std::optional<std::string> wanted) {
  const auto answer = store.Get(key, ts);
  if (answer.ok() && *answer == wanted) return std::nullopt;
  return "GetAt(" + QuoteKey(key) + ", " + Text(ts) + ") answered " + Text(answer) + ", not " +
         (wanted.has_value() ? QuoteKey(*wanted) : "nothing");
}

// Every pair of the range, a page of at most `limit` after the other, up to the empty one.
absl::StatusOr<std::vector<KeyValue>> ScanInPages(Caller& store, const KeyRange& range, std::size_t limit,
                                                  Timestamp ts) {
  std::vector<KeyValue> all;
  KeyRange rest = range;
  while (true) {
    const auto page = store.Scan(rest, limit, ts);
    if (!page.ok()) return page.status();
    if (page->empty()) return all;
    if (page->size() > limit)
      return absl::InternalError("a page of " + std::to_string(page->size()) + " pairs");
    all.insert(all.end(), page->begin(), page->end());
    if (all.size() > kNoLimit) return absl::InternalError("pages without an end");
    rest.start = page->back().key + std::string("\0", 1);
  }
}

Violation ExpectScan(Caller& store, const KeyRange& range, std::size_t limit, Timestamp ts,
                     const std::vector<KeyValue>& wanted) {
  const auto answer = ScanInPages(store, range, limit, ts);
  if (answer.ok() && *answer == wanted) return std::nullopt;
  return "ScanAt(" + FormatRange(range) + ", " + std::to_string(limit) + ", " + Text(ts) + ") answered " +
         Text(answer) + ", not " + Text(absl::StatusOr<std::vector<KeyValue>>(wanted));
}

Violation ExpectConflict(const absl::StatusOr<Timestamp>& committed, const std::string& what) {
  if (IsError(committed.status(), Error::kWriteConflict)) return std::nullopt;
  return what + " was answered " +
         (committed.ok() ? "OK at " + Text(*committed) : committed.status().ToString()) +
         ", not WriteConflict";
}

// The first violation of several expectations.
Violation FirstOf(std::initializer_list<Violation> violations) {
  for (const Violation& violation : violations) {
    if (violation.has_value()) return violation;
  }
  return std::nullopt;
}

Violation BeginsEmptyAtTimestampZero(StoreFactory make_store) {
  const StoreUnderTest under_test = make_store();
  Caller store(*under_test.store);
  const auto last = store.Last();
  if (!last.ok() || *last != Timestamp(0)) return "a new store's last commit timestamp is not 0";
  return FirstOf({ExpectValue(store, "a", Timestamp(0), std::nullopt),
                  ExpectScan(store, kEverything, kNoLimit, Timestamp::Max(), {})});
}

Violation CommitTimestampsStrictlyIncrease(StoreFactory make_store) {
  const StoreUnderTest under_test = make_store();
  Caller store(*under_test.store);
  Timestamp previous(0);
  for (int i = 0; i < 20; ++i) {
    const Timestamp commit_ts = store.Write({Put("key " + std::to_string(i % 3), std::to_string(i))});
    if (commit_ts <= previous) return "timestamp " + Text(commit_ts) + " came after " + Text(previous);
    previous = commit_ts;
  }
  return std::nullopt;
}

Violation LastCommitTsIsThatOfTheLastCommit(StoreFactory make_store) {
  const StoreUnderTest under_test = make_store();
  Caller store(*under_test.store);
  for (int i = 0; i < 5; ++i) {
    const Timestamp commit_ts = store.Write({Put("a", std::to_string(i))});
    const auto last = store.Last();
    if (!last.ok() || *last != commit_ts) {
      return "after a commit at " + Text(commit_ts) + " the last commit timestamp is " +
             (last.ok() ? Text(*last) : last.status().ToString());
    }
  }
  const auto refused = store.Commit({Put("a", "late")}, {}, Timestamp(0));
  const auto last = store.Last();
  if (!refused.ok() && (!last.ok() || !store.Get("a", *last).ok())) return "a refused commit broke the store";
  return std::nullopt;
}

Violation AReadSeesTheNewestVersionAtOrBelowIt(StoreFactory make_store) {
  const StoreUnderTest under_test = make_store();
  Caller store(*under_test.store);
  const Timestamp first = store.Write({Put("a", "1")});
  store.Write({Put("unrelated", "x")});
  const Timestamp third = store.Write({Put("a", "2")});
  return FirstOf({ExpectValue(store, "a", Timestamp(first.value - 1), std::nullopt),
                  ExpectValue(store, "a", first, "1"),
                  ExpectValue(store, "a", Timestamp(third.value - 1), "1"),
                  ExpectValue(store, "a", third, "2"), ExpectValue(store, "a", Timestamp::Max(), "2")});
}

Violation AnOldReadIsRepeatable(StoreFactory make_store) {
  const StoreUnderTest under_test = make_store();
  Caller store(*under_test.store);
  const Timestamp old = store.Write({Put("a", "1"), Put("b", "1")});
  const std::vector<KeyValue> then = {{"a", "1", old}, {"b", "1", old}};
  store.Write({Put("a", "2"), Delete("b"), Put("c", "2")});
  store.Write({Put("b", "3")});
  return FirstOf({ExpectScan(store, kEverything, kNoLimit, old, then), ExpectValue(store, "b", old, "1"),
                  ExpectValue(store, "c", old, std::nullopt)});
}

Violation ADeletionHidesTheKeyFromThenOn(StoreFactory make_store) {
  const StoreUnderTest under_test = make_store();
  Caller store(*under_test.store);
  const Timestamp written = store.Write({Put("a", "1"), Put("b", "1")});
  const Timestamp deleted = store.Write({Delete("a"), Delete("never was")});
  return FirstOf({ExpectValue(store, "a", deleted, std::nullopt), ExpectValue(store, "a", written, "1"),
                  ExpectScan(store, kEverything, kNoLimit, deleted, {{"b", "1", written}})});
}

Violation ABatchAppearsWholeAtItsTimestamp(StoreFactory make_store) {
  const StoreUnderTest under_test = make_store();
  Caller store(*under_test.store);
  const Timestamp before = store.Write({Put("b", "old"), Put("c", "old")});
  const Timestamp commit_ts = store.Write({Put("a", "new"), Put("b", "new"), Delete("c")});
  for (std::uint64_t ts = before.value; ts < commit_ts.value; ++ts) {
    if (Violation early = ExpectScan(store, kEverything, kNoLimit, Timestamp(ts),
                                     {{"b", "old", before}, {"c", "old", before}})) {
      return early;
    }
  }
  return ExpectScan(store, kEverything, kNoLimit, commit_ts,
                    {{"a", "new", commit_ts}, {"b", "new", commit_ts}});
}

Violation AWriteToANewerKeyConflicts(StoreFactory make_store) {
  const StoreUnderTest under_test = make_store();
  Caller store(*under_test.store);
  const Timestamp read_ts = store.Write({Put("a", "1")});
  store.Write({Put("a", "2")});
  return FirstOf(
      {ExpectConflict(store.Commit({Put("a", "3")}, {}, read_ts), "writing a key that has moved on"),
       ExpectConflict(store.Commit({Delete("a")}, {}, read_ts), "deleting a key that has moved on"),
       ExpectValue(store, "a", Timestamp::Max(), "2")});
}

Violation AReadOfANewerKeyConflicts(StoreFactory make_store) {
  const StoreUnderTest under_test = make_store();
  Caller store(*under_test.store);
  const Timestamp read_ts = store.Write({Put("read", "1")});
  store.Write({Put("read", "2")});
  return FirstOf(
      {ExpectConflict(store.Commit({Put("other", "x")}, {"untouched", "read"}, read_ts), "a stale read"),
       ExpectConflict(store.Commit({}, {"read"}, read_ts), "a stale read that writes nothing"),
       ExpectValue(store, "other", Timestamp::Max(), std::nullopt)});
}

Violation ADeletionCountsAsANewerVersion(StoreFactory make_store) {
  const StoreUnderTest under_test = make_store();
  Caller store(*under_test.store);
  const Timestamp read_ts = store.Write({Put("a", "1")});
  store.Write({Delete("a"), Delete("never was")});
  return FirstOf(
      {ExpectConflict(store.Commit({Put("a", "2")}, {}, read_ts), "writing a key deleted since"),
       ExpectConflict(store.Commit({Put("b", "2")}, {"a"}, read_ts), "reading a key deleted since"),
       ExpectConflict(store.Commit({Put("never was", "2")}, {}, read_ts),
                      "writing a key whose absence was written since")});
}

Violation OnlyNewerVersionsConflict(StoreFactory make_store) {
  const StoreUnderTest under_test = make_store();
  Caller store(*under_test.store);
  const Timestamp read_ts = store.Write({Put("a", "1"), Put("read", "1")});
  store.Write({Put("unrelated", "x")});
  const auto committed = store.Commit({Put("a", "2"), Put("new", "2")}, {"read", "nowhere"}, read_ts);
  if (!committed.ok()) return "a batch without a conflict was refused: " + committed.status().ToString();
  return ExpectValue(store, "a", *committed, "2");
}

Violation ARefusedBatchLeavesNothing(StoreFactory make_store) {
  const StoreUnderTest under_test = make_store();
  Caller store(*under_test.store);
  const Timestamp read_ts = store.Write({Put("m", "1")});
  const Timestamp moved_on = store.Write({Put("m", "2")});
  // Keys on both sides of the one that conflicts, in both orders of the batch.
  const auto first = store.Commit({Put("a", "x"), Put("m", "x"), Put("z", "x")}, {}, read_ts);
  const auto second = store.Commit({Put("z", "x"), Delete("m"), Put("a", "x")}, {}, read_ts);
  const auto third = store.Commit({Put("a", "x"), Put("z", "x")}, {"m"}, read_ts);
  return FirstOf({ExpectConflict(first, "a batch with a conflict inside"),
                  ExpectConflict(second, "the same, reversed"),
                  ExpectConflict(third, "a batch with a stale read"),
                  ExpectScan(store, kEverything, kNoLimit, Timestamp::Max(), {{"m", "2", moved_on}})});
}

Violation ReadKeysAreNotWritten(StoreFactory make_store) {
  const StoreUnderTest under_test = make_store();
  Caller store(*under_test.store);
  const Timestamp written = store.Write({Put("read", "1")});
  const auto committed = store.Commit({Put("a", "1")}, {"read", "absent"}, written);
  if (!committed.ok()) return "a commit with fresh reads was refused: " + committed.status().ToString();
  // If they had been written, these reads would now be stale.
  const auto again = store.Commit({Put("b", "1")}, {"read", "absent"}, written);
  if (!again.ok()) return "a key that was only read counts as written: " + again.status().ToString();
  return ExpectScan(store, kEverything, kNoLimit, *again,
                    {{"a", "1", *committed}, {"b", "1", *again}, {"read", "1", written}});
}

Violation TheLastEntryOfAKeyWins(StoreFactory make_store) {
  const StoreUnderTest under_test = make_store();
  Caller store(*under_test.store);
  const Timestamp ts =
      store.Write({Put("put", "1"), Put("revived", "1"), Put("dropped", "1"), Delete("revived"),
                   Put("put", "2"), Delete("dropped"), Put("revived", "3")});
  return ExpectScan(store, kEverything, kNoLimit, ts, {{"put", "2", ts}, {"revived", "3", ts}});
}

Violation KeysAndValuesAreAnyBytes(StoreFactory make_store) {
  const StoreUnderTest under_test = make_store();
  Caller store(*under_test.store);
  const std::string nul("\0", 1);
  const std::string high("\xff\x80", 2);
  const Timestamp ts = store.Write({Put(high, nul), Put("a", high), Put("", "empty key"), Put("a" + nul, ""),
                                    Put(nul, nul + nul), Put("aa", "")});
  return FirstOf({ExpectValue(store, "aa", ts, ""),  // an empty value is a value
                  ExpectScan(store, kEverything, kNoLimit, ts,
                             {{"", "empty key", ts},
                              {nul, nul + nul, ts},
                              {"a", high, ts},
                              {"a" + nul, "", ts},
                              {"aa", "", ts},
                              {high, nul, ts}})});
}

Violation AScanCoversExactlyItsRange(StoreFactory make_store) {
  const StoreUnderTest under_test = make_store();
  Caller store(*under_test.store);
  const Timestamp ts = store.Write({Put("a", "1"), Put("b", "1"), Put("b+", "1"), Put("c", "1")});
  const std::vector<KeyValue> middle = {{"b", "1", ts}, {"b+", "1", ts}};
  return FirstOf({ExpectScan(store, KeyRange{"b", "c"}, kNoLimit, ts, middle),
                  ExpectScan(store, KeyRange{"c", std::nullopt}, kNoLimit, ts, {{"c", "1", ts}}),
                  ExpectScan(store, KeyRange{"a", ""}, kNoLimit, ts, {}),
                  ExpectScan(store, KeyRange{"b", "b"}, kNoLimit, ts, {}),
                  ExpectScan(store, KeyRange{"c", "b"}, kNoLimit, ts, {})});
}

Violation AScanSaysWhenEachPairWasWritten(StoreFactory make_store) {
  const StoreUnderTest under_test = make_store();
  Caller store(*under_test.store);
  const Timestamp first = store.Write({Put("a", "1"), Put("b", "1")});
  const Timestamp second = store.Write({Put("b", "2")});
  const Timestamp third = store.Write({Put("c", "3")});
  return FirstOf({ExpectScan(store, kEverything, kNoLimit, third,
                             {{"a", "1", first}, {"b", "2", second}, {"c", "3", third}}),
                  ExpectScan(store, kEverything, kNoLimit, Timestamp::Max(),
                             {{"a", "1", first}, {"b", "2", second}, {"c", "3", third}}),
                  ExpectScan(store, kEverything, kNoLimit, first, {{"a", "1", first}, {"b", "1", first}})});
}

// Deleted keys in between must neither fill a page nor end the range early.
Violation OnlyAnEmptyPageEndsTheRange(StoreFactory make_store) {
  const StoreUnderTest under_test = make_store();
  Caller store(*under_test.store);
  std::vector<Mutation> puts;
  std::vector<Mutation> deletions;
  for (char c = 'a'; c <= 'l'; ++c) puts.push_back(Put(std::string(1, c), "1"));
  for (const char c : {'b', 'c', 'd', 'h', 'l'}) deletions.push_back(Delete(std::string(1, c)));
  const Timestamp written = store.Write(puts);
  const Timestamp ts = store.Write(deletions);
  std::vector<KeyValue> left;
  for (const char c : {'a', 'e', 'f', 'g', 'i', 'j', 'k'})
    left.push_back(KeyValue{std::string(1, c), "1", written});
  for (std::size_t limit = 1; limit <= 8; ++limit) {
    if (Violation violation = ExpectScan(store, kEverything, limit, ts, left)) return violation;
  }
  return std::nullopt;
}

Violation CompactionNeverLeavesPartOfTheTruth(StoreFactory make_store) {
  const StoreUnderTest under_test = make_store();
  if (!under_test.compact) return std::nullopt;
  Caller store(*under_test.store);
  const Timestamp t1 = store.Write({Put("a", "1"), Put("b", "1"), Put("gone", "1")});
  const Timestamp t2 = store.Write({Put("b", "2"), Delete("gone")});
  const Timestamp t3 = store.Write({Put("a", "3"), Put("c", "3")});
  under_test.compact(t2);
  const std::vector<KeyValue> at_t1 = {{"a", "1", t1}, {"b", "1", t1}, {"gone", "1", t1}};
  // Below the floor a store may still know everything, or refuse; nothing in between.
  const auto old_get = store.Get("gone", t1);
  const auto old_scan = ScanInPages(store, kEverything, kNoLimit, t1);
  if (!IsError(old_get.status(), Error::kReadTimestampCompacted)) {
    if (Violation violation = ExpectValue(store, "gone", t1, "1")) return violation;
  }
  if (!IsError(old_scan.status(), Error::kReadTimestampCompacted)) {
    if (Violation violation = ExpectScan(store, kEverything, kNoLimit, t1, at_t1)) return violation;
  }
  return FirstOf(
      {ExpectScan(store, kEverything, kNoLimit, t2, {{"a", "1", t1}, {"b", "2", t2}}),
       ExpectScan(store, kEverything, kNoLimit, t3, {{"a", "3", t3}, {"b", "2", t2}, {"c", "3", t3}}),
       ExpectScan(store, kEverything, kNoLimit, Timestamp::Max(),
                  {{"a", "3", t3}, {"b", "2", t2}, {"c", "3", t3}}),
       ExpectValue(store, "gone", t2, std::nullopt)});
}

Violation CompactionForgetsNoConflict(StoreFactory make_store) {
  const StoreUnderTest under_test = make_store();
  if (!under_test.compact) return std::nullopt;
  Caller store(*under_test.store);
  const Timestamp read_ts = store.Write({Put("a", "1"), Put("b", "1")});
  store.Write({Delete("a"), Put("b", "2")});
  const Timestamp floor = store.Write({Put("unrelated", "x")});
  under_test.compact(floor);
  return FirstOf(
      {ExpectConflict(store.Commit({Put("a", "2")}, {}, read_ts), "writing over a compacted deletion"),
       ExpectConflict(store.Commit({Put("c", "2")}, {"b"}, read_ts), "reading below the floor")});
}

// What one of several counters that run at once reports.
struct CounterResult {
  std::set<std::uint64_t> commit_timestamps;
  int commits = 0;
  int conflicts_in_a_row = 0;
  bool ended = false;
  Violation violation;
};

// A store may refuse for a commit that is still under way, and so more than once for each; but not for ever.
constexpr int kConflictsWithoutAWait = 1'000;
constexpr int kConflictsWithAWait = 500;
constexpr std::chrono::milliseconds kConflictWait(1);

// Whether the counter is to start over once more; waits for what is under way, once that has taken long.
Awaitable<bool> MayStartOver(int conflicts_in_a_row) {
  if (conflicts_in_a_row <= kConflictsWithoutAWait) co_return true;
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, kConflictWait);
  co_await timer.async_wait(boost::asio::use_awaitable);
  co_return conflicts_in_a_row < kConflictsWithoutAWait + kConflictsWithAWait;
}

// Adds one to the counter `rounds` times, each time starting over on a conflict. "twin" always has the same
// value: whoever reads both at one timestamp must see them equal.
Awaitable<void> CountUp(MvccStore& store, int rounds, CounterResult& result) {
  while (result.commits < rounds && !result.violation.has_value()) {
    const auto ts = co_await store.LastCommitTs();
    if (!ts.ok()) {
      result.violation = "the last commit timestamp cannot be read: " + ts.status().ToString();
      co_return;
    }
    const auto value = co_await store.GetAt("counter", *ts);
    const auto twin = co_await store.GetAt("twin", *ts);
    if (!value.ok() || !twin.ok()) {
      result.violation = "the newest timestamp shows " + Text(value) + " and " + Text(twin);
      co_return;
    }
    if (*value != *twin) result.violation = "one timestamp shows " + Text(value) + " and " + Text(twin);
    const std::string next = std::to_string(std::atoi(value->value_or("0").c_str()) + 1);
    WriteBatch batch;
    batch.mutations = {Put("counter", next), Put("twin", next)};
    batch.read_ts = *ts;
    const auto committed = co_await store.Commit(std::move(batch));
    if (IsError(committed.status(), Error::kWriteConflict)) {
      const bool again = co_await MayStartOver(++result.conflicts_in_a_row);
      if (again) continue;
      result.violation = "a counter was refused " + std::to_string(result.conflicts_in_a_row) +
                         " times in a row, each time after a fresh read";
      co_return;
    }
    if (!committed.ok()) {
      result.violation = "a commit failed: " + committed.status().ToString();
      co_return;
    }
    result.conflicts_in_a_row = 0;
    ++result.commits;
    if (!result.commit_timestamps.insert(committed->value).second) {
      result.violation = "timestamp " + Text(*committed) + " was handed out twice";
    }
  }
}

// Starts a counter; whether it ends shows in its result.
void StartCounter(boost::asio::io_context& loop, MvccStore& store, int rounds, CounterResult& result) {
  boost::asio::co_spawn(loop, CountUp(store, rounds, result), [&result](const std::exception_ptr& thrown) {
    result.ended = true;
    if (thrown) result.violation = "an operation threw: " + WhatWasThrown(thrown);
  });
}

Violation JudgeCounters(Caller store, std::span<const CounterResult> results) {
  std::set<std::uint64_t> timestamps;
  int commits = 0;
  for (const CounterResult& result : results) {
    if (result.violation.has_value()) return result.violation;
    if (!result.ended) return "after " + std::to_string(result.commits) + " commits an operation never ended";
    commits += result.commits;
    timestamps.insert(result.commit_timestamps.begin(), result.commit_timestamps.end());
  }
  const std::string total = std::to_string(commits);
  if (timestamps.size() != static_cast<std::size_t>(commits)) {
    return total + " commits share " + std::to_string(timestamps.size()) + " timestamps";
  }
  return FirstOf({ExpectValue(store, "counter", Timestamp::Max(), total),
                  ExpectValue(store, "twin", Timestamp::Max(), total)});
}

Violation InterleavedCommitsLoseNoUpdate(StoreFactory make_store) {
  constexpr int kCounters = 5;
  constexpr int kRounds = 20;
  const StoreUnderTest under_test = make_store();
  std::array<CounterResult, kCounters> results;
  boost::asio::io_context loop;
  for (CounterResult& result : results) {
    StartCounter(loop, *under_test.store, kRounds, result);
  }
  loop.run();
  return JudgeCounters(Caller(*under_test.store), results);
}

Violation CommitsOfSeveralThreadsLoseNoUpdate(StoreFactory make_store) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 200;
  const StoreUnderTest under_test = make_store();
  if (!under_test.thread_safe) return std::nullopt;
  std::array<CounterResult, kThreads> results;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (CounterResult& result : results) {
    threads.emplace_back([&] {
      boost::asio::io_context loop;
      StartCounter(loop, *under_test.store, kRounds, result);
      loop.run();
    });
  }
  for (std::thread& thread : threads) thread.join();
  return JudgeCounters(Caller(*under_test.store), results);
}

constexpr std::array kPromises = {
    StorePromise{"BeginsEmptyAtTimestampZero", &BeginsEmptyAtTimestampZero},
    StorePromise{"CommitTimestampsStrictlyIncrease", &CommitTimestampsStrictlyIncrease},
    StorePromise{"LastCommitTsIsThatOfTheLastCommit", &LastCommitTsIsThatOfTheLastCommit},
    StorePromise{"AReadSeesTheNewestVersionAtOrBelowIt", &AReadSeesTheNewestVersionAtOrBelowIt},
    StorePromise{"AnOldReadIsRepeatable", &AnOldReadIsRepeatable},
    StorePromise{"ADeletionHidesTheKeyFromThenOn", &ADeletionHidesTheKeyFromThenOn},
    StorePromise{"ABatchAppearsWholeAtItsTimestamp", &ABatchAppearsWholeAtItsTimestamp},
    StorePromise{"AWriteToANewerKeyConflicts", &AWriteToANewerKeyConflicts},
    StorePromise{"AReadOfANewerKeyConflicts", &AReadOfANewerKeyConflicts},
    StorePromise{"ADeletionCountsAsANewerVersion", &ADeletionCountsAsANewerVersion},
    StorePromise{"OnlyNewerVersionsConflict", &OnlyNewerVersionsConflict},
    StorePromise{"ARefusedBatchLeavesNothing", &ARefusedBatchLeavesNothing},
    StorePromise{"ReadKeysAreNotWritten", &ReadKeysAreNotWritten},
    StorePromise{"TheLastEntryOfAKeyWins", &TheLastEntryOfAKeyWins},
    StorePromise{"KeysAndValuesAreAnyBytes", &KeysAndValuesAreAnyBytes},
    StorePromise{"AScanCoversExactlyItsRange", &AScanCoversExactlyItsRange},
    StorePromise{"AScanSaysWhenEachPairWasWritten", &AScanSaysWhenEachPairWasWritten},
    StorePromise{"OnlyAnEmptyPageEndsTheRange", &OnlyAnEmptyPageEndsTheRange},
    StorePromise{"CompactionNeverLeavesPartOfTheTruth", &CompactionNeverLeavesPartOfTheTruth},
    StorePromise{"CompactionForgetsNoConflict", &CompactionForgetsNoConflict},
    StorePromise{"InterleavedCommitsLoseNoUpdate", &InterleavedCommitsLoseNoUpdate},
    StorePromise{"CommitsOfSeveralThreadsLoseNoUpdate", &CommitsOfSeveralThreadsLoseNoUpdate},
};

TEST_P(StoreContract, IsKept) {
  const auto& [make_store, promise] = GetParam();
  const Violation violation = promise.check(make_store);
  EXPECT_FALSE(violation.has_value()) << *violation;
}

}  // namespace

std::span<const StorePromise> StorePromises() { return kPromises; }

std::string StoreContractTestName(const testing::TestParamInfo<StoreContract::ParamType>& info) {
  return std::get<1>(info.param).name;
}

}  // namespace fencepost
