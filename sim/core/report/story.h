// A run told in one line per step, in the actors' and keys' names: what a person would put down who explains
// to a colleague how it came to this.
//
// Told are what clients asked and were told, what entered the groups' logs, who moved what, which catalog
// versions changed which routes, every fault (marked with `!`), every entry on which replicas disagree, and
// the violation with a sentence on what it means. Left out is what goes as it should: replicas that apply an
// entry, engines that poll, who leads at first, the audit at the end. Of a long run, whatever does not touch
// the keys of the violation is left out as well; a shrunk run is never long.
//
// Thread-safe: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/core/report/timeline.h"

namespace fencepost::sim {

struct StoryLine {
  Moment time{0};
  std::size_t lane = 0;
  EventKind kind = EventKind::kWorld;
  bool is_trouble = false;  // a fault, or replicas that disagree: marked with `!`
  std::string text;
};

struct Story {
  std::vector<StoryLine> lines;  // by time; the violation, if there is one, last
  std::size_t left_out = 0;      // lines that have nothing to do with the keys of the violation
  std::string explanation;       // of the violation, one or a few sentences; empty without one
};

Story BuildStory(const Timeline& timeline);

// As text, each line ended.
std::string FormatStory(const Story& story);

inline std::string TellStory(const Timeline& timeline) { return FormatStory(BuildStory(timeline)); }

}  // namespace fencepost::sim
