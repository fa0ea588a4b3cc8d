// Entries of a group's log out of a fuzzer's bytes, over a handful of keys.
//
// Epochs go on from the newest one so far and ids are few, so that entries meet the state that earlier ones
// left; a few are no valid entries at all. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fencepost/fence/ownership_entry.h"
#include "fuzz/byte_reader.h"

namespace fencepost::fuzz {

// Ascending, the first one empty. Every boundary of every range is one of them, so between two of them
// nothing can differ.
const std::vector<std::string>& EntryKeys();

class EntryReader {
 public:
  // `bytes` is not owned.
  explicit EntryReader(ByteReader* bytes) : bytes_(bytes) {}

  OwnershipEntry Entry();

  std::string Key();
  // Mostly the one before, at first everything; now and then empty or inverted.
  KeyRange Range();
  // Half of them the newest so far, a quarter the next one, a quarter of an earlier time.
  OwnershipEpoch Epoch();
  Timestamp CommitTimestamp();

 private:
  TransactionId Id();
  PrepareTransaction Prepare();
  ResolveTransaction Resolve();

  ByteReader* bytes_;
  std::uint64_t newest_epoch_ = 1;
  KeyRange last_range_;
};

}  // namespace fencepost::fuzz
