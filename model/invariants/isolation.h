// Invariant 8, isolation: the clients' history, and nothing else, has an explanation as a strictly
// serialisable execution; registers are linearizable.
//
// The judging is model/history's. A history that it cannot judge within its budget is no proof of anything,
// and is reported as well.
#pragma once

#include "model/history/list_append_history.h"
#include "model/history/register_history.h"
#include "model/invariants/violation.h"

namespace fencepost::model {

// Judges both, the lists first. Both must be finished: what has not completed is of unknown outcome.
Verdict CheckIsolation(const history::ListAppendHistory& lists, const history::RegisterHistory& registers);

}  // namespace fencepost::model
