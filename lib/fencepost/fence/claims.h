// What a transaction says about the keys it touches: under which epoch of its owner it means to touch them.
//
// An ownership epoch is the identity of one tenure: of one group owning one range without a break. It is
// never used for a second one, neither by another group, nor after a return to the same group, nor by the
// move that follows an aborted one. So a claim is good exactly while the epoch that it names is still the
// range's: equality, per range. "At least" would let in what a later owner never saw, and one number for all
// ranges would refuse transactions whose ranges nobody touched.
//
// Everything here is a value.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <utility>

#include "fencepost/base/ids.h"
#include "fencepost/base/key_range.h"

namespace fencepost {

// The epoch of a range's ownership. Only grows, per key, across all groups; 0 is none and is equal to
// nothing. Any source of numbers will do that never issues one twice, such as the commit timestamp of the
// catalog save that begins the move.
using OwnershipEpoch = NamedNumber<struct OwnershipEpochTag>;

// A transaction that is prepared in one or more groups; 0 is none. Never used twice.
using TransactionId = NamedNumber<struct TransactionIdTag>;

// In error messages: "epoch 3", or "no epoch" for 0; "transaction 7".
inline std::string NameOf(OwnershipEpoch epoch) {
  return epoch == OwnershipEpoch(0) ? "no epoch" : "epoch " + std::to_string(epoch.value);
}
inline std::string NameOf(TransactionId id) { return "transaction " + std::to_string(id.value); }

// A write to one key. Every write has one, blind and single-key writes too.
struct WriteClaim {
  std::string key;
  OwnershipEpoch epoch;

  friend auto operator<=>(const WriteClaim&, const WriteClaim&) = default;
};

// A read of a range, the keys it did not find included. A scan over ranges of several epochs makes one claim
// for each.
struct ReadClaim {
  KeyRange range;
  OwnershipEpoch epoch;

  friend bool operator==(const ReadClaim&, const ReadClaim&) = default;
};

// The read of one key.
inline ReadClaim PointRead(std::string key, OwnershipEpoch epoch) {
  std::string next = key + '\0';
  return ReadClaim{KeyRange{std::move(key), std::move(next)}, epoch};
}

// By start, then end with "unbounded" last, then epoch: a total order.
inline bool ReadClaimOrder(const ReadClaim& a, const ReadClaim& b) {
  if (a.range.start != b.range.start) return a.range.start < b.range.start;
  if (a.range.end != b.range.end) return EndsBefore(a.range.end, b.range.end);
  return a.epoch < b.epoch;
}

}  // namespace fencepost
