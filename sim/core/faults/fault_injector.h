// The faults of one run: draws whether each strikes, and counts how often it did.
//
// A fault has odds, an integer ratio; odds of 0 are off. What is counted is a fault that somebody felt:
// whoever asks does so when all else that the fault needs is certain, and a fault that strikes by plan and
// finds nobody there is not counted. A nightly in which a fault of its scenario was never counted fails, for
// such runs prove nothing.
//
// Single-threaded.
#pragma once

#include <cstdint>

#include "sim/core/choices/choices.h"
#include "sim/core/kinds/kind_list.h"
#include "sim/core/kinds/kinds.h"
#include "sim/core/runtime/events.h"

namespace fencepost::sim {

using FaultOdds = PerKind<FaultKind, Ratio>;

class FaultInjector {
 public:
  // `events` gets a note of each fault that strikes; not owned.
  FaultInjector(const FaultOdds& odds, Events* events)
      : odds_(odds), counts_(odds.kinds()), events_(events) {}

  // Whether `fault` strikes now; drawn from `stream`, and counted if it does. Nothing is drawn once all is
  // healed.
  bool Fires(const FaultKind& fault, Stream& stream);

  // A fault that the plan scheduled, or that rode on another, has struck.
  void Count(const FaultKind& fault);

  // No fault fires any more.
  void Heal() { healed_ = true; }
  bool healed() const { return healed_; }

  const Ratio& odds(const FaultKind& fault) const { return odds_[fault]; }
  const PerKind<FaultKind, std::uint64_t>& counts() const { return counts_; }

 private:
  FaultOdds odds_;
  PerKind<FaultKind, std::uint64_t> counts_;
  Events* events_;
  bool healed_ = false;
};

}  // namespace fencepost::sim
