// Why the lists' history has no explanation, as plain data: the transactions involved and the cycle they
// make.
#pragma once

#include <optional>

#include "model/history/list_append_history.h"
#include "sim/core/runtime/trace_notes.h"

namespace fencepost::sim {

// The first of what CheckListAppend finds at strict serialisability, or nothing if it finds nothing.
// REQUIRES: !FindDuplicateAppend(history).
std::optional<TraceNotes::HistoryAnomaly> NoteOfAnomaly(const model::history::ListAppendHistory& history);

}  // namespace fencepost::sim
