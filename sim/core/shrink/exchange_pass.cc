#include "sim/core/shrink/exchange_pass.h"

#include <absl/functional/function_ref.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/core/shrink/shrink_size.h"
#include "sim/core/shrink/stream_name.h"
#include "sim/core/vocabulary/vocabulary.h"

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

bool IsOneOf(const std::vector<std::string_view>& labels, std::string_view label) {
  return std::ranges::find(labels, label) != labels.end();
}

// How many things of this sort the run has: the largest bound of its values.
std::uint64_t CountOf(const DrawLog& log, const Interchangeable& things) {
  std::uint64_t count = 0;
  for (const LoggedDraw& draw : log.draws) {
    if (IsOneOf(things.labels, draw.label)) count = std::max(count, draw.bound);
  }
  return count;
}

// Thing `one` is called `other` and the other way round, both counted from 0. Nothing if some draw does not
// have the other's answer.
std::optional<Deviations> Exchanged(const DrawLog& log, const Interchangeable& things, std::uint64_t one,
                                    std::uint64_t other) {
  Deviations exchanged;
  for (const LoggedDraw& draw : log.draws) {
    std::uint64_t value = draw.value;
    if (IsOneOf(things.labels, draw.label)) {
      if (draw.value == one) value = other;
      if (draw.value == other) value = one;
      if (value >= draw.bound) return std::nullopt;
    }
    if (value == 0) continue;
    exchanged.push_back(log.Answering(draw, value));
    for (const std::string_view stem : things.stems) {
      std::string& stream = exchanged.back().stream;
      stream = ExchangeIn(stream, fmt::format("{}{}", stem, one + 1), fmt::format("{}{}", stem, other + 1));
    }
  }
  return exchanged;
}

void ExchangeThings(ShrinkSearch* search, const Interchangeable& things) {
  const std::uint64_t count = CountOf(*search->draws(), things);
  for (std::uint64_t other = 1; other < count; ++other) {
    for (std::uint64_t one = 0; one < other; ++one) {
      if (search->over()) return;
      std::optional<Deviations> exchanged = Exchanged(*search->draws(), things, one, other);
      if (exchanged.has_value()) search->Try(*std::move(exchanged));
    }
  }
}

// In an order of their own, whatever the one in which they were registered.
std::vector<const Interchangeable*> SortsOfThings(const Vocabulary& vocabulary) {
  std::vector<const Interchangeable*> sorts;
  for (const Interchangeable& things : vocabulary.interchangeable) sorts.push_back(&things);
  std::ranges::sort(sorts, [](const Interchangeable* a, const Interchangeable* b) {
    return std::tie(a->labels, a->stems) < std::tie(b->labels, b->stems);
  });
  return sorts;
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
std::vector<LoggedDraw> PlacesFor(const DrawLog& log, const Deviation& strike) {
  std::vector<LoggedDraw> places;
  for (const LoggedDraw& draw : log.draws) {
    if (draw.value != 0 || draw.label != strike.label || draw.bound != strike.bound) continue;
    const auto order = CompareNaturally(log.StreamOf(draw), strike.stream);
    if (order < 0 || (order == 0 && draw.index > strike.index)) places.push_back(draw);
  }
  std::ranges::sort(places, [&log](const LoggedDraw& a, const LoggedDraw& b) {
    if (const auto order = CompareNaturally(log.StreamOf(a), log.StreamOf(b)); order != 0) return order < 0;
    return a.index > b.index;
  });
  if (places.size() > kMostExchanged) places.resize(kMostExchanged);
  return places;
}

// `strike` happens at `place`; what was drawn right behind it is drawn right behind that.
Deviations Moved(const Deviations& deviations, const Deviation& strike, const Deviation& place) {
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
  for (const Interchangeable* const things : SortsOfThings(search->simulation().vocabulary())) {
    ExchangeThings(search, *things);
  }
}

void MoveStrikes(ShrinkSearch* search) {
  const Deviations before = search->best();
  for (const Deviation& strike : before) {
    if (KindOf(strike.stream) != StreamKind::kRunning) continue;
    const std::shared_ptr<const DrawLog> log = search->draws();
    for (const LoggedDraw& place : PlacesFor(*log, strike)) {
      if (search->over()) return;
      // The list may have changed under an accepted candidate: then the next round goes on from there.
      const Deviations& best = search->best();
      if (std::find(best.begin(), best.end(), strike) == best.end()) break;
      if (search->Try(Moved(best, strike, log->Answering(place, strike.value)))) break;
    }
  }
}

}  // namespace fencepost::sim
