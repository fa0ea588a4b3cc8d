// Entries of a group's log out of a fuzzer's bytes, over a handful of keys.
//
// Epochs, ids and timestamps come from small numbers, so that entries meet the state that earlier ones left;
// a few are no valid entries at all.
#pragma once

#include <string>
#include <vector>

#include "fencepost/fence/ownership_entry.h"
#include "fuzz/byte_reader.h"

namespace fencepost::fuzz {

// Ascending, the first one empty. Every boundary of every range is one of them, so between two of them
// nothing can differ.
const std::vector<std::string>& EntryKeys();

std::string ReadEntryKey(ByteReader* bytes);
// Now and then empty or inverted.
KeyRange ReadEntryRange(ByteReader* bytes);
OwnershipEpoch ReadEpoch(ByteReader* bytes);
OwnershipEntry ReadEntry(ByteReader* bytes);

}  // namespace fencepost::fuzz
