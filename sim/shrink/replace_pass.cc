#include "sim/shrink/replace_pass.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/shrink/shrink_size.h"
#include "sim/shrink/stream_name.h"

namespace fencepost::sim {
namespace {

using Deviations = std::vector<Deviation>;

// Longer lists are left to the other passes.
constexpr std::size_t kMostDeviations = 32;
// So many places of each kind are tried for the one that replaces many.
constexpr std::size_t kMostPlaces = 24;

// ------------------------------------------------------------------------------------------------ items

std::set<std::string> ItemsOf(const Deviations& deviations) {
  std::set<std::string> items;
  for (const Deviation& deviation : deviations) {
    const std::optional<PlanSlot> slot = PlanSlotOf(deviation.stream);
    if (slot.has_value()) items.insert(ItemName(slot->actor, slot->number));
  }
  return items;
}

bool Makes(const Deviations& deviations, const std::string& stream, std::uint64_t index) {
  return std::any_of(deviations.begin(), deviations.end(), [&](const Deviation& deviation) {
    return deviation.stream == stream && deviation.index == index;
  });
}

// Without the item `from`; what was drawn for it is drawn for `to`, where nothing is yet.
Deviations HandedOver(const Deviations& deviations, const std::string& from, const std::string& to) {
  Deviations handed;
  for (const Deviation& deviation : deviations) {
    if (deviation.stream == "plan/" + from) continue;
    handed.push_back(deviation);
    std::string& stream = handed.back().stream;
    stream = RenameIn(stream, from, to);
    if (stream != deviation.stream && Makes(deviations, stream, deviation.index)) handed.pop_back();
  }
  return handed;
}

// ------------------------------------------------------------------------------------------------- units

// What may go at once, as positions in the list.
using Unit = std::vector<std::size_t>;

Deviations Without(const Deviations& deviations, const Unit& unit) {
  Deviations kept;
  for (std::size_t i = 0; i < deviations.size(); ++i) {
    if (std::find(unit.begin(), unit.end(), i) == unit.end()) kept.push_back(deviations[i]);
  }
  return kept;
}

// Those of one label and those of one stream, where they are several.
std::vector<Unit> GroupsOf(const Deviations& deviations) {
  std::map<std::string, Unit> by_label;
  std::map<std::string, Unit> by_stream;
  for (std::size_t i = 0; i < deviations.size(); ++i) {
    by_label[deviations[i].label].push_back(i);
    by_stream[deviations[i].stream].push_back(i);
  }
  std::vector<Unit> groups;
  for (const auto* const all : {&by_label, &by_stream}) {
    for (const auto& [name, unit] : *all) {
      if (unit.size() > 1) groups.push_back(unit);
    }
  }
  return groups;
}

std::vector<Unit> GroupsAndSingles(const Deviations& deviations) {
  std::vector<Unit> units = GroupsOf(deviations);
  for (std::size_t i = deviations.size(); i-- > 0;) units.push_back(Unit{i});
  return units;
}

// ------------------------------------------------------------------------------------------------- times

constexpr std::string_view kTime = "at";

// The draws of the times of all plan items; of a target that does not know its draws, those that deviate.
std::vector<MadeDraw> TimesOf(ShrinkSearch* search) {
  std::vector<MadeDraw> times;
  for (const MadeDraw& draw : search->draws()) {
    if (draw.label == kTime && PlanSlotOf(draw.stream).has_value()) times.push_back(draw);
  }
  if (!times.empty()) return times;
  for (const Deviation& deviation : search->best()) {
    if (deviation.label != kTime) continue;
    times.push_back(
        MadeDraw{deviation.stream, deviation.index, deviation.value, deviation.bound, deviation.label});
  }
  return times;
}

// Every instant at first, then fewer and fewer.
std::vector<std::uint64_t> InstantsBelow(std::uint64_t bound) {
  std::vector<std::uint64_t> instants;
  std::uint64_t step = 1;
  for (std::uint64_t instant = 0; instant < bound; instant += step) {
    instants.push_back(instant);
    if (instant >= 32) step = 8;
    if (instant >= 64) step = 24;
    if (instant >= 160) step = 80;
  }
  return instants;
}

Deviations WithAnswer(const Deviations& deviations, const MadeDraw& draw, std::uint64_t answer) {
  Deviations changed;
  for (const Deviation& deviation : deviations) {
    if (deviation.stream != draw.stream || deviation.index != draw.index) changed.push_back(deviation);
  }
  if (answer > 0) changed.push_back(draw.Answering(answer));
  return changed;
}

// Whether some item, begun at some other time, lets `unit` go.
bool DropWhileRetiming(ShrinkSearch* search, const Deviations& base, const Unit& unit,
                       const std::vector<MadeDraw>& times) {
  const Deviations rest = Without(base, unit);
  for (const MadeDraw& time : times) {
    for (const std::uint64_t instant : InstantsBelow(time.bound)) {
      if (search->over()) return false;
      if (search->Try(WithAnswer(rest, time, instant))) return true;
    }
  }
  return false;
}

bool DropFirstWhileRetiming(ShrinkSearch* search) {
  const Deviations base = search->best();
  const std::vector<MadeDraw> times = TimesOf(search);
  for (const Unit& unit : GroupsAndSingles(base)) {
    const Deviation& first = base[unit.front()];
    if (first.label == kTime && unit.size() == 1) continue;  // its own time, which the others have tried
    if (DropWhileRetiming(search, base, unit, times)) return true;
  }
  return false;
}

void BeginEarliest(ShrinkSearch* search) {
  for (const MadeDraw& time : TimesOf(search)) {
    for (const std::uint64_t instant : InstantsBelow(time.value)) {
      if (search->over()) return;
      if (search->Try(WithAnswer(search->best(), time, instant))) break;
    }
  }
}

// ----------------------------------------------------------------------------------------- many for one

// Where one deviation could stand for those that are gone: in what is planned, or where something may strike.
// Of each label some, spread over the run.
std::vector<MadeDraw> PlacesIn(const std::vector<MadeDraw>& draws) {
  std::map<std::string, std::vector<MadeDraw>> by_label;
  for (const MadeDraw& draw : draws) {
    if (draw.value != 0 || draw.label == kTime) continue;
    const StreamKind kind = KindOf(draw.stream);
    const bool is_planned = kind == StreamKind::kPlanItem && draw.index > 0;
    const bool is_strike = kind == StreamKind::kRunning && draw.bound == 2;
    if (is_planned || is_strike) by_label[draw.label].push_back(draw);
  }
  std::vector<MadeDraw> places;
  for (const auto& [label, all] : by_label) {
    const std::size_t tried = std::min(all.size(), kMostPlaces);
    for (std::size_t i = 0; i < tried; ++i) places.push_back(all[i * all.size() / tried]);
  }
  return places;
}

bool ReplaceFirst(ShrinkSearch* search) {
  const Deviations base = search->best();
  for (const Unit& unit : GroupsOf(base)) {
    const Deviations rest = Without(base, unit);
    for (const MadeDraw& place : PlacesIn(search->DrawsOf(rest))) {
      if (search->over()) return false;
      if (search->Try(WithAnswer(rest, place, 1))) return true;
    }
  }
  return false;
}

}  // namespace

void HandOverItems(ShrinkSearch* search) {
  const std::set<std::string> items = ItemsOf(search->best());
  for (const std::string& from : items) {
    for (const std::string& to : items) {
      if (search->over()) return;
      if (from != to) search->Try(HandedOver(search->best(), from, to));
    }
  }
}

void DropAndRetime(ShrinkSearch* search) {
  while (search->best().size() <= kMostDeviations && DropFirstWhileRetiming(search)) {
  }
  BeginEarliest(search);
}

void ReplaceManyByOne(ShrinkSearch* search) {
  while (search->best().size() <= kMostDeviations && ReplaceFirst(search)) {
  }
}

}  // namespace fencepost::sim
