#include "sim/core/shrink/replace_pass.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/shrink/shrink_size.h"
#include "sim/core/shrink/stream_name.h"

namespace fencepost::sim {
namespace {

using Deviations = std::vector<Deviation>;

// In longer lists, single ones stay: too many.
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

// All that happens while running, those of one label and those of one stream, where they are several.
std::vector<Unit> GroupsOf(const Deviations& deviations) {
  std::map<std::string, Unit> by_label;
  std::map<std::string, Unit> by_stream;
  Unit running;
  for (std::size_t i = 0; i < deviations.size(); ++i) {
    by_label[deviations[i].label].push_back(i);
    by_stream[deviations[i].stream].push_back(i);
    if (KindOf(deviations[i].stream) == StreamKind::kRunning) running.push_back(i);
  }
  std::vector<Unit> groups;
  if (running.size() > 1) groups.push_back(running);
  for (const auto* const all : {&by_label, &by_stream}) {
    for (const auto& [name, unit] : *all) {
      if (unit.size() > 1) groups.push_back(unit);
    }
  }
  return groups;
}

std::vector<Unit> Singles(const Deviations& deviations) {
  std::vector<Unit> units;
  for (std::size_t i = deviations.size(); i-- > 0;) units.push_back(Unit{i});
  return units;
}

// Tries to let go each unit of the best; where it succeeds, it goes on with those of the new best.
void ForEachUnit(ShrinkSearch* search, std::vector<Unit> (*units_of)(const Deviations&),
                 bool (*let_go)(ShrinkSearch*, const Unit&)) {
  std::vector<Unit> units = units_of(search->best());
  for (std::size_t at = 0; at < units.size() && !search->over();) {
    if (let_go(search, units[at])) {
      units = units_of(search->best());
    } else {
      ++at;
    }
  }
}

// ------------------------------------------------------------------------------------------------- times

constexpr std::string_view kTime = "at";

// The draws of the times of all plan items.
std::vector<LoggedDraw> TimesIn(const DrawLog& log) {
  std::vector<LoggedDraw> times;
  for (const LoggedDraw& draw : log.draws) {
    if (draw.label == kTime && PlanSlotOf(log.StreamOf(draw)).has_value()) times.push_back(draw);
  }
  return times;
}

// The first instants, those around the one it has, and some of the others.
std::set<std::uint64_t> InstantsFor(const LoggedDraw& time) {
  constexpr std::uint64_t kFirst = 32;
  constexpr std::uint64_t kAround = 16;
  constexpr std::uint64_t kSome = 50;
  std::set<std::uint64_t> instants;
  for (std::uint64_t i = 0; i < kFirst; ++i) instants.insert(i);
  for (std::uint64_t i = 0; i <= 2 * kAround; ++i) {
    if (time.value + i >= kAround) instants.insert(time.value + i - kAround);
  }
  for (std::uint64_t i = 0; i < kSome; ++i) instants.insert(time.bound / kSome * i);
  instants.erase(instants.lower_bound(time.bound), instants.end());
  return instants;
}

Deviations WithAnswer(const Deviations& deviations, const DrawLog& log, const LoggedDraw& draw,
                      std::uint64_t answer) {
  const std::string& stream = log.StreamOf(draw);
  Deviations changed;
  for (const Deviation& deviation : deviations) {
    if (deviation.stream != stream || deviation.index != draw.index) changed.push_back(deviation);
  }
  if (answer > 0) changed.push_back(log.Answering(draw, answer));
  return changed;
}

// Whether some item, begun at some other time, lets `unit` go.
bool DropWhileRetiming(ShrinkSearch* search, const Unit& unit) {
  const Deviations rest = Without(search->best(), unit);
  const std::shared_ptr<const DrawLog> log = search->draws();
  for (const LoggedDraw& time : TimesIn(*log)) {
    for (const std::uint64_t instant : InstantsFor(time)) {
      if (search->over()) return false;
      if (search->Try(WithAnswer(rest, *log, time, instant))) return true;
    }
  }
  return false;
}

void BeginEarliest(ShrinkSearch* search) {
  const std::shared_ptr<const DrawLog> log = search->draws();
  for (const LoggedDraw& time : TimesIn(*log)) {
    for (const std::uint64_t instant : InstantsFor(time)) {
      if (search->over() || instant >= time.value) break;
      if (search->Try(WithAnswer(search->best(), *log, time, instant))) break;
    }
  }
}

// ----------------------------------------------------------------------------------------- many for one

// Where one deviation could stand for those that are gone: in what is planned, or where something may strike.
// Of each label some, spread over the run.
std::vector<LoggedDraw> PlacesIn(const DrawLog& log) {
  std::map<std::string_view, std::vector<LoggedDraw>> by_label;
  for (const LoggedDraw& draw : log.draws) {
    if (draw.value != 0 || draw.label == kTime) continue;
    const StreamKind kind = KindOf(log.StreamOf(draw));
    const bool is_planned = kind == StreamKind::kPlanItem && draw.index > 0;
    const bool is_strike = kind == StreamKind::kRunning && draw.bound == 2;
    if (is_planned || is_strike) by_label[draw.label].push_back(draw);
  }
  std::vector<LoggedDraw> places;
  for (const auto& [label, all] : by_label) {
    const std::size_t tried = std::min(all.size(), kMostPlaces);
    for (std::size_t i = 0; i < tried; ++i) places.push_back(all[i * all.size() / tried]);
  }
  return places;
}

bool ReplaceByOne(ShrinkSearch* search, const Unit& unit) {
  const Deviations rest = Without(search->best(), unit);
  const DrawLog log = search->DrawsOf(rest);
  for (const LoggedDraw& place : PlacesIn(log)) {
    if (search->over()) return false;
    const Deviations one = WithAnswer(rest, log, place, 1);
    if (search->Try(one)) return true;
    // What strikes may have an amount, drawn right behind it, of which the least is too little.
    if (unit.size() < 3 || KindOf(log.StreamOf(place)) != StreamKind::kRunning) continue;
    LoggedDraw amount = place;
    ++amount.index;
    if (search->Try(WithAnswer(one, log, amount, 1))) return true;
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

void DropGroupsAndRetime(ShrinkSearch* search) { ForEachUnit(search, GroupsOf, DropWhileRetiming); }

void DropSinglesAndRetime(ShrinkSearch* search) {
  if (search->best().size() <= kMostDeviations) ForEachUnit(search, Singles, DropWhileRetiming);
  BeginEarliest(search);
}

void ReplaceManyByOne(ShrinkSearch* search) { ForEachUnit(search, GroupsOf, ReplaceByOne); }

}  // namespace fencepost::sim
