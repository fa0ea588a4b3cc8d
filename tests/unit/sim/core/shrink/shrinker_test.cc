// The shrinker itself, apart from any world: on the public shrinking challenges and on targets made up here.
#include "sim/core/shrink/shrinker.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/shrink/search.h"
#include "sim/core/shrink/shrink_size.h"
#include "sim/core/shrink/stream_name.h"
#include "tests/support/shrinking_challenges.h"

namespace fencepost::sim {
namespace {

using testing::ElementsAre;

Deviation Of(std::string stream, std::uint64_t index, std::uint64_t value) {
  return Deviation{std::move(stream), index, value, 1000, "label"};
}

// e.g. "schedule[3]=2"
std::vector<std::string> Texts(const std::vector<Deviation>& deviations) {
  std::vector<std::string> texts;
  for (const Deviation& d : deviations) texts.push_back(fmt::format("{}[{}]={}", d.stream, d.index, d.value));
  return texts;
}

// Interesting as `is_interesting` says; makes what it is asked, and remembers it.
class MadeUpTarget final : public ShrinkTarget {
 public:
  using Rule = std::function<bool(const std::vector<Deviation>&)>;
  explicit MadeUpTarget(Rule is_interesting) : is_interesting_(std::move(is_interesting)) {}

  ShrinkAttempt Run(const std::vector<Deviation>& asked) override {
    asked_.push_back(asked);
    return ShrinkAttempt{is_interesting_(asked), asked};
  }
  const std::vector<std::vector<Deviation>>& asked() const { return asked_; }

 private:
  Rule is_interesting_;
  std::vector<std::vector<Deviation>> asked_;
};

bool Has(const std::vector<Deviation>& deviations, const std::string& stream, std::uint64_t least = 1) {
  return std::ranges::any_of(deviations,
                             [&](const Deviation& d) { return d.stream == stream && d.value >= least; });
}

// Items 1 to `items` of two actors, faults, a schedule and a config.
std::vector<Deviation> BigRun(int items) {
  std::vector<Deviation> run;
  for (int i = 1; i <= items; ++i) {
    for (const std::string actor : {"client-1", "client-2"}) {
      run.push_back(Of("plan/" + actor + "/" + std::to_string(i), 0, 1));
      run.push_back(Of("plan/" + actor + "/" + std::to_string(i), 1, 300));
    }
    run.push_back(Of("link/faults", static_cast<std::uint64_t>(i), 1));
    run.push_back(Of("schedule", static_cast<std::uint64_t>(3 * i), 2));
  }
  run.push_back(Of("config/size", 0, 3));
  return run;
}

// ------------------------------------------------------------------------------------------- challenges

struct ChallengeOutcome {
  std::map<std::string, int> results;
  std::uint64_t runs = 0;
};

constexpr int kFailures = 50;

ChallengeOutcome ShrinkFailuresOf(const Challenge& challenge) {
  ChallengeOutcome outcome;
  ChallengeTarget target(&challenge);
  std::uint64_t seed = 1;
  for (int i = 0; i < kFailures; ++i, ++seed) {
    const std::vector<Deviation> failure = NextFailure(challenge, &seed);
    const absl::StatusOr<ShrinkResult> result = Shrink(&target, failure, ShrinkLimits{});
    if (!result.ok()) {
      ADD_FAILURE() << challenge.name << ", seed " << seed << ": " << result.status();
      continue;
    }
    EXPECT_EQ(result->end, ShrinkEnd::kSmallest) << challenge.name << ", seed " << seed;
    ++outcome.results[target.Replay(result->deviations).value];
    outcome.runs += result->runs;
  }
  return outcome;
}

class ShrinkingChallenge : public testing::TestWithParam<std::size_t> {};

// Bounds on the mean number of runs, a third above what they are today, and on how many of 50 failures end in
// the smallest result.
struct ChallengeBound {
  std::string_view name;
  std::uint64_t mean_runs;
  int smallest;
};
constexpr ChallengeBound kBounds[] = {
    {"reverse", 50, 50},
    {"large_union_list", 680, 50},
    {"bound5", 500, 30},
    {"lengthlist", 80, 50},
    {"difference, not zero", 95, 50},
    {"difference, not small", 90, 50},
    {"nestedlists", 200, 50},
    {"difference, not one", 95, 50},
    {"distinct", 170, 50},
    {"deletion", 95, 50},
    {"coupling", 130, 38},
};

TEST_P(ShrinkingChallenge, EndsInTheSmallestFailureWithinItsRuns) {
  const Challenge& challenge = AllChallenges()[GetParam()];
  const auto* const bound = std::ranges::find(kBounds, challenge.name, &ChallengeBound::name);
  ASSERT_NE(bound, std::end(kBounds)) << challenge.name;

  const ChallengeOutcome outcome = ShrinkFailuresOf(challenge);

  int smallest = 0;
  for (const std::string& result : challenge.smallest) {
    const auto found = outcome.results.find(result);
    if (found != outcome.results.end()) smallest += found->second;
  }
  EXPECT_GE(smallest, bound->smallest)
      << challenge.name << " ended in " << testing::PrintToString(outcome.results);
  EXPECT_LE(outcome.runs / kFailures, bound->mean_runs) << challenge.name;
}

INSTANTIATE_TEST_SUITE_P(All, ShrinkingChallenge, testing::Range<std::size_t>(0, 11));

TEST(ShrinkingChallenges, AreEleven) { EXPECT_EQ(AllChallenges().size(), 11u); }

// ------------------------------------------------------------------------------------------- the shrinker

TEST(Shrinker, KeepsOnlyWhatTheFailureNeeds) {
  const std::vector<Deviation> needed = {Of("link/faults", 5, 1), Of("plan/client-2/1", 0, 1),
                                         Of("plan/client-2/2", 0, 1), Of("schedule", 12, 2)};
  MadeUpTarget target([&](const auto& run) {
    return std::ranges::all_of(needed, [&](const Deviation& d) { return std::ranges::count(run, d) == 1; });
  });
  const absl::StatusOr<ShrinkResult> result = Shrink(&target, BigRun(40), ShrinkLimits{});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(Texts(result->deviations), Texts(needed));
  EXPECT_EQ(result->from.plan_items, 80u);
  EXPECT_EQ(result->to.plan_items, 2u);
  EXPECT_LT(result->runs, 200u);
}

TEST(Shrinker, LowersWhatItCannotDrop) {
  MadeUpTarget target([](const auto& run) { return Has(run, "wait", 617); });
  const auto result = Shrink(&target, {Of("wait", 0, 999)}, ShrinkLimits{});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("wait[0]=617"));
}

TEST(Shrinker, LowersValuesTogetherWhenTheirDistanceMatters) {
  // Neither can be lowered alone.
  MadeUpTarget target([](const auto& run) {
    return run.size() == 2 && run[1].value == run[0].value + 40 && run[0].value >= 5;
  });
  const auto result = Shrink(&target, {Of("a", 0, 500), Of("b", 0, 540)}, ShrinkLimits{});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("a[0]=5", "b[0]=45"));
}

TEST(Shrinker, GivesWhatIsLeftTheFirstNamesAndSlots) {
  const auto is_an_item = [](const Deviation& d) { return PlanSlotOf(d.stream).has_value(); };
  MadeUpTarget target([&](const auto& run) { return std::ranges::count_if(run, is_an_item) >= 2; });
  const auto result =
      Shrink(&target, {Of("plan/client-4/9", 0, 1), Of("plan/client-4/30", 0, 1), Of("client-4/9", 0, 1)},
             ShrinkLimits{});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("plan/client-1/1[0]=1", "plan/client-1/2[0]=1"));
}

TEST(Shrinker, MovesWhatAnActorDrawsForAnItemAlongWithTheItem) {
  MadeUpTarget target([](const auto& run) {
    for (int slot = 1; slot <= 9; ++slot) {
      const std::string number = std::to_string(slot);
      if (Has(run, "plan/client-1/" + number) && Has(run, "client-1/" + number + "/faults")) return true;
    }
    return false;
  });
  const auto result =
      Shrink(&target, {Of("plan/client-1/9", 0, 1), Of("client-1/9/faults", 3, 1)}, ShrinkLimits{});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("client-1/1/faults[3]=1", "plan/client-1/1[0]=1"));
}

// Interesting as `is_interesting` says of what it is asked; has these draws, whatever it is asked.
class KnownDraws final : public ShrinkTarget {
 public:
  using Rule = std::function<bool(const std::vector<Deviation>&)>;
  KnownDraws(std::vector<MadeDraw> draws, Rule is_interesting)
      : draws_(std::move(draws)), is_interesting_(std::move(is_interesting)) {}

  ShrinkAttempt Run(const std::vector<Deviation>& asked) override {
    return ShrinkAttempt{is_interesting_(asked), asked};
  }
  std::vector<MadeDraw> Draws(const std::vector<Deviation>& asked) override {
    std::vector<MadeDraw> draws = draws_;
    for (MadeDraw& draw : draws) {
      for (const Deviation& deviation : asked) {
        if (deviation.stream == draw.stream && deviation.index == draw.index) draw.value = deviation.value;
      }
    }
    return draws;
  }

 private:
  std::vector<MadeDraw> draws_;
  Rule is_interesting_;
};

std::uint64_t ValueOf(const std::vector<Deviation>& run, const std::string& stream, std::uint64_t index) {
  for (const Deviation& deviation : run) {
    if (deviation.stream == stream && deviation.index == index) return deviation.value;
  }
  return 0;
}

TEST(Shrinker, GivesOneActorTheWorkOfTwoWhereItFailsAllTheSame) {
  const auto is_an_item = [](const Deviation& d) { return PlanSlotOf(d.stream).has_value(); };
  MadeUpTarget target([&](const auto& run) {
    return std::ranges::count_if(run, is_an_item) == 2 && run.size() == 3 && run[0].stream.ends_with("/pace");
  });
  const auto result =
      Shrink(&target, {Of("plan/client-1/1", 0, 1), Of("plan/client-2/1", 0, 1), Of("client-2/1/pace", 4, 1)},
             ShrinkLimits{});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations),
              ElementsAre("client-1/1/pace[4]=1", "plan/client-1/1[0]=1", "plan/client-1/2[0]=1"))
      << "and what is drawn for an item comes along, to the first item";
}

TEST(Shrinker, LeavesTheWorkOfTwoActorsWhereOneWouldNotFail) {
  MadeUpTarget target([](const auto& run) {
    const auto of = [&run](const char* actor) {
      return std::ranges::any_of(run, [&](const Deviation& d) { return ActorOf(d.stream) == actor; });
    };
    return of("client-1") && of("client-2");
  });
  const auto result =
      Shrink(&target, {Of("plan/client-1/4", 0, 1), Of("plan/client-2/7", 0, 1)}, ShrinkLimits{});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("plan/client-1/1[0]=1", "plan/client-2/1[0]=1"));
}

TEST(Shrinker, TwoActorsTakeEachOthersNamesIfThatPutsTheSmallerAnswerFirst) {
  // One has an answer of 4 and the other one of 9; whoever is which.
  MadeUpTarget target([](const auto& run) {
    return run.size() == 2 && std::max(run[0].value, run[1].value) == 9 &&
           std::min(run[0].value, run[1].value) == 4 && run[0].stream.starts_with("plan/client-1/") &&
           run[1].stream.starts_with("plan/client-2/");
  });
  const auto result =
      Shrink(&target, {Of("plan/client-1/1", 0, 9), Of("plan/client-2/1", 0, 4)}, ShrinkLimits{});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("plan/client-1/1[0]=4", "plan/client-2/1[0]=9"));
}

TEST(Shrinker, TwoNodesTakeEachOthersNamesInStreamsAndValues) {
  // The replica that is late is the one on the node that somebody asks. On node-1, it takes one deviation
  // less: node 0 is the default.
  const std::vector<MadeDraw> draws = {
      {"plan/client-1/1", 4, 0, 3, "node"},      {"plan/client-2/1", 4, 0, 3, "node"},
      {"client-1/1/replica-1", 0, 0, 2, "late"}, {"client-1/1/replica-2", 0, 0, 2, "late"},
      {"client-1/1/replica-3", 0, 0, 2, "late"},
  };
  KnownDraws target(draws, [](const auto& run) {
    const std::uint64_t node = ValueOf(run, "plan/client-1/1", 4);
    const std::uint64_t other = ValueOf(run, "plan/client-2/1", 4);
    return node != other && Has(run, "client-1/1/replica-" + std::to_string(node + 1));
  });
  const Deviation late{"client-1/1/replica-3", 0, 1, 2, "late"};
  const Deviation node{"plan/client-1/1", 4, 2, 3, "node"};
  const Deviation other{"plan/client-2/1", 4, 1, 3, "node"};
  const auto result = Shrink(&target, {late, node, other}, ShrinkLimits{});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("client-1/1/replica-1[0]=1", "plan/client-2/1[4]=1"));
}

TEST(Shrinker, TwoKeysTakeEachOthersNames) {
  const std::vector<MadeDraw> draws = {{"plan/client-1/1", 7, 0, 4, "key"},
                                       {"plan/client-1/1", 9, 0, 4, "key"}};
  KnownDraws target(draws, [](const auto& run) {
    return ValueOf(run, "plan/client-1/1", 7) != ValueOf(run, "plan/client-1/1", 9);
  });
  const auto result = Shrink(&target, {Deviation{"plan/client-1/1", 7, 3, 4, "key"}}, ShrinkLimits{});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("plan/client-1/1[9]=1"))
      << "the smaller answer, which is the default, first";
}

// Draws of two items: whether a message is delayed, and by how much.
std::vector<MadeDraw> DelaysOfTwoItems() {
  std::vector<MadeDraw> draws;
  for (const char* stream : {"client-1/1/faults", "client-1/2/faults"}) {
    for (std::uint64_t i = 0; i < 30; ++i) {
      draws.push_back(MadeDraw{stream, i, 0, 2, i % 2 == 0 ? "delay" : "by"});
    }
  }
  return draws;
}

std::vector<Deviation> DelayAt(const char* stream, std::uint64_t index) {
  return {Deviation{stream, index, 1, 2, "delay"}, Deviation{stream, index + 1, 1, 2, "by"}};
}

bool IsADelay(const std::vector<Deviation>& run) {
  return run.size() == 2 && run[0].label == "delay" && run[1].stream == run[0].stream &&
         run[1].index == run[0].index + 1;
}

TEST(Shrinker, MovesWhatStrikesToTheLastDrawOfItsStreamAtWhichItFailsAsWell) {
  KnownDraws target(DelaysOfTwoItems(), [](const auto& run) {
    return IsADelay(run) && run[0].stream == "client-1/2/faults" && run[0].index >= 4 && run[0].index <= 14;
  });
  const auto result = Shrink(&target, DelayAt("client-1/2/faults", 6), ShrinkLimits{});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("client-1/2/faults[14]=1", "client-1/2/faults[15]=1"));
}

TEST(Shrinker, MovesWhatStrikesToTheFirstStreamInWhichItFailsAsWell) {
  KnownDraws target(DelaysOfTwoItems(), [](const auto& run) { return IsADelay(run) && run[0].index == 8; });
  const auto result = Shrink(&target, DelayAt("client-1/2/faults", 8), ShrinkLimits{});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("client-1/1/faults[8]=1", "client-1/1/faults[9]=1"));
}

TEST(Shrinker, DropsTwoAtOnceWhereNoneGoesAlone) {
  MadeUpTarget target([](const auto& run) { return Has(run, "needed") && Has(run, "a") == Has(run, "z"); });
  const auto result =
      Shrink(&target, {Of("a", 0, 1), Of("m", 0, 1), Of("needed", 0, 1), Of("z", 0, 1)}, ShrinkLimits{});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("needed[0]=1"));
}

TEST(Shrinker, DropsOneWhileAnotherTakesAnotherValueWhereNeitherGoesAlone) {
  // 5 in one place, or 3 and 2 in two.
  MadeUpTarget target([](const auto& run) {
    const std::uint64_t a = ValueOf(run, "a", 0);
    const std::uint64_t b = ValueOf(run, "b", 0);
    return (a == 3 && b == 2) || (a == 5 && b == 0);
  });
  const auto result = Shrink(&target, {Of("a", 0, 3), Of("b", 0, 2)}, ShrinkLimits{});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("a[0]=5"));
}

TEST(Shrinker, AnItemHandsOverWhatStrikesItAndGoes) {
  // Only the second client does what matters. The first is there only because what must strike strikes on its
  // behalf, and would strike as well on behalf of the other.
  MadeUpTarget target([](const auto& run) {
    bool is_struck = false;
    for (const std::string item : {"client-1/1", "client-2/1"}) {
      is_struck = is_struck || (Has(run, "plan/" + item) && Has(run, item + "/faults"));
    }
    return is_struck && ValueOf(run, "plan/client-2/1", 0) == 1;
  });
  const auto result = Shrink(
      &target, {Of("client-1/1/faults", 3, 1), Of("plan/client-1/1", 0, 1), Of("plan/client-2/1", 0, 1)},
      ShrinkLimits{});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("client-2/1/faults[3]=1", "plan/client-2/1[0]=1"));
}

TEST(Shrinker, LetsAFaultGoForAnotherTimeOfAnItem) {
  // Either the fault holds the item up, or it begins at 23: in between there is nothing.
  const std::vector<MadeDraw> draws = {{"plan/client-1/1", 0, 0, 2, "present"},
                                       {"plan/client-1/1", 1, 0, 1000, "at"},
                                       {"client-1/1/faults", 4, 0, 2, "delay"}};
  KnownDraws target(draws, [](const auto& run) {
    const std::uint64_t at = ValueOf(run, "plan/client-1/1", 1);
    return ValueOf(run, "plan/client-1/1", 0) == 1 &&
           (at == 23 || (at == 700 && Has(run, "client-1/1/faults")));
  });
  const auto result = Shrink(
      &target,
      {Deviation{"plan/client-1/1", 0, 1, 2, "present"}, Deviation{"plan/client-1/1", 1, 700, 1000, "at"},
       Deviation{"client-1/1/faults", 4, 1, 2, "delay"}},
      ShrinkLimits{});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("plan/client-1/1[0]=1", "plan/client-1/1[1]=23"));
}

TEST(Shrinker, AnItemBeginsAtTheEarliestTimeThatFails) {
  // At 21 and at 400, and never in between, where a binary search would look.
  MadeUpTarget target(
      [](const auto& run) { return run.size() == 1 && (run[0].value == 21 || run[0].value == 400); });
  const auto result = Shrink(&target, {Deviation{"plan/client-1/1", 1, 400, 1000, "at"}}, ShrinkLimits{});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("plan/client-1/1[1]=21"));
}

TEST(Shrinker, OneStrikeReplacesManySmallDelays) {
  std::vector<MadeDraw> draws;
  std::vector<Deviation> delays;
  for (std::uint64_t i = 0; i < 12; ++i) {
    draws.push_back(MadeDraw{"node-1/link-latency", i, 0, 5, "latency"});
    draws.push_back(MadeDraw{"node-1/link-faults", i, 0, 2, "slow"});
    delays.push_back(Deviation{"node-1/link-latency", i, 4, 5, "latency"});
  }
  // All the small delays together, or one large one: nothing else is late enough.
  KnownDraws target(draws, [](const auto& run) {
    std::uint64_t late = 0;
    for (const Deviation& deviation : run) late += deviation.label == "slow" ? 100 : deviation.value;
    return late >= 48;
  });
  const auto result = Shrink(&target, delays, ShrinkLimits{});
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->deviations.size(), 1u);
  EXPECT_EQ(result->deviations[0].label, "slow");
}

TEST(Shrinker, GoesOnFromWhatTheRunReallyMade) {
  // Whatever else is asked for, only the first two draws of a stream ever happen.
  class Forgetful final : public ShrinkTarget {
    ShrinkAttempt Run(const std::vector<Deviation>& asked) override {
      ShrinkAttempt attempt{Has(asked, "a"), asked};
      std::erase_if(attempt.made, [](const Deviation& d) { return d.index > 1; });
      return attempt;
    }
  } target;
  std::vector<Deviation> long_run;
  for (std::uint64_t i = 0; i < 500; ++i) long_run.push_back(Of("a", i, 1));
  const auto result = Shrink(&target, long_run, ShrinkLimits{});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->from.deviations, 2u);
  EXPECT_THAT(Texts(result->deviations), ElementsAre("a[0]=1"));
}

TEST(Shrinker, RefusesARunThatDoesNotFailToBeginWith) {
  MadeUpTarget target([](const auto&) { return false; });
  const auto result = Shrink(&target, BigRun(3), ShrinkLimits{});
  EXPECT_EQ(result.status().code(), absl::StatusCode::kFailedPrecondition) << result.status();
}

TEST(Shrinker, TellsTheSameStoryTwice) {
  const auto shrink = [] {
    MadeUpTarget target([](const auto& run) { return Has(run, "plan/client-1/3", 1) && run.size() >= 7; });
    return *Shrink(&target, BigRun(10), ShrinkLimits{});
  };
  const ShrinkResult first = shrink();
  const ShrinkResult second = shrink();
  EXPECT_EQ(first.deviations, second.deviations);
  EXPECT_EQ(first.runs, second.runs);
}

TEST(Shrinker, NeverRunsOneCandidateTwice) {
  MadeUpTarget target([](const auto& run) { return Has(run, "schedule", 2) && run.size() >= 5; });
  const auto result = Shrink(&target, BigRun(12), ShrinkLimits{});
  ASSERT_TRUE(result.ok()) << result.status();
  std::vector<std::vector<Deviation>> asked = target.asked();
  EXPECT_EQ(result->runs, asked.size());
  for (std::size_t i = 0; i < asked.size(); ++i) {
    EXPECT_EQ(std::ranges::count(asked, asked[i]), 1) << "candidate " << i;
  }
  EXPECT_GT(result->repeated, 0u) << "the passes propose nothing twice: then nothing was tested here";
}

TEST(Shrinker, AsksForNothingThatIsNotSmallerThanWhatItHas) {
  std::vector<Deviation> best;
  MadeUpTarget target([&best](const auto& run) {
    if (!best.empty()) {
      EXPECT_TRUE(CompareDeviations(run, best) < 0) << run.size() << " after " << best.size();
    }
    const bool interesting = run.size() >= 3 && Has(run, "config/size", 2);
    if (interesting) best = run;
    return interesting;
  });
  ASSERT_TRUE(Shrink(&target, BigRun(15), ShrinkLimits{}).ok());
}

TEST(ShrinkSearch, TakesNothingThatIsNotStrictlySmallerAndDoesNotEvenRunIt) {
  MadeUpTarget target([](const auto&) { return true; });
  const ShrinkLimits limits;
  ShrinkSearch search(&target, limits, {Of("a", 0, 5), Of("b", 0, 5)});
  EXPECT_FALSE(search.Try({Of("a", 0, 5), Of("b", 0, 5)})) << "the same again";
  EXPECT_FALSE(search.Try({Of("a", 0, 6), Of("b", 0, 5)})) << "a higher value";
  EXPECT_FALSE(search.Try({Of("a", 0, 6), Of("b", 0, 4)})) << "the larger answer first";
  EXPECT_FALSE(search.Try({Of("a", 0, 1), Of("b", 0, 1), Of("c", 0, 1)})) << "one more deviation";
  EXPECT_EQ(search.runs(), 1u);
  EXPECT_TRUE(search.Try({Of("b", 0, 6), Of("a", 0, 4)})) << "the smaller answer first, in any order";
  EXPECT_THAT(Texts(search.best()), ElementsAre("a[0]=4", "b[0]=6"));
}

TEST(ShrinkSearch, TakesNothingThatMadeARunOfMoreThanItWasAskedFor) {
  class Growing final : public ShrinkTarget {
    ShrinkAttempt Run(const std::vector<Deviation>& asked) override {
      ShrinkAttempt attempt{true, asked};
      if (asked.size() < 2) attempt.made = {Of("a", 0, 1), Of("b", 0, 1), Of("c", 0, 1)};
      return attempt;
    }
  } target;
  const ShrinkLimits limits;
  ShrinkSearch search(&target, limits, {Of("a", 0, 1), Of("b", 0, 1)});
  EXPECT_FALSE(search.Try({Of("a", 0, 1)}));
  EXPECT_THAT(Texts(search.best()), ElementsAre("a[0]=1", "b[0]=1"));
}

TEST(Shrinker, EndsWhenItsRunsAreUsedUpAndSaysSo) {
  const auto end_after = [](std::uint64_t runs) {
    MadeUpTarget target([](const auto& run) { return Has(run, "schedule", 2) && run.size() > 20; });
    ShrinkLimits limits;
    limits.runs = runs;
    const auto result = Shrink(&target, BigRun(40), limits);
    EXPECT_LE(target.asked().size(), runs);
    EXPECT_TRUE(Has(result->deviations, "schedule", 2)) << "what it ends with still fails";
    return result->end;
  };
  EXPECT_EQ(end_after(1), ShrinkEnd::kRuns);
  EXPECT_EQ(end_after(10), ShrinkEnd::kRuns);
  EXPECT_EQ(end_after(20'000), ShrinkEnd::kSmallest);
}

TEST(Shrinker, EndsWhenItsTimeIsUpByTheClockItIsGiven) {
  MadeUpTarget target([](const auto& run) { return run.size() > 20; });
  ShrinkLimits limits;
  std::chrono::nanoseconds now(0);
  limits.clock = [&now] { return now += std::chrono::seconds(1); };
  limits.time = std::chrono::seconds(5);
  const auto result = Shrink(&target, BigRun(40), limits);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->end, ShrinkEnd::kTime);
  EXPECT_LE(result->runs, 5u);
}

TEST(Shrinker, EndsWhenItIsInterrupted) {
  MadeUpTarget target([](const auto& run) { return run.size() > 20; });
  ShrinkLimits limits;
  limits.interrupted = [] { return true; };
  const auto result = Shrink(&target, BigRun(40), limits);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->end, ShrinkEnd::kInterrupted);
  EXPECT_EQ(result->runs, 1u);
}

// ------------------------------------------------------------------------------------------------- order

TEST(ShrinkSize, FewerPlanItemsBeatFewerDeviationsBeatLowerValues) {
  const std::vector<Deviation> one_item = {Of("plan/a/1", 0, 900), Of("x", 0, 900), Of("x", 1, 900)};
  const std::vector<Deviation> two_items = {Of("plan/a/1", 0, 1), Of("plan/a/2", 0, 1)};
  const std::vector<Deviation> two_items_high = {Of("plan/a/1", 0, 1), Of("plan/a/2", 0, 2)};
  const std::vector<Deviation> two_items_more = {Of("plan/a/1", 0, 1), Of("plan/a/2", 0, 1), Of("x", 0, 1)};
  EXPECT_TRUE(CompareDeviations(one_item, two_items) < 0);
  EXPECT_TRUE(CompareDeviations(two_items, two_items_high) < 0);
  EXPECT_TRUE(CompareDeviations(two_items_high, two_items_more) < 0);
  EXPECT_TRUE(CompareDeviations(two_items, two_items) == 0);
  EXPECT_TRUE(CompareDeviations({}, one_item) < 0);
}

TEST(ShrinkSize, AmongEqualsTheFirstNamesAndTheSmallAnswersFirstAreSmaller) {
  EXPECT_TRUE(CompareDeviations({Of("plan/a/9", 0, 1)}, {Of("plan/a/10", 0, 1)}) < 0);
  EXPECT_TRUE(CompareDeviations({Of("a", 0, 1), Of("b", 0, 2)}, {Of("a", 0, 2), Of("b", 0, 1)}) < 0);
  EXPECT_TRUE(CompareDeviations({Of("a", 0, 1), Of("a", 2, 5)}, {Of("a", 0, 1), Of("a", 1, 5)}) < 0)
      << "0 is the answer to a draw that a list does not name";
}

TEST(ShrinkSize, TheSumOfValuesDoesNotOverflow) {
  std::vector<Deviation> huge = {Of("a", 0, 1), Of("b", 0, 1)};
  for (Deviation& deviation : huge) deviation.value = UINT64_MAX - 1;
  EXPECT_EQ(SizeOf(huge).values, UINT64_MAX);
}

// ------------------------------------------------------------------------------------------------- names

TEST(StreamName, SaysWhatTheDrawsAreAbout) {
  EXPECT_EQ(KindOf("plan/transactor-1/3"), StreamKind::kPlanItem);
  EXPECT_EQ(KindOf("plan/node-crash/2"), StreamKind::kPlanItem);
  EXPECT_EQ(KindOf("plan/transactor-1"), StreamKind::kPlanRoom);
  EXPECT_EQ(KindOf("config/swarm-node-crash"), StreamKind::kConfig);
  EXPECT_EQ(KindOf("schedule"), StreamKind::kSchedule);
  EXPECT_EQ(KindOf("node-1/link-faults"), StreamKind::kRunning);
  EXPECT_EQ(ActorOf("plan/transactor-1/3"), "transactor-1");
  EXPECT_EQ(ActorOf("transactor-1/3/faults"), "transactor-1");
  EXPECT_EQ(ActorOf("vandal"), "vandal");
  EXPECT_EQ(PlanSlotOf("plan/mover-2/14")->number, 14u);
  EXPECT_FALSE(PlanSlotOf("plan/mover-2/last").has_value());
  EXPECT_EQ(SplitNumber("node-12")->stem, "node-");
  EXPECT_FALSE(SplitNumber("node12").has_value());
}

TEST(StreamName, SaysWhichItemOfThePlanTheDrawsAreFor) {
  const auto item = [](std::string_view stream) {
    const std::optional<PlanSlot> slot = ItemOf(stream);
    return slot.has_value() ? ItemName(slot->actor, slot->number) : std::string("none");
  };
  EXPECT_EQ(item("plan/transactor-1/3"), "transactor-1/3");
  EXPECT_EQ(item("transactor-1/3"), "transactor-1/3");
  EXPECT_EQ(item("transactor-1/30/replica-2"), "transactor-1/30");
  EXPECT_EQ(item("mover-1/rounds/pace"), "none");
  EXPECT_EQ(item("node-1/link-faults"), "none");
  EXPECT_EQ(item("transactor-1"), "none");
  EXPECT_EQ(item("schedule"), "none");
  EXPECT_EQ(item("config/size"), "none");
}

TEST(StreamName, TakesAnothersNameAndGivesItsOwn) {
  EXPECT_EQ(ExchangeIn("plan/client-1/2", "client-1/2", "client-1/21"), "plan/client-1/21");
  EXPECT_EQ(ExchangeIn("client-1/21/pace", "client-1/2", "client-1/21"), "client-1/2/pace");
  EXPECT_EQ(ExchangeIn("node-1/node-2/node-12", "node-1", "node-2"), "node-2/node-1/node-12");
  EXPECT_EQ(ExchangeIn("x", "", ""), "x");
}

TEST(StreamName, IsRenamedInWholeWordsOnly) {
  EXPECT_EQ(RenameIn("net/node-1/node-12", "node-1", "node-3"), "net/node-3/node-12");
  EXPECT_EQ(RenameIn("node-1-again/link", "node-1", "node-3"), "node-1-again/link");
  EXPECT_EQ(RenameIn("node-1", "node-1", "node-3"), "node-3");
  EXPECT_EQ(RenameIn("plan/node-1/1", "1", "2"), "plan/node-1/2");
}

TEST(StreamName, IsOrderedByTheValueOfItsNumbers) {
  EXPECT_TRUE(CompareNaturally("plan/a/9", "plan/a/10") < 0);
  EXPECT_TRUE(CompareNaturally("a-2/x", "a-10/b") < 0);
  EXPECT_TRUE(CompareNaturally("a", "a/1") < 0);
  EXPECT_TRUE(CompareNaturally("a-01", "a-1") != 0) << "two names are never taken for one";
  EXPECT_TRUE(CompareNaturally("a-18446744073709551616", "a-3") > 0);
  EXPECT_TRUE(CompareNaturally("x", "x") == 0);
}

}  // namespace
}  // namespace fencepost::sim
