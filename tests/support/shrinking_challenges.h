// The public shrinking challenges (github.com/jlink/shrinking-challenge), drawn from named streams: what
// every property-based testing library measures its shrinker with, and we ours.
//
// Each is a generator and a property that some generated value breaks. A list has one stream per place, whose
// first draw says whether there is an element, as the plan of a simulated run has one per item.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/choices/choices.h"
#include "sim/core/simulation/variation.h"
#include "tests/support/toy_simulation.h"

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

// The challenge as a simulation: it fails with the value that breaks the property as its sentence.
std::unique_ptr<ToySimulation> SimulationOf(const Challenge& challenge);

// The first failing run at or after *seed, which becomes that seed.
FailingRun NextFailure(const Challenge& challenge, std::uint64_t* seed);

// What the challenge makes of these deviations.
ChallengeRun ReplayChallenge(const Challenge& challenge, const std::vector<Deviation>& deviations);

}  // namespace fencepost::sim
