// The story of a run of this world: what a person would write down who explains to a colleague how it came to
// this.
//
// Told are what clients ask and are told, what enters the groups' logs, who moves what, which catalog
// versions change which routes, every fault (marked with `!`), every entry on which replicas disagree, and
// the violation with a sentence on what it means. Left out is what goes as it should: replicas that apply an
// entry, engines that poll, who leads at first, the audit at the end. Of a long run, whatever does not touch
// the keys of the violation is left out as well; a shrunk run is never long.
//
// Thread-safe: a pure function.
#pragma once

#include "sim/core/report/story.h"
#include "sim/core/vocabulary/vocabulary.h"
#include "sim/world/narration/world_timeline.h"

namespace fencepost::sim {

Story BuildWorldStory(const Vocabulary& vocabulary, const WorldTimeline& world);

}  // namespace fencepost::sim
