// Who tells a run to people: makes of its trace the timeline and the story that pages, Chrome traces and
// texts are printed from.
//
// This one tells the run of any simulation by its vocabulary. A world that has more to say (things with lanes
// of their own, versions, what led to a violation) derives a narrator of its own.
//
// Thread-safe: narrating changes nothing.
#pragma once

#include "sim/core/report/story.h"
#include "sim/core/report/timeline.h"
#include "sim/core/runtime/trace.h"
#include "sim/core/simulation/simulation.h"
#include "sim/core/vocabulary/vocabulary.h"

namespace fencepost::sim {

// A run, told.
struct Narration {
  Timeline timeline;
  Story story;
};

class Narrator {
 public:
  // Not owned.
  explicit Narrator(const Vocabulary* vocabulary) : vocabulary_(vocabulary) {}
  Narrator(const Narrator&) = delete;
  Narrator& operator=(const Narrator&) = delete;
  virtual ~Narrator();

  // REQUIRES: `trace` keeps events (TraceDetail::kEvents), and `outcome` is that of its run.
  virtual Narration Narrate(const Trace& trace, const RunOutcome& outcome, RunTitle title) const;

  const Vocabulary& vocabulary() const { return *vocabulary_; }

 private:
  const Vocabulary* vocabulary_;
};

}  // namespace fencepost::sim
