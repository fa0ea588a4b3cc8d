// Where an acknowledged write went: the story of its entry in a group's log, of the transaction that it is a
// part of, and of the copies and catalog versions that passed it by.
//
// Thread-safe: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/core/report/timeline.h"

namespace fencepost::sim {

// Of a violation of lost-write, one or a few sentences; empty if its sentence is not understood.
std::string ExplainLostWrite(const Timeline& timeline);

// The number, in the logs, of the transaction whose write the violation is about; nothing if it is about
// none.
std::optional<std::uint64_t> TransactionOfLostWrite(const Timeline& timeline);

}  // namespace fencepost::sim
