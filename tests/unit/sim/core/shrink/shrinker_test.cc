// The shrinker itself, apart from any world: on the public shrinking challenges and on runs made up here.
#include "sim/core/shrink/shrinker.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/choices/draw_log.h"
#include "sim/core/shrink/search.h"
#include "sim/core/shrink/shrink_size.h"
#include "sim/core/shrink/stream_name.h"
#include "tests/support/shrinking_challenges.h"
#include "tests/support/toy_simulation.h"

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

// A draw of a made-up run.
struct Place {
  std::string stream;
  std::uint64_t index = 0;
  std::uint64_t bound = 1000;
  std::string label = "label";
};

// The first `draws` draws of a stream.
std::vector<Place> Draws(const std::string& stream, std::uint64_t draws) {
  std::vector<Place> places;
  for (std::uint64_t i = 0; i < draws; ++i) places.push_back(Place{stream, i});
  return places;
}

// The same of the streams BEFORE1AFTER to BEFORElastAFTER.
std::vector<Place> Draws(const std::string& before, int last, const std::string& after, std::uint64_t draws) {
  std::vector<Place> places;
  for (int number = 1; number <= last; ++number) {
    std::ranges::copy(Draws(fmt::format("{}{}{}", before, number, after), draws), std::back_inserter(places));
  }
  return places;
}

std::vector<Place> operator+(std::vector<Place> some, const std::vector<Place>& others) {
  some.insert(some.end(), others.begin(), others.end());
  return some;
}

// A run that makes these draws, and fails as `fails` says of those that deviate, which are sorted. It
// remembers what was tried: runs that were made only to see their draws aside.
class MadeUp {
 public:
  using Rule = std::function<bool(const std::vector<Deviation>&)>;

  MadeUp(std::vector<Place> places, Rule fails)
      : places_(std::move(places)),
        fails_(std::move(fails)),
        simulation_([this](Choices& choices, Trace&) { return Run(choices); }) {
    simulation_.words.interchangeable = {{{"node", "target"}, {"node-", "replica-"}}, {{"key"}, {}}};
  }

  absl::StatusOr<ShrinkResult> Shrink(std::vector<Deviation> deviations,
                                      const ShrinkLimits& limits = ShrinkLimits{}) {
    return sim::Shrink(simulation_, FailingRun{std::move(deviations), "toy", RunLimits()}, limits);
  }

  const ToySimulation& simulation() const { return simulation_; }
  const std::vector<std::vector<Deviation>>& tried() const { return tried_; }
  std::uint64_t runs() const { return runs_; }

 private:
  std::optional<Violation> Run(Choices& choices) {
    std::map<std::string, std::uint64_t> drawn;
    for (const Place& place : places_) {
      Stream stream = choices.Open(place.stream);
      // What lies between two draws decides nothing.
      for (std::uint64_t& at = drawn[place.stream]; at <= place.index; ++at) {
        const bool is_here = at == place.index;
        stream.Below(is_here ? place.bound : 1, is_here ? place.label.c_str() : "nothing");
      }
    }
    std::vector<Deviation> made = choices.Deviations();
    SortDeviations(&made);
    ++runs_;
    if (dynamic_cast<const LoggingDriver*>(&choices.driver()) == nullptr) tried_.push_back(made);
    if (!fails_(made)) return std::nullopt;
    return ToySimulation::Wrong();
  }

  std::vector<Place> places_;
  Rule fails_;
  std::vector<std::vector<Deviation>> tried_;
  std::uint64_t runs_ = 0;
  ToySimulation simulation_;
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

// The draws of such a run, with room for as many items again.
std::vector<Place> BigRoom(int items) {
  const auto draws = static_cast<std::uint64_t>(items) + 1;
  return Draws("plan/client-1/", 2 * items, "", 2) + Draws("plan/client-2/", 2 * items, "", 2) +
         Draws("link/faults", draws) + Draws("schedule", 3 * draws) + Draws("config/size", 1);
}

// ------------------------------------------------------------------------------------------- challenges

struct ChallengeOutcome {
  std::map<std::string, int> results;
  std::uint64_t runs = 0;
};

constexpr int kFailures = 50;

ChallengeOutcome ShrinkFailuresOf(const Challenge& challenge) {
  ChallengeOutcome outcome;
  const auto simulation = SimulationOf(challenge);
  std::uint64_t seed = 1;
  for (int i = 0; i < kFailures; ++i, ++seed) {
    const FailingRun failure = NextFailure(challenge, &seed);
    const absl::StatusOr<ShrinkResult> result = Shrink(*simulation, failure, ShrinkLimits{});
    if (!result.ok()) {
      ADD_FAILURE() << challenge.name << ", seed " << seed << ": " << result.status();
      continue;
    }
    EXPECT_EQ(result->end, ShrinkEnd::kSmallest) << challenge.name << ", seed " << seed;
    ++outcome.results[ReplayChallenge(challenge, result->deviations).value];
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
  MadeUp made_up(BigRoom(40), [&](const auto& run) {
    return std::ranges::all_of(needed, [&](const Deviation& d) { return std::ranges::count(run, d) == 1; });
  });
  const absl::StatusOr<ShrinkResult> result = made_up.Shrink(BigRun(40));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(Texts(result->deviations), Texts(needed));
  EXPECT_EQ(result->from.plan_items, 80u);
  EXPECT_EQ(result->to.plan_items, 2u);
  EXPECT_LT(result->runs, 300u);
}

TEST(Shrinker, LowersWhatItCannotDrop) {
  MadeUp made_up(Draws("wait", 1), [](const auto& run) { return Has(run, "wait", 617); });
  const auto result = made_up.Shrink({Of("wait", 0, 999)});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("wait[0]=617"));
}

TEST(Shrinker, LowersValuesTogetherWhenTheirDistanceMatters) {
  // Neither can be lowered alone.
  MadeUp made_up(Draws("a", 1) + Draws("b", 1), [](const auto& run) {
    return run.size() == 2 && run[1].value == run[0].value + 40 && run[0].value >= 5;
  });
  const auto result = made_up.Shrink({Of("a", 0, 500), Of("b", 0, 540)});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("a[0]=5", "b[0]=45"));
}

TEST(Shrinker, GivesWhatIsLeftTheFirstNamesAndSlots) {
  const auto is_an_item = [](const Deviation& d) { return PlanSlotOf(d.stream).has_value(); };
  std::vector<Place> places;
  for (int client = 1; client <= 4; ++client) {
    places = places + Draws(fmt::format("plan/client-{}/", client), 30, "", 1) +
             Draws(fmt::format("client-{}/", client), 30, "", 1);
  }
  MadeUp made_up(places, [&](const auto& run) { return std::ranges::count_if(run, is_an_item) >= 2; });
  const auto result =
      made_up.Shrink({Of("plan/client-4/9", 0, 1), Of("plan/client-4/30", 0, 1), Of("client-4/9", 0, 1)});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("plan/client-1/1[0]=1", "plan/client-1/2[0]=1"));
}

TEST(Shrinker, MovesWhatAnActorDrawsForAnItemAlongWithTheItem) {
  MadeUp made_up(Draws("plan/client-1/", 9, "", 1) + Draws("client-1/", 9, "/faults", 4),
                 [](const auto& run) {
                   for (int slot = 1; slot <= 9; ++slot) {
                     const std::string number = std::to_string(slot);
                     if (Has(run, "plan/client-1/" + number) && Has(run, "client-1/" + number + "/faults"))
                       return true;
                   }
                   return false;
                 });
  const auto result = made_up.Shrink({Of("plan/client-1/9", 0, 1), Of("client-1/9/faults", 3, 1)});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("client-1/1/faults[3]=1", "plan/client-1/1[0]=1"));
}

std::uint64_t ValueOf(const std::vector<Deviation>& run, const std::string& stream, std::uint64_t index) {
  for (const Deviation& deviation : run) {
    if (deviation.stream == stream && deviation.index == index) return deviation.value;
  }
  return 0;
}

// The draws of `items` items of each of two clients, and of what both do for them in streams that end so.
std::vector<Place> TwoClients(const std::string& purpose, int items) {
  return Draws("plan/client-1/", items, "", 1) + Draws("plan/client-2/", items, "", 1) +
         Draws("client-1/", items, purpose, 5) + Draws("client-2/", items, purpose, 5);
}

TEST(Shrinker, GivesOneActorTheWorkOfTwoWhereItFailsAllTheSame) {
  const auto is_an_item = [](const Deviation& d) { return PlanSlotOf(d.stream).has_value(); };
  MadeUp made_up(TwoClients("/pace", 2), [&](const auto& run) {
    return std::ranges::count_if(run, is_an_item) == 2 && run.size() == 3 && run[0].stream.ends_with("/pace");
  });
  const auto result =
      made_up.Shrink({Of("plan/client-1/1", 0, 1), Of("plan/client-2/1", 0, 1), Of("client-2/1/pace", 4, 1)});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations),
              ElementsAre("client-1/1/pace[4]=1", "plan/client-1/1[0]=1", "plan/client-1/2[0]=1"))
      << "and what is drawn for an item comes along, to the first item";
}

TEST(Shrinker, LeavesTheWorkOfTwoActorsWhereOneWouldNotFail) {
  MadeUp made_up(TwoClients("/pace", 7), [](const auto& run) {
    const auto of = [&run](const char* actor) {
      return std::ranges::any_of(run, [&](const Deviation& d) { return ActorOf(d.stream) == actor; });
    };
    return of("client-1") && of("client-2");
  });
  const auto result = made_up.Shrink({Of("plan/client-1/4", 0, 1), Of("plan/client-2/7", 0, 1)});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("plan/client-1/1[0]=1", "plan/client-2/1[0]=1"));
}

TEST(Shrinker, TwoActorsTakeEachOthersNamesIfThatPutsTheSmallerAnswerFirst) {
  // One has an answer of 4 and the other one of 9; whoever is which.
  MadeUp made_up(TwoClients("/pace", 1), [](const auto& run) {
    return run.size() == 2 && std::max(run[0].value, run[1].value) == 9 &&
           std::min(run[0].value, run[1].value) == 4 && run[0].stream.starts_with("plan/client-1/") &&
           run[1].stream.starts_with("plan/client-2/");
  });
  const auto result = made_up.Shrink({Of("plan/client-1/1", 0, 9), Of("plan/client-2/1", 0, 4)});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("plan/client-1/1[0]=4", "plan/client-2/1[0]=9"));
}

TEST(Shrinker, TwoNodesTakeEachOthersNamesInStreamsAndValues) {
  // The replica that is late is the one on the node that somebody asks. On node-1, it takes one deviation
  // less: node 0 is the default.
  const std::vector<Place> draws = {
      {"plan/client-1/1", 4, 3, "node"},      {"plan/client-2/1", 4, 3, "node"},
      {"client-1/1/replica-1", 0, 2, "late"}, {"client-1/1/replica-2", 0, 2, "late"},
      {"client-1/1/replica-3", 0, 2, "late"},
  };
  MadeUp made_up(draws, [](const auto& run) {
    const std::uint64_t node = ValueOf(run, "plan/client-1/1", 4);
    const std::uint64_t other = ValueOf(run, "plan/client-2/1", 4);
    return node != other && Has(run, "client-1/1/replica-" + std::to_string(node + 1));
  });
  const Deviation late{"client-1/1/replica-3", 0, 1, 2, "late"};
  const Deviation node{"plan/client-1/1", 4, 2, 3, "node"};
  const Deviation other{"plan/client-2/1", 4, 1, 3, "node"};
  const auto result = made_up.Shrink({late, node, other});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("client-1/1/replica-1[0]=1", "plan/client-2/1[4]=1"));
}

TEST(Shrinker, TwoKeysTakeEachOthersNames) {
  const std::vector<Place> draws = {{"plan/client-1/1", 7, 4, "key"}, {"plan/client-1/1", 9, 4, "key"}};
  MadeUp made_up(draws, [](const auto& run) {
    return ValueOf(run, "plan/client-1/1", 7) != ValueOf(run, "plan/client-1/1", 9);
  });
  const auto result = made_up.Shrink({Deviation{"plan/client-1/1", 7, 3, 4, "key"}});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("plan/client-1/1[9]=1"))
      << "the smaller answer, which is the default, first";
}

// Draws of two items: whether a message is delayed, and by how much.
std::vector<Place> DelaysOfTwoItems() {
  std::vector<Place> draws;
  for (const char* stream : {"client-1/1/faults", "client-1/2/faults"}) {
    for (std::uint64_t i = 0; i < 30; ++i) {
      draws.push_back(Place{stream, i, 2, i % 2 == 0 ? "delay" : "by"});
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
  MadeUp made_up(DelaysOfTwoItems(), [](const auto& run) {
    return IsADelay(run) && run[0].stream == "client-1/2/faults" && run[0].index >= 4 && run[0].index <= 14;
  });
  const auto result = made_up.Shrink(DelayAt("client-1/2/faults", 6));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("client-1/2/faults[14]=1", "client-1/2/faults[15]=1"));
}

TEST(Shrinker, MovesWhatStrikesToTheFirstStreamInWhichItFailsAsWell) {
  MadeUp made_up(DelaysOfTwoItems(), [](const auto& run) { return IsADelay(run) && run[0].index == 8; });
  const auto result = made_up.Shrink(DelayAt("client-1/2/faults", 8));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("client-1/1/faults[8]=1", "client-1/1/faults[9]=1"));
}

TEST(Shrinker, DropsTwoAtOnceWhereNoneGoesAlone) {
  MadeUp made_up(Draws("a", 1) + Draws("m", 1) + Draws("needed", 1) + Draws("z", 1),
                 [](const auto& run) { return Has(run, "needed") && Has(run, "a") == Has(run, "z"); });
  const auto result = made_up.Shrink({Of("a", 0, 1), Of("m", 0, 1), Of("needed", 0, 1), Of("z", 0, 1)});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("needed[0]=1"));
}

TEST(Shrinker, DropsOneWhileAnotherTakesAnotherValueWhereNeitherGoesAlone) {
  // 5 in one place, or 3 and 2 in two.
  MadeUp made_up(Draws("a", 1) + Draws("b", 1), [](const auto& run) {
    const std::uint64_t a = ValueOf(run, "a", 0);
    const std::uint64_t b = ValueOf(run, "b", 0);
    return (a == 3 && b == 2) || (a == 5 && b == 0);
  });
  const auto result = made_up.Shrink({Of("a", 0, 3), Of("b", 0, 2)});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("a[0]=5"));
}

TEST(Shrinker, AnItemHandsOverWhatStrikesItAndGoes) {
  // Only the second client does what matters. The first is there only because what must strike strikes on its
  // behalf, and would strike as well on behalf of the other.
  MadeUp made_up(TwoClients("/faults", 1), [](const auto& run) {
    bool is_struck = false;
    for (const std::string item : {"client-1/1", "client-2/1"}) {
      is_struck = is_struck || (Has(run, "plan/" + item) && Has(run, item + "/faults"));
    }
    return is_struck && ValueOf(run, "plan/client-2/1", 0) == 1;
  });
  const auto result = made_up.Shrink(
      {Of("client-1/1/faults", 4, 1), Of("plan/client-1/1", 0, 1), Of("plan/client-2/1", 0, 1)});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("client-2/1/faults[4]=1", "plan/client-2/1[0]=1"));
}

TEST(Shrinker, LetsAFaultGoForAnotherTimeOfAnItem) {
  // Either the fault holds the item up, or it begins at 23: in between there is nothing.
  const std::vector<Place> draws = {{"plan/client-1/1", 0, 2, "present"},
                                    {"plan/client-1/1", 1, 1000, "at"},
                                    {"client-1/1/faults", 4, 2, "delay"}};
  MadeUp made_up(draws, [](const auto& run) {
    const std::uint64_t at = ValueOf(run, "plan/client-1/1", 1);
    return ValueOf(run, "plan/client-1/1", 0) == 1 &&
           (at == 23 || (at == 700 && Has(run, "client-1/1/faults")));
  });
  const auto result = made_up.Shrink({Deviation{"plan/client-1/1", 0, 1, 2, "present"},
                                      Deviation{"plan/client-1/1", 1, 700, 1000, "at"},
                                      Deviation{"client-1/1/faults", 4, 1, 2, "delay"}});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("plan/client-1/1[0]=1", "plan/client-1/1[1]=23"));
}

TEST(Shrinker, AnItemBeginsAtTheEarliestTimeThatFails) {
  // At 21 and at 400, and never in between, where a binary search would look.
  MadeUp made_up({Place{"plan/client-1/1", 1, 1000, "at"}}, [](const auto& run) {
    return run.size() == 1 && (run[0].value == 21 || run[0].value == 400);
  });
  const auto result = made_up.Shrink({Deviation{"plan/client-1/1", 1, 400, 1000, "at"}});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(Texts(result->deviations), ElementsAre("plan/client-1/1[1]=21"));
}

TEST(Shrinker, OneStrikeReplacesManySmallDelays) {
  std::vector<Place> draws;
  std::vector<Deviation> delays;
  for (std::uint64_t i = 0; i < 12; ++i) {
    draws.push_back(Place{"node-1/link-latency", i, 5, "latency"});
    draws.push_back(Place{"node-1/link-faults", i, 2, "slow"});
    delays.push_back(Deviation{"node-1/link-latency", i, 4, 5, "latency"});
  }
  // All the small delays together, or one large one: nothing else is late enough.
  MadeUp made_up(draws, [](const auto& run) {
    std::uint64_t late = 0;
    for (const Deviation& deviation : run) late += deviation.label == "slow" ? 100 : deviation.value;
    return late >= 48;
  });
  const auto result = made_up.Shrink(delays);
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->deviations.size(), 1u);
  EXPECT_EQ(result->deviations[0].label, "slow");
}

TEST(Shrinker, GoesOnFromWhatTheRunReallyMade) {
  // Whatever else is asked for, only the first two draws of a stream ever happen.
  MadeUp made_up(Draws("a", 2), [](const auto& run) { return Has(run, "a"); });
  std::vector<Deviation> long_run;
  for (std::uint64_t i = 0; i < 500; ++i) long_run.push_back(Of("a", i, 1));
  const auto result = made_up.Shrink(long_run);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->from.deviations, 2u);
  EXPECT_THAT(Texts(result->deviations), ElementsAre("a[1]=1")) << "one, as late as it comes";
}

TEST(Shrinker, RefusesARunThatDoesNotFailToBeginWith) {
  MadeUp made_up(BigRoom(3), [](const auto&) { return false; });
  const auto result = made_up.Shrink(BigRun(3));
  EXPECT_EQ(result.status().code(), absl::StatusCode::kFailedPrecondition) << result.status();
}

TEST(Shrinker, TellsTheSameStoryTwice) {
  const auto shrink = [] {
    MadeUp made_up(BigRoom(10),
                   [](const auto& run) { return Has(run, "plan/client-1/3", 1) && run.size() >= 7; });
    return *made_up.Shrink(BigRun(10));
  };
  const ShrinkResult first = shrink();
  const ShrinkResult second = shrink();
  EXPECT_EQ(first.deviations, second.deviations);
  EXPECT_EQ(first.runs, second.runs);
}

TEST(Shrinker, NeverRunsOneCandidateTwice) {
  MadeUp made_up(BigRoom(12), [](const auto& run) { return Has(run, "schedule", 2) && run.size() >= 5; });
  const auto result = made_up.Shrink(BigRun(12));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->runs, made_up.runs());
  const std::vector<std::vector<Deviation>>& tried = made_up.tried();
  for (std::size_t i = 0; i < tried.size(); ++i) {
    EXPECT_EQ(std::ranges::count(tried, tried[i]), 1) << "candidate " << i;
  }
  EXPECT_GT(result->repeated, 0u) << "the passes propose nothing twice: then nothing was tested here";
}

TEST(Shrinker, AsksForNothingThatIsNotSmallerThanWhatItHas) {
  const auto fails = [](const auto& run) { return run.size() >= 3 && Has(run, "config/size", 2); };
  MadeUp made_up(BigRoom(15), fails);
  ASSERT_TRUE(made_up.Shrink(BigRun(15)).ok());
  std::vector<Deviation> best;
  for (const std::vector<Deviation>& run : made_up.tried()) {
    if (!best.empty()) {
      EXPECT_TRUE(CompareDeviations(run, best) < 0) << run.size() << " after " << best.size();
    }
    if (fails(run)) best = run;
  }
}

TEST(ShrinkSearch, TakesNothingThatIsNotStrictlySmallerAndDoesNotEvenRunIt) {
  MadeUp made_up(Draws("a", 1) + Draws("b", 1) + Draws("c", 1), [](const auto&) { return true; });
  const ShrinkLimits limits;
  const FailingRun failing{{Of("a", 0, 5), Of("b", 0, 5)}, "toy", RunLimits()};
  ShrinkSearch search(made_up.simulation(), failing, limits);
  EXPECT_FALSE(search.Try({Of("a", 0, 5), Of("b", 0, 5)})) << "the same again";
  EXPECT_FALSE(search.Try({Of("a", 0, 6), Of("b", 0, 5)})) << "a higher value";
  EXPECT_FALSE(search.Try({Of("a", 0, 6), Of("b", 0, 4)})) << "the larger answer first";
  EXPECT_FALSE(search.Try({Of("a", 0, 1), Of("b", 0, 1), Of("c", 0, 1)})) << "one more deviation";
  EXPECT_EQ(search.runs(), 1u);
  EXPECT_TRUE(search.Try({Of("b", 0, 6), Of("a", 0, 4)})) << "the smaller answer first, in any order";
  EXPECT_THAT(Texts(search.best()), ElementsAre("a[0]=4", "b[0]=6"));
}

TEST(ShrinkSearch, TakesNoRunThatFailsForAnotherReason) {
  const ToySimulation fails_otherwise([](Choices& choices, Trace&) {
    Violation violation = ToySimulation::Wrong();
    if (choices.Open("a").Below(10, "label") != 5) violation.variant = "other";
    return std::optional(violation);
  });
  const ShrinkLimits limits;
  const FailingRun failing{{Deviation{"a", 0, 5, 10, "label"}}, "toy", RunLimits()};
  ShrinkSearch search(fails_otherwise, failing, limits);
  EXPECT_TRUE(search.reproduced());
  EXPECT_FALSE(search.Try({}));
  EXPECT_FALSE(search.Try({Deviation{"a", 0, 1, 10, "label"}}));
  EXPECT_EQ(search.runs(), 3u);
  EXPECT_THAT(Texts(search.best()), ElementsAre("a[0]=5"));
}

TEST(Shrinker, EndsWhenItsRunsAreUsedUpAndSaysSo) {
  const auto end_after = [](std::uint64_t runs) {
    MadeUp made_up(BigRoom(8), [](const auto& run) { return Has(run, "schedule", 2) && run.size() > 20; });
    ShrinkLimits limits;
    limits.runs = runs;
    const auto result = made_up.Shrink(BigRun(8), limits);
    EXPECT_LE(made_up.tried().size(), runs);
    EXPECT_TRUE(Has(result->deviations, "schedule", 2)) << "what it ends with still fails";
    return result->end;
  };
  EXPECT_EQ(end_after(1), ShrinkEnd::kRuns);
  EXPECT_EQ(end_after(10), ShrinkEnd::kRuns);
  EXPECT_EQ(end_after(20'000), ShrinkEnd::kSmallest);
}

TEST(Shrinker, EndsWhenItsTimeIsUpByTheClockItIsGiven) {
  MadeUp made_up(BigRoom(40), [](const auto& run) { return run.size() > 20; });
  ShrinkLimits limits;
  std::chrono::nanoseconds now(0);
  limits.clock = [&now] { return now += std::chrono::seconds(1); };
  limits.time = std::chrono::seconds(5);
  const auto result = made_up.Shrink(BigRun(40), limits);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->end, ShrinkEnd::kTime);
  EXPECT_LE(result->runs, 5u);
}

TEST(Shrinker, EndsWhenItIsInterrupted) {
  MadeUp made_up(BigRoom(40), [](const auto& run) { return run.size() > 20; });
  ShrinkLimits limits;
  limits.interrupted = [] { return true; };
  const auto result = made_up.Shrink(BigRun(40), limits);
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
