// The durable record of a move: one range on its way from one group to another.
//
// It lives in the catalog store beside the routes, under a key of its own, and is written only in the same
// commit as a save of the routes. So every decision about ownership is one compare-and-set on the catalog's
// version, and the version that a save makes is the *epoch* of what it decides: no other save ever makes that
// version again, so no epoch is ever issued twice. A record stays until its source has released the range;
// while it does, no other move of an overlapping range can begin.
//
//   key      !dist|move| epoch:u64                       (integers big-endian)
//   record   01 stage:u8 source:u64 target:u64 epoch:u64 undoes:u64
//            start_len:u64 start end_flag:u8 [end_len:u64 end]
//
// Decoders take untrusted bytes: as in catalog/codec.h. Values; thread-safe.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fencepost/base/ids.h"
#include "fencepost/base/key_range.h"
#include "fencepost/fence/claims.h"

namespace fencepost {

// How far the catalog has come with a move. The numbers are durable.
enum class MoveStage : std::uint8_t {
  kMoving = 0,      // decided; routes still name the source
  kHandedOver = 1,  // routes name the target; the source has yet to release
};

struct MoveRecord {
  KeyRange range;
  GroupId source;         // who gives the range up
  GroupId target;         // who gets it
  OwnershipEpoch epoch;   // of the tenure that the target begins; also the record's identity
  OwnershipEpoch undoes;  // the epoch of the move that this one takes back; 0: a move of its own
  MoveStage stage = MoveStage::kMoving;

  friend bool operator==(const MoveRecord&, const MoveRecord&) = default;
};

std::string MoveKey(OwnershipEpoch epoch);
// The range of all keys that begin as those that MoveKey makes, well formed or not.
KeyRange MoveKeyRange();
// The epoch in a move's key; nothing unless MoveKey made it.
std::optional<OwnershipEpoch> MoveEpochFromKey(std::string_view key);

// REQUIRES: what ValidateMoveRecord accepts.
std::string EncodeMoveRecord(const MoveRecord& record);
// InvalidMoveRecord for bytes that do not parse, and for what ValidateMoveRecord refuses.
absl::StatusOr<MoveRecord> DecodeMoveRecord(std::string_view raw);
// The same of a record as it is stored: its key must be that of its epoch. The message names the key.
absl::StatusOr<MoveRecord> DecodeStoredMove(std::string_view key, std::string_view raw);

// InvalidMoveRecord: an empty range, a group or epoch of 0, an unknown stage, source and target the same,
// `undoes` not below `epoch`.
absl::Status ValidateMoveRecord(const MoveRecord& record);

// For people, e.g.: move 7 of ["a", "m") from group 1 to group 2, moving; and for one that undoes another:
// move 9 of ["a", "m") from group 2 to group 1, undoing move 7, handed over.
std::string FormatMove(const MoveRecord& record);

}  // namespace fencepost
