#include "sim/core/report/narrator.h"

#include <utility>

#include "sim/core/report/timeline_builder.h"

namespace fencepost::sim {

Narrator::~Narrator() = default;

Narration Narrator::Narrate(const Trace& trace, const RunOutcome& outcome, RunTitle title) const {
  Narration narration;
  narration.timeline = BuildTimeline(*vocabulary_, trace, outcome, std::move(title));
  narration.story = BuildStory(*vocabulary_, narration.timeline);
  return narration;
}

}  // namespace fencepost::sim
