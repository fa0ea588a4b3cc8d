// The model `move` counted a second time, without anything of the checker: worlds as they are, not packed, in
// a std::set; no hash, no pages, no threads. Only what follows a world is the machine's own word. And each
// counterexample walked again.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/checker/check.h"
#include "model/specs/models.h"
#include "model/specs/move_machine.h"
#include "model/specs/move_rules.h"
#include "model/specs/move_world.h"
#include "model/specs/routes_machine.h"
#include "tests/unit/model/checker/counterexample.h"
#include "tests/unit/model/checker/naive_models.h"
#include "tests/unit/sim/core/choices/counter_draws.h"

namespace fencepost::model {
namespace {

using testing::ExploreNaively;
using testing::NaiveCounts;
using testing::WhatIsWrongWith;
using testing::WhatIsWrongWithLasso;

MoveRules RulesWithout(const std::vector<std::string>& gaps) {
  MoveRules rules;
  for (const MoveGap& gap : MoveGaps()) {
    if (std::ranges::find(gaps, gap.name) != gaps.end()) rules.*gap.rule = false;
  }
  return rules;
}

MoveProtocol ProtocolOf(const MoveBounds& bounds, const MoveRules& rules) {
  return MoveProtocol(bounds, rules, std::make_unique<MoveOwnership>(rules));
}

class NaiveMove {
 public:
  using State = MoveWorld;

  NaiveMove(const MoveBounds& bounds, const MoveRules& rules) : protocol_(ProtocolOf(bounds, rules)) {}

  MoveWorld Initial() const { return protocol_.Initial(); }

  std::vector<MoveWorld> Next(const MoveWorld& world) const {
    std::vector<MoveSuccessor> successors;
    protocol_.Expand(world, successors);
    std::vector<MoveWorld> worlds;
    for (const MoveSuccessor& next : successors) worlds.push_back(next.world);
    return worlds;
  }

  bool Good(const MoveWorld& world) const {
    constexpr auto kLast = static_cast<int>(MoveInvariant::kRouteTellsOwner);
    for (int i = 0; i <= kLast; ++i) {
      if (!protocol_.Holds(static_cast<MoveInvariant>(i), world)) return false;
    }
    return true;
  }

 private:
  MoveProtocol protocol_;
};

ModelRequest RequestFor(const MoveBounds& bounds, const std::vector<std::string>& gaps) {
  ModelRequest request;
  request.gaps = gaps;
  const auto set = [&](std::string_view name, std::uint32_t value) {
    request.settings.push_back(fmt::format("{}={}", name, value));
  };
  set("replicas", bounds.replicas);
  set("movers", bounds.movers);
  set("moves", bounds.moves);
  set("undos", bounds.undos);
  set("writes", bounds.writes);
  set("txns", bounds.txns);
  set("readers", bounds.readers);
  set("crashes", bounds.crashes);
  set("repeats", bounds.repeats);
  set("max_log", bounds.max_log);
  return request;
}

CheckResult CheckOrDie(const ModelRequest& request) {
  const Model model = MoveModel();
  const absl::StatusOr<ModelInstance> instance = Instantiate(model, request);
  EXPECT_TRUE(instance.ok()) << instance.status();
  if (!instance.ok()) return {};
  const absl::StatusOr<CheckResult> result = model.check(*instance);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *result : CheckResult{};
}

NaiveCounts CountsOf(const CheckResult& result) {
  NaiveCounts counts{result.generated, result.distinct, result.depth, std::nullopt};
  if (result.violation.has_value()) counts.violation_steps = result.violation->steps.size();
  return counts;
}

std::string Text(const NaiveCounts& counts) {
  return fmt::format("generated {}, distinct {}, depth {}, violation after {}", counts.generated,
                     counts.distinct, counts.depth,
                     counts.violation_steps.has_value() ? std::to_string(*counts.violation_steps) : "none");
}

void ExpectTheNaiveCounts(const MoveBounds& bounds, const std::vector<std::string>& gaps) {
  const ModelRequest request = RequestFor(bounds, gaps);
  const NaiveCounts found = CountsOf(CheckOrDie(request));
  const NaiveCounts naive = ExploreNaively(NaiveMove(bounds, RulesWithout(gaps)));
  EXPECT_EQ(found, naive) << fmt::format("{}, without {}\nfound {}\nnaive {}",
                                         fmt::join(request.settings, " "), fmt::join(gaps, ", "), Text(found),
                                         Text(naive));
}

// In the order of MoveBounds: replicas movers moves undos writes txns readers crashes repeats max_log.
TEST(MoveTwin, CountsEachKindOfWorldAsTheNaiveTwinDoes) {
  const std::vector<MoveBounds> worlds = {
      {2, 1, 1, 0, 1, 0, 0, 0, 0, 2},  // the smallest
      {2, 1, 1, 0, 0, 0, 1, 1, 0, 1},  // a reader, and something crashes
      {3, 1, 1, 0, 0, 0, 0, 0, 0, 2},  // as many replicas as a world holds
      {2, 2, 1, 0, 0, 0, 0, 1, 0, 1},  // two movers, and something crashes
      {2, 1, 1, 0, 0, 1, 1, 0, 0, 1},  // a transaction and a reader
      {1, 1, 1, 0, 1, 1, 0, 0, 0, 1},  // a write against a transaction
      {2, 1, 2, 1, 0, 0, 0, 0, 0, 2},  // there, and undone or back
      {1, 1, 4, 2, 0, 0, 0, 0, 0, 1},  // as many decisions as a world holds
      {1, 1, 1, 0, 1, 0, 0, 0, 2, 2},  // messages arrive again
      {1, 1, 1, 0, 1, 0, 0, 0, 1, 4},  // as long a log as a world holds
      {1, 1, 1, 0, 3, 0, 0, 0, 0, 1},  // three clients
  };
  for (const MoveBounds& bounds : worlds) ExpectTheNaiveCounts(bounds, {});
}

TEST(MoveTwin, CountsUpToAViolationAsTheNaiveTwinDoes) {
  struct Broken {
    MoveBounds bounds;
    std::string gap;
  };
  const std::vector<Broken> all = {
      {{2, 1, 1, 0, 1, 0, 0, 0, 0, 2}, "verdict-from-cache"},
      {{2, 1, 1, 0, 0, 0, 0, 0, 0, 2}, "fence-stops-nothing"},
      {{2, 1, 1, 0, 0, 0, 0, 0, 0, 2}, "fence-not-awaited"},
      {{2, 1, 1, 0, 1, 0, 0, 1, 0, 2}, "copy-before-cut-off"},
      {{2, 1, 1, 0, 0, 1, 0, 0, 0, 2}, "no-drain"},
      {{2, 1, 2, 1, 0, 0, 0, 0, 1, 1}, "stale-entries"},
      {{2, 1, 1, 0, 1, 0, 0, 1, 0, 1}, "activate-before-copy"},
      {{2, 1, 1, 0, 1, 0, 1, 0, 0, 1}, "release-under-readers"},
  };
  for (const Broken& broken : all) ExpectTheNaiveCounts(broken.bounds, {broken.gap});
}

TEST(MoveTwin, CountsWhateverBoundsAreDrawnAsTheNaiveTwinDoes) {
  constexpr std::uint64_t kMostWorlds = 2'500;
  CounterDraws draws(FirstTestSeed());
  const auto below = [&draws](std::size_t bound) { return static_cast<std::uint32_t>(draws.Below(bound)); };
  int compared = 0;
  for (int i = 0; i < 150 && compared < 12; ++i) {
    MoveBounds bounds;
    bounds.replicas = 1 + below(3);
    bounds.movers = 1 + below(2);
    bounds.moves = 1 + below(2);
    bounds.undos = below(3);
    bounds.writes = below(3);
    bounds.txns = below(2);
    bounds.readers = below(2);
    bounds.crashes = below(2);
    bounds.repeats = below(2);
    bounds.max_log = 1 + below(3);
    std::vector<std::string> gaps;
    if (draws.OneIn(3)) gaps.emplace_back(MoveGaps()[below(MoveGaps().size())].name);
    ModelRequest request = RequestFor(bounds, gaps);
    request.check.keep_going = [](const Progress& progress) { return progress.distinct <= kMostWorlds; };
    if (CheckOrDie(request).distinct > kMostWorlds) continue;
    ++compared;
    ExpectTheNaiveCounts(bounds, gaps);
  }
  EXPECT_GE(compared, 10);
}

// The largest value of every variable fits its bits beside the largest of all others.
TEST(MoveTwin, PackingLosesNothingOfAnyWorld) {
  for (const MoveBounds& bounds :
       {MoveBounds{2, 1, 2, 1, 1, 0, 1, 0, 0, 2}, MoveBounds{2, 1, 1, 0, 1, 1, 0, 0, 1, 1},
        MoveBounds{3, 2, 1, 0, 1, 0, 0, 1, 0, 1}}) {
    const NaiveMove naive(bounds, MoveRules{});
    const MoveLayout layout(bounds);
    ASSERT_LE(layout.words(), kMaxStateWords);
    std::set<MoveWorld> seen{naive.Initial()};
    std::vector<MoveWorld> waiting{naive.Initial()};
    while (!waiting.empty() && seen.size() < 2'000) {
      const MoveWorld world = waiting.back();
      waiting.pop_back();
      const auto packed = layout.Pack<PackedState<kMaxStateWords>>(world);
      ASSERT_EQ(layout.Unpack(packed), world) << ProtocolOf(bounds, MoveRules{}).DescribeWorld(world);
      for (const MoveWorld& next : naive.Next(world)) {
        if (seen.insert(next).second) waiting.push_back(next);
      }
    }
  }
}

using WideState = PackedState<kMaxStateWords>;

TEST(MoveCounterexamples, AreStepsOfTheMachineTheLastOfWhichBreaksTheInvariant) {
  std::size_t told = 0;
  for (const MoveGap& gap : MoveGaps()) {
    for (const MoveBounds& bounds :
         {MoveBounds{2, 1, 1, 0, 1, 0, 1, 0, 0, 1}, MoveBounds{1, 1, 2, 1, 0, 1, 0, 0, 1, 2}}) {
      const MoveMachine<WideState> machine(ProtocolOf(bounds, RulesWithout({std::string(gap.name)})));
      CheckOptions options;
      options.invariants = {0, 1, 2, 3, 4, 5};
      options.keep_going = [](const Progress& progress) { return progress.distinct < 10'000; };
      for (const std::optional<int> bits : {std::optional<int>(), std::optional<int>(64)}) {
        options.fingerprint_bits = bits;
        const CheckResult result = Check<WideState>(machine, options);
        if (!result.violation.has_value()) continue;
        ++told;
        EXPECT_EQ(WhatIsWrongWith(machine, *result.violation), "") << gap.name;
      }
    }
  }
  EXPECT_GE(told, 16U);
}

TEST(MoveCounterexamples, LassosAreFairAndCloseAndNeverEnd) {
  struct Stuck {
    MoveBounds bounds;
    std::string gap;
  };
  const std::vector<Stuck> all = {
      {{2, 1, 1, 0, 0, 1, 0, 0, 0, 2}, "resolve-by-ownership"},
      {{2, 1, 1, 0, 0, 1, 1, 0, 0, 2}, "resolve-by-ownership"},
      {{2, 1, 2, 1, 0, 0, 0, 0, 0, 2}, "undo-without-release"},
      {{2, 1, 2, 1, 0, 0, 0, 0, 0, 2}, "undo-reuses-epoch"},
  };
  for (const Stuck& stuck : all) {
    const MoveMachine<WideState> machine(ProtocolOf(stuck.bounds, RulesWithout({stuck.gap})));
    CheckOptions options;
    options.invariants = {0, 1, 2, 3, 4, 5};
    options.liveness = true;
    const CheckResult result = Check<WideState>(machine, options);
    ASSERT_EQ(result.end, CheckEnd::kViolation) << stuck.gap;
    EXPECT_EQ(WhatIsWrongWithLasso(machine, *result.violation), "") << stuck.gap;
  }
}

// One class for two of them would let one of them stop for ever.
TEST(MoveFairness, EachMoverReplicaMessageClientAndTheReaderGoOnByThemselves) {
  const MoveBounds bounds{2, 2, 2, 1, 1, 1, 1, 0, 0, 2};
  const MoveProtocol protocol = ProtocolOf(bounds, MoveRules{});
  std::multiset<std::optional<std::size_t>> classes;
  const auto add = [&](MoveAction action, std::uint32_t first, std::size_t second = 0) {
    classes.insert(protocol.FairnessClass(StepOf(action, static_cast<std::uint16_t>(first), second)));
  };
  for (std::uint32_t mover = 0; mover < bounds.movers; ++mover) add(MoveAction::kStart, mover);
  for (std::uint32_t group = 0; group < kMoveGroups; ++group) {
    for (std::uint32_t replica = 0; replica < bounds.replicas; ++replica)
      add(MoveAction::kApply, group, replica);
  }
  for (std::uint32_t decision = 2; decision <= bounds.epochs(); ++decision) {
    for (std::size_t message = 0; message < 4; ++message) add(MoveAction::kArrive, decision, message);
  }
  for (std::uint32_t client = 0; client < bounds.clients(); ++client) add(MoveAction::kSubmit, client);
  add(MoveAction::kCloseRead, 0);

  std::multiset<std::optional<std::size_t>> each_once;
  for (std::size_t i = 0; i < protocol.fairness_classes(); ++i) each_once.insert(i);
  EXPECT_EQ(classes, each_once);
  EXPECT_EQ(protocol.FairnessClass(StepOf(MoveAction::kClose, 1)),
            protocol.FairnessClass(StepOf(MoveAction::kStart, 1)));
  for (const MoveAction nobody_must :
       {MoveAction::kDecideMove, MoveAction::kReplicaCrash, MoveAction::kMoverCrash, MoveAction::kArriveAgain,
        MoveAction::kBegin, MoveAction::kOpenRead}) {
    EXPECT_EQ(protocol.FairnessClass(StepOf(nobody_must)), std::nullopt);
  }
}

TEST(RoutesFairness, EachNodesPollingGoesOnByItself) {
  RoutesBounds bounds;
  bounds.nodes = 2;
  bounds.max_versions = 1;
  bounds.max_ops = 2;
  const RoutesMachine<PackedState<1>> machine(bounds);
  const EventuallyAlways<PackedState<1>> property = *machine.Liveness();
  std::vector<Successor<PackedState<1>>> successors;
  machine.Expand(machine.Initial(), successors);
  ASSERT_FALSE(successors.empty());
  ASSERT_EQ(machine.DescribeStep(successors.front().step), "Propose");
  const PackedState<1> proposed = successors.front().state;
  machine.Expand(proposed, successors);

  std::map<std::string, std::optional<std::size_t>> classes;
  for (const Successor<PackedState<1>>& one : successors) {
    classes[machine.DescribeStep(one.step)] = property.fairness_class(one.step);
  }

  EXPECT_EQ(property.fairness_classes, 2U);
  EXPECT_EQ(classes.at("SyncLatest(n1)"), 0U);
  EXPECT_EQ(classes.at("SyncLatest(n2)"), 1U);
  EXPECT_EQ(classes.at("Propose"), std::nullopt);
  EXPECT_EQ(classes.at("Sync(n1, v1)"), std::nullopt);
}

TEST(RoutesCounterexamples, LassosAreFairAndCloseAndNeverEnd) {
  RoutesBounds bounds;
  bounds.nodes = 2;
  bounds.max_versions = 3;
  bounds.max_ops = 4;
  bounds.fair_polls = false;
  const RoutesMachine<PackedState<1>> machine(bounds);
  CheckOptions options;
  options.invariants = {0};
  options.liveness = true;
  const CheckResult result = Check<PackedState<1>>(machine, options);
  ASSERT_EQ(result.end, CheckEnd::kViolation);
  EXPECT_EQ(WhatIsWrongWithLasso(machine, *result.violation), "");
}

}  // namespace
}  // namespace fencepost::model
