// The explicit-state checker itself, on machines small enough to know the answers by heart.
#include "model/checker/check.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "model/checker/memory_budget.h"
#include "model/checker/packed_state.h"
#include "model/checker/recalled_levels.h"
#include "model/checker/state_sets.h"
#include "tests/unit/model/checker/number_machine.h"

namespace fencepost::model {
namespace {

using testing::ActionsOf;
using testing::BothInvariants;
using testing::Grid;
using testing::Number;
using testing::NumberMachine;
using testing::StatesOf;
using State = testing::NumberState;

TEST(StateLayout, FieldsHoldTheirWholeRangeAndLeaveTheirNeighboursAlone) {
  StateLayout layout;
  const std::vector<std::uint64_t> largest = {1, 0, 7, 1'000'000, ~std::uint64_t{0}, 5, 0xffff'ffff, 3, 64};
  std::vector<Field> fields;
  for (const std::uint64_t one : largest) fields.push_back(layout.Add(one));
  ASSERT_EQ(layout.words(), 3U);

  for (std::size_t i = 0; i < fields.size(); ++i) {
    PackedState<4> state;
    Set(state, fields[i], largest[i]);
    for (std::size_t j = 0; j < fields.size(); ++j) {
      EXPECT_EQ(Get(state, fields[j]), i == j ? largest[i] : 0) << "field " << j << " after setting " << i;
    }
    Set(state, fields[i], 0);
    EXPECT_EQ(state, PackedState<4>{}) << "field " << i;
  }
}

// The worst hash there is: every probe runs over all states, and only comparing them tells them apart.
struct OneHashForAll {
  std::uint64_t operator()(const State&) const { return 0xabcd'ef01'2345'6789U; }
};

TEST(ExactSet, TellsStatesWithOneHashApart) {
  MemoryBudget budget(std::uint64_t{64} << 20);
  ExactSet<State, OneHashForAll> set(&budget);
  constexpr std::uint64_t kStates = 4'000;  // enough for the table to grow
  const std::uint64_t hash = OneHashForAll()(State{});
  for (std::uint64_t i = 0; i < kStates; ++i) ASSERT_EQ(set.Insert(Number(i), hash), Insertion::kNew) << i;
  for (std::uint64_t i = 0; i < kStates; ++i) ASSERT_EQ(set.Insert(Number(i), hash), Insertion::kKnown) << i;
  EXPECT_EQ(set.size(), kStates);
  EXPECT_EQ(set.Find(Number(1'234), hash), 1'234U);
  EXPECT_EQ(set.Find(Number(kStates), hash), std::nullopt);
}

TEST(ExactSet, FindsWhatItHoldsAfterGrowingManyTimes) {
  MemoryBudget budget(std::uint64_t{256} << 20);
  ExactSet<State> set(&budget);
  constexpr std::uint64_t kStates = 300'000;
  const auto state = [](std::uint64_t i) { return Number(i * 0x1'0001); };
  for (std::uint64_t i = 0; i < kStates; ++i)
    ASSERT_EQ(set.Insert(state(i), StateHash()(state(i))), Insertion::kNew);
  for (std::uint64_t i = 0; i < kStates; ++i) ASSERT_EQ(set.Find(state(i), StateHash()(state(i))), i);
  EXPECT_EQ(set.Find(Number(1), StateHash()(Number(1))), std::nullopt);
}

TEST(MemoryBudget, RefusesWhatWouldPassTheLimitAndRemembersThePeak) {
  MemoryBudget budget(100);
  EXPECT_TRUE(budget.Reserve(60));
  EXPECT_FALSE(budget.Reserve(41));
  EXPECT_TRUE(budget.Reserve(40));
  budget.Release(70);
  EXPECT_TRUE(budget.Reserve(50));
  EXPECT_FALSE(budget.Reserve(~std::uint64_t{0}));
  EXPECT_EQ(budget.peak(), 100U);
}

TEST(Checker, CountsAGridByHeart) {
  const CheckResult result = Check<State>(Grid(100), BothInvariants());

  EXPECT_EQ(result.end, CheckEnd::kComplete);
  EXPECT_EQ(result.distinct, 100U * 100U);
  EXPECT_EQ(result.generated, 1U + 2U * 99U * 100U);
  EXPECT_EQ(result.depth, 199U);
}

TEST(Checker, TellsAShortestWayToAViolation) {
  NumberMachine grid = Grid(50);
  // Twelve steps to (7, 5), many more to the other.
  grid.first_invariant = [](std::uint64_t at) { return at != 7 + (std::uint64_t{5} << 32) && at != 49; };

  const CheckResult result = Check<State>(grid, BothInvariants());

  ASSERT_EQ(result.end, CheckEnd::kViolation);
  EXPECT_EQ(result.violation->property, "First");
  EXPECT_EQ(result.violation->initial_state, "0");
  ASSERT_EQ(result.violation->steps.size(), 12U);
  EXPECT_EQ(result.violation->steps.back().state, fmt::format("{}", 7 + (std::uint64_t{5} << 32)));
  EXPECT_EQ(result.depth, 13U);
  EXPECT_EQ(result.distinct, 13U * 14U / 2U)
      << "the violation's level is complete, and nothing lies beyond it";
  std::uint64_t at = 0;
  for (const TraceStep& step : result.violation->steps) {
    at += step.action == "step 0" ? 1 : std::uint64_t{1} << 32;
    EXPECT_EQ(step.state, fmt::format("{}", at)) << "each step leads to the state beside it";
  }
}

TEST(Checker, OfSeveralViolationsOnALevelTellsTheFirstInvariantsSmallestState) {
  NumberMachine star;
  star.next = [](std::uint64_t at) {
    std::vector<NumberMachine::Edge> edges;
    for (std::uint64_t to = 9; at == 0 && to > 0; --to)
      edges.push_back({to, Step{static_cast<std::uint8_t>(to)}});
    return edges;
  };
  star.first_invariant = [](std::uint64_t at) { return at < 5; };
  star.second_invariant = [](std::uint64_t at) { return at < 3; };

  CheckOptions options = BothInvariants();
  for (const unsigned threads : {1U, 2U, 3U, 4U}) {
    options.threads = threads;
    options.invariants = {0, 1};
    EXPECT_EQ(StatesOf(Check<State>(star, options).violation->steps), std::vector<std::string>{"5"})
        << threads;
    options.invariants = {1, 0};
    EXPECT_EQ(StatesOf(Check<State>(star, options).violation->steps), std::vector<std::string>{"3"})
        << threads;
  }
}

TEST(Checker, OfSeveralStepsToOneStateTellsTheSmallest) {
  NumberMachine machine;
  machine.next = [](std::uint64_t at) {
    std::vector<NumberMachine::Edge> edges;
    for (const int action : {3, 1, 2}) {
      if (at == 0) edges.push_back({1, Step{static_cast<std::uint8_t>(action), 0, 0}});
    }
    return edges;
  };
  machine.first_invariant = [](std::uint64_t at) { return at == 0; };

  const CheckResult result = Check<State>(machine, BothInvariants());

  EXPECT_EQ(result.generated, 4U);
  EXPECT_EQ(result.distinct, 2U);
  EXPECT_EQ(ActionsOf(result.violation->steps), std::vector<std::string>{"step 1"});
}

TEST(Checker, AViolatingInitialStateIsACounterexampleWithoutSteps) {
  NumberMachine bad;
  bad.initial = 7;
  bad.second_invariant = [](std::uint64_t at) { return at != 7; };

  const CheckResult result = Check<State>(bad, BothInvariants());

  ASSERT_EQ(result.end, CheckEnd::kViolation);
  EXPECT_EQ(result.violation->property, "Second");
  EXPECT_TRUE(result.violation->steps.empty());
  EXPECT_EQ(result.depth, 1U);
}

TEST(Checker, ChecksOnlyTheInvariantsAskedFor) {
  NumberMachine grid = Grid(10);
  grid.first_invariant = [](std::uint64_t at) { return at != 3; };
  CheckOptions options;
  options.invariants = {1};

  EXPECT_EQ(Check<State>(grid, options).end, CheckEnd::kComplete);
}

TEST(Checker, StatesOutsideTheConstraintAreJudgedButNeitherCountedNorExpanded) {
  NumberMachine line;
  line.next = [](std::uint64_t at) {
    return at < 100 ? std::vector<NumberMachine::Edge>{{at + 1, Step{}}} : std::vector<NumberMachine::Edge>{};
  };
  line.inside = [](std::uint64_t at) { return at < 10; };

  const CheckResult good = Check<State>(line, BothInvariants());
  EXPECT_EQ(good.end, CheckEnd::kComplete);
  EXPECT_EQ(good.distinct, 10U);
  EXPECT_EQ(good.generated, 11U);
  EXPECT_EQ(good.depth, 10U);

  line.first_invariant = [](std::uint64_t at) { return at != 10; };
  const CheckResult bad = Check<State>(line, BothInvariants());
  ASSERT_EQ(bad.end, CheckEnd::kViolation);
  EXPECT_EQ(bad.violation->steps.size(), 10U);
  EXPECT_EQ(bad.violation->steps.back().state, "10");
}

TEST(Checker, FollowsALongChain) {
  NumberMachine chain;
  constexpr std::uint64_t kLength = 20'000;
  chain.next = [](std::uint64_t at) {
    return at + 1 < kLength ? std::vector<NumberMachine::Edge>{{at + 1, Step{}}}
                            : std::vector<NumberMachine::Edge>{};
  };
  chain.first_invariant = [](std::uint64_t at) { return at + 1 < kLength; };

  const CheckResult result = Check<State>(chain, BothInvariants());

  EXPECT_EQ(result.depth, kLength);
  EXPECT_EQ(result.violation->steps.size(), kLength - 1);
}

TEST(Checker, StopsAtTheMemoryLimitWithTheCountsSoFar) {
  CheckOptions options = BothInvariants();
  options.memory_limit_bytes = std::uint64_t{16} << 20;

  for (const unsigned threads : {1U, 2U}) {
    options.threads = threads;
    const CheckResult result = Check<State>(Grid(5'000), options);
    EXPECT_EQ(result.end, CheckEnd::kOutOfMemory) << threads;
    EXPECT_LE(result.peak_bytes, options.memory_limit_bytes) << threads;
    EXPECT_GT(result.distinct, 100'000U) << threads;
    EXPECT_LT(result.distinct, 25'000'000U) << threads;
    EXPECT_FALSE(result.violation.has_value()) << threads;
  }
}

TEST(Checker, AViolationFoundBeforeTheMemoryRanOutIsToldAllTheSame) {
  NumberMachine star;
  star.next = [](std::uint64_t at) {
    std::vector<NumberMachine::Edge> edges;
    for (std::uint64_t to = 1; at == 0 && to < 1'500'000; ++to) edges.push_back({to, Step{}});
    return edges;
  };
  star.first_invariant = [](std::uint64_t at) { return at != 3; };
  CheckOptions options = BothInvariants();
  options.memory_limit_bytes = std::uint64_t{16} << 20;
  for (const std::optional<int> bits : {std::optional<int>(), std::optional<int>(64)}) {
    options.fingerprint_bits = bits;

    const CheckResult result = Check<State>(star, options);

    ASSERT_EQ(result.end, CheckEnd::kViolation);
    EXPECT_LT(result.distinct, 1'500'000U) << "the memory should have run out";
    EXPECT_EQ(StatesOf(result.violation->steps), std::vector<std::string>{"3"});
    EXPECT_EQ(result.depth, 2U);
  }
}

TEST(Checker, StopsWhenTold) {
  CheckOptions options = BothInvariants();
  std::uint64_t last_level = 0;
  options.keep_going = [&](const Progress& progress) {
    EXPECT_GE(progress.level, last_level);
    EXPECT_GE(progress.generated, progress.distinct);
    last_level = progress.level;
    return progress.level < 5;
  };

  const CheckResult result = Check<State>(Grid(1'000), options);

  EXPECT_EQ(result.end, CheckEnd::kStopped);
  EXPECT_EQ(result.depth, 5U);
  EXPECT_EQ(result.distinct, 15U);
}

TEST(Checker, AnyNumberOfThreadsGivesTheSameCountsAndTheSameCounterexample) {
  NumberMachine grid = Grid(400);
  for (const bool violated : {false, true}) {
    // Every state of level 700 is a violation, and each has many ways to it.
    if (violated)
      grid.first_invariant = [](std::uint64_t at) { return (at & 0xffff'ffff) + (at >> 32) != 700; };
    const CheckResult one = Check<State>(grid, BothInvariants());
    ASSERT_EQ(one.end, violated ? CheckEnd::kViolation : CheckEnd::kComplete);
    for (const unsigned threads : {2U, 3U, 5U}) {
      CheckOptions options = BothInvariants();
      options.threads = threads;
      const CheckResult many = Check<State>(grid, options);
      EXPECT_EQ(many.end, one.end) << threads;
      EXPECT_EQ(many.generated, one.generated) << threads;
      EXPECT_EQ(many.distinct, one.distinct) << threads;
      EXPECT_EQ(many.depth, one.depth) << threads;
      ASSERT_EQ(many.violation.has_value(), violated) << threads;
      if (!violated) continue;
      EXPECT_EQ(StatesOf(many.violation->steps), StatesOf(one.violation->steps)) << threads;
    }
  }
}

TEST(HashCompaction, FindsTheSameStatesAndTheSameCounterexampleWhenNothingCollides) {
  NumberMachine grid = Grid(200);
  grid.first_invariant = [](std::uint64_t at) { return at != 50 + (std::uint64_t{20} << 32); };
  const CheckResult exact = Check<State>(grid, BothInvariants());
  for (const unsigned threads : {1U, 2U}) {
    CheckOptions options = BothInvariants();
    options.threads = threads;
    options.fingerprint_bits = 64;
    const CheckResult compact = Check<State>(grid, options);
    EXPECT_EQ(compact.generated, exact.generated);
    EXPECT_EQ(compact.distinct, exact.distinct);
    EXPECT_EQ(compact.depth, exact.depth);
    ASSERT_TRUE(compact.violation.has_value());
    EXPECT_EQ(StatesOf(compact.violation->steps), StatesOf(exact.violation->steps));
    EXPECT_GT(compact.omission_bound, 0.0);
    EXPECT_LT(compact.omission_bound, 1e-9);
  }
}

TEST(HashCompaction, ShortFingerprintsMissStatesAndTheBoundSaysSo) {
  CheckOptions options = BothInvariants();
  options.fingerprint_bits = 12;

  const CheckResult result = Check<State>(Grid(100), options);

  EXPECT_EQ(result.end, CheckEnd::kComplete);
  EXPECT_LE(result.distinct, 4'096U) << "there are no more fingerprints than that";
  EXPECT_EQ(result.omission_bound, 1.0);
}

TEST(HashCompaction, AStateWhoseHashIsZeroIsRememberedLikeAnyOther) {
  constexpr std::uint64_t kHashesToZero = 0x9e37'79b9'7f4a'7c15;
  ASSERT_EQ(StateHash()(Number(kHashesToZero)), 0U);
  NumberMachine machine;
  machine.next = [](std::uint64_t at) {
    std::vector<NumberMachine::Edge> edges;
    for (int i = 0; at == 0 && i < 3; ++i) edges.push_back({kHashesToZero, Step{}});
    return edges;
  };
  CheckOptions options = BothInvariants();
  options.fingerprint_bits = 64;

  const CheckResult result = Check<State>(machine, options);

  EXPECT_EQ(result.generated, 4U);
  EXPECT_EQ(result.distinct, 2U);
}

TEST(HashCompaction, TheBoundIsOneChanceForEachPair) {
  EXPECT_EQ(OmissionBound(0, 64), 0.0);
  EXPECT_DOUBLE_EQ(OmissionBound(1, 64), std::exp2(-63)) << "a second state that looks like the first";
  EXPECT_DOUBLE_EQ(OmissionBound(2, 10), 5.0 / 1024);
  EXPECT_NEAR(OmissionBound(16'432'528, 64), 7.32e-6, 0.01e-6);
  EXPECT_EQ(OmissionBound(1'000'000, 16), 1.0);
}

// Chains of states drawn at random, a few at a time, so that whether one is missed is a matter of chance.
TEST(HashCompaction, StatesAreMissedNoMoreOftenThanTheBoundSays) {
  constexpr int kBits = 12;
  constexpr std::uint64_t kStates = 20;
  constexpr int kTrials = 2'000;
  int missed = 0;
  CheckOptions options = BothInvariants();
  options.fingerprint_bits = kBits;
  for (int trial = 0; trial < kTrials; ++trial) {
    const auto state = [trial](std::uint64_t i) {
      return MixBits(static_cast<std::uint64_t>(trial) * kStates + i);
    };
    NumberMachine star;
    star.initial = state(0);
    star.next = [&](std::uint64_t at) {
      std::vector<NumberMachine::Edge> edges;
      for (std::uint64_t i = 1; at == state(0) && i < kStates; ++i) edges.push_back({state(i), Step{}});
      return edges;
    };
    if (Check<State>(star, options).distinct < kStates) ++missed;
  }
  // Of 190 pairs one in 4096 looks alike: 91 trials of 2000. The bound is 230 pairs': 112.
  EXPECT_LE(missed, kTrials * OmissionBound(kStates, kBits));
  EXPECT_GE(missed, kTrials * OmissionBound(kStates, kBits) / 2) << "a bound that is no use";
}

TEST(HashCompaction, LevelsThatWereForgottenAreFoundAgainInPortions) {
  CheckOptions options = BothInvariants();
  options.fingerprint_bits = 64;
  constexpr std::uint64_t kLevels = 20;
  for (const unsigned threads : {1U, 2U}) {
    options.threads = threads;
    for (const std::uint64_t spare_bytes : {std::uint64_t{1} << 20, std::uint64_t{500}, std::uint64_t{0}}) {
      NumberMachine grid = Grid(30);
      std::atomic<std::uint64_t> expansions = 0;
      grid.next = [&expansions, next = grid.next](std::uint64_t at) {
        ++expansions;
        return next(at);
      };
      RecalledLevels<State> levels(&grid, &options, spare_bytes);
      for (std::uint64_t level = kLevels; level > 0; --level) {
        std::vector<std::uint64_t> found;
        levels.Visit(level, [&](const State& state) { found.push_back(state.words[0]); });
        std::sort(found.begin(), found.end());
        std::vector<std::uint64_t> expected;
        for (std::uint64_t y = 0; y < level; ++y) expected.push_back((level - 1 - y) + (y << 32));
        std::sort(expected.begin(), expected.end());
        ASSERT_EQ(found, expected) << "level " << level << ", " << spare_bytes << " bytes";
      }
      // Level n has n states: all levels but the last, expanded once; or for each level those before it.
      const std::uint64_t once = kLevels * (kLevels - 1) / 2;
      const std::uint64_t for_each_level = (kLevels - 1) * kLevels * (kLevels + 1) / 6;
      EXPECT_GE(expansions, spare_bytes == 0 ? for_each_level : once);
      EXPECT_LE(expansions, spare_bytes > 500 ? once : for_each_level);
      EXPECT_TRUE(spare_bytes != 500 || (once < expansions && expansions < for_each_level)) << expansions;
    }
  }
}

TEST(HashCompaction, ACounterexampleFoundDespiteOmissionsIsReal) {
  NumberMachine grid = Grid(100);
  grid.first_invariant = [](std::uint64_t at) { return (at & 0xffff'ffff) < 20; };
  CheckOptions options = BothInvariants();
  options.fingerprint_bits = 12;

  const CheckResult result = Check<State>(grid, options);

  ASSERT_EQ(result.end, CheckEnd::kViolation);
  std::uint64_t at = 0;
  for (const TraceStep& step : result.violation->steps) {
    at += step.action == "step 0" ? 1 : std::uint64_t{1} << 32;
    ASSERT_EQ(step.state, fmt::format("{}", at));
  }
  EXPECT_EQ(at & 0xffff'ffff, 20U);
}

}  // namespace
}  // namespace fencepost::model
