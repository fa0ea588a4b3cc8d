// What the judges of a run found: the first violation is kept, and ends the run.
//
// Single-threaded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/runtime/events.h"
#include "sim/core/runtime/scheduler.h"
#include "sim/core/simulation/violation.h"
#include "sim/core/vocabulary/vocabulary.h"

namespace fencepost::sim {

class Verdicts {
 public:
  // Only these invariants are judged, by name. `events` is not owned.
  Verdicts(std::vector<std::string> judged, Events* events) : judged_(std::move(judged)), events_(events) {}

  // Whether that invariant is judged at all.
  bool Judges(std::string_view invariant) const;

  // Keeps it if it is the first of an invariant that is judged.
  void Take(std::optional<Violation> violation);

  const std::optional<Violation>& violation() const { return violation_; }
  SimTime violated_at() const { return violated_at_; }
  std::uint64_t violated_step() const { return violated_step_; }

 private:
  std::vector<std::string> judged_;
  Events* events_;
  std::optional<Violation> violation_;
  SimTime violated_at_{0};
  std::uint64_t violated_step_ = 0;
};

}  // namespace fencepost::sim
