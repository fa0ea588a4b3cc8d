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

#include "sim/core/choices/recorded_driver.h"
#include "sim/core/explore/explorer.h"

namespace fencepost::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A run is a function that draws; its outcome is the answers it got, as text.
using Toy = std::function<std::string(Choices*)>;

class ToySpace final : public ExploreSpace {
 public:
  explicit ToySpace(Toy toy) : toy_(std::move(toy)) {}

  ExploredRun Run(const std::vector<Deviation>& deviations) override {
    auto recorded = *RecordedDriver::Make(deviations);
    const RecordedDriver* const driver = recorded.get();
    ExploredRun run;
    Choices choices(std::make_unique<LoggingDriver>(std::move(recorded), &run.log));
    outcome_ = toy_(&choices);
    EXPECT_THAT(driver->stale(), IsEmpty()) << "a deviation of a draw that is never made";
    Trace trace(TraceDetail::kHashOnly);
    trace.Event(std::chrono::nanoseconds(0), 0, outcome_.substr(0, outcome_.find('|')));
    run.hash = trace.hash();
    if (outcome_.find('!') != std::string::npos) run.violation = model::Violation{"toy", outcome_};
    ++runs_;
    return run;
  }

  const std::string& outcome() const { return outcome_; }  // of the last run
  std::uint64_t runs() const { return runs_; }

 private:
  Toy toy_;
  std::string outcome_;
  std::uint64_t runs_ = 0;
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

struct Explored {
  ExploreState state;
  std::vector<std::string> outcomes;  // in the order of the visits
};

// Goes on from `explored->state`.
void ExploreMore(ToySpace* space, ExploreOptions options, Explored* explored) {
  options.visit = [&](const ExploreVisit& visit) {
    EXPECT_EQ(visit.deviations.size(), explored->state.level);
    explored->outcomes.push_back(space->outcome());
    return true;
  };
  const absl::Status status = Explore(space, options, &explored->state);
  EXPECT_TRUE(status.ok()) << status;
}

Explored ExploreAll(const Toy& toy, std::uint64_t deviations) {
  ToySpace space(toy);
  ExploreOptions options;
  options.deviations = deviations;
  Explored explored;
  ExploreMore(&space, options, &explored);
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
    std::uint64_t sessions = 0;
    while (!Exhausted(parts.state, 3)) {
      ASSERT_LT(sessions++, 100'000u) << "limit " << limit;
      if (sessions > 1) {  // as another process would find it
        parts.state.scenario = "toy";
        parts.state.base = "hash";
        const std::string text = FormatExploreState(parts.state);
        const absl::StatusOr<ExploreState> read = ParseExploreState(text, "state");
        ASSERT_TRUE(read.ok()) << read.status() << "\n" << text;
        ASSERT_EQ(*read, parts.state);
      }
      ToySpace space(Branching);
      ExploreOptions options;
      options.deviations = 3;
      options.limit = limit;
      const std::size_t before = parts.outcomes.size();
      ExploreMore(&space, options, &parts);
      EXPECT_LE(parts.outcomes.size() - before, limit);
    }
    EXPECT_EQ(parts.outcomes, whole.outcomes) << "limit " << limit << ": the same runs in the same order";
    EXPECT_EQ(parts.state.levels, whole.state.levels) << "limit " << limit;
  }
}

TEST(Explore, GoesOnToMoreDeviationsWithoutBeginningAnew) {
  ToySpace space(Branching);
  Explored explored;
  ExploreOptions options;
  for (options.deviations = 0; options.deviations <= 3; ++options.deviations) {
    ExploreMore(&space, options, &explored);
  }
  EXPECT_EQ(explored.outcomes, ExploreAll(Branching, 3).outcomes);
}

TEST(Explore, EndsAfterTheRunWhoseVisitorSaysSoAndCountsIt) {
  ToySpace space([](Choices* choices) {
    Stream stream = choices->Open("toy");
    const std::uint64_t first = stream.Below(3, "toy");
    const std::uint64_t second = stream.Below(3, "toy");
    return first == 2 && second == 1 ? std::string("!") : std::string("fine");
  });
  std::vector<Deviation> found;
  ExploreOptions options;
  options.deviations = 2;
  options.visit = [&found](const ExploreVisit& visit) {
    if (!visit.run.violation.has_value()) return true;
    found = visit.deviations;
    return false;
  };
  ExploreState state;
  ASSERT_TRUE(Explore(&space, options, &state).ok());
  EXPECT_THAT(found, ElementsAre(Deviation{"toy", 0, 2, 3, "toy"}, Deviation{"toy", 1, 1, 3, "toy"}));
  EXPECT_EQ(state.levels.at(2).runs, 3u) << "11, 12, 21: one run is left";
  EXPECT_EQ(state.levels.at(2).violations, 1u);
  EXPECT_FALSE(Exhausted(state, 2));
  ASSERT_TRUE(Explore(&space, options, &state).ok());
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
  ToySpace space(Independent(1, 101));
  Explored explored;
  ExploreOptions options;
  options.alternatives = 3;
  ExploreMore(&space, options, &explored);
  EXPECT_THAT(explored.outcomes, ElementsAre("0 ", "1 ", "50 ", "100 "));
  EXPECT_EQ(explored.state.levels.at(1).total, 3u);
  EXPECT_EQ(explored.state.levels.at(1).left_out, 97u);
}

TEST(Explore, AParentIsRunAgainOnceForAllItsChildren) {
  ToySpace space(Independent(20, 3));
  Explored explored;
  ExploreOptions options;
  options.deviations = 2;
  ExploreMore(&space, options, &explored);
  const std::uint64_t parents = 1 + 1 + 40;  // the root at level 1 and at 2, each run of level 1 at 2
  EXPECT_EQ(space.runs(), explored.outcomes.size() + parents);
}

TEST(ExploreState, AFileThatDoesNotFitTheRunsIsRefusedRatherThanFollowed) {
  ExploreState state;
  state.level = 2;
  state.levels.resize(3);
  state.path = {ExploreStep{99, 0}, ExploreStep{0, 0}};
  ToySpace space(Independent(3, 2));
  ExploreOptions options;
  options.deviations = 2;
  const absl::Status status = Explore(&space, options, &state);
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
  EXPECT_THAT(message(good + "step 1 1\n"), HasSubstr("not whole")) << "a path deeper than its level";
  EXPECT_THAT(message(good + "at-level 5\n"), HasSubstr("not whole")) << "a level of which nothing is known";
  EXPECT_THAT(message("fencepost-explore 1\n"), HasSubstr("not whole"));
  EXPECT_THAT(message(""), HasSubstr("f:1: the saved search is not whole")) << "a line that exists";
}

}  // namespace
}  // namespace fencepost::sim
