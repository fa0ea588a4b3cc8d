// What of a story is beside the point: of a failure, whatever cannot have led to it. Of a run in which
// nothing is wrong, nothing is.
//
// Thread-safe: pure functions.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/core/report/story.h"
#include "sim/world/narration/world_timeline.h"

namespace fencepost::sim {

// A line of a story, and the event that it tells of.
struct ToldLine {
  StoryLine line;
  std::size_t event = 0;  // in the timeline's events
};

// Drops, from the lines of a story without its violation: healing when nobody was ill; processes that start,
// and groups that get a leader, when all that still comes is the audit; leaders of groups that have nothing
// to do with the keys of the violation.
void DropAsides(const WorldTimeline& world, std::vector<ToldLine>* lines);

// If the story is longer than a person reads without a filter: drops what clients and logs do with other keys
// than those of the violation. Returns how many lines went.
std::size_t DropOtherKeys(const WorldTimeline& world, std::vector<ToldLine>* lines);

}  // namespace fencepost::sim
