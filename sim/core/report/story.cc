#include "sim/core/report/story.h"

#include <fmt/format.h>

#include "sim/core/report/repetition.h"
#include "sim/core/runtime/core_events.h"

namespace fencepost::sim {
namespace {

bool IsStep(const TimelineEvent& event) {
  if (event.category == categories::kMark || event.category == categories::kViolation) return false;
  const bool is_setting = event.category == categories::kProcess || event.category == categories::kWorld;
  return !is_setting || event.time > Moment::zero();
}

}  // namespace

Story BuildStory(const Vocabulary& vocabulary, const Timeline& timeline) {
  Story story;
  for (const TimelineEvent& event : timeline.events) {
    if (!IsStep(event)) continue;
    StoryLine line;
    line.time = event.time;
    line.lane = event.lane;
    line.category = event.category;
    line.is_trouble = event.category == categories::kFault;
    line.text = event.text;
    story.lines.push_back(std::move(line));
  }
  JoinRepetitions(&story.lines);
  if (timeline.violation.has_value()) {
    story.lines.push_back(LineOfViolation(timeline));
    story.explanation = WhatMustHold(vocabulary, timeline);
  }
  return story;
}

StoryLine LineOfViolation(const Timeline& timeline) {
  StoryLine line;
  line.time = timeline.violated_at;
  line.lane = timeline.lanes.size() - 1;
  line.category = categories::kViolation;
  line.is_trouble = true;
  line.text = fmt::format("VIOLATION of {}: {}", timeline.violation->invariant, timeline.violation->sentence);
  return line;
}

std::string WhatMustHold(const Vocabulary& vocabulary, const Timeline& timeline) {
  if (!timeline.violation.has_value()) return "";
  const InvariantKind* const kind = vocabulary.invariants.Find(timeline.violation->invariant);
  return kind == nullptr ? std::string() : fmt::format("What must hold: {}.", kind->summary);
}

std::string FormatStory(const Story& story) {
  std::string text;
  for (const StoryLine& line : story.lines) {
    text += fmt::format("{:>11}  {} {}\n", FormatTime(line.time), line.is_trouble ? '!' : ' ', line.text);
  }
  if (story.left_out > 0) {
    text += fmt::format("             ({} lines that have nothing to do with the violation are left out)\n",
                        story.left_out);
  }
  std::string_view rest = story.explanation;
  if (!rest.empty()) text += "\n";
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    text += fmt::format("  {}\n", rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return text;
}

std::string FormatPlot(const Story& story) {
  std::string plot;
  for (const StoryLine& line : story.lines) plot += line.Gist() + "\n";
  return plot;
}

}  // namespace fencepost::sim
