// What this world can name: all of its faults, marks, invariants, actors and events, and which of its names
// stand for things that are alike.
#pragma once

#include "sim/core/vocabulary/vocabulary.h"

namespace fencepost::sim {

// Built on first use, immutable from then on. Thread-safe.
const Vocabulary& WorldVocabulary();

// Registers all of it, e.g. for a vocabulary that knows more.
void AddWorld(Vocabulary* vocabulary);

}  // namespace fencepost::sim
