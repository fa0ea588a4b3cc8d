// Snapshot isolation and the appends that nobody read: can they be put in any order at all?
//
// Two live transactions that appended to one key are ordered, even if no read shows which came first. Under
// snapshot isolation this matters: each must have committed before the other took its snapshot, or the other
// way round, and either may close a forbidden cycle with what is known. (Serializability does not care: if
// the graph has no cycle at all, any of its topological orders will do.) Two blind writers of one key that
// also skew each other's reads are the smallest case: the graph alone shows a mere G2-item.
//
// A walk without two rw edges in a row from a to b proves that a took its snapshot before b committed, so b
// did not precede a as a writer of the same key: a precedes b. Following such proofs to the end decides
// almost every history; what is left is searched, within a budget, since in general the problem is as hard as
// scheduling.
//
// Thread-safe: a pure function.
#pragma once

#include <cstdint>
#include <optional>

#include "model/history/dependency_graph.h"

namespace fencepost::model::history {

struct UnreadConflict {
  enum class Answer : std::uint8_t { kNone, kFound, kUnknown };
  Answer answer = Answer::kNone;
  // For kFound: two writers of `key` neither of which can come first. Their appends are unread.
  // Where only the search found that no order exists, they are an example of the pairs it had to decide.
  TransactionId a = kNoTransaction;
  TransactionId b = kNoTransaction;
  KeyId key = 0;
  bool is_proven_by_pair = false;  // each order of a and b closes a forbidden cycle by itself
};

// REQUIRES: `graph` has ww, wr and rw edges, and no cycle without two neighbouring rw edges.
UnreadConflict FindUnreadConflict(const VersionOrders& orders, const DependencyGraph& graph,
                                  std::uint64_t states_budget);

}  // namespace fencepost::model::history
