// A run told in one line per step, in the actors' names: what a person would write down who explains to a
// colleague how it came to this.
//
// Told is every step of somebody, every fault (marked with `!`), and last the violation with a sentence on
// what it means. Left out is what is no step: marks, messages, and what is there from the beginning. A
// world's own narrator (narrator.h) leaves out more, and adds what it knows.
//
// Thread-safe: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/report/timeline.h"
#include "sim/core/vocabulary/vocabulary.h"

namespace fencepost::sim {

struct StoryLine {
  Moment time{0};
  std::size_t lane = 0;
  std::string_view category;  // of the event that it tells; a constant
  bool is_trouble = false;    // marked with `!`
  std::string text;
  // The text without what differs each time that the same happens, e.g. positions and durations; empty: the
  // text itself.
  std::string gist;

  const std::string& Gist() const { return gist.empty() ? text : gist; }
};

struct Story {
  std::vector<StoryLine> lines;  // by time; the violation, if there is one, last
  std::size_t left_out = 0;      // lines that have nothing to do with the violation
  std::string explanation;       // of the violation: one or a few lines; empty without one
};

// The story of any simulation: the steps of `timeline`, repetitions joined.
Story BuildStory(const Vocabulary& vocabulary, const Timeline& timeline);

// The last line of a story, that of the violation. REQUIRES: there is one.
StoryLine LineOfViolation(const Timeline& timeline);

// "What must hold: ...": what the vocabulary says of the invariant. Empty without a violation, and for an
// invariant that nobody registered.
std::string WhatMustHold(const Vocabulary& vocabulary, const Timeline& timeline);

// As text, each line ended.
std::string FormatStory(const Story& story);

// What happens, without times: equal for two runs that go wrong in the same way.
std::string FormatPlot(const Story& story);

}  // namespace fencepost::sim
