// What of a story is beside the point: of a failure, whatever cannot have led to it. Of a run in which
// nothing is wrong, nothing is.
//
// Thread-safe: pure functions.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/core/report/story.h"
#include "sim/core/report/timeline.h"

namespace fencepost::sim {

// Whether that lane is the client's who reads everything when the run is over.
bool IsAuditor(const Timeline& timeline, std::size_t lane);

// Drops, from the lines of a story without its violation: healing of which nobody was ill; processes that
// start, and groups that get a leader, when all that still comes is the audit; leaders of groups that have
// nothing to do with the keys of the violation.
void DropAsides(const Timeline& timeline, std::vector<StoryLine>* lines);

// If the story is longer than a person reads without a filter: drops what clients and logs do with other keys
// than those of the violation. Returns how many lines went.
std::size_t DropOtherKeys(const Timeline& timeline, std::vector<StoryLine>* lines);

}  // namespace fencepost::sim
