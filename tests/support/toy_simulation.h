// A simulation that is a function: what the general tools are tested on, apart from any world.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sim/core/choices/choices.h"
#include "sim/core/kinds/kinds.h"
#include "sim/core/runtime/trace.h"
#include "sim/core/simulation/simulation.h"
#include "sim/core/simulation/violation.h"
#include "sim/core/vocabulary/vocabulary.h"

namespace fencepost::sim {

class ToySimulation final : public Simulation {
 public:
  // Draws, tells the trace, and answers what is wrong, if anything.
  using Body = std::function<std::optional<Violation>(Choices& choices, Trace& trace)>;
  explicit ToySimulation(Body body) : body_(std::move(body)) { words.invariants.Add(kInvariant); }

  // What its violations break.
  static constexpr InvariantKind kInvariant{"toy", "nothing is wrong"};
  static Violation Wrong(std::string sentence = "something is wrong") {
    Violation violation;
    violation.invariant = kInvariant.name;
    violation.sentence = std::move(sentence);
    return violation;
  }

  std::string_view name() const override { return "toy"; }
  const Vocabulary& vocabulary() const override { return words; }
  const Goals& goals() const override { return aims; }

  RunOutcome Run(Choices& choices, Trace& trace, const RunLimits&) const override {
    RunOutcome outcome;
    outcome.violation = body_(choices, trace);
    outcome.hash = trace.hash();
    outcome.steps = choices.draws();
    outcome.violated_step = outcome.violation.has_value() ? outcome.steps : 0;
    outcome.faults.resize(words.faults.size());
    outcome.marks.resize(words.marks.size());
    return outcome;
  }

  // For the test to fill before the first run.
  Vocabulary words;
  Goals aims;

 private:
  Body body_;
};

}  // namespace fencepost::sim
