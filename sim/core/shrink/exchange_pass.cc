#include "sim/core/shrink/exchange_pass.h"

#include <absl/functional/function_ref.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/shrink/shrink_size.h"
#include "sim/core/shrink/stream_name.h"

namespace fencepost::sim {
namespace {

using Deviations = std::vector<Deviation>;

// So many places are tried for one deviation.
constexpr std::size_t kMostExchanged = 48;

// The numbers of a kind of name that are in use, by what stands before the number.
using NumbersByStem = std::map<std::string, std::set<std::uint64_t>>;

// The actors that have plan items.
NumbersByStem PlannedActors(const Deviations& deviations) {
  NumbersByStem actors;
  for (const Deviation& deviation : deviations) {
    const std::optional<PlanSlot> slot = PlanSlotOf(deviation.stream);
    if (!slot.has_value()) continue;
    const std::optional<NumberedName> name = SplitNumber(slot->actor);
    if (name.has_value()) actors[std::string(name->stem)].insert(name->number);
  }
  return actors;
}

std::set<std::uint64_t> SlotsOf(const Deviations& deviations, std::string_view actor) {
  std::set<std::uint64_t> slots;
  for (const Deviation& deviation : deviations) {
    const std::optional<PlanSlot> slot = PlanSlotOf(deviation.stream);
    if (slot.has_value() && slot->actor == actor) slots.insert(slot->number);
  }
  return slots;
}

Deviations WithStreams(const Deviations& deviations,
                       absl::FunctionRef<std::string(const std::string&)> rename) {
  Deviations renamed = deviations;
  for (Deviation& deviation : renamed) deviation.stream = rename(deviation.stream);
  return renamed;
}

// Tries the item of `from` with each actor of the stem before it, in its first free slot.
void MoveItem(ShrinkSearch* search, const std::string& stem, std::uint64_t from, std::uint64_t slot) {
  const std::string item = ItemName(fmt::format("{}{}", stem, from), slot);
  for (std::uint64_t to = 1; to < from && !search->over(); ++to) {
    const std::string actor = fmt::format("{}{}", stem, to);
    const std::set<std::uint64_t> taken = SlotsOf(search->best(), actor);
    std::uint64_t free = 1;
    while (taken.contains(free)) ++free;
    const std::string there = ItemName(actor, free);
    const auto rename = [&](const std::string& stream) { return RenameIn(stream, item, there); };
    if (search->Try(WithStreams(search->best(), rename))) return;
  }
}

// The values that stand for a thing of one kind, and what else is called after it: what the values of these
// labels count from 0, these streams count from 1.
struct Naming {
  std::vector<std::string_view> labels;
  std::vector<std::string_view> stems;
};

const std::vector<Naming>& Namings() {
  static const std::vector<Naming> namings = {
      {{"node", "target"}, {"node-", "replica-"}},
      {{"key"}, {}},
  };
  return namings;
}

bool IsOneOf(const std::vector<std::string_view>& labels, const std::string& label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

// How many things of this kind the run has: the largest bound of its values.
std::uint64_t CountOf(const std::vector<MadeDraw>& draws, const Naming& naming) {
  std::uint64_t count = 0;
  for (const MadeDraw& draw : draws) {
    if (IsOneOf(naming.labels, draw.label)) count = std::max(count, draw.bound);
  }
  return count;
}

// Thing `one` is called `other` and the other way round, both counted from 0. Nothing if some draw has no
// such answer.
std::optional<Deviations> Exchanged(const std::vector<MadeDraw>& draws, const Naming& naming,
                                    std::uint64_t one, std::uint64_t other) {
  Deviations exchanged;
  for (const MadeDraw& draw : draws) {
    std::uint64_t value = draw.value;
    if (IsOneOf(naming.labels, draw.label)) {
      if (draw.value == one) value = other;
      if (draw.value == other) value = one;
      if (value >= draw.bound) return std::nullopt;
    }
    if (value == 0) continue;
    exchanged.push_back(draw.Answering(value));
    for (const std::string_view stem : naming.stems) {
      std::string& stream = exchanged.back().stream;
      stream = ExchangeIn(stream, fmt::format("{}{}", stem, one + 1), fmt::format("{}{}", stem, other + 1));
    }
  }
  return exchanged;
}

void ExchangeThings(ShrinkSearch* search, const Naming& naming) {
  const std::uint64_t count = CountOf(search->draws(), naming);
  for (std::uint64_t other = 1; other < count; ++other) {
    for (std::uint64_t one = 0; one < other; ++one) {
      if (search->over()) return;
      std::optional<Deviations> exchanged = Exchanged(search->draws(), naming, one, other);
      if (exchanged.has_value()) search->Try(*std::move(exchanged));
    }
  }
}

void ExchangeActors(ShrinkSearch* search) {
  const NumbersByStem actors = PlannedActors(search->best());
  for (const auto& [stem, numbers] : actors) {
    for (auto other = numbers.begin(); other != numbers.end(); ++other) {
      for (auto one = numbers.begin(); one != other; ++one) {
        if (search->over()) return;
        const std::string first = fmt::format("{}{}", stem, *one);
        const std::string second = fmt::format("{}{}", stem, *other);
        const auto exchange = [&](const std::string& stream) { return ExchangeIn(stream, first, second); };
        search->Try(WithStreams(search->best(), exchange));
      }
    }
  }
}

// The draws at which the same could happen, and does not, and which would make a smaller list: those of
// streams with an earlier name, and the later ones of its own.
std::vector<MadeDraw> PlacesFor(const std::vector<MadeDraw>& draws, const Deviation& strike) {
  std::vector<MadeDraw> places;
  for (const MadeDraw& draw : draws) {
    if (draw.value != 0 || draw.label != strike.label || draw.bound != strike.bound) continue;
    const auto order = CompareNaturally(draw.stream, strike.stream);
    if (order < 0 || (order == 0 && draw.index > strike.index)) places.push_back(draw);
  }
  std::sort(places.begin(), places.end(), [](const MadeDraw& a, const MadeDraw& b) {
    if (const auto order = CompareNaturally(a.stream, b.stream); order != 0) return order < 0;
    return a.index > b.index;
  });
  if (places.size() > kMostExchanged) places.resize(kMostExchanged);
  return places;
}

// `strike` happens at `place`; what was drawn right behind it is drawn right behind that.
Deviations Moved(const Deviations& deviations, const Deviation& strike, const MadeDraw& place) {
  Deviations moved;
  for (const Deviation& deviation : deviations) {
    const bool is_strike = deviation.stream == strike.stream && deviation.index == strike.index;
    const bool is_behind = deviation.stream == strike.stream && deviation.index == strike.index + 1;
    const bool is_taken = deviation.stream == place.stream && deviation.index == place.index + 1;
    if (is_taken && !is_strike && !is_behind) continue;
    moved.push_back(deviation);
    if (!is_strike && !is_behind) continue;
    moved.back().stream = place.stream;
    moved.back().index = place.index + (is_behind ? 1 : 0);
  }
  return moved;
}

}  // namespace

void MoveItemsToFirstActors(ShrinkSearch* search) {
  const NumbersByStem actors = PlannedActors(search->best());
  for (const auto& [stem, numbers] : actors) {
    for (const std::uint64_t number : numbers) {
      const std::set<std::uint64_t> slots = SlotsOf(search->best(), fmt::format("{}{}", stem, number));
      for (const std::uint64_t slot : slots) MoveItem(search, stem, number, slot);
    }
  }
}

void ExchangeNames(ShrinkSearch* search) {
  ExchangeActors(search);
  for (const Naming& naming : Namings()) ExchangeThings(search, naming);
}

void MoveStrikes(ShrinkSearch* search) {
  const Deviations before = search->best();
  for (const Deviation& strike : before) {
    if (KindOf(strike.stream) != StreamKind::kRunning) continue;
    for (const MadeDraw& place : PlacesFor(search->draws(), strike)) {
      if (search->over()) return;
      // The list may have changed under an accepted candidate: then the next round goes on from there.
      const Deviations& best = search->best();
      if (std::find(best.begin(), best.end(), strike) == best.end()) break;
      if (search->Try(Moved(best, strike, place))) break;
    }
  }
}

}  // namespace fencepost::sim
