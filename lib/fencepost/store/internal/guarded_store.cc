#include "fencepost/store/internal/guarded_store.h"

#include <utility>

#include "fencepost/base/internal/user_call.h"

namespace fencepost {

Awaitable<absl::StatusOr<Timestamp>> GuardedStore::LastCommitTs() const {
  return CallUser<absl::StatusOr<Timestamp>>("the store's LastCommitTs", UserEffect::kNone,
                                             [store = store_] { return store->LastCommitTs(); });
}

Awaitable<absl::StatusOr<std::optional<std::string>>> GuardedStore::GetAt(std::string key,
                                                                          Timestamp ts) const {
  return CallUser<absl::StatusOr<std::optional<std::string>>>(
      "the store's GetAt", UserEffect::kNone,
      [store = store_, key = std::move(key), ts]() mutable { return store->GetAt(std::move(key), ts); });
}

Awaitable<absl::StatusOr<std::vector<KeyValue>>> GuardedStore::ScanAt(KeyRange range, std::size_t limit,
                                                                      Timestamp ts) const {
  return CallUser<absl::StatusOr<std::vector<KeyValue>>>(
      "the store's ScanAt", UserEffect::kNone,
      [store = store_, range = std::move(range), limit, ts]() mutable {
        return store->ScanAt(std::move(range), limit, ts);
      });
}

Awaitable<absl::StatusOr<Timestamp>> GuardedStore::Commit(WriteBatch batch) const {
  return CallUser<absl::StatusOr<Timestamp>>(
      "the store's Commit", UserEffect::kPossible,
      [store = store_, batch = std::move(batch)]() mutable { return store->Commit(std::move(batch)); });
}

}  // namespace fencepost
