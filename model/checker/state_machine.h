// What the checker needs to know about a model: where it starts, what can happen next, and what must hold.
//
// A machine is a set of variables packed into a state (packed_state.h), actions that lead from one state to
// others, and named invariants. Every operation is a pure function of its arguments, and must be callable
// from several threads at once.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fencepost::model {

// One action with its parameters, as the machine numbers them.
struct Step {
  std::uint8_t action = 0;
  std::uint16_t first = 0;
  std::uint16_t second = 0;

  friend auto operator<=>(const Step&, const Step&) = default;
};

// The step of an action, an enumerator. REQUIRES: its number and its parameters fit into a Step.
template <class Action>
Step StepOf(Action action, std::uint64_t first = 0, std::uint64_t second = 0) {
  return Step{static_cast<std::uint8_t>(action), static_cast<std::uint16_t>(first),
              static_cast<std::uint16_t>(second)};
}

template <class State>
struct Successor {
  State state;
  Step step;
};

// "From some point on, the goal holds forever", in every behaviour that is weakly fair to some classes of
// steps: a class that stays enabled is taken again and again. A behaviour may otherwise do nothing at any
// point, forever.
template <class State>
struct EventuallyAlways {
  std::string_view name;
  std::function<bool(const State&)> goal;
  std::size_t fairness_classes = 0;
  // The class that a step belongs to, below fairness_classes, or nothing.
  std::function<std::optional<std::size_t>(Step)> fairness_class;
};

template <class State>
class StateMachine {
 public:
  virtual ~StateMachine() = default;

  virtual State Initial() const = 0;

  // Appends every successor of `state`, once for each step that leads to it, those that change nothing
  // included.
  virtual void Expand(const State& state, std::vector<Successor<State>>& successors) const = 0;

  // The state constraint: a state outside is judged by the invariants, but is neither counted as distinct nor
  // expanded.
  virtual bool InsideConstraint(const State& /*state*/) const { return true; }

  // The names of the invariants; their positions are what Holds takes.
  virtual std::span<const std::string_view> Invariants() const = 0;
  virtual bool Holds(std::size_t invariant, const State& state) const = 0;

  // Nothing when the model has no liveness property.
  virtual std::optional<EventuallyAlways<State>> Liveness() const { return std::nullopt; }

  virtual std::string DescribeStep(Step step) const = 0;
  virtual std::string DescribeState(const State& state) const = 0;
};

}  // namespace fencepost::model
