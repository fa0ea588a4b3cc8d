// Version orders: in which order the appends of each key took effect, as far as the reads tell.
//
// A key's list only grows, so every read of it is a prefix of the longest one, and the longest read *is* the
// order of everything it shows. An append of a live transaction that no read shows lies behind it; such
// unread appends have no known order among themselves. A transaction is *live* if it certainly happened: it
// committed, or a committed transaction read one of its appends.
//
// Reads that are no prefix of the longest one are called incompatible. They tell nothing about the order.
//
// Positions in the longest read that do not stand for a live append (an element of a failed transaction, of
// nobody, or seen before in the list) are left out of the order; `rank` counts what is left.
//
// Immutable after construction, and it refers to the history, which must outlive it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/history/list_append_history.h"

namespace fencepost::model::history {

using AppendId = std::uint32_t;
inline constexpr AppendId kNobody = ~AppendId{0};
inline constexpr std::uint32_t kNotInOrder = ~std::uint32_t{0};

struct Append {
  std::int64_t element = 0;
  TransactionId transaction = 0;
  std::uint32_t step = 0;                // within the transaction
  std::uint32_t position = kNotInOrder;  // its first occurrence in the longest read
  bool is_final = true;                  // the transaction's last append to the key
  bool is_shown = false;                 // some committed read shows it
};

// A read seen against its key's order.
struct ReadPoint {
  std::uint32_t rank = 0;  // how many ordered appends it shows
  // The writer of the last of them, or kNoTransaction.
  TransactionId last_writer = kNoTransaction;
  // The writer of the append that follows in the order, or kNoTransaction if it shows them all.
  TransactionId next_writer = kNoTransaction;
};

class VersionOrders {
 public:
  // O(steps + elements), plus a sort of those keys whose elements do not grow over time.
  // REQUIRES: no duplicate appends.
  explicit VersionOrders(const ListAppendHistory& history);

  const ListAppendHistory& history() const { return *history_; }
  bool IsLive(TransactionId id) const { return is_live_[id]; }

  std::span<const std::int64_t> LongestRead(KeyId key) const;
  // The appends that are in the order, first to last.
  std::span<const AppendId> Order(KeyId key) const;
  // The live transactions with an append of the key that no read shows, ascending, each once.
  std::span<const TransactionId> UnreadWriters(KeyId key) const;
  const Append& append(AppendId id) const { return appends_[id]; }
  // Of an appending step of a transaction.
  const Append& AppendOf(TransactionId id, std::uint32_t step) const;
  // Who appended it, or kNobody. O(log(appends of the key)).
  AppendId Find(KeyId key, std::int64_t element) const;

  bool IsIncompatible(TransactionId id, std::uint32_t step) const;
  // REQUIRES: a compatible read of a committed transaction.
  ReadPoint PointOf(const Step& step) const;

  // How many elements the shortest prefix of the longest read has that shows: an append of a failed
  // transaction; an element that nobody appended; an element twice. More than the longest read if none does.
  std::uint32_t FirstFailed(KeyId key) const { return keys_[key].first_failed; }
  std::uint32_t FirstGarbage(KeyId key) const { return keys_[key].first_garbage; }
  std::uint32_t FirstRepeat(KeyId key) const { return keys_[key].first_repeat; }
  // Keys to which some transaction appended several times.
  std::span<const KeyId> KeysAppendedRepeatedly() const { return repeatedly_appended_; }
  bool IsAppendedRepeatedly(KeyId key) const { return keys_[key].is_appended_repeatedly; }
  std::span<const AppendId> AppendsInTransactionOrder(KeyId key, std::vector<AppendId>* scratch) const;

 private:
  struct Key {
    std::uint32_t append_begin = 0;
    std::uint32_t append_end = 0;
    std::uint64_t longest_first = 0;  // in the history's elements
    std::uint64_t slot_begin = 0;     // in slot_rank_ (longest_size + 1 slots) and order_
    std::uint32_t longest_size = 0;
    std::uint32_t order_size = 0;
    std::uint32_t unread_begin = 0;
    std::uint32_t unread_end = 0;
    std::uint32_t first_failed = ~std::uint32_t{0};
    std::uint32_t first_garbage = ~std::uint32_t{0};
    std::uint32_t first_repeat = ~std::uint32_t{0};
    bool is_appended_repeatedly = false;
  };

  void GroupAppendsByKey();
  void FindLongestReads();
  void SortByElement(Key* key);
  void ResolveLongestRead(KeyId id);
  void FindIncompatibleReads();
  void MarkShown(AppendId id);
  void RankOrder(KeyId id);
  void CollectUnread();

  const ListAppendHistory* history_;
  std::vector<Key> keys_;
  std::vector<Append> appends_;           // grouped by key, within a key by element
  std::vector<AppendId> append_of_step_;  // indexed like the history's steps
  std::vector<bool> is_live_;
  std::vector<AppendId> order_;  // before RankOrder: the writer of each position; after: of each rank
  std::vector<std::uint32_t> slot_rank_;  // rank of each prefix of the longest read, by its size
  std::vector<TransactionId> unread_;
  std::vector<std::uint64_t> incompatible_;  // indices of steps, ascending
  std::vector<KeyId> repeatedly_appended_;
};

}  // namespace fencepost::model::history
