#include "sim/core/choices/seeded_driver.h"

#include <algorithm>
#include <cassert>

#include "sim/core/choices/stream_key.h"

namespace fencepost::sim {
namespace {

__extension__ typedef unsigned __int128 Uint128;

constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15;

// The finaliser of SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators").
constexpr std::uint64_t Mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

constexpr std::uint64_t StreamWord(std::uint64_t mixed_seed, std::uint64_t stream_key, std::uint64_t index) {
  return Mix(Mix(mixed_seed ^ stream_key) + (index + 1) * kGolden);
}

constexpr std::uint64_t Reduce(std::uint64_t word, std::uint64_t bound) {
  return static_cast<std::uint64_t>((static_cast<Uint128>(word) * bound) >> 64);
}

// Priorities that actors start with lie above all that they can fall to.
constexpr std::uint64_t kLowestStartingPriority = std::uint64_t{1} << 63;

}  // namespace

std::string_view StrategyName(Strategy strategy) {
  switch (strategy) {
    case Strategy::kUniform:
      return "uniform";
    case Strategy::kFifoMostly:
      return "fifo-mostly";
    case Strategy::kPct:
      return "pct";
  }
  return "";
}

std::optional<Strategy> StrategyFromName(std::string_view name) {
  for (const Strategy strategy : kStrategies) {
    if (StrategyName(strategy) == name) return strategy;
  }
  return std::nullopt;
}

Strategy StrategyOf(std::uint64_t seed) {
  const std::uint64_t word = StreamWord(Mix(seed + kGolden), StreamKey("driver/strategy"), 0);
  return kStrategies[static_cast<std::size_t>(Reduce(word, kStrategies.size()))];
}

SeededDriver::SeededDriver(std::uint64_t seed) : SeededDriver(seed, StrategyOf(seed)) {}

SeededDriver::SeededDriver(std::uint64_t seed, Strategy strategy)
    : seed_(seed), mixed_seed_(Mix(seed + kGolden)), strategy_(strategy), fifo_one_in_(0) {
  fifo_one_in_ = std::uint64_t{1} << (2 + Reduce(RunWord("driver/fifo-mostly", 0), 8));
}

std::uint64_t SeededDriver::Choose(const ChoiceRequest& request) {
  if (!request.weights.empty()) return ChooseWeighted(request);
  if (!request.actors.empty()) {
    switch (strategy_) {
      case Strategy::kUniform:
        break;
      case Strategy::kFifoMostly:
        return ChooseFifoMostly(request);
      case Strategy::kPct:
        return ChoosePct(request);
    }
  }
  return Reduce(Word(request), request.bound);
}

std::uint64_t SeededDriver::RunWord(std::string_view purpose, std::uint64_t index) const {
  return StreamWord(mixed_seed_, StreamKey(purpose), index);
}

std::uint64_t SeededDriver::Word(const ChoiceRequest& request) const {
  return StreamWord(mixed_seed_, request.stream_key, request.index);
}

std::uint64_t SeededDriver::ChooseWeighted(const ChoiceRequest& request) const {
  std::uint64_t sum = 0;
  for (const std::uint32_t weight : request.weights) sum += weight;
  assert(sum > 0);
  std::uint64_t left = Reduce(Word(request), sum);
  std::uint64_t index = 0;
  for (const std::uint32_t weight : request.weights) {
    if (left < weight) break;
    left -= weight;
    ++index;
  }
  return index;
}

std::uint64_t SeededDriver::ChooseFifoMostly(const ChoiceRequest& request) const {
  // One word answers both questions: its size whether to deviate, its bits mixed once more where to.
  const std::uint64_t word = Word(request);
  const std::uint64_t threshold = (~std::uint64_t{0}) / fifo_one_in_;
  if (word > threshold) return 0;
  return 1 + Reduce(Mix(word), request.bound - 1);
}

std::uint64_t SeededDriver::ChoosePct(const ChoiceRequest& request) {
  auto found = pct_.find(request.stream_key);
  if (found == pct_.end()) found = pct_.emplace(request.stream_key, MakePct(request.stream_key)).first;
  Pct& pct = found->second;

  std::size_t next = HighestPriority(pct, request.actors);
  if (std::ranges::binary_search(pct.change_points, request.index)) {
    pct.priorities[request.actors[next]] = pct.next_lowered--;
    next = HighestPriority(pct, request.actors);
  }
  return next;
}

std::size_t SeededDriver::HighestPriority(Pct& pct, std::span<const ActorId> actors) const {
  std::size_t best = 0;
  std::uint64_t best_priority = 0;
  for (std::size_t i = 0; i < actors.size(); ++i) {
    const auto [entry, is_new] = pct.priorities.try_emplace(actors[i], 0);
    if (is_new) entry->second = RunWord("driver/pct-priority", actors[i]) | kLowestStartingPriority;
    if (entry->second <= best_priority) continue;
    best = i;
    best_priority = entry->second;
  }
  return best;
}

SeededDriver::Pct SeededDriver::MakePct(std::uint64_t stream_key) const {
  std::uint64_t n = 0;
  const auto below = [&](std::uint64_t bound) {
    return Reduce(StreamWord(mixed_seed_, stream_key ^ StreamKey("driver/pct"), n++), bound);
  };
  Pct pct;
  const std::uint64_t changes = 1 + below(6);
  const std::uint64_t horizon = std::uint64_t{1} << (6 + below(10));
  for (std::uint64_t i = 0; i < changes; ++i) pct.change_points.push_back(below(horizon));
  std::ranges::sort(pct.change_points);
  pct.next_lowered = changes;
  return pct;
}

}  // namespace fencepost::sim
