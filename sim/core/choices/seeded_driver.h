// The driver of the nightly: every answer follows from a seed, by a fully specified algorithm.
//
// The generator is counter-based. With Mix the SplitMix64 finaliser, G = 0x9E3779B97F4A7C15 and arithmetic
// modulo 2^64, the n-th word (n = 0, 1, ...) of the stream with key k (see stream_key.h) is
//
//     state = Mix(Mix(seed + G) ^ k)
//     word  = Mix(state + (n + 1) * G)
//
// and a number below `bound` is floor(word * bound / 2^64). Each answer's probability differs from 1/bound by
// less than 2^-64, which no run can notice. A weighted answer takes a number below the sum of the weights and
// walks them in order. Nothing here depends on the compiler, the library or the machine.
//
// Scheduling choices go by a strategy, since no single one finds every kind of bug. It is chosen by the seed
// (see StrategyOf) unless forced:
//
//   uniform      any ready task, evenly.
//   fifo-mostly  first in, first out, but for one decision in 2^k (k in 2..9, by the seed), which picks any
//                other task evenly: few delays, far apart, which keeps long protocols going.
//   pct          priorities (Burckhardt et al., "A Randomized Scheduler with Probabilistic Guarantees of
//                Finding Bugs"): each actor has a random one and the highest ready goes next, ties first in,
//                first out; at d random decisions (d in 1..6, within the first 2^h, h in 6..15, all by the
//                seed) the actor that would have gone falls below everyone else.
//
// Under pct an answer depends on the earlier scheduling requests of its stream too, under the others on
// (seed, stream, n) and the bound alone. Single-threaded.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/core/choices/driver.h"

namespace fencepost::sim {

enum class Strategy : std::uint8_t { kUniform, kFifoMostly, kPct };

inline constexpr std::array<Strategy, 3> kStrategies = {Strategy::kUniform, Strategy::kFifoMostly,
                                                        Strategy::kPct};

// "uniform", "fifo-mostly" or "pct".
std::string_view StrategyName(Strategy strategy);

// The strategy of that name, or nothing. The inverse of StrategyName.
std::optional<Strategy> StrategyFromName(std::string_view name);

// The strategy that a seed chooses: each of them for a third of the seeds.
Strategy StrategyOf(std::uint64_t seed);

class SeededDriver final : public ChoiceDriver {
 public:
  explicit SeededDriver(std::uint64_t seed);
  SeededDriver(std::uint64_t seed, Strategy strategy);

  std::uint64_t Choose(const ChoiceRequest& request) override;

  std::uint64_t seed() const { return seed_; }
  Strategy strategy() const { return strategy_; }

 private:
  // The state of one stream's priority schedule.
  struct Pct {
    std::vector<std::uint64_t> change_points;     // decision indices, ascending
    std::map<ActorId, std::uint64_t> priorities;  // of the actors seen so far; none is 0
    std::uint64_t next_lowered = 0;               // what the next one falls to: the later, the lower
  };

  // A word of randomness about the run as a whole, independent of every stream.
  std::uint64_t RunWord(std::string_view purpose, std::uint64_t index) const;

  std::uint64_t Word(const ChoiceRequest& request) const;
  std::uint64_t ChooseWeighted(const ChoiceRequest& request) const;
  std::uint64_t ChooseFifoMostly(const ChoiceRequest& request) const;
  std::uint64_t ChoosePct(const ChoiceRequest& request);
  Pct MakePct(std::uint64_t stream_key) const;
  // The index of the first task of the actor that goes before all others.
  std::size_t HighestPriority(Pct& pct, std::span<const ActorId> actors) const;

  std::uint64_t seed_;
  std::uint64_t mixed_seed_;
  Strategy strategy_;
  std::uint64_t fifo_one_in_;         // fifo-mostly deviates once in so many decisions
  std::map<std::uint64_t, Pct> pct_;  // by stream key
};

}  // namespace fencepost::sim
