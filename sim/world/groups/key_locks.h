// The locks that prepared transactions hold in a group: exclusive on what they will write, shared on what
// they read.
//
// Nothing waits for a lock. Whoever finds one in its way is told the holder, and sees to its end. The locks
// are derived from the prepared parts, and are in no snapshot.
//
// A value; as thread-safe as what it stands in.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fencepost/fence/claims.h"
#include "fencepost/txn/transaction.h"

namespace fencepost::sim {

class KeyLocks {
 public:
  // Takes, and gives back, all locks of a part. REQUIRES: none is in the way; it holds them.
  void Lock(TransactionId holder, const Participant& part);
  void Unlock(TransactionId holder, const Participant& part);

  // Who, other than `self`, keeps it from writing (or reading) the key. O(log keys).
  std::optional<TransactionId> InTheWayOfWrite(std::string_view key, TransactionId self) const;
  std::optional<TransactionId> InTheWayOfRead(std::string_view key, TransactionId self) const;

  friend bool operator==(const KeyLocks&, const KeyLocks&) = default;

 private:
  struct KeyLock {
    std::optional<TransactionId> writer;
    std::vector<TransactionId> readers;  // ascending: equal sets are equal, however they came about

    friend bool operator==(const KeyLock&, const KeyLock&) = default;
  };

  void ForgetIfFree(std::map<std::string, KeyLock, std::less<>>::iterator lock);

  std::map<std::string, KeyLock, std::less<>> locks_;
};

}  // namespace fencepost::sim
