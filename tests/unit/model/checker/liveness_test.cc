// Liveness under weak fairness: on machines small enough to know the answers by heart, on random ones against
// the definition word for word, and within memory and patience.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/checker/check.h"
#include "tests/unit/model/checker/counterexample.h"
#include "tests/unit/model/checker/number_machine.h"
#include "tests/unit/sim/core/choices/counter_draws.h"

namespace fencepost::model {
namespace {

using testing::ActionsOf;
using testing::BothInvariants;
using testing::NumberMachine;
using testing::StatesOf;
using testing::WhatIsWrongWithLasso;
using State = testing::NumberState;

// 0 and 1 follow each other (step 0); from some of them an exit (step 1, to which behaviours are fair) leads
// to 2, which is the goal.
NumberMachine PingPong(std::vector<std::uint64_t> exits) {
  NumberMachine machine;
  machine.next = [exits = std::move(exits)](std::uint64_t at) {
    std::vector<NumberMachine::Edge> edges;
    if (at < 2) edges.push_back({1 - at, Step{0, 0, 0}});
    for (const std::uint64_t exit : exits) {
      if (exit == at) edges.push_back({2, Step{1, 0, 0}});
    }
    return edges;
  };
  EventuallyAlways<State> property;
  property.name = "Arrives";
  property.goal = [](const State& state) { return state.words[0] == 2; };
  property.fairness_classes = 1;
  property.fairness_class = [](Step step) -> std::optional<std::size_t> {
    if (step.action != 1) return std::nullopt;
    return 0;
  };
  machine.liveness = property;
  return machine;
}

TEST(Liveness, HoldsWhenTheFairStepIsEnabledAllAlong) {
  CheckOptions options = BothInvariants();
  options.liveness = true;

  EXPECT_EQ(Check<State>(PingPong({0, 1}), options).end, CheckEnd::kComplete);
}

TEST(Liveness, ALoopThatDisablesTheFairStepNowAndThenIsACounterexample) {
  CheckOptions options = BothInvariants();
  options.liveness = true;
  for (const unsigned threads : {1U, 2U}) {
    options.threads = threads;

    const CheckResult result = Check<State>(PingPong({0}), options);

    ASSERT_EQ(result.end, CheckEnd::kViolation);
    EXPECT_EQ(result.violation->property, "Arrives");
    EXPECT_TRUE(result.violation->steps.empty());
    EXPECT_EQ(StatesOf(result.violation->cycle), (std::vector<std::string>{"1", "0"}))
        << "from 0, where the exit is open, over 1, where it is not, and back";
  }
}

TEST(Liveness, WithoutFairnessDoingNothingIsACounterexample) {
  NumberMachine machine = PingPong({0, 1});
  machine.liveness->fairness_classes = 0;
  machine.liveness->fairness_class = [](Step) { return std::nullopt; };
  CheckOptions options = BothInvariants();
  options.liveness = true;

  const CheckResult result = Check<State>(machine, options);

  ASSERT_EQ(result.end, CheckEnd::kViolation);
  EXPECT_EQ(ActionsOf(result.violation->cycle), std::vector<std::string>{"stutter"});
}

TEST(Liveness, AGoalThatIsLeftAgainAndAgainIsNotReachedForGood) {
  NumberMachine machine = PingPong({0, 1});
  const auto inner = machine.next;
  machine.next = [inner](std::uint64_t at) {
    if (at == 2) return std::vector<NumberMachine::Edge>{{0, Step{0, 0, 0}}};
    return inner(at);
  };
  CheckOptions options = BothInvariants();
  options.liveness = true;

  const CheckResult result = Check<State>(machine, options);

  ASSERT_EQ(result.end, CheckEnd::kViolation);
  EXPECT_EQ(ActionsOf(result.violation->cycle), (std::vector<std::string>{"step 1", "step 0"}))
      << "the fair step is taken, and undone";
}

TEST(Liveness, ASafetyViolationIsToldFirst) {
  NumberMachine machine = PingPong({0});
  machine.first_invariant = [](std::uint64_t at) { return at != 1; };
  CheckOptions options = BothInvariants();
  options.liveness = true;

  EXPECT_EQ(Check<State>(machine, options).violation->property, "First");
}

// A small random graph, and what the checker should say of it, straight from the definitions.
struct RandomGraph {
  struct Edge {
    int to;
    int action;  // of class action - 1; 0: of none
  };
  static constexpr int kMost = 9;

  int nodes = 0;
  int classes = 0;
  std::vector<std::vector<Edge>> edges;
  std::vector<bool> goal;
  std::vector<bool> inside;

  static RandomGraph Draw(CounterDraws& draws);
  NumberMachine Machine() const;

  // By node: steps from node 0, or nothing when it is outside the constraint or out of reach.
  std::vector<std::optional<int>> Distances() const;
  // The smallest distance, and there the smallest node, that a counterexample can be entered at.
  std::optional<std::pair<int, int>> Entry() const;
};

RandomGraph RandomGraph::Draw(CounterDraws& draws) {
  const auto below = [&draws](int bound) {
    return static_cast<int>(draws.Below(static_cast<std::size_t>(bound)));
  };
  RandomGraph graph;
  graph.nodes = 1 + below(kMost);
  graph.classes = below(4);
  const int most_edges = 1 + below(3);
  const int goals = 1 + below(4);
  for (int node = 0; node < graph.nodes; ++node) {
    std::vector<Edge> edges;
    const int count = below(most_edges + 1);
    for (int i = 0; i < count; ++i) {
      const int to = below(graph.nodes);
      edges.push_back({to, below(graph.classes + 1)});
    }
    graph.edges.push_back(edges);
    graph.goal.push_back(below(goals) != 0);
    graph.inside.push_back(node == 0 || below(8) != 0);
  }
  return graph;
}

NumberMachine RandomGraph::Machine() const {
  NumberMachine machine;
  machine.next = [this](std::uint64_t at) {
    std::vector<NumberMachine::Edge> steps;
    for (const Edge& edge : edges[at]) {
      steps.push_back({static_cast<std::uint64_t>(edge.to), Step{static_cast<std::uint8_t>(edge.action)}});
    }
    return steps;
  };
  machine.inside = [this](std::uint64_t at) { return inside[at]; };
  EventuallyAlways<State> property;
  property.name = "Arrives";
  property.goal = [this](const State& state) { return goal[state.words[0]]; };
  property.fairness_classes = static_cast<std::size_t>(classes);
  property.fairness_class = [](Step step) -> std::optional<std::size_t> {
    if (step.action == 0) return std::nullopt;
    return step.action - 1U;
  };
  machine.liveness = property;
  return machine;
}

std::vector<std::optional<int>> RandomGraph::Distances() const {
  std::vector<std::optional<int>> distances(static_cast<std::size_t>(nodes));
  distances[0] = 0;
  for (int round = 0; round < nodes; ++round) {
    for (std::size_t from = 0; from < edges.size(); ++from) {
      if (distances[from] != round) continue;
      for (const Edge& edge : edges[from]) {
        const auto to = static_cast<std::size_t>(edge.to);
        if (inside[to] && !distances[to].has_value()) distances[to] = round + 1;
      }
    }
  }
  return distances;
}

std::optional<std::pair<int, int>> RandomGraph::Entry() const {
  const std::vector<std::optional<int>> distances = Distances();
  std::array<std::array<bool, kMost>, kMost> reaches{};
  const std::size_t size = edges.size();
  for (std::size_t i = 0; i < size; ++i) {
    reaches[i][i] = true;
    for (const Edge& edge : edges[i]) {
      const auto to = static_cast<std::size_t>(edge.to);
      if (distances[i].has_value() && inside[to]) reaches[i][to] = true;
    }
  }
  for (std::size_t via = 0; via < size; ++via) {
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < size; ++j) reaches[i][j] |= reaches[i][via] && reaches[via][j];
    }
  }
  std::optional<std::pair<int, int>> best;
  for (std::size_t entry = 0; entry < size; ++entry) {
    if (!distances[entry].has_value() || goal[entry]) continue;
    const auto together = [&](std::size_t node) { return reaches[entry][node] && reaches[node][entry]; };
    bool fair = true;
    for (int fairness = 1; fairness <= classes; ++fairness) {
      bool served = false;
      for (std::size_t node = 0; node < size; ++node) {
        if (!together(node)) continue;
        bool enabled = false;
        for (const Edge& edge : edges[node]) {
          const auto to = static_cast<std::size_t>(edge.to);
          if (edge.action != fairness || to == node) continue;
          enabled = true;
          served = served || (inside[to] && together(to));
        }
        served = served || !enabled;
      }
      fair = fair && served;
    }
    const std::pair<int, int> candidate(*distances[entry], static_cast<int>(entry));
    if (fair && (!best.has_value() || candidate < *best)) best = candidate;
  }
  return best;
}

TEST(LivenessTwin, RandomGraphsAreJudgedAsTheDefinitionJudgesThem) {
  CounterDraws draws(FirstTestSeed());
  int violated = 0;
  int held = 0;
  int loops = 0;
  for (int i = 0; i < 1'000; ++i) {
    const RandomGraph graph = RandomGraph::Draw(draws);
    const NumberMachine machine = graph.Machine();
    CheckOptions options = BothInvariants();
    options.liveness = true;
    options.threads = i % 8 == 0 ? 2 : 1;

    const std::optional<std::pair<int, int>> expected = graph.Entry();
    const CheckResult result = Check<State>(machine, options);

    ASSERT_EQ(result.end == CheckEnd::kViolation, expected.has_value()) << "graph " << i;
    if (!expected.has_value()) {
      ++held;
      continue;
    }
    ++violated;
    if (result.violation->cycle.front().action != "stutter") ++loops;
    ASSERT_EQ(WhatIsWrongWithLasso(machine, *result.violation), "") << "graph " << i;
    ASSERT_EQ(static_cast<int>(result.violation->steps.size()), expected->first) << "graph " << i;
    const std::string entry = result.violation->steps.empty() ? "0" : result.violation->steps.back().state;
    ASSERT_EQ(entry, fmt::format("{}", expected->second)) << "graph " << i;
  }
  EXPECT_GT(violated, 200);
  EXPECT_GT(held, 150);
  EXPECT_GT(loops, 50) << "too few counterexamples that are more than doing nothing";
}

// A ring of `size` states, all of one component, with the goal nowhere.
NumberMachine Ring(std::uint64_t size) {
  NumberMachine ring = PingPong({});
  ring.next = [size](std::uint64_t at) {
    return std::vector<NumberMachine::Edge>{{(at + 1) % size, Step{1, 0, 0}}};
  };
  ring.liveness->goal = [](const State&) { return false; };
  return ring;
}

TEST(Liveness, TakesItsMemoryFromTheLimitToo) {
  // 200,000 states: 1.6 MB of states and 2 MB of table in the search, 1.6 MB of numbers and 4 MB of stacks
  // here.
  CheckOptions options = BothInvariants();
  options.liveness = true;
  const NumberMachine ring = Ring(200'000);

  options.memory_limit_bytes = std::uint64_t{9} << 20;
  const CheckResult little = Check<State>(ring, options);
  options.memory_limit_bytes = std::uint64_t{64} << 20;
  const CheckResult enough = Check<State>(ring, options);
  options.liveness = false;
  const CheckResult search_alone = Check<State>(ring, options);

  EXPECT_EQ(little.end, CheckEnd::kOutOfMemory);
  EXPECT_LE(little.peak_bytes, std::uint64_t{9} << 20);
  EXPECT_EQ(little.distinct, 200'000U) << "the search itself has enough";
  EXPECT_LT(search_alone.peak_bytes, std::uint64_t{9} << 20);
  EXPECT_EQ(enough.end, CheckEnd::kViolation);
  EXPECT_EQ(enough.violation->cycle.size(), 200'000U);
  EXPECT_GT(enough.peak_bytes, search_alone.peak_bytes);
}

TEST(Liveness, TakesTheMemoryForManyEdgesFromTheLimitToo) {
  // 4,096 states of 256 edges each: 4 MB of edges on the way, and 2 MB each for states and for two stacks.
  constexpr std::uint64_t kStates = 4'096;
  NumberMachine dense = Ring(kStates);
  dense.next = [](std::uint64_t at) {
    std::vector<NumberMachine::Edge> edges;
    for (std::uint64_t i = 1; i <= 256; ++i) edges.push_back({(at + i) % kStates, Step{1, 0, 0}});
    return edges;
  };
  CheckOptions options = BothInvariants();
  options.liveness = true;

  options.memory_limit_bytes = std::uint64_t{9} << 20;
  const CheckResult little = Check<State>(dense, options);
  options.memory_limit_bytes = std::uint64_t{12} << 20;
  const CheckResult enough = Check<State>(dense, options);

  EXPECT_EQ(little.end, CheckEnd::kOutOfMemory);
  EXPECT_EQ(enough.end, CheckEnd::kViolation);
}

TEST(Liveness, TellsHowFarItIsAndStopsWhenTold) {
  CheckOptions options = BothInvariants();
  options.liveness = true;
  std::uint64_t judged = 0;
  options.keep_going = [&](const Progress& progress) {
    EXPECT_GE(progress.judged, judged);
    judged = progress.judged;
    EXPECT_TRUE(judged == 0 || progress.distinct == 50'000U) << "every state is known by then";
    return judged < 20'000;
  };

  const CheckResult result = Check<State>(Ring(50'000), options);

  EXPECT_EQ(result.end, CheckEnd::kStopped);
  EXPECT_FALSE(result.violation.has_value());
  EXPECT_GE(judged, 20'000U);
  EXPECT_LT(judged, 50'000U);
}

TEST(Liveness, AMachineWithoutAnyStateInsideTheConstraintHasNothingToJudge) {
  NumberMachine machine = PingPong({});
  machine.inside = [](std::uint64_t) { return false; };
  CheckOptions options = BothInvariants();
  options.liveness = true;

  const CheckResult result = Check<State>(machine, options);

  EXPECT_EQ(result.end, CheckEnd::kComplete);
  EXPECT_EQ(result.generated, 1U);
  EXPECT_EQ(result.distinct, 0U);
  EXPECT_EQ(result.depth, 0U);
}

}  // namespace
}  // namespace fencepost::model
