// What a counterexample has to be, asked of the machine again and of nothing that the checker computed.
//
// Each function returns what is wrong in words, and "" when nothing is.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "model/checker/check.h"
#include "model/checker/state_machine.h"

namespace fencepost::model::testing {

// The states a behaviour went through, and the steps between them.
template <class State>
struct Behaviour {
  std::vector<State> states;
  std::vector<Step> steps;
  std::string wrong;
};

// Takes the steps that `told` names from the last state of `behaviour` on.
template <class State>
void Follow(const StateMachine<State>& machine, const std::vector<TraceStep>& told,
            Behaviour<State>& behaviour) {
  for (const TraceStep& next : told) {
    std::vector<Successor<State>> successors;
    machine.Expand(behaviour.states.back(), successors);
    const auto taken = std::ranges::find_if(successors, [&](const Successor<State>& one) {
      return machine.DescribeStep(one.step) == next.action && machine.DescribeState(one.state) == next.state;
    });
    if (taken == successors.end()) {
      behaviour.wrong = fmt::format("after {} steps nothing is called {} and leads to {}",
                                    behaviour.steps.size(), next.action, next.state);
      return;
    }
    behaviour.states.push_back(taken->state);
    behaviour.steps.push_back(taken->step);
  }
}

template <class State>
Behaviour<State> BehaviourOf(const StateMachine<State>& machine, const Counterexample& told) {
  Behaviour<State> behaviour;
  behaviour.states.push_back(machine.Initial());
  if (machine.DescribeState(machine.Initial()) != told.initial_state)
    behaviour.wrong = "another initial state";
  if (behaviour.wrong.empty()) Follow(machine, told.steps, behaviour);
  return behaviour;
}

// Steps of the machine, the last of which breaks the invariant for the first time.
template <class State>
std::string WhatIsWrongWith(const StateMachine<State>& machine, const Counterexample& told) {
  const Behaviour<State> behaviour = BehaviourOf(machine, told);
  if (!behaviour.wrong.empty()) return behaviour.wrong;
  const auto names = machine.Invariants();
  const auto named = std::ranges::find(names, told.property);
  if (named == names.end()) return "no invariant is called " + told.property;
  const auto invariant = static_cast<std::size_t>(named - names.begin());
  for (std::size_t i = 0; i < behaviour.states.size(); ++i) {
    const bool last = i + 1 == behaviour.states.size();
    if (machine.Holds(invariant, behaviour.states[i]) == last) {
      return fmt::format("{} {} after {} steps", told.property, last ? "holds" : "breaks", i);
    }
  }
  return "";
}

// Whether a behaviour that repeats these states for ever, by these steps, is weakly fair to a class.
template <class State>
bool IsFairTo(const StateMachine<State>& machine, const EventuallyAlways<State>& property,
              std::size_t fairness, const std::vector<State>& states, const std::vector<Step>& steps) {
  for (const Step step : steps) {
    if (property.fairness_class(step) == fairness) return true;
  }
  return std::ranges::any_of(states, [&](const State& state) {
    std::vector<Successor<State>> successors;
    machine.Expand(state, successors);
    return std::ranges::none_of(successors, [&](const Successor<State>& one) {
      return property.fairness_class(one.step) == fairness && one.state != state;
    });
  });
}

// A way to a state without the goal, and a weakly fair way round from there, or nothing happening there.
template <class State>
std::string WhatIsWrongWithLasso(const StateMachine<State>& machine, const Counterexample& told) {
  const EventuallyAlways<State> property = *machine.Liveness();
  const Behaviour<State> way = BehaviourOf(machine, told);
  if (!way.wrong.empty()) return way.wrong;
  const State entry = way.states.back();
  if (property.goal(entry)) return "the loop is entered at the goal";
  if (told.cycle.empty()) return "no loop";
  Behaviour<State> loop;
  loop.states.push_back(entry);
  if (told.cycle.front().action == "stutter") {
    if (told.cycle.size() != 1 || told.cycle.front().state != machine.DescribeState(entry))
      return "bad stutter";
  } else {
    Follow(machine, told.cycle, loop);
    if (!loop.wrong.empty()) return "the loop: " + loop.wrong;
    if (loop.states.back() != entry) return "the loop does not close";
  }
  for (std::size_t fairness = 0; fairness < property.fairness_classes; ++fairness) {
    if (!IsFairTo(machine, property, fairness, loop.states, loop.steps)) {
      return fmt::format("not fair to class {}", fairness);
    }
  }
  return "";
}

}  // namespace fencepost::model::testing
