#include "sim/world/groups/key_locks.h"

#include <algorithm>

namespace fencepost::sim {

void KeyLocks::Lock(TransactionId holder, const Participant& part) {
  for (const KeyWrite& write : part.writes) locks_[write.key].writer = holder;
  for (const KeyRead& read : part.reads) {
    std::vector<TransactionId>& readers = locks_[read.key].readers;
    readers.insert(std::ranges::lower_bound(readers, holder), holder);
  }
}

void KeyLocks::Unlock(TransactionId holder, const Participant& part) {
  for (const KeyWrite& write : part.writes) {
    const auto lock = locks_.find(write.key);
    if (lock == locks_.end()) continue;
    if (lock->second.writer == holder) lock->second.writer.reset();
    ForgetIfFree(lock);
  }
  for (const KeyRead& read : part.reads) {
    const auto lock = locks_.find(read.key);
    if (lock == locks_.end()) continue;
    std::erase(lock->second.readers, holder);
    ForgetIfFree(lock);
  }
}

void KeyLocks::ForgetIfFree(std::map<std::string, KeyLock, std::less<>>::iterator lock) {
  if (!lock->second.writer.has_value() && lock->second.readers.empty()) locks_.erase(lock);
}

std::optional<TransactionId> KeyLocks::InTheWayOfWrite(std::string_view key, TransactionId self) const {
  const auto lock = locks_.find(key);
  if (lock == locks_.end()) return std::nullopt;
  const auto& [writer, readers] = lock->second;
  if (writer.has_value() && *writer != self) return writer;
  const auto other = std::ranges::find_if(readers, [self](TransactionId reader) { return reader != self; });
  return other == readers.end() ? std::nullopt : std::optional(*other);
}

std::optional<TransactionId> KeyLocks::InTheWayOfRead(std::string_view key, TransactionId self) const {
  const auto lock = locks_.find(key);
  if (lock == locks_.end()) return std::nullopt;
  const std::optional<TransactionId>& writer = lock->second.writer;
  return writer.has_value() && *writer != self ? writer : std::nullopt;
}

}  // namespace fencepost::sim
