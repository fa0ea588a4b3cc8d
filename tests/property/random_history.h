// Small random list-append histories for the property tests of the history checker, valid and invalid of
// every kind.
//
// A history is a function of (seed, number): draws come from a counter-based generator, so any one of them
// can be made again. It is made by running transactions against lists in one of several ways, from serial to
// quite broken, and then, often, by damaging what was read.
#pragma once

#include <cstdint>

#include "model/history/list_append_history.h"

namespace fencepost::model::history {

// At most `max_transactions` transactions. Never appends an element twice.
ListAppendHistory RandomHistory(std::uint64_t seed, std::uint64_t number, std::uint64_t max_transactions);

}  // namespace fencepost::model::history
