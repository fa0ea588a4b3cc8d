// A user's store behind the seam: the same operations, which throw nothing (base/internal/user_call.h). A
// Commit that threw answers CommitOutcomeUnknown; any other operation Unavailable, or Cancelled.
//
// A value; as thread-safe as the store.
#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "fencepost/store/mvcc_store.h"

namespace fencepost {

class GuardedStore {
 public:
  // `store` is neither null nor owned.
  explicit GuardedStore(MvccStore* store) : store_(store) {}

  Awaitable<absl::StatusOr<Timestamp>> LastCommitTs() const;
  Awaitable<absl::StatusOr<std::optional<std::string>>> GetAt(std::string key, Timestamp ts) const;
  Awaitable<absl::StatusOr<std::vector<KeyValue>>> ScanAt(KeyRange range, std::size_t limit,
                                                          Timestamp ts) const;
  Awaitable<absl::StatusOr<Timestamp>> Commit(WriteBatch batch) const;

 private:
  MvccStore* store_;
};

}  // namespace fencepost
