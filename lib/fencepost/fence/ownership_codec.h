// The durable bytes of ownership entries and of a group's ownership: what a group puts in its log, and in its
// snapshots.
//
//   entry      01 kind:u8 body                       (integers big-endian)
//     fence     01  range epoch:u64
//     activate  02  range epoch:u64 floor:u64
//     release   03  range epoch:u64
//     prepare   04  id:u64 earliest_commit:u64 writes:u64 (key epoch:u64)* reads:u64 (range epoch:u64)*
//     resolve   05  id:u64 outcome:u8 commit_ts:u64
//   snapshot   01 06 applied_index:u64
//              ranges:u64 (range phase:u8 epoch:u64 highest_epoch:u64 fenced_at:u64 floor:u64)*
//              prepared:u64 (the body of a prepare)*, ascending by id
//   range      key end_flag:u8 [key]
//   key        len:u64 bytes
//
// Decoders take untrusted bytes: they never read past their input, never allocate more than a small multiple
// of its size whatever it claims, accept no trailing bytes, and what they accept encodes to the same bytes
// again. All functions are pure and thread-safe; all are linear in the bytes but for the lookups of Restore
// and the order of ids.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

#include "fencepost/fence/ownership.h"
#include "fencepost/fence/ownership_entry.h"

namespace fencepost {

// Validates first, then encodes.
absl::StatusOr<std::string> EncodeOwnershipEntry(const OwnershipEntry& entry);
// InvalidOwnershipRecord for bytes that do not parse, else whatever ValidateEntry answers.
absl::StatusOr<OwnershipEntry> DecodeOwnershipEntry(std::string_view raw);

std::string EncodeGroupOwnership(const GroupOwnership& ownership);
// InvalidOwnershipRecord for bytes that do not parse, and for parts that GroupOwnership::Restore refuses.
absl::StatusOr<GroupOwnership> DecodeGroupOwnership(std::string_view raw);

}  // namespace fencepost
