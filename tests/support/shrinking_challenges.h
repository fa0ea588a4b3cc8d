// The public shrinking challenges (github.com/jlink/shrinking-challenge), drawn from named streams: what
// every property-based testing library measures its shrinker with, and we ours.
//
// Each is a generator and a property that some generated value breaks. A list has one stream per place, whose
// first draw says whether there is an element, as the plan of a simulated run has one per item.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/choices/choices.h"
#include "sim/core/shrink/shrink_target.h"
#include "sim/core/shrink/shrinker.h"

namespace fencepost::sim {

// What a challenge made of its draws.
struct ChallengeRun {
  bool fails = false;
  std::string value;  // as people write it, e.g. "[0, 1]"
};

// A published result: how many evaluations a library needed, on average, and what it ended in.
struct PublishedResult {
  std::string_view library;
  std::string_view evaluations;
  std::string_view value;
};

struct Challenge {
  std::string_view name;
  ChallengeRun (*run)(Choices* choices);
  std::vector<std::string> smallest;  // one of these is what every failure is to shrink to
  PublishedResult published;
};

std::span<const Challenge> AllChallenges();

class ChallengeTarget final : public ShrinkTarget {
 public:
  explicit ChallengeTarget(const Challenge* challenge) : challenge_(challenge) {}
  ShrinkAttempt Run(const std::vector<Deviation>& asked) override;

  // What the challenge makes of these deviations.
  ChallengeRun Replay(const std::vector<Deviation>& asked) const;

 private:
  const Challenge* challenge_;
};

// The deviations of the first failing run at or after *seed, which becomes that seed.
std::vector<Deviation> NextFailure(const Challenge& challenge, std::uint64_t* seed);

}  // namespace fencepost::sim
