// What goes round in circles, told once: who waits for something that never comes tries again and again, and
// each try leaves the same few lines in the story.
//
// Thread-safe: pure functions.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/core/report/story.h"

namespace fencepost::sim {

// Where a line follows itself, or a block of up to four lines does so at least twice, the first is kept, and
// its end says how often it was there and when last. Lines are the same when they are of one lane and have
// the same text; in a block, the same gist. Answers, of each line that is left, its place before. Linear in
// the number of lines.
std::vector<std::size_t> JoinRepetitions(std::vector<StoryLine>* lines);

}  // namespace fencepost::sim
