// Answers that a catalog gives in the same form to several operations (FORMAT.md sections 5.5 to 5.7).
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <span>

#include "fencepost/catalog/catalog_store.h"
#include "fencepost/store/memory_store.h"
#include "model/recording/operations.h"

namespace fencepost::model::recording {

// 64-bit FNV-1a over the pairs, as section 5.5 defines it.
std::uint64_t DigestOf(std::span<const KeyValue> pairs);

// Adds what is visible under the catalog's prefix: kv_count, kv_digest, and kv when there are few pairs.
void AddVisiblePairs(const MemoryStore& store, Answer& answer);

// The answer to a save of any kind.
Answer SaveAnswer(const absl::StatusOr<SaveResult>& saved, const MemoryStore& store);

// The answer to a snapshot of any kind.
Answer SnapshotAnswer(const absl::StatusOr<CatalogSnapshot>& snapshot);

// What those answers, and `ensure` and `sync`, may hold.
inline constexpr OutMember kSaveMembers[] = {{"err", Shape::kErrorName},
                                             {"last_commit_ts", Shape::kU64},
                                             {"version", Shape::kU64},
                                             {"read_ts", Shape::kU64},
                                             {"routes", Shape::kDescriptors},
                                             {"commit_ts", Shape::kU64},
                                             {"kv_count", Shape::kCount},
                                             {"kv_digest", Shape::kBytes},
                                             {"kv", Shape::kPairs, /*may_be_missing=*/true},
                                             {"injected", Shape::kBool}};
inline constexpr OutMember kSnapshotMembers[] = {{"err", Shape::kErrorName},
                                                 {"version", Shape::kU64},
                                                 {"read_ts", Shape::kU64},
                                                 {"routes", Shape::kDescriptors},
                                                 {"injected", Shape::kBool}};
inline constexpr OutMember kSyncMembers[] = {
    {"err", Shape::kErrorName}, {"engine_version", Shape::kU64}, {"injected", Shape::kBool}};

}  // namespace fencepost::model::recording
