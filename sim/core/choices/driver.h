// A choice driver decides what a draw answers: by a seed, from a recording, for a search, from a fuzzer's
// bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "sim/core/kinds/kinds.h"

namespace fencepost::sim {

// Says what a draw decides, e.g. "drop" or "next-task". A string literal: it outlives everything.
using Label = const char*;

// A probability as an exact ratio of integers; floating point has no place in a decision.
struct Ratio {
  std::uint32_t numerator = 0;
  std::uint32_t denominator = 1;  // never 0; numerator <= denominator

  friend bool operator==(const Ratio&, const Ratio&) = default;
};

// Whoever acts in a simulated world: a node, a client, an operator. The world itself is 0.
using ActorId = std::uint32_t;

inline constexpr ActorId kWorldActor = 0;

// The actor called `name`: a hash of it, so that who else is there does not matter. Never kWorldActor.
constexpr ActorId ActorIdOf(std::string_view name) {
  const std::uint64_t key = NameKey(name);
  const auto folded = static_cast<ActorId>(key ^ (key >> 32));
  return folded == kWorldActor ? 1 : folded;
}

// One draw, as a driver sees it. Exactly one of `weights` and `actors` may be non-empty.
struct ChoiceRequest {
  std::string_view stream;
  std::uint64_t stream_key = 0;  // a stable hash of the stream's name
  std::uint64_t index = 0;       // the index of the draw in its stream, from 0
  std::uint64_t bound = 0;       // at least 2; the answer lies below it
  Label label = "";
  std::span<const std::uint32_t> weights;  // if not empty: one per answer, the answer should follow them
  std::span<const ActorId> actors;         // if not empty: a scheduling choice, one actor per answer
};

class ChoiceDriver {
 public:
  virtual ~ChoiceDriver() = default;

  // A number in [0, request.bound). The caller checks that.
  virtual std::uint64_t Choose(const ChoiceRequest& request) = 0;
};

}  // namespace fencepost::sim
