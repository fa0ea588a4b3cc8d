// The list-append checker: is there an execution at an isolation level that explains what clients saw?
//
// It infers from the reads in which order each key's appends took effect, from that which transaction must
// come before which, and looks for what the level forbids: single reads that are impossible, and cycles. It
// knows nothing of the system behind the history. model/history/README.md tells how to read its judgements.
//
// Thread-safe: a pure function.
#pragma once

#include <cstdint>

#include "model/history/cycles.h"
#include "model/history/judgement.h"
#include "model/history/list_append_history.h"

namespace fencepost::model::history {

struct ListAppendOptions {
  CycleOptions cycles;
  // How far to search for an order of unread appends; matters at snapshot isolation only (unread_order.h).
  std::uint64_t unread_order_states = 50'000'000;
};

// O(steps + elements) for a history without cycles. Never asserts on what the history claims.
// REQUIRES: !FindDuplicateAppend(history).
Judgement CheckListAppend(const ListAppendHistory& history, Level level,
                          const ListAppendOptions& options = {});

}  // namespace fencepost::model::history
