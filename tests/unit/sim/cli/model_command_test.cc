// `fencepost model` as a machine or a person runs it: exit status, JSON, what it says about bad input.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/interrupted_program.h"
#include "tests/support/run_program.h"

namespace fencepost {
namespace {

ProgramRun RunModel(const std::string& arguments) { return RunProgram("model " + arguments); }

nlohmann::json ModelJson(const std::string& arguments, int status) {
  const ProgramRun ran = RunProgram("model --json " + arguments, "2>/dev/null");
  EXPECT_EQ(ran.exit_status, status) << arguments;
  nlohmann::json json = nlohmann::json::parse(ran.output, nullptr, false);
  EXPECT_FALSE(json.is_discarded()) << arguments << " printed: " << ran.output;
  return json;
}

TEST(ModelCommand, PrintsTheCountsAsJson) {
  const nlohmann::json json = ModelJson(
      "composed --set keys=2 --set groups=2 --set txns=1 --set max_versions=2 --set max_ts=3 --set max_ops=5",
      0);
  EXPECT_EQ(json.at("model"), "composed");
  EXPECT_EQ(json.at("generated"), 834);
  EXPECT_EQ(json.at("distinct"), 549);
  EXPECT_EQ(json.at("depth"), 7);
  EXPECT_TRUE(json.at("violation").is_null());
  EXPECT_TRUE(json.at("counterexample").empty());
  EXPECT_TRUE(json.at("complete").get<bool>());
  EXPECT_TRUE(json.at("seconds").is_number());
  EXPECT_TRUE(json.at("states_per_second").is_number());
}

TEST(ModelCommand, AGapIsAViolationWithItsShortestCounterexample) {
  const nlohmann::json json = ModelJson("composed --without no-current-fence", 1);
  EXPECT_EQ(json.at("violation"), "C1a");
  EXPECT_EQ(json.at("counterexample"),
            nlohmann::json({"Begin(t1)", "Write(t1, k1)", "Propose(k1, g2)", "Commit(t1, g1)"}));
  EXPECT_EQ(json.at("states").size(), 5U);
  EXPECT_EQ(json.at("stopped_by"), "violation");
}

TEST(ModelCommand, ChecksOnlyTheInvariantsNamed) {
  EXPECT_EQ(ModelJson("composed_lagging", 1).at("violation"), "C1a");
  const nlohmann::json json = ModelJson("composed_lagging --invariants C1,C3", 0);
  EXPECT_EQ(json.at("invariants"), nlohmann::json({"C1", "C3"}));
  EXPECT_EQ(json.at("distinct"), 59'519);
}

TEST(ModelCommand, TwoThreadsPrintTheSameCounts) {
  for (const std::string model : {"composed", "composed --without no-observed-check", "routes"}) {
    const int status = model.find("without") == std::string::npos ? 0 : 1;
    const nlohmann::json one = ModelJson(model, status);
    const nlohmann::json two = ModelJson(model + " --threads 2", status);
    for (const char* field : {"generated", "distinct", "depth", "violation", "counterexample"}) {
      EXPECT_EQ(one.at(field), two.at(field)) << model << ", " << field;
    }
  }
}

TEST(ModelCommand, LivenessHoldsWithFairnessAndFailsWithoutInALasso) {
  EXPECT_TRUE(ModelJson("routes --liveness", 0).at("violation").is_null());
  const nlohmann::json json = ModelJson("routes --liveness --without no-fair-polls", 1);
  EXPECT_EQ(json.at("violation"), "EnginesCatchUp");
  EXPECT_EQ(json.at("counterexample"), nlohmann::json({"Propose"}));
  EXPECT_EQ(json.at("cycle"), nlohmann::json({"stutter"}));
  EXPECT_EQ(json.at("cycle_states"), nlohmann::json::array({json.at("states").back()}));
}

TEST(ModelCommand, AMoveThatNeverEndsIsALassoThatGoesRoundAndRound) {
  const std::string stuck =
      "move --liveness --without resolve-by-ownership --set moves=1 --set undos=0 --set writes=0 --set txns=1"
      " --set crashes=0";
  const nlohmann::json json = ModelJson(stuck, 1);
  EXPECT_EQ(json.at("violation"), "MovesEnd");
  EXPECT_GT(json.at("cycle").size(), 0U);
  EXPECT_EQ(json.at("cycle_states").size(), json.at("cycle").size());
  EXPECT_EQ(json.at("cycle_states").back(), json.at("states").back()) << "it ends where it began";
  const ProgramRun ran = RunModel(stuck);
  EXPECT_NE(ran.output.find("and from there round and round, for ever:"), std::string::npos) << ran.output;
}

TEST(ModelCommand, ARuleThatIsNamedTwiceUnderEitherNameIsLeftOutOnce) {
  const nlohmann::json json = ModelJson("composed --without no-current-fence --gap no-current-fence", 1);
  EXPECT_EQ(json.at("without"), nlohmann::json({"no-current-fence"}));
}

TEST(ModelCommand, SaysWhatToDoWhenTheMemoryLimitIsReached) {
  const std::string too_much = "composed --set txns=4 --set max_ops=8 --memory-limit 32MiB";
  const ProgramRun ran = RunModel(too_much);
  EXPECT_EQ(ran.exit_status, 2);
  EXPECT_NE(ran.output.find("memory limit of 32 MiB"), std::string::npos) << ran.output;
  EXPECT_NE(ran.output.find("Raise --memory-limit, lower the bounds, or (where states are wide)"),
            std::string::npos)
      << ran.output;
  const nlohmann::json json = ModelJson(too_much, 2);
  EXPECT_EQ(json.at("stopped_by"), "memory-limit");
  EXPECT_FALSE(json.at("complete").get<bool>());
  const ProgramRun compact = RunModel(too_much + " --hash-compaction");
  EXPECT_NE(compact.output.find("Raise --memory-limit or lower the bounds."), std::string::npos)
      << compact.output;
}

TEST(ModelCommand, HashCompactionPrintsTheChanceOfAnOmission) {
  const ProgramRun ran = RunModel("composed --hash-compaction");
  EXPECT_EQ(ran.exit_status, 0);
  EXPECT_NE(ran.output.find("9,629 distinct"), std::string::npos) << ran.output;
  EXPECT_NE(ran.output.find("the chance that any state was missed is at most 2.5e-12"), std::string::npos)
      << ran.output;
}

TEST(ModelCommand, AnInterruptEndsTheSearchWithItsSummary) {
  const ProgramRun ran = RunInterrupted(
      "model composed --json --set keys=4 --set groups=4 --set txns=4 --set max_versions=6 --set max_ts=8"
      " --set max_ops=20 --memory-limit 1TiB",
      SIGINT);
  EXPECT_EQ(ran.exit_status, 2);
  const std::size_t summary =
      std::min(ran.output.find('{'), ran.output.size());  // after what it said meanwhile
  const nlohmann::json json = nlohmann::json::parse(ran.output.substr(summary), nullptr, false);
  ASSERT_FALSE(json.is_discarded()) << ran.output;
  EXPECT_EQ(json.at("stopped_by"), "interrupted");
}

TEST(ModelCommand, RefusesBadInputWithStatus2AndTheReason) {
  struct Case {
    std::string arguments;
    std::string reason;
  };
  const std::vector<Case> cases = {
      {"", "MODEL is required"},
      {"chess", "chess not in {routes,composed,composed_lagging"},
      {"composed --set keys=65", "keys is a number from 0 to 64"},
      {"composed --set key=1", "no setting 'key'; it has: keys, groups, txns"},
      {"composed --set keys", "'keys' is not NAME=VALUE"},
      {"composed --set keys=1 --set keys=2", "keys is set twice"},
      {"composed --without no-monotonic-guard", "no gap 'no-monotonic-guard'; it has: no-observed-check"},
      {"composed_lagging --without no-current-fence", "no gap 'no-current-fence'; it has: none"},
      {"composed --invariants C1,C2", "no invariant 'C2'; it has: C1, C1a, C3"},
      {"composed --liveness", "no liveness property"},
      {"routes --invariants EnginesCatchUp", "it has: MonotonicEngine; and liveness has its own option"},
      {"routes --liveness --hash-compaction", "cannot be judged with hash compaction"},
      {"routes --without no-fair-polls", "needs --liveness"},
      {"composed --threads 0", "--threads"},
      {"composed --memory-limit 1KiB", "--memory-limit"},
      {"composed --set txns=64 --set max_versions=100 --set keys=64", "the checker goes up to 1024"},
  };
  for (const Case& one : cases) {
    const ProgramRun ran = RunModel(one.arguments);
    EXPECT_EQ(ran.exit_status, 2) << one.arguments;
    EXPECT_NE(ran.output.find(one.reason), std::string::npos) << one.arguments << " printed: " << ran.output;
  }
}

TEST(ModelCommand, HelpListsEveryModelWithItsBoundsAndAnExample) {
  const ProgramRun ran = RunModel("--help");
  EXPECT_EQ(ran.exit_status, 0);
  for (const std::string word : {"Example:", "fencepost model composed", "--set keys=2  0..64",
                                 "no-monotonic-guard", "composed_lagging:", "Exit status:"}) {
    EXPECT_NE(ran.output.find(word), std::string::npos) << word << " is missing in: " << ran.output;
  }
}

}  // namespace
}  // namespace fencepost
