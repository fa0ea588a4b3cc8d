// The enumerating search against closed formulas and an enumeration by brute force: every run with at most so
// many deviations, each once, also across sessions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/choices/choices.h"
#include "sim/core/explore/explorer.h"
#include "tests/support/told.h"
#include "tests/support/toy_simulation.h"

namespace fencepost::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A run is a function that draws; its outcome is the answers it got, as text. What stands before a "|" is
// told to the trace; with a "!" in it the run fails.
using Toy = std::function<std::string(Choices*)>;

class ToyRuns {
 public:
  explicit ToyRuns(Toy toy)
      : toy_(std::move(toy)), simulation_([this](Choices& choices, Trace& trace) {
          outcome_ = toy_(&choices);
          ++runs_;
          trace.Event(std::chrono::nanoseconds(0), kWorldActor, Told{outcome_.substr(0, outcome_.find('|'))});
          return outcome_.find('!') == std::string::npos ? std::nullopt
                                                         : std::optional(ToySimulation::Wrong(outcome_));
        }) {}

  const Simulation& simulation() const { return simulation_; }
  const std::string& outcome() const { return outcome_; }  // of the last run
  std::uint64_t runs() const { return runs_; }

 private:
  Toy toy_;
  std::string outcome_;
  std::uint64_t runs_ = 0;
  ToySimulation simulation_;
};

// `draws` independent draws of `bound` answers each.
Toy Independent(std::uint64_t draws, std::uint64_t bound) {
  return [=](Choices* choices) {
    std::string answers;
    for (std::uint64_t i = 0; i < draws; ++i) {
      Stream stream = choices->Open(i % 2 == 0 ? "even" : "odd");
      answers += std::to_string(stream.Below(bound, "toy")) + " ";
    }
    return answers;
  };
}

// What is drawn depends on what was drawn: each answer says how many more there are, of how many answers.
std::string Branching(Choices* choices) {
  Stream stream = choices->Open("branching");
  std::string answers;
  std::uint64_t left = 2;
  while (left > 0) {
    --left;
    const std::uint64_t answer = stream.Below(2 + left % 3, "toy");
    answers += std::to_string(answer) + " ";
    if (answers.size() < 8) left += answer;
  }
  return answers;
}

std::uint64_t Binomial(std::uint64_t n, std::uint64_t k) {
  std::uint64_t result = 1;
  for (std::uint64_t i = 1; i <= k; ++i) result = result * (n - k + i) / i;
  return result;
}

std::uint64_t Power(std::uint64_t base, std::uint64_t exponent) {
  std::uint64_t result = 1;
  for (std::uint64_t i = 0; i < exponent; ++i) result *= base;
  return result;
}

ExploreState Begin(const ToyRuns& toy, const ExploreOptions& options) {
  absl::StatusOr<ExploreState> state = BeginExploring(toy.simulation(), options);
  EXPECT_TRUE(state.ok()) << state.status();
  return *state;
}

struct Explored {
  ExploreState state;
  std::vector<std::string> outcomes;  // in the order of the visits
};

// Goes on from `explored->state`.
void ExploreMore(const ToyRuns& toy, ExploreOptions options, Explored* explored) {
  options.visit = [&](const ExploreVisit& visit) {
    EXPECT_EQ(visit.deviations.size(), explored->state.level);
    explored->outcomes.push_back(toy.outcome());
    return true;
  };
  const absl::Status status = Explore(toy.simulation(), options, &explored->state);
  EXPECT_TRUE(status.ok()) << status;
}

Explored ExploreAll(const Toy& toy, std::uint64_t deviations) {
  ToyRuns runs(toy);
  ExploreOptions options;
  options.deviations = deviations;
  Explored explored;
  explored.state = Begin(runs, options);
  ExploreMore(runs, options, &explored);
  EXPECT_TRUE(Exhausted(explored.state, deviations));
  return explored;
}

std::set<std::string> AsSet(const std::vector<std::string>& outcomes) {
  return std::set<std::string>(outcomes.begin(), outcomes.end());
}

// Answers by the digits of a counter, so that all runs there are come up, one after the other.
class OdometerDriver final : public ChoiceDriver {
 public:
  struct Digit {
    std::uint64_t value;
    std::uint64_t bound;
  };
  explicit OdometerDriver(std::vector<Digit>* digits) : digits_(digits) {}
  std::uint64_t Choose(const ChoiceRequest& request) override {
    if (at_ == digits_->size()) digits_->push_back(Digit{0, request.bound});
    return (*digits_)[at_++].value;
  }

 private:
  std::vector<Digit>* digits_;
  std::size_t at_ = 0;
};

// Every run with at most so many deviations, by making all runs and leaving out those with more.
std::set<std::string> ByBruteForce(const Toy& toy, std::size_t deviations) {
  std::set<std::string> outcomes;
  std::vector<OdometerDriver::Digit> digits;
  do {
    Choices choices(std::make_unique<OdometerDriver>(&digits));
    const std::string outcome = toy(&choices);
    if (choices.Deviations().size() <= deviations) outcomes.insert(outcome);
    while (!digits.empty() && ++digits.back().value == digits.back().bound) digits.pop_back();
  } while (!digits.empty());
  return outcomes;
}

TEST(Explore, IndependentDrawsGiveAsManyRunsAsThereAreWaysToChooseThem) {
  constexpr std::uint64_t kDraws = 7;
  constexpr std::uint64_t kBound = 4;
  for (std::uint64_t deviations = 0; deviations <= 3; ++deviations) {
    const Explored explored = ExploreAll(Independent(kDraws, kBound), deviations);
    std::uint64_t all = 0;
    for (std::uint64_t level = 0; level <= deviations + 1; ++level) {
      const std::uint64_t expected = Binomial(kDraws, level) * Power(kBound - 1, level);
      EXPECT_EQ(explored.state.levels.at(level).total, expected) << "level " << level << " of " << deviations;
      if (level > deviations) continue;
      EXPECT_EQ(explored.state.levels.at(level).runs, expected) << "level " << level << " of " << deviations;
      all += expected;
    }
    EXPECT_EQ(explored.outcomes.size(), all);
    EXPECT_EQ(AsSet(explored.outcomes).size(), all) << "some run was visited twice";
  }
}

TEST(Explore, DrawsThatDependOnEarlierOnesAreAllVisitedAndNoneTwice) {
  for (std::size_t deviations = 0; deviations <= 4; ++deviations) {
    const Explored explored = ExploreAll(Branching, deviations);
    EXPECT_EQ(AsSet(explored.outcomes), ByBruteForce(Branching, deviations)) << deviations << " deviations";
    EXPECT_EQ(AsSet(explored.outcomes).size(), explored.outcomes.size()) << deviations << " deviations";
    for (std::size_t level = 0; level <= deviations; ++level) {
      EXPECT_EQ(explored.state.levels[level].runs, explored.state.levels[level].total) << "level " << level;
    }
  }
}

TEST(Explore, StoppedAfterAnyNumberOfRunsItGoesOnWhereItWasFromAFile) {
  const Explored whole = ExploreAll(Branching, 3);
  for (const std::uint64_t limit : {1u, 2u, 3u, 7u, 20u}) {
    Explored parts;
    parts.state = Begin(ToyRuns(Branching), ExploreOptions());
    std::uint64_t sessions = 0;
    while (!Exhausted(parts.state, 3)) {
      ASSERT_LT(sessions++, 100'000u) << "limit " << limit;
      if (sessions > 1) {  // as another process would find it
        const std::string text = FormatExploreState(parts.state);
        const absl::StatusOr<ExploreState> read = ParseExploreState(text, "state");
        ASSERT_TRUE(read.ok()) << read.status() << "\n" << text;
        ASSERT_EQ(*read, parts.state);
      }
      ToyRuns toy(Branching);
      ExploreOptions options;
      options.deviations = 3;
      options.limit = limit;
      const std::size_t before = parts.outcomes.size();
      ExploreMore(toy, options, &parts);
      EXPECT_LE(parts.outcomes.size() - before, limit);
    }
    EXPECT_EQ(parts.outcomes, whole.outcomes) << "limit " << limit << ": the same runs in the same order";
    EXPECT_EQ(parts.state.levels, whole.state.levels) << "limit " << limit;
  }
}

TEST(Explore, GoesOnToMoreDeviationsWithoutBeginningAnew) {
  ToyRuns toy(Branching);
  Explored explored;
  ExploreOptions options;
  explored.state = Begin(toy, options);
  for (options.deviations = 0; options.deviations <= 3; ++options.deviations) {
    ExploreMore(toy, options, &explored);
  }
  EXPECT_EQ(explored.outcomes, ExploreAll(Branching, 3).outcomes);
}

TEST(Explore, EndsAfterTheRunWhoseVisitorSaysSoAndCountsIt) {
  ToyRuns toy([](Choices* choices) {
    Stream stream = choices->Open("toy");
    const std::uint64_t first = stream.Below(3, "toy");
    const std::uint64_t second = stream.Below(3, "toy");
    return first == 2 && second == 1 ? std::string("!") : std::string("fine");
  });
  std::vector<Deviation> found;
  ExploreOptions options;
  options.deviations = 2;
  options.visit = [&found](const ExploreVisit& visit) {
    if (!visit.outcome.violation.has_value()) return true;
    found = visit.deviations;
    return false;
  };
  ExploreState state = Begin(toy, options);
  ASSERT_TRUE(Explore(toy.simulation(), options, &state).ok());
  EXPECT_THAT(found, ElementsAre(Deviation{"toy", 0, 2, 3, "toy"}, Deviation{"toy", 1, 1, 3, "toy"}));
  EXPECT_EQ(state.levels.at(2).runs, 3u) << "11, 12, 21: one run is left";
  EXPECT_EQ(state.levels.at(2).violations, 1u);
  EXPECT_FALSE(Exhausted(state, 2));
  ASSERT_TRUE(Explore(toy.simulation(), options, &state).ok());
  EXPECT_TRUE(Exhausted(state, 2));
}

TEST(Explore, RunsThatLookTheSameAreCountedButTheirChildrenAreStillVisited) {
  // The first draw shows in the trace only if the second deviates: pruning equal traces would miss "5".
  const Toy hidden = [](Choices* choices) {
    Stream stream = choices->Open("toy");
    const std::uint64_t first = stream.Below(6, "hidden");
    const std::uint64_t second = stream.Below(2, "shows");
    return (second == 0 ? std::string("nothing") : std::to_string(first)) + "|" + std::to_string(first);
  };
  const Explored explored = ExploreAll(hidden, 2);
  EXPECT_EQ(explored.state.levels.at(1).quiet, 5u);
  EXPECT_TRUE(AsSet(explored.outcomes).contains("5|5"));
}

TEST(Explore, AnswersOfWeightZeroAreNoAnswers) {
  const Toy weighted = [](Choices* choices) {
    Stream stream = choices->Open("toy");
    const std::vector<std::uint32_t> weights = {0, 3, 0, 1};
    return std::to_string(stream.Weighted(weights, "toy"));
  };
  EXPECT_THAT(ExploreAll(weighted, 1).outcomes, ElementsAre("0", "1", "3"));
}

TEST(Explore, SampledAnswersAreSpreadOverTheDrawAndThoseLeftOutAreCounted) {
  ToyRuns toy(Independent(1, 101));
  Explored explored;
  ExploreOptions options;
  options.alternatives = 3;
  explored.state = Begin(toy, options);
  ExploreMore(toy, options, &explored);
  EXPECT_THAT(explored.outcomes, ElementsAre("0 ", "1 ", "50 ", "100 "));
  EXPECT_EQ(explored.state.levels.at(1).total, 3u);
  EXPECT_EQ(explored.state.levels.at(1).left_out, 97u);
}

TEST(Explore, AParentIsRunAgainOnceForAllItsChildren) {
  ToyRuns toy(Independent(20, 3));
  Explored explored;
  ExploreOptions options;
  options.deviations = 2;
  explored.state = Begin(toy, options);
  const std::uint64_t before = toy.runs();
  ExploreMore(toy, options, &explored);
  const std::uint64_t parents = 1 + 1 + 40;  // the root at level 1 and at 2, each run of level 1 at 2
  EXPECT_EQ(toy.runs() - before, explored.outcomes.size() + parents);
}

// Two items of work that are planned, in a world that is drawn, and what happens to them.
std::string Planned(Choices* choices) {
  std::string answers = std::to_string(choices->Open("config/size").Below(3, "size"));
  for (const char* stream : {"plan/ann/1", "plan/ann/2", "plan/ann"}) {
    answers += std::to_string(choices->Open(stream).Below(3, "what"));
  }
  for (const char* stream : {"schedule", "ann/1/faults", "ann/2/faults"}) {
    answers += std::to_string(choices->Open(stream).Below(2, "happens"));
  }
  return answers;
}

TEST(Explore, WithABaseWhatIsPlannedIsHeldFixedAndTheRestBeginsWithTheDefault) {
  ToyRuns toy(Planned);
  ExploreOptions options;
  options.base =
      PlannedPart({Deviation{"config/size", 0, 2, 3, "size"}, Deviation{"plan/ann/2", 0, 1, 3, "what"},
                   Deviation{"ann/1/faults", 0, 1, 2, "happens"}});
  EXPECT_EQ(options.base->size(), 2u) << "what happened to the work is no part of a base";
  Explored explored;
  explored.state = Begin(toy, options);
  options.visit = [&](const ExploreVisit& visit) {
    explored.outcomes.push_back(toy.outcome());
    EXPECT_EQ(visit.whole.size(), 2 + visit.deviations.size());
    return true;
  };
  ASSERT_TRUE(Explore(toy.simulation(), options, &explored.state).ok());
  EXPECT_THAT(explored.outcomes, ElementsAre("2010000", "2010100", "2010010", "2010001"));
  EXPECT_NE(explored.state.base, Begin(toy, ExploreOptions()).base) << "another base is another search";
}

TEST(Explore, ABaseThatDoesNotFitTheSimulationIsRefusedByName) {
  ToyRuns toy(Planned);
  ExploreOptions options;
  options.base = {Deviation{"config/size", 0, 2, 3, "size"}, Deviation{"plan/bob/1", 0, 1, 3, "what"}};
  const absl::Status status = BeginExploring(toy.simulation(), options).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("the base does not fit toy: plan/bob/1[0] = 1 of 3 (what): was never asked for"));
}

TEST(ExploreState, AFileThatDoesNotFitTheRunsIsRefusedRatherThanFollowed) {
  ExploreState state;
  state.level = 2;
  state.levels.resize(3);
  state.path = {ExploreStep{99, 0}, ExploreStep{0, 0}};
  ToyRuns toy(Independent(3, 2));
  ExploreOptions options;
  options.deviations = 2;
  const absl::Status status = Explore(toy.simulation(), options, &state);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("draw 99"));
}

TEST(ExploreState, WhatIsNoSavedSearchIsRefusedWithItsLine) {
  const std::string good =
      "fencepost-explore 1\nscenario a\nbase b\nalternatives all\nat-level 0\n"
      "level runs 0 total 1 violations 0 quiet 0 left-out 0\n";
  ASSERT_TRUE(ParseExploreState(good, "f").ok());
  const auto message = [](const std::string& text) {
    return std::string(ParseExploreState(text, "f").status().message());
  };
  EXPECT_THAT(message("fencepost-explore 2\n"), HasSubstr("f:1: "));
  EXPECT_THAT(message(good + "step 1\n"), HasSubstr("f:7: \"step 1\""));
  EXPECT_THAT(message(good + "step 1 -1\n"), HasSubstr("f:7: "));
  EXPECT_THAT(message(good + "step 1 1\n"), HasSubstr("incomplete")) << "a path deeper than its level";
  EXPECT_THAT(message(good + "at-level 5\n"), HasSubstr("incomplete")) << "a level of which nothing is known";
  EXPECT_THAT(message("fencepost-explore 1\n"), HasSubstr("incomplete"));
  EXPECT_THAT(message(""), HasSubstr("f:1: the saved search is incomplete")) << "a line that exists";
}

}  // namespace
}  // namespace fencepost::sim
