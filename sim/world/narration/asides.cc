#include "sim/world/narration/asides.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "model/invariants/invariants.h"
#include "sim/world/narration/timeline_lookup.h"
#include "sim/world/narration/violation_words.h"

namespace fencepost::sim {
namespace {

// A person reads this much without a filter.
constexpr std::size_t kLongStory = 48;

constexpr std::string_view kLeads = " leads group ";
constexpr std::string_view kHealed = "every fault is healed";

bool ConcernsAny(std::string_view text, const std::vector<std::string>& keys) {
  return std::any_of(keys.begin(), keys.end(), [text](const auto& key) { return Concerns(text, key); });
}

// Whether somebody does something there that can have led to a failure; the audit only finds it.
bool IsAct(const Timeline& timeline, const StoryLine& line) {
  switch (line.kind) {
    case EventKind::kViolation:
    case EventKind::kMark:
    case EventKind::kVersion:
    case EventKind::kProcess:
    case EventKind::kWorld:
      return false;
    case EventKind::kClient:
      return !IsAuditor(timeline, line.lane);
    case EventKind::kFault:
    case EventKind::kMove:
    case EventKind::kCatalog:
    case EventKind::kLog:
    case EventKind::kApply:
      return true;
  }
  return true;
}

bool IsBackground(const StoryLine& line) {
  return line.kind == EventKind::kProcess || line.kind == EventKind::kWorld;
}

// Healing is part of what liveness is about, however little happens afterwards.
void DropAfterthoughts(const Timeline& timeline, std::vector<StoryLine>* lines) {
  if (!timeline.violation.has_value() || timeline.violation->invariant == model::kLiveness) return;
  const auto last = std::find_if(lines->rbegin(), lines->rend(),
                                 [&](const StoryLine& line) { return IsAct(timeline, line); });
  lines->erase(std::remove_if(last.base(), lines->end(), IsBackground), lines->end());
}

void DropHealingOfNothing(std::vector<StoryLine>* lines) {
  bool struck = false;
  std::erase_if(*lines, [&struck](const StoryLine& line) {
    struck = struck || line.kind == EventKind::kFault;
    return !struck && line.text == kHealed;
  });
}

void DropOtherLeaders(const Timeline& timeline, std::vector<StoryLine>* lines) {
  const std::vector<std::string> keys = KeysOfViolation(timeline);
  std::set<std::string> concerned;  // groups, as their lanes are called
  for (const StoryLine& line : *lines) {
    if (line.kind == EventKind::kLog && ConcernsAny(line.text, keys)) {
      concerned.insert(timeline.lanes[line.lane].name);
    }
  }
  if (concerned.empty()) return;
  std::erase_if(*lines, [&concerned](const StoryLine& line) {
    const std::size_t at = line.text.find(kLeads);
    if (line.kind != EventKind::kProcess || at == std::string::npos) return false;
    const std::string group = line.text.substr(at + kLeads.size());
    return !concerned.contains("group-" + group.substr(0, group.find(' ')));
  });
}

}  // namespace

bool IsAuditor(const Timeline& timeline, std::size_t lane) { return timeline.lanes[lane].name == "auditor"; }

void DropAsides(const Timeline& timeline, std::vector<StoryLine>* lines) {
  DropAfterthoughts(timeline, lines);
  DropHealingOfNothing(lines);
  DropOtherLeaders(timeline, lines);
}

std::size_t DropOtherKeys(const Timeline& timeline, std::vector<StoryLine>* lines) {
  const std::vector<std::string> keys = KeysOfViolation(timeline);
  if (lines->size() <= kLongStory || keys.empty()) return 0;
  return static_cast<std::size_t>(std::erase_if(*lines, [&keys](const StoryLine& line) {
    const bool is_filtered =
        line.kind == EventKind::kClient || line.kind == EventKind::kLog || line.kind == EventKind::kApply;
    return is_filtered && !line.is_trouble && !ConcernsAny(line.text, keys);
  }));
}

}  // namespace fencepost::sim
