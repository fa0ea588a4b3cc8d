// The naive twin of the list-append checker: it tries every execution.
//
//   strict-serializable, serializable: is there an order of the transactions, with any subset of the
//   indeterminate
//     ones, that runs one after the other and shows every read what it saw? Strictly: one that respects
//     real time.
//   snapshot-isolation: is there such an order of commits, and for each transaction an earlier point of it as
//   its
//     snapshot, such that it reads that snapshot and its own appends, and no other transaction appended to a
//     key of its own between its snapshot and its commit?
//   read-committed: is there no anomaly that it forbids, each looked for by its definition? (Read committed
//   says
//     of reads only what they may not show, so there is no execution to try.)
//
// It shares nothing with the checker but the history's type, and no cleverness: exponential in time, made for
// histories of seven transactions or so.
//
// Thread-safe: a pure function.
#pragma once

#include "model/history/level.h"
#include "model/history/list_append_history.h"

namespace fencepost::model::history {

// REQUIRES: !FindDuplicateAppend(history), at most 20 transactions.
bool IsExplainedByBruteForce(const ListAppendHistory& history, Level level);

}  // namespace fencepost::model::history
