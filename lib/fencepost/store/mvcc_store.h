// The store under a catalog: multi-version keys with optimistic, atomic commits.
//
// Every write carries a commit timestamp. A read at timestamp T sees, for each key, the version with the
// greatest timestamp at or below T; a deletion is a version that hides the key. The store assigns commit
// timestamps, each greater than every earlier one, so there is no window between choosing a timestamp and
// committing at it.
//
// Errors every operation may answer: any status of the store's own transport (Unavailable and the like), and
// those listed per operation. An implementation must pass the store contract suite
// (fencepost/store_contract.h, of the library fencepost::store_contract). It should not throw: an exception
// out of Commit counts as CommitOutcomeUnknown, one out of any other operation as Unavailable
// (base/runtime.h). examples/my_store.h is one.
//
// Cancellation: the library awaits a store with Asio's throw_if_cancelled off. An operation whose awaiting
// coroutine is cancelled may end early, with Cancelled, or go on as if nothing were. One that changes the
// coroutine's cancellation state puts it back.
//
// Threading: operations may be started from any thread the implementation allows; each coroutine resumes on
// the executor it was awaited from, and keeps outstanding work on it until then, as Asio's own do.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/base/key_range.h"
#include "fencepost/base/runtime.h"

namespace fencepost {

// A visible pair and the commit timestamp of the version that was read.
struct KeyValue {
  std::string key;
  std::string value;
  Timestamp written_at;

  friend bool operator==(const KeyValue&, const KeyValue&) = default;
};

// One write: a put, or a deletion when there is no value.
struct Mutation {
  std::string key;
  std::optional<std::string> value;

  friend bool operator==(const Mutation&, const Mutation&) = default;
};

// An atomic batch. When a key occurs several times the last entry wins.
struct WriteBatch {
  std::vector<Mutation> mutations;
  std::vector<std::string> read_keys;  // checked for conflicts, not written
  Timestamp read_ts;                   // what the batch was computed from
};

class MvccStore {
 public:
  virtual ~MvccStore() = default;

  // The largest commit timestamp so far, 0 at first. It never goes back.
  virtual Awaitable<absl::StatusOr<Timestamp>> LastCommitTs() = 0;

  // The newest value of `key` at or below `ts`; absent when there is none or it is a deletion. `ts` may be
  // anything: 0 is before all commits, and Timestamp::Max() reads what is the newest now.
  // ReadTimestampCompacted when the store no longer keeps that timestamp.
  virtual Awaitable<absl::StatusOr<std::optional<std::string>>> GetAt(std::string key, Timestamp ts) = 0;

  // The first visible pairs of `range` in key order: at least one if there is any, at most `limit`, which is
  // at least 1. Fewer than `limit` do not mean that there are no more (a store may cut a page short); only an
  // empty answer does, so a page of deleted keys must not be one. ReadTimestampCompacted as for GetAt: never
  // a partial answer.
  virtual Awaitable<absl::StatusOr<std::vector<KeyValue>>> ScanAt(KeyRange range, std::size_t limit,
                                                                  Timestamp ts) = 0;

  // Applies the whole batch at one new commit timestamp, greater than every earlier one, and returns it, or
  // applies nothing. With a `read_ts` of Timestamp::Max() nothing conflicts.
  //   WriteConflict: a mutated or read key has a version (deletions count) newer than `batch.read_ts`
  //   CatalogVersionOverflow: no timestamp is left
  //   CommitOutcomeUnknown: the store cannot say whether the batch landed; it may still land
  // Any other status means that nothing landed and nothing will, except for those that say by themselves that
  // the store does not know: Unknown, DeadlineExceeded and Cancelled are taken as CommitOutcomeUnknown.
  virtual Awaitable<absl::StatusOr<Timestamp>> Commit(WriteBatch batch) = 0;
};

}  // namespace fencepost
