// State machines put together from functions: their states are numbers, so that a test knows the answers.
#pragma once

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/checker/check.h"
#include "model/checker/packed_state.h"
#include "model/checker/state_machine.h"

namespace fencepost::model::testing {

using NumberState = PackedState<1>;

inline NumberState Number(std::uint64_t number) { return NumberState{{number}}; }

class NumberMachine final : public StateMachine<NumberState> {
 public:
  struct Edge {
    std::uint64_t to;
    Step step;
  };

  std::uint64_t initial = 0;
  std::function<std::vector<Edge>(std::uint64_t)> next = [](std::uint64_t) { return std::vector<Edge>{}; };
  std::function<bool(std::uint64_t)> inside = [](std::uint64_t) { return true; };
  std::function<bool(std::uint64_t)> first_invariant = [](std::uint64_t) { return true; };
  std::function<bool(std::uint64_t)> second_invariant = [](std::uint64_t) { return true; };
  std::optional<EventuallyAlways<NumberState>> liveness;

  NumberState Initial() const override { return Number(initial); }
  void Expand(const NumberState& state, std::vector<Successor<NumberState>>& successors) const override {
    for (const Edge& edge : next(state.words[0])) successors.push_back({Number(edge.to), edge.step});
  }
  bool InsideConstraint(const NumberState& state) const override { return inside(state.words[0]); }
  std::span<const std::string_view> Invariants() const override {
    static constexpr std::array<std::string_view, 2> kNames = {"First", "Second"};
    return kNames;
  }
  bool Holds(std::size_t invariant, const NumberState& state) const override {
    return invariant == 0 ? first_invariant(state.words[0]) : second_invariant(state.words[0]);
  }
  std::optional<EventuallyAlways<NumberState>> Liveness() const override { return liveness; }
  std::string DescribeStep(Step step) const override { return fmt::format("step {}", step.action); }
  std::string DescribeState(const NumberState& state) const override {
    return fmt::format("{}", state.words[0]);
  }
};

// Walks on a grid of `side` by `side`: right (step 0) or up (step 1). State x + (y << 32).
inline NumberMachine Grid(std::uint64_t side) {
  NumberMachine grid;
  grid.next = [side](std::uint64_t at) {
    std::vector<NumberMachine::Edge> edges;
    if ((at & 0xffff'ffff) + 1 < side) edges.push_back({at + 1, Step{0, 0, 0}});
    if ((at >> 32) + 1 < side) edges.push_back({at + (std::uint64_t{1} << 32), Step{1, 0, 0}});
    return edges;
  };
  return grid;
}

inline CheckOptions BothInvariants() {
  CheckOptions options;
  options.invariants = {0, 1};
  return options;
}

inline std::vector<std::string> ActionsOf(const std::vector<TraceStep>& steps) {
  std::vector<std::string> actions;
  for (const TraceStep& step : steps) actions.push_back(step.action);
  return actions;
}

inline std::vector<std::string> StatesOf(const std::vector<TraceStep>& steps) {
  std::vector<std::string> states;
  for (const TraceStep& step : steps) states.push_back(step.state);
  return states;
}

}  // namespace fencepost::model::testing
