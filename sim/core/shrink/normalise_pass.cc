#include "sim/core/shrink/normalise_pass.h"

#include <fmt/format.h>

#include <absl/functional/function_ref.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/shrink/stream_name.h"

namespace fencepost::sim {
namespace {

using Deviations = std::vector<Deviation>;

Deviations Renamed(const Deviations& deviations, absl::FunctionRef<std::string(const std::string&)> rename) {
  Deviations renamed = deviations;
  for (Deviation& deviation : renamed) deviation.stream = rename(deviation.stream);
  return renamed;
}

// The actors whose names end in a number, by stem.
std::map<std::string, std::set<std::uint64_t>> NumberedActors(const Deviations& deviations) {
  std::map<std::string, std::set<std::uint64_t>> actors;
  for (const Deviation& deviation : deviations) {
    const StreamKind kind = KindOf(deviation.stream);
    if (kind == StreamKind::kConfig || kind == StreamKind::kSchedule) continue;
    const std::optional<NumberedName> name = SplitNumber(ActorOf(deviation.stream));
    if (name.has_value()) actors[std::string(name->stem)].insert(name->number);
  }
  return actors;
}

// The slots in use, by actor.
std::map<std::string, std::set<std::uint64_t>> SlotsInUse(const Deviations& deviations) {
  std::map<std::string, std::set<std::uint64_t>> slots;
  for (const Deviation& deviation : deviations) {
    if (const std::optional<PlanSlot> slot = PlanSlotOf(deviation.stream); slot.has_value()) {
      slots[std::string(slot->actor)].insert(slot->number);
    }
  }
  return slots;
}

// The smallest number from 1 on that is below `below` and not in `used`; 0 when there is none.
std::uint64_t LowestFree(const std::set<std::uint64_t>& used, std::uint64_t below) {
  std::uint64_t number = 1;
  while (number < below && used.contains(number)) ++number;
  return number < below ? number : 0;
}

// The item and all that is drawn for it takes another name.
Deviations ItemRenamed(const Deviations& deviations, const std::string& from, const std::string& to) {
  return Renamed(deviations, [&](const std::string& stream) { return RenameIn(stream, from, to); });
}

Deviations AllSlotsCompacted(const Deviations& deviations) {
  const auto slots = SlotsInUse(deviations);
  return Renamed(deviations, [&](const std::string& stream) {
    const std::optional<PlanSlot> item = ItemOf(stream);
    if (!item.has_value()) return stream;
    const auto used = slots.find(std::string(item->actor));
    if (used == slots.end() || !used->second.contains(item->number)) return stream;
    const auto before = std::distance(used->second.begin(), used->second.find(item->number));
    return RenameIn(stream, ItemName(item->actor, item->number),
                    ItemName(item->actor, static_cast<std::uint64_t>(before) + 1));
  });
}

void RenumberSlotsOf(ShrinkSearch* search, const std::string& actor, const std::set<std::uint64_t>& numbers) {
  for (const std::uint64_t number : numbers) {
    const std::uint64_t free = LowestFree(SlotsInUse(search->best())[actor], number);
    if (free == 0 || search->over()) continue;
    search->Try(ItemRenamed(search->best(), ItemName(actor, number), ItemName(actor, free)));
  }
}

// Exchanges one draw of two streams.
Deviations Exchanged(const Deviations& deviations, const std::string& first, const std::string& second,
                     std::uint64_t only) {
  Deviations exchanged = deviations;
  for (Deviation& deviation : exchanged) {
    if (deviation.index != only) continue;
    if (deviation.stream == first) {
      deviation.stream = second;
    } else if (deviation.stream == second) {
      deviation.stream = first;
    }
  }
  return exchanged;
}

std::set<std::uint64_t> IndicesIn(const Deviations& deviations, const std::string& first,
                                  const std::string& second) {
  std::set<std::uint64_t> indices;
  for (const Deviation& deviation : deviations) {
    if (deviation.stream == first || deviation.stream == second) indices.insert(deviation.index);
  }
  return indices;
}

void SortNeighbours(ShrinkSearch* search, const std::string& first, const std::string& second) {
  search->Try(
      Renamed(search->best(), [&](const std::string& stream) { return ExchangeIn(stream, first, second); }));
  const std::string plan_first = "plan/" + first;
  const std::string plan_second = "plan/" + second;
  for (const std::uint64_t index : IndicesIn(search->best(), plan_first, plan_second)) {
    if (search->over()) return;
    search->Try(Exchanged(search->best(), plan_first, plan_second, index));
  }
}

// The deviations of one label and bound, as positions in the list.
std::map<std::pair<std::string, std::uint64_t>, std::vector<std::size_t>> Alike(
    const Deviations& deviations) {
  std::map<std::pair<std::string, std::uint64_t>, std::vector<std::size_t>> alike;
  for (std::size_t i = 0; i < deviations.size(); ++i) {
    alike[{deviations[i].label, deviations[i].bound}].push_back(i);
  }
  return alike;
}

// Lowers the value at `first` to `rest` and raises the one at `second` by the difference, if its bound
// allows.
void PushBack(ShrinkSearch* search, const Deviations& base, std::size_t first, std::size_t second,
              std::uint64_t rest) {
  if (base[first].value <= rest) return;
  const std::uint64_t moved = base[first].value - rest;
  if (base[second].bound - base[second].value <= moved) return;
  Deviations pushed = base;
  pushed[first].value = rest;
  pushed[second].value += moved;
  if (rest == 0) pushed.erase(pushed.begin() + static_cast<std::ptrdiff_t>(first));
  search->Try(std::move(pushed));
}

}  // namespace

void RenumberActors(ShrinkSearch* search) {
  const auto actors = NumberedActors(search->best());
  for (const auto& [stem, numbers] : actors) {
    for (const std::uint64_t number : numbers) {
      const std::uint64_t free = LowestFree(NumberedActors(search->best())[stem], number);
      if (free == 0 || search->over()) continue;
      const std::string from = fmt::format("{}{}", stem, number);
      const std::string to = fmt::format("{}{}", stem, free);
      search->Try(
          Renamed(search->best(), [&](const std::string& stream) { return RenameIn(stream, from, to); }));
    }
  }
}

void RenumberPlanItems(ShrinkSearch* search) {
  search->Try(AllSlotsCompacted(search->best()));
  const auto slots = SlotsInUse(search->best());
  for (const auto& [actor, numbers] : slots) RenumberSlotsOf(search, actor, numbers);
}

void SortPlanItems(ShrinkSearch* search) {
  const auto slots = SlotsInUse(search->best());
  for (const auto& [actor, numbers] : slots) {
    const std::vector<std::uint64_t> ordered(numbers.begin(), numbers.end());
    for (std::size_t i = 1; i < ordered.size(); ++i) {
      SortNeighbours(search, ItemName(actor, ordered[i - 1]), ItemName(actor, ordered[i]));
    }
  }
}

void PushValuesBack(ShrinkSearch* search) {
  for (const std::uint64_t rest : {std::uint64_t{0}, std::uint64_t{1}}) {
    const Deviations base = search->best();
    for (const auto& [kind, positions] : Alike(base)) {
      for (std::size_t i = 1; i < positions.size(); ++i) {
        if (search->over()) return;
        // The list has changed under an accepted candidate: the next round goes on from there.
        if (search->best() == base) PushBack(search, base, positions[i - 1], positions[i], rest);
      }
    }
  }
}

}  // namespace fencepost::sim
