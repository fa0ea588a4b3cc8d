// The models find exactly the states that an independent model checker found, and the naive twin finds.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "model/checker/packed_state.h"
#include "model/specs/composed_machine.h"
#include "model/specs/models.h"
#include "tests/unit/model/checker/naive_models.h"
#include "tests/unit/sim/core/choices/counter_draws.h"

namespace fencepost::model {
namespace {

using testing::ExploreNaively;
using testing::NaiveComposed;
using testing::NaiveCounts;
using testing::NaiveRoutes;

Model ModelNamed(std::string_view name) {
  const std::vector<Model> all = AllModels();
  return *std::find_if(all.begin(), all.end(), [&](const Model& one) { return one.name == name; });
}

CheckResult CheckOrDie(std::string_view name, const ModelRequest& request) {
  const Model model = ModelNamed(name);
  const absl::StatusOr<ModelInstance> instance = Instantiate(model, request);
  if (!instance.ok()) {
    ADD_FAILURE() << instance.status();
    return {};
  }
  const absl::StatusOr<CheckResult> result = model.check(*instance);
  if (!result.ok()) {
    ADD_FAILURE() << result.status();
    return {};
  }
  return *result;
}

struct Row {
  std::string model;
  std::vector<int> bounds;  // in the order of the model's settings
  std::uint64_t generated;
  std::uint64_t distinct;
  std::uint64_t depth;
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << fmt::format("{} {}: {} states", row.model, fmt::join(row.bounds, " "), row.distinct);
}

ModelRequest RequestFor(const std::string& model, const std::vector<int>& bounds) {
  ModelRequest request;
  const std::vector<Bound> names = ModelNamed(model).bounds;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    request.settings.push_back(fmt::format("{}={}", names[i].name, bounds[i]));
  }
  if (model == "composed_lagging") request.invariants = {"C1", "C3"};
  return request;
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

class SpecCounts : public ::testing::TestWithParam<Row> {};

TEST_P(SpecCounts, AreThoseOfAnIndependentModelChecker) {
  const Row& row = GetParam();
  const bool is_long = row.distinct > 5'000'000;
  if (is_long && std::getenv("FENCEPOST_LONG") == nullptr) GTEST_SKIP() << "set FENCEPOST_LONG=1 to run it";

  const CheckResult result = CheckOrDie(row.model, RequestFor(row.model, row.bounds));

  EXPECT_EQ(result.end, CheckEnd::kComplete);
  EXPECT_EQ(result.generated, row.generated);
  EXPECT_EQ(result.distinct, row.distinct);
  EXPECT_EQ(result.depth, row.depth);
  EXPECT_LE(result.peak_bytes, std::uint64_t{1536} << 20);
}

INSTANTIATE_TEST_SUITE_P(Routes, SpecCounts,
                         ::testing::Values(Row{"routes", {1, 2, 3}, 30, 16, 4},
                                           Row{"routes", {2, 3, 4}, 331, 80, 6},
                                           Row{"routes", {2, 4, 8}, 1'947, 325, 9},
                                           Row{"routes", {3, 4, 9}, 13'949, 1'496, 10}));

INSTANTIATE_TEST_SUITE_P(Composed, SpecCounts,
                         ::testing::Values(Row{"composed", {1, 2, 1, 1, 2, 3}, 49, 43, 5},
                                           Row{"composed", {2, 2, 1, 2, 3, 5}, 834, 549, 7},
                                           Row{"composed", {1, 2, 2, 2, 4, 5}, 9'559, 7'069, 8},
                                           Row{"composed", {2, 2, 2, 2, 4, 4}, 13'315, 9'629, 7},
                                           Row{"composed", {2, 2, 2, 2, 4, 5}, 38'133, 24'777, 8},
                                           Row{"composed", {3, 2, 2, 2, 4, 5}, 100'239, 61'455, 8},
                                           Row{"composed", {2, 2, 2, 3, 6, 8}, 475'403, 266'034, 11},
                                           Row{"composed", {2, 2, 3, 2, 6, 5}, 860'438, 600'817, 9},
                                           Row{"composed", {2, 3, 2, 3, 4, 7}, 2'092'171, 1'321'424, 10},
                                           Row{"composed", {2, 2, 3, 3, 6, 7}, 26'429'447, 16'432'528, 11}));

INSTANTIATE_TEST_SUITE_P(
    ComposedLagging, SpecCounts,
    ::testing::Values(Row{"composed_lagging", {1, 2, 1, 1, 2, 4}, 227, 136, 6},
                      Row{"composed_lagging", {2, 2, 1, 2, 3, 5}, 5'421, 3'365, 7},
                      Row{"composed_lagging", {2, 2, 2, 2, 4, 5}, 96'941, 59'519, 8},
                      Row{"composed_lagging", {2, 2, 2, 3, 4, 7}, 3'210'475, 1'829'142, 10}));

class ProductionCounts : public ::testing::TestWithParam<Row> {};

TEST_P(ProductionCounts, TheLibraryItselfReachesExactlyTheModelsStates) {
  const Row& row = GetParam();
  for (const unsigned threads : {1U, 2U}) {
    ModelRequest request = RequestFor(row.model, row.bounds);
    request.settings.push_back("production=1");
    request.check.threads = threads;

    const CheckResult result = CheckOrDie(row.model, request);

    EXPECT_EQ(result.end, CheckEnd::kComplete);
    EXPECT_EQ(result.generated, row.generated);
    EXPECT_EQ(result.distinct, row.distinct);
    EXPECT_EQ(result.depth, row.depth);
  }
}

INSTANTIATE_TEST_SUITE_P(Library, ProductionCounts,
                         ::testing::Values(Row{"routes", {2, 3, 4}, 331, 80, 6},
                                           Row{"routes", {2, 4, 8}, 1'947, 325, 9},
                                           Row{"routes", {3, 4, 9}, 13'949, 1'496, 10},
                                           Row{"composed", {2, 2, 1, 2, 3, 5}, 834, 549, 7},
                                           Row{"composed", {1, 2, 2, 2, 4, 5}, 9'559, 7'069, 8},
                                           Row{"composed", {2, 2, 2, 2, 4, 5}, 38'133, 24'777, 8},
                                           Row{"composed", {3, 2, 2, 2, 4, 5}, 100'239, 61'455, 8},
                                           Row{"composed_lagging", {1, 2, 1, 1, 2, 4}, 227, 136, 6},
                                           Row{"composed_lagging", {2, 2, 1, 2, 3, 5}, 5'421, 3'365, 7},
                                           Row{"composed_lagging", {2, 2, 2, 2, 4, 5}, 96'941, 59'519, 8}));

TEST(ProductionGaps, TheLibrarysFenceWithoutAPinLetsALostWriteIn) {
  ModelRequest request = RequestFor("composed", {2, 2, 2, 2, 4, 4});
  request.settings.push_back("production=1");
  request.gaps = {"no-observed-check"};

  const CheckResult result = CheckOrDie("composed", request);

  ASSERT_EQ(result.end, CheckEnd::kViolation);
  EXPECT_EQ(result.violation->property, "C1");
  EXPECT_EQ(result.violation->steps.size(), 4U);
}

TEST(ProductionGaps, TheLibrarysFenceAmongGroupsThatLagLetsALostWriteIn) {
  ModelRequest request;
  request.settings = {"production=1"};

  const CheckResult result = CheckOrDie("composed_lagging", request);

  ASSERT_EQ(result.end, CheckEnd::kViolation);
  EXPECT_EQ(result.violation->property, "C1a");
  EXPECT_EQ(result.violation->steps.size(), 4U);
}

TEST(ProductionGaps, AGuardThatTheLibraryCannotLeaveOutIsRefused) {
  for (const auto& [name, gap] :
       {std::pair{"composed", "no-current-fence"}, {"routes", "no-monotonic-guard"}}) {
    const Model model = ModelNamed(name);
    ModelRequest request;
    request.settings = {"production=1"};
    request.gaps = {gap};
    const absl::StatusOr<ModelInstance> instance = Instantiate(model, request);
    ASSERT_TRUE(instance.ok()) << instance.status();
    EXPECT_EQ(model.check(*instance).status().code(), absl::StatusCode::kInvalidArgument) << gap;
  }
}

struct GapCase {
  std::string model;
  std::vector<int> bounds;
  std::vector<std::string> gaps;
  std::string violated;
  std::size_t steps;
};

TEST(SpecGaps, EachBreaksItsInvariantInTheFewestActions) {
  const std::vector<GapCase> cases = {
      {"routes", {2, 3, 4}, {"no-monotonic-guard"}, "MonotonicEngine", 3},
      {"composed", {2, 2, 2, 2, 4, 4}, {"no-observed-check"}, "C1", 4},
      {"composed", {2, 2, 2, 2, 4, 4}, {"no-current-fence"}, "C1a", 4},
      {"composed", {2, 2, 2, 2, 4, 4}, {"no-observed-check", "no-current-fence"}, "C1", 3},
      {"composed_lagging", {2, 2, 2, 2, 4, 5}, {}, "C1a", 4},
  };
  for (const GapCase& one : cases) {
    ModelRequest request = RequestFor(one.model, one.bounds);
    request.gaps = one.gaps;
    request.invariants.clear();

    const CheckResult result = CheckOrDie(one.model, request);

    const std::string which = fmt::format("{} without {}", one.model, fmt::join(one.gaps, ", "));
    ASSERT_EQ(result.end, CheckEnd::kViolation) << which;
    EXPECT_EQ(result.violation->property, one.violated) << which;
    EXPECT_EQ(result.violation->steps.size(), one.steps) << which;
    EXPECT_EQ(result.depth, one.steps + 1) << which;
  }
}

TEST(SpecGaps, AGapIsInvisibleToTheInvariantsItDoesNotBreak) {
  ModelRequest request = RequestFor("composed", {2, 2, 2, 2, 4, 4});
  request.gaps = {"no-current-fence"};
  request.invariants = {"C1", "C3"};

  const CheckResult result = CheckOrDie("composed", request);

  EXPECT_EQ(result.end, CheckEnd::kComplete);
  EXPECT_GT(result.distinct, 9'629U) << "without the guard there must be more states than with it";
}

TEST(SpecGaps, ThePublishedFenceInOneLine) {
  const CheckResult result = CheckOrDie("composed_lagging", ModelRequest{});

  ASSERT_TRUE(result.violation.has_value());
  std::vector<std::string> actions;
  for (const TraceStep& step : result.violation->steps) actions.push_back(step.action);
  EXPECT_EQ(actions,
            (std::vector<std::string>{"Begin(t1)", "Write(t1, k1)", "Propose(k1, g2)", "Commit(t1, g1)"}));
}

TEST(SpecLiveness, EveryEngineCatchesUpWhenEveryNodeKeepsPolling) {
  ModelRequest request = RequestFor("routes", {3, 4, 9});
  request.check.liveness = true;

  EXPECT_EQ(CheckOrDie("routes", request).end, CheckEnd::kComplete);
}

TEST(SpecLiveness, AnEngineStaysBehindWhenNodesMayStopPolling) {
  ModelRequest request = RequestFor("routes", {2, 3, 4});
  request.gaps = {"no-fair-polls"};
  request.check.liveness = true;

  const CheckResult result = CheckOrDie("routes", request);

  ASSERT_EQ(result.end, CheckEnd::kViolation);
  EXPECT_EQ(result.violation->property, "EnginesCatchUp");
  ASSERT_EQ(result.violation->steps.size(), 1U);
  EXPECT_EQ(result.violation->steps[0].action, "Propose");
  ASSERT_EQ(result.violation->cycle.size(), 1U);
  EXPECT_EQ(result.violation->cycle[0].action, "stutter");
}

TEST(SpecTwin, RoutesAgreesWithTheNaiveTwinOnManyBounds) {
  CounterDraws draws(FirstTestSeed());
  const auto below = [&draws](int bound) {
    return static_cast<int>(draws.Below(static_cast<std::size_t>(bound)));
  };
  int violations = 0;
  for (int i = 0; i < 150; ++i) {
    NaiveRoutes naive;
    naive.nodes = below(4);
    naive.max_versions = below(5);
    naive.max_ops = below(6);
    naive.safe = below(3) != 0;
    ModelRequest request = RequestFor("routes", {naive.nodes, naive.max_versions, naive.max_ops});
    if (!naive.safe) request.gaps = {"no-monotonic-guard"};

    const NaiveCounts expected = ExploreNaively(naive);
    const NaiveCounts found = CountsOf(CheckOrDie("routes", request));

    ASSERT_EQ(found, expected) << fmt::format("nodes {} versions {} ops {} safe {}\nfound {}\nnaive {}",
                                              naive.nodes, naive.max_versions, naive.max_ops, naive.safe,
                                              Text(found), Text(expected));
    if (found.violation_steps.has_value()) ++violations;
  }
  EXPECT_GT(violations, 5) << "too few bounds in which the gap shows";
}

TEST(SpecTwin, ComposedAgreesWithTheNaiveTwinOnManyBounds) {
  CounterDraws draws(FirstTestSeed());
  const auto below = [&draws](int bound) {
    return static_cast<int>(draws.Below(static_cast<std::size_t>(bound)));
  };
  constexpr std::uint64_t kMostStates = 8'000;  // the naive twin takes its time
  int compared = 0;
  int violations = 0;
  for (int i = 0; i < 300; ++i) {
    NaiveComposed naive;
    naive.keys = below(4);
    naive.groups = 1 + below(3);
    naive.txns = below(3);
    naive.max_versions = below(4);
    naive.max_ts = below(6);
    naive.max_ops = below(6);
    naive.lagging = below(2) == 0;
    naive.judge_c1a = below(2) == 0;
    naive.safe = naive.lagging || below(3) != 0;
    naive.fence = naive.lagging || below(3) != 0;
    const std::string model = naive.lagging ? "composed_lagging" : "composed";
    ModelRequest request = RequestFor(
        model, {naive.keys, naive.groups, naive.txns, naive.max_versions, naive.max_ts, naive.max_ops});
    if (!naive.safe) request.gaps.push_back("no-observed-check");
    if (!naive.fence) request.gaps.push_back("no-current-fence");
    request.invariants = {"C1", "C3"};
    if (naive.judge_c1a) request.invariants.push_back("C1a");

    const NaiveCounts found = CountsOf(CheckOrDie(model, request));
    if (found.distinct > kMostStates) continue;
    ++compared;
    const NaiveCounts expected = ExploreNaively(naive);

    ASSERT_EQ(found, expected) << fmt::format("{}, {}\nfound {}\nnaive {}", model,
                                              fmt::join(request.settings, " "), Text(found), Text(expected));
    if (found.violation_steps.has_value()) ++violations;
  }
  EXPECT_GT(compared, 200);
  EXPECT_GT(violations, 3) << "too few bounds in which a gap shows";
}

TEST(SpecTwin, TheLibraryReachesTheModelsStatesOnManyBounds) {
  CounterDraws draws(FirstTestSeed());
  const auto below = [&draws](int bound) {
    return static_cast<int>(draws.Below(static_cast<std::size_t>(bound)));
  };
  for (std::size_t i = 0; i < 80; ++i) {
    const std::string model = std::array{"routes", "composed", "composed", "composed_lagging"}[i % 4];
    std::vector<int> bounds = {below(4), below(4), below(5)};  // routes: nodes, versions, operations
    if (model != "routes") bounds = {below(4), 1 + below(3), below(3), below(4), below(6), below(5)};
    ModelRequest request = RequestFor(model, bounds);
    if (model == "composed" && below(4) == 0) request.gaps = {"no-observed-check"};

    const NaiveCounts plain = CountsOf(CheckOrDie(model, request));
    request.settings.push_back("production=1");
    const NaiveCounts library = CountsOf(CheckOrDie(model, request));

    ASSERT_EQ(library, plain) << fmt::format("{}, {}\nlibrary {}\nmodel {}", model,
                                             fmt::join(request.settings, " "), Text(library), Text(plain));
  }
}

// More histories of proposals than catalogs are kept for at a time.
TEST(SpecTwin, TheLibraryReachesTheModelsStatesWhenItsCatalogsAreMadeAnew) {
  ModelRequest request = RequestFor("composed", {3, 3, 0, 4, 0, 4});
  const NaiveCounts plain = CountsOf(CheckOrDie("composed", request));
  request.settings.push_back("production=1");
  for (const unsigned threads : {1U, 2U}) {
    request.check.threads = threads;
    const NaiveCounts library = CountsOf(CheckOrDie("composed", request));
    EXPECT_EQ(library, plain) << "library " << Text(library) << "\nmodel " << Text(plain);
  }
}

// A machine whose transitions were tampered with after the fact.
class Tampered final : public ComposedMachine<PackedState<1>> {
 public:
  using Tamper = std::function<void(const PackedState<1>&, std::vector<Successor<PackedState<1>>>&)>;

  Tampered(const ComposedBounds& bounds, Tamper tamper)
      : ComposedMachine(bounds), tamper_(std::move(tamper)) {}

  void Expand(const PackedState<1>& state,
              std::vector<Successor<PackedState<1>>>& successors) const override {
    ComposedMachine::Expand(state, successors);
    tamper_(state, successors);
  }

 private:
  Tamper tamper_;
};

constexpr ComposedBounds kSmallComposed = {2, 2, 2, 2, 4, 4, true, true, false};

NaiveCounts CountTampered(const Tampered::Tamper& tamper) {
  CheckOptions options;
  options.invariants = {0, 1, 2};
  return CountsOf(Check<PackedState<1>>(Tampered(kSmallComposed, tamper), options));
}

TEST(SpecCountsCatch, AnySmallMistakeInTheTransitions) {
  using State = PackedState<1>;
  using Successors = std::vector<Successor<State>>;
  const ComposedLayout layout(kSmallComposed);
  const NaiveCounts right{13'315, 9'629, 7, std::nullopt};
  ASSERT_EQ(CountTampered([](const State&, Successors&) {}), right);

  const auto no_proposal_to_the_owner = [&](const State& before, Successors& successors) {
    std::erase_if(successors, [&](const Successor<State>& one) {
      const std::uint64_t version = Get(before, layout.version);
      if (Get(one.state, layout.version) == version) return false;
      for (std::uint64_t key = 0; key < kSmallComposed.keys; ++key) {
        if (Get(one.state, layout.route(version + 1, key)) != Get(before, layout.route(version, key)))
          return false;
      }
      return true;
    });
  };
  const auto commits_cost_an_operation = [&](const State& before, Successors& successors) {
    for (Successor<State>& one : successors) {
      const std::uint64_t ops = Get(before, layout.ops);
      const bool is_commit =
          Get(one.state, layout.ts) > Get(before, layout.ts) && Get(one.state, layout.ops) == ops;
      if (is_commit && ops < kSmallComposed.max_ops) Set(one.state, layout.ops, ops + 1);
    }
  };
  const auto aborts_forget_the_writes = [&](const State&, Successors& successors) {
    for (Successor<State>& one : successors) {
      for (const ComposedLayout::Transaction& txn : layout.txns) {
        if (Get(one.state, txn.status) == 3) Set(one.state, txn.writes, 0);
      }
    }
  };
  const auto a_duplicate_successor = [&](const State& before, Successors& successors) {
    if (before == State{} && !successors.empty()) successors.push_back(successors.front());
  };
  EXPECT_NE(CountTampered(no_proposal_to_the_owner), right);
  EXPECT_NE(CountTampered(commits_cost_an_operation), right);
  EXPECT_NE(CountTampered(aborts_forget_the_writes), right);
  EXPECT_NE(CountTampered(a_duplicate_successor), right);
}

TEST(SpecBounds, AreRefusedWithTheReasonWhenTheyCannotBe) {
  struct Case {
    std::string model;
    ModelRequest request;
    std::string reason;
  };
  std::vector<Case> cases;
  const auto add = [&](std::string model, std::string setting, std::string reason) {
    Case one{std::move(model), {}, std::move(reason)};
    one.request.settings = {std::move(setting)};
    cases.push_back(std::move(one));
  };
  add("composed", "keys=65", "keys is a number from 0 to 64");
  add("composed", "groups=0", "groups is a number from 1 to 64");
  add("composed", "keys=two", "keys is a number");
  add("composed", "keys=", "keys is a number");
  add("composed", "keys=-1", "keys is a number");
  add("composed", "keys=18446744073709551616", "keys is a number");
  add("composed", "key=1", "no setting 'key'");
  add("composed", "keys", "not NAME=VALUE");
  add("composed_lagging", "production=2", "production is a number from 0 to 1");
  add("routes", "keys=1", "no setting 'keys'; it has: nodes");
  for (const Case& one : cases) {
    const absl::Status status = Instantiate(ModelNamed(one.model), one.request).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << one.request.settings[0];
    EXPECT_NE(status.message().find(one.reason), absl::string_view::npos) << status;
  }
}

TEST(SpecBounds, StatesTooWideForTheCheckerAreRefused) {
  const Model model = ModelNamed("composed");
  ModelRequest request;
  request.settings = {"txns=64", "max_versions=1000", "keys=64"};
  const absl::StatusOr<ModelInstance> instance = Instantiate(model, request);
  ASSERT_TRUE(instance.ok()) << instance.status();

  const absl::Status status = model.check(*instance).status();

  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_NE(status.message().find("1024"), absl::string_view::npos) << status;
}

TEST(SpecBounds, EveryWidthOfStateGivesTheSameCounts) {
  const CheckOptions options = [] {
    CheckOptions all;
    all.invariants = {0, 1, 2};
    return all;
  }();
  const NaiveCounts right{13'315, 9'629, 7, std::nullopt};
  EXPECT_EQ(CountsOf(Check<PackedState<1>>(ComposedMachine<PackedState<1>>(kSmallComposed), options)), right);
  EXPECT_EQ(CountsOf(Check<PackedState<2>>(ComposedMachine<PackedState<2>>(kSmallComposed), options)), right);
  EXPECT_EQ(CountsOf(Check<PackedState<4>>(ComposedMachine<PackedState<4>>(kSmallComposed), options)), right);
  EXPECT_EQ(CountsOf(Check<PackedState<16>>(ComposedMachine<PackedState<16>>(kSmallComposed), options)),
            right);
}

TEST(SpecBounds, WideStatesAreCountedLikeTheNaiveTwinCountsThem) {
  NaiveComposed naive;
  naive.keys = 2;
  naive.groups = 2;
  naive.txns = 6;
  naive.max_versions = 30;
  naive.max_ts = 2;
  naive.max_ops = 3;
  const std::vector<int> bounds = {naive.keys,         naive.groups, naive.txns,
                                   naive.max_versions, naive.max_ts, naive.max_ops};
  const NaiveCounts expected = ExploreNaively(naive);
  const NaiveCounts found = CountsOf(CheckOrDie("composed", RequestFor("composed", bounds)));
  EXPECT_EQ(found, expected) << "found " << Text(found) << "\nnaive " << Text(expected);
}

}  // namespace
}  // namespace fencepost::model
