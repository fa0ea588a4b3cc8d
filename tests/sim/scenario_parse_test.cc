// A scenario file with each kind of mistake, and the message it gets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "sim/world/scenario/parse.h"

namespace fencepost::sim {
namespace {

using testing::HasSubstr;

struct Misspelling {
  const char* name;
  const char* text;  // after a first line that names the scenario
  const char* says;
};

class MistakenScenarioTest : public testing::TestWithParam<Misspelling> {};

TEST_P(MistakenScenarioTest, IsRefusedWithFileLineAndReason) {
  const absl::StatusOr<Scenario> scenario =
      ParseScenario(std::string("name = \"x\"\n") + GetParam().text, "x.toml");
  ASSERT_FALSE(scenario.ok());
  EXPECT_EQ(scenario.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(scenario.status().message()), HasSubstr(GetParam().says));
}

constexpr Misspelling kMistakes[] = {
    {"NotToml", "[world\nnodes = 1", "x.toml:2: "},
    {"UnknownTable", "[wrld]\nnodes = 1", "x.toml:2: unknown key \"wrld\"; did you mean \"world\"?"},
    {"UnknownKey", "[world]\nnods = 1", "x.toml:3: world: unknown key \"nods\"; did you mean \"nodes\"?"},
    {"UnknownFault", "[faults]\nnode-crush = \"1/2\"",
     "x.toml:3: faults: unknown key \"node-crush\"; did you mean \"node-crash\"?"},
    {"ProbabilityAboveOne", "[faults]\nnode-crash = \"3/2\"",
     "x.toml:3: faults.node-crash: must be a probability"},
    {"ProbabilityOverZero", "[faults]\nnode-crash = \"0/0\"",
     "x.toml:3: faults.node-crash: must be a probability"},
    {"ProbabilityAsFloat", "[faults]\nnode-crash = 0.5",
     "x.toml:3: faults.node-crash: must be a probability"},
    {"ProbabilityWithRest", "[faults]\nnode-crash = \"1/2x\"",
     "x.toml:3: faults.node-crash: must be a probability"},
    {"ProbabilityNegative", "[faults]\nnode-crash = \"-1/2\"",
     "x.toml:3: faults.node-crash: must be a probability"},
    {"UnknownInvariant", "[checks]\ninvariants = [\"coverag\"]",
     "x.toml:3: checks.invariants: there is no \"coverag\"; did you mean \"coverage\"?"},
    {"UnknownMark", "[checks]\nmarks = [\"range-splat\"]",
     "x.toml:3: checks.marks: there is no \"range-splat\"; did you mean \"range-split\"?"},
    {"MarkTwice", "[checks]\nmarks = [\"range-split\", \"range-split\"]", "\"range-split\" is listed twice"},
    {"NamesAreNotAList", "[checks]\nmarks = \"range-split\"",
     "x.toml:3: checks.marks: must be a list of names"},
    {"NamesAreNotNames", "[checks]\nmarks = [1]", "checks.marks: must be a list of names"},
    {"UnknownExpectation", "expect = \"fail\"",
     "x.toml:2: expect: there is no \"fail\"; did you mean \"pass\"?"},
    {"NoNodes", "[world]\nnodes = 0", "x.toml:3: world.nodes: must be a whole number from 1 to 64"},
    {"TooManyNodes", "[world]\nnodes = 65", "must be a whole number from 1 to 64"},
    {"CountIsText", "[world]\nnodes = \"two\"", "x.toml:3: world.nodes: must be a whole number"},
    {"CountIsFloat", "[world]\nnodes = 1.5", "x.toml:3: world.nodes: must be a whole number"},
    {"RangeUpsideDown", "[world]\nnodes = [3, 2]", "x.toml:3: world.nodes: 3 is above 2"},
    {"RangeOfThree", "[world]\nnodes = [1, 2, 3]",
     "world.nodes: must be a whole number or a pair [min, max]"},
    {"RingOfNone", "[world]\nhistory_depth = 0", "world.history_depth: must be a whole number from 1"},
    {"UnknownPolicy", "[world]\nsplit_policies = [\"half\"]", "there is no \"half\"; did you mean"},
    {"NoPolicy", "[world]\nsplit_policies = []", "must name at least one policy"},
    {"NegativeTime", "[time]\nsettle_ms = -1", "x.toml:3: time.settle_ms: must be a whole number from 1"},
    {"TableIsNumber", "world = 1", "x.toml:2: world: must be a table"},
    {"NameIsNumber", "summary = 1", "x.toml:2: summary: must be a string"},
    {"FlagIsNumber", "[plan]\nswarm = 1", "x.toml:3: plan.swarm: must be true or false"},
    {"UnknownAction", "[plan.weights]\nsplat = 1",
     "plan.weights: unknown key \"splat\"; did you mean \"split\"?"},
    {"ActionsWithoutWeights", "[plan]\noperator_actions = 3",
     "x.toml:3: plan.operator_actions: no action of operators has a non-zero weight in plan.weights"},
    {"ClientsWithoutWeights", "[plan]\nclient_actions = 3\n[plan.weights]\nsplit = 1",
     "x.toml:3: plan.client_actions: no action of clients has a non-zero weight in plan.weights"},
    {"TransactorsWithoutWeights", "[plan]\ntransactor_actions = 3\n[plan.weights]\nmove-range = 1",
     "x.toml:3: plan.transactor_actions: no action of transactors has a non-zero weight in plan.weights"},
    {"MoversWithoutWeights", "[plan]\nmover_actions = 3\n[plan.weights]\ntransact = 1",
     "x.toml:3: plan.mover_actions: no action of movers has a non-zero weight in plan.weights"},
    {"UnknownInvariantExpected", "expect = [\"lost-write\", \"isolaton\"]",
     "x.toml:2: expect: there is no \"isolaton\"; did you mean \"isolation\"?"},
    {"PassBesideAnInvariant", "expect = [\"pass\", \"lost-write\"]",
     "x.toml:2: expect: must not name \"pass\" beside invariants"},
    {"ExpectationTwice", "expect = [\"lost-write\", \"lost-write\"]", "\"lost-write\" is listed twice"},
    {"NothingExpected", "expect = []", "x.toml:2: expect: must name \"pass\" or at least one invariant"},
    {"ExpectationIsNumber", "expect = 3", "x.toml:2: expect: must be a name"},
    {"FenceWithoutMode", "[fence]\nmistake = \"late-chunk\"",
     "x.toml:2: fence.mode: is required: how do the groups decide?"},
    {"UnknownMode", "[fence]\nmode = \"loged\"",
     "x.toml:3: fence.mode: there is no \"loged\"; did you mean \"logged\"?"},
    {"UnknownMistake", "[fence]\nmode = \"logged\"\nmistake = \"late-chunks\"",
     "x.toml:4: fence.mistake: there is no \"late-chunks\"; did you mean \"late-chunk\"?"},
    {"NoMistakeHasNoName", "[fence]\nmode = \"logged\"\nmistake = \"none\"",
     "fence.mistake: there is no \"none\""},
    {"UnknownFenceKey", "[fence]\nmode = \"logged\"\nmistakes = \"late-chunk\"",
     "x.toml:4: fence: unknown key \"mistakes\"; did you mean \"mistake\"?"},
    {"MistakeUnderItsFormerKey", "[fence]\nmode = \"logged\"\ngap = \"late-chunk\"",
     "x.toml:4: fence: unknown key \"gap\"; did you mean \"mistake\"?"},
    {"NoInvariant", "[checks]\ninvariants = []",
     "x.toml:3: checks.invariants: must name at least one invariant"},
    {"FoundedIsText", "[world]\nfounded = \"no\"", "x.toml:3: world.founded: must be true or false"},
    {"ModeIsNumber", "[fence]\nmode = 4", "x.toml:3: fence.mode: must be a name"},
    {"FenceIsText", "fence = \"logged\"", "x.toml:2: fence: must be a table"},
    {"TransactorsWithoutGroups", "[world]\ntransactors = 2",
     "transactors need groups to talk to: add a [fence] table"},
    {"MoversWithoutGroups", "[world]\nmovers = [0, 1]", "movers need groups to talk to: add a [fence] table"},
    {"NoRanges", "[world]\nranges = 0", "x.toml:3: world.ranges: must be a whole number from 1 to 1000"},
    {"TooManyRegisters", "[world]\nregisters = 1000",
     "world.registers: must be a whole number from 0 to 999"},
    {"UnknownSave", "[world]\noperators_save = \"check\"",
     "x.toml:3: world.operators_save: there is no \"check\"; did you mean \"checked\"?"},
};

INSTANTIATE_TEST_SUITE_P(Each, MistakenScenarioTest, testing::ValuesIn(kMistakes),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(ParseScenario, WithoutANameItIsRefused) {
  const absl::StatusOr<Scenario> scenario = ParseScenario("summary = \"x\"\n", "x.toml");
  EXPECT_THAT(std::string(scenario.status().message()), HasSubstr("name: is required"));
}

TEST(ParseScenario, ReadsWhatTheFileSays) {
  const absl::StatusOr<Scenario> scenario = ParseScenario(R"(
name = "x"
expect = "liveness"
[world]
nodes = [2, 3]
groups = 4
[time]
fault_window_ms = 10
[plan]
operator_actions = [0, 2]
swarm = false
[plan.weights]
split = 7
[faults]
store-slow = "1/8"
node-crash = 1
[checks]
invariants = ["coverage"]
marks = ["ring-full"]
)",
                                                          "x.toml");
  ASSERT_TRUE(scenario.ok()) << scenario.status();
  EXPECT_EQ(scenario->expect, std::vector<std::string>{"liveness"});
  EXPECT_EQ(FormatExpectation(*scenario), "liveness");
  EXPECT_EQ(scenario->fence, std::nullopt) << "no groups";
  EXPECT_EQ(scenario->nodes, (CountRange{2, 3}));
  EXPECT_EQ(scenario->groups, (CountRange{4, 4}));
  EXPECT_EQ(scenario->fault_window, std::chrono::milliseconds(10));
  EXPECT_FALSE(scenario->swarm);
  EXPECT_EQ(scenario->action_weights[actions::kSplit], 7u);
  EXPECT_EQ(scenario->faults[faults::kStoreSlow], (Ratio{1, 8}));
  EXPECT_EQ(scenario->faults[faults::kNodeCrash], (Ratio{1, 1}));
  EXPECT_EQ(scenario->invariants, std::vector<std::string>{"coverage"});
  EXPECT_EQ(scenario->marks, std::vector<const MarkKind*>{&marks::kRingFull});
}

TEST(ParseScenario, ReadsAWorldWithGroups) {
  const absl::StatusOr<Scenario> scenario = ParseScenario(R"(
name = "x"
expect = ["lost-write", "isolation"]
[world]
transactors = [1, 3]
movers = 2
keys = 6
ranges = [2, 3]
registers = 1
[fence]
mode = "published"
mistake = "version-gap"
[plan]
transactor_actions = [4, 8]
mover_actions = 2
[plan.weights]
transact = 3
undo-move = 2
)",
                                                          "x.toml");
  ASSERT_TRUE(scenario.ok()) << scenario.status();
  EXPECT_EQ(scenario->expect, (std::vector<std::string>{"lost-write", "isolation"}));
  EXPECT_EQ(FormatExpectation(*scenario), "lost-write or isolation");
  EXPECT_EQ(scenario->fence, (FenceRules{FenceMode::kPublished, Mistake::kVersionGap}));
  EXPECT_EQ(scenario->actors[actors::kTransactor], (CountRange{1, 3}));
  EXPECT_EQ(scenario->actors[actors::kMover], (CountRange{2, 2}));
  EXPECT_EQ(scenario->actions[actors::kTransactor], (CountRange{4, 8}));
  EXPECT_EQ(scenario->actions[actors::kMover], (CountRange{2, 2}));
  EXPECT_EQ(scenario->ranges, (CountRange{2, 3}));
  EXPECT_EQ(scenario->registers, (CountRange{1, 1}));
  EXPECT_EQ(scenario->action_weights[actions::kUndoMove], 2u);
}

TEST(ParseScenario, AWorldWithGroupsBeginsFoundedUnlessTheFileSaysOtherwise) {
  const auto begins_founded = [](const std::string& text) {
    const absl::StatusOr<Scenario> scenario = ParseScenario("name = \"x\"\n" + text, "x.toml");
    EXPECT_TRUE(scenario.ok()) << scenario.status();
    return scenario.ok() && scenario->begins_founded();
  };
  EXPECT_TRUE(begins_founded("[fence]\nmode = \"none\""));
  EXPECT_FALSE(begins_founded("[world]\nfounded = false\n[fence]\nmode = \"none\""));
  EXPECT_FALSE(begins_founded("")) << "without groups there is no catalog at first";
}

TEST(ParseScenario, PassIsExpectedByDefaultAndByName) {
  for (const char* const expectation : {"", "expect = \"pass\"\n", "expect = [\"pass\"]\n"}) {
    const absl::StatusOr<Scenario> scenario =
        ParseScenario(std::string("name = \"x\"\n") + expectation, "x.toml");
    ASSERT_TRUE(scenario.ok()) << expectation << scenario.status();
    EXPECT_TRUE(scenario->expect.empty());
    EXPECT_EQ(FormatExpectation(*scenario), "pass");
  }
}

TEST(LoadScenario, AFileThatCannotBeReadIsNamed) {
  const absl::StatusOr<Scenario> scenario = LoadScenario("/nowhere/at-all.toml");
  EXPECT_EQ(scenario.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(scenario.status().message()), HasSubstr("/nowhere/at-all.toml: cannot read"));
}

}  // namespace
}  // namespace fencepost::sim
