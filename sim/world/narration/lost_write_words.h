// Where an acknowledged write went: the story of its entry in a group's log, of the transaction that it is a
// part of, and of the copies and catalog versions that passed it by.
//
// Thread-safe: pure functions.
#pragma once

#include <optional>
#include <string>

#include "fencepost/fence/claims.h"
#include "model/invariants/violation.h"
#include "sim/world/narration/world_timeline.h"

namespace fencepost::sim {

// One or a few sentences.
std::string ExplainLostWrite(const WorldTimeline& world, const model::LostWrite& lost);

// The transaction, in the logs, whose write the run's violation is about; nothing if it is about none.
std::optional<TransactionId> TransactionOfLostWrite(const WorldTimeline& world);

}  // namespace fencepost::sim
