// Tells the runs of this world: with lanes for the catalog and the logs, versions, transactions and moves,
// the cycle when isolation broke, and what led to a violation.
//
// Thread-safe: narrating changes nothing.
#pragma once

#include "sim/core/report/narrator.h"

namespace fencepost::sim {

class WorldNarrator final : public Narrator {
 public:
  // One that has the words of AddEventWords, or others for the same events. Not owned.
  explicit WorldNarrator(const Vocabulary* vocabulary) : Narrator(vocabulary) {}

  Narration Narrate(const Trace& trace, const RunOutcome& outcome, RunTitle title) const override;
};

}  // namespace fencepost::sim
