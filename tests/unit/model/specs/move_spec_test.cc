// The model `move`: how many states it has, that the library reaches the same, and what breaks without each
// rule.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "model/specs/models.h"
#include "model/specs/move_rules.h"

namespace fencepost::model {
namespace {

// Every bound that a case does not name; one move, nothing that goes wrong, nobody who reads.
constexpr std::string_view kSmallest =
    "replicas=2 movers=1 moves=1 undos=0 writes=1 txns=0 readers=0 crashes=0 repeats=0 max_log=2";

std::vector<std::string> Words(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::string NameIn(const std::string& setting) { return setting.substr(0, setting.find('=')); }

ModelRequest RequestFor(std::string_view bounds) {
  ModelRequest request;
  request.settings = Words(bounds);
  for (const std::string& fallback : Words(kSmallest)) {
    const bool named = std::any_of(request.settings.begin(), request.settings.end(),
                                   [&](const std::string& one) { return NameIn(one) == NameIn(fallback); });
    if (!named) request.settings.push_back(fallback);
  }
  return request;
}

CheckResult CheckOrDie(const ModelRequest& request) {
  const Model model = MoveModel();
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

std::string Story(const CheckResult& result) {
  if (!result.violation.has_value()) return "no violation";
  std::string text = result.violation->property + ":";
  for (const TraceStep& step : result.violation->steps) text += "\n  " + step.action + "  " + step.state;
  return text;
}

struct Counts {
  std::string bounds;
  std::uint64_t generated;
  std::uint64_t distinct;
  std::uint64_t depth;
};

void PrintTo(const Counts& counts, std::ostream* out) { *out << counts.bounds; }

class MoveCounts : public ::testing::TestWithParam<Counts> {};

TEST_P(MoveCounts, NoInvariantBreaksInAnyState) {
  const Counts& counts = GetParam();

  const CheckResult result = CheckOrDie(RequestFor(counts.bounds));

  EXPECT_EQ(result.end, CheckEnd::kComplete) << Story(result);
  EXPECT_EQ(result.generated, counts.generated);
  EXPECT_EQ(result.distinct, counts.distinct);
  EXPECT_EQ(result.depth, counts.depth);
}

TEST_P(MoveCounts, TheLibraryItselfReachesExactlyTheModelsStates) {
  const Counts& counts = GetParam();
  ModelRequest request = RequestFor(counts.bounds);
  request.settings.push_back("production=1");
  request.check.threads = 2;

  const CheckResult result = CheckOrDie(request);

  EXPECT_EQ(result.end, CheckEnd::kComplete) << Story(result);
  EXPECT_EQ(result.generated, counts.generated);
  EXPECT_EQ(result.distinct, counts.distinct);
  EXPECT_EQ(result.depth, counts.depth);
}

INSTANTIATE_TEST_SUITE_P(
    Bounds, MoveCounts,
    ::testing::Values(Counts{"moves=1", 1'880, 738, 26}, Counts{"readers=1 crashes=1", 85'243, 19'203, 29},
                      Counts{"replicas=3", 19'960, 5'156, 31},
                      Counts{"movers=2 writes=2", 451'321, 101'166, 33},
                      Counts{"writes=0 txns=2 readers=1", 408'653, 92'632, 38},
                      Counts{"moves=2 undos=1", 67'461, 20'380, 46},
                      Counts{"moves=2 undos=1 readers=1 max_log=1", 112'667, 29'098, 47},
                      Counts{"moves=2 undos=1 writes=0 readers=1 crashes=1 max_log=3", 249'665, 51'996, 44},
                      Counts{"moves=2 writes=2", 118'369, 39'074, 51},
                      Counts{"moves=3 undos=1 writes=0 crashes=1", 362'359, 94'195, 63}));

TEST(MoveLiveness, EveryMoveEndsInTheEnd) {
  for (const std::string_view bounds : {"txns=1 readers=1", "moves=2 undos=1 crashes=1 writes=0 readers=1",
                                        "moves=2 undos=1 movers=2 writes=0", "moves=3 undos=1 writes=0"}) {
    ModelRequest request = RequestFor(bounds);
    request.check.liveness = true;

    const CheckResult result = CheckOrDie(request);

    EXPECT_EQ(result.end, CheckEnd::kComplete) << bounds << "\n" << Story(result);
  }
}

// What breaks first, in the fewest steps at these bounds. "MovesEnd" is the liveness property.
struct Gap {
  std::string name;
  std::string bounds;
  std::string broken;
  std::size_t steps;
};

const std::vector<Gap>& PinnedGaps() {
  static const std::vector<Gap> gaps = {
      {"verdict-from-cache", "moves=1", "ReplicasAgree", 6},
      {"no-epoch-in-entry", "moves=2 writes=2", "NoLostWrite", 38},
      {"epoch-at-least", "moves=2 writes=2", "NoLostWrite", 38},
      {"fence-stops-nothing", "writes=0", "OneOwner", 10},
      {"stale-entries", "moves=2 undos=1 writes=0 repeats=1", "EpochOnce", 13},
      {"late-copy", "repeats=1", "NoLostWrite", 19},
      {"release-any-epoch", "moves=3 undos=1", "NoLostWrite", 31},
      {"lease-while-behind", "readers=1 crashes=1", "NoStaleRead", 7},
      {"fence-not-awaited", "writes=0", "OneOwner", 7},
      {"fence-of-any-move", "moves=2 undos=1 writes=0 movers=2", "OneOwner", 14},
      {"copy-before-cut-off", "crashes=1", "NoLostWrite", 14},
      {"no-drain", "writes=0 txns=1", "NoLostWrite", 15},
      {"reads-not-stopped", "readers=1 crashes=1", "NoStaleRead", 17},
      {"activate-before-copy", "crashes=1", "NoLostWrite", 11},
      {"no-floor", "writes=2", "NoLostWrite", 22},
      {"routes-lead", "movers=2 writes=0", "NoLostWrite", 6},
      {"release-under-readers", "readers=1", "NoStaleRead", 22},
      {"close-before-release", "moves=3 undos=1", "NoLostWrite", 31},
      {"blind-hand-over", "moves=3 undos=1 writes=0 movers=2", "NoLostWrite", 23},
      {"undo-without-fence", "moves=2 undos=1 writes=0 movers=2", "OneOwner", 13},
      {"undo-under-readers", "moves=2 undos=1 readers=1", "NoStaleRead", 26},
      {"resolve-by-ownership", "writes=0 txns=1", "MovesEnd", 10},
      {"undo-without-release", "moves=2 undos=1 writes=0", "MovesEnd", 23},
      {"undo-reuses-epoch", "moves=2 undos=1 writes=0", "MovesEnd", 15},
  };
  return gaps;
}

// Rules that another rule keeps as well, wherever the search went.
const std::vector<std::string>& KeptTwice() {
  static const std::vector<std::string> gaps = {"release-with-prepared"};
  return gaps;
}

TEST(MoveGapsCaught, EachBreaksWhatItIsThereFor) {
  for (const Gap& gap : PinnedGaps()) {
    const bool liveness = gap.broken == "MovesEnd";
    ModelRequest request = RequestFor(gap.bounds);
    request.gaps = {gap.name};
    request.check.liveness = liveness;

    const CheckResult result = CheckOrDie(request);

    ASSERT_EQ(result.end, CheckEnd::kViolation) << gap.name;
    EXPECT_EQ(result.violation->property, gap.broken) << gap.name << "\n" << Story(result);
    EXPECT_EQ(result.violation->steps.size(), gap.steps) << gap.name << "\n" << Story(result);
    EXPECT_EQ(!result.violation->cycle.empty(), liveness) << gap.name;
  }
}

TEST(MoveGapsCaught, NothingBreaksWithoutARuleThatAnotherKeepsToo) {
  for (const std::string& name : KeptTwice()) {
    for (const std::string_view bounds : {"writes=0 txns=2 repeats=0", "moves=2 undos=1 writes=0 txns=1"}) {
      ModelRequest request = RequestFor(bounds);
      request.gaps = {name};
      request.check.liveness = true;

      const CheckResult result = CheckOrDie(request);

      EXPECT_EQ(result.end, CheckEnd::kComplete) << name << " " << bounds << "\n" << Story(result);
    }
  }
}

// Left out alone these only leave a move stuck (above): another rule keeps what they are there for.
TEST(MoveGapsCaught, WithoutBothRulesThatKeepTheSameThingItIsLost) {
  struct Pair {
    std::vector<std::string> gaps;
    std::string bounds;
    std::string broken;
    std::size_t steps;
  };
  const std::vector<Pair> pairs = {
      {{"undo-reuses-epoch", "stale-entries"}, "moves=2 undos=1 writes=0", "OneOwner", 18},
      {{"undo-without-release", "late-copy"}, "moves=3 undos=1", "NoLostWrite", 37},
  };
  for (const Pair& pair : pairs) {
    ModelRequest request = RequestFor(pair.bounds);
    request.gaps = pair.gaps;

    const CheckResult result = CheckOrDie(request);

    const std::string which = fmt::format("without {}", fmt::join(pair.gaps, ", "));
    ASSERT_EQ(result.end, CheckEnd::kViolation) << which;
    EXPECT_EQ(result.violation->property, pair.broken) << which << "\n" << Story(result);
    EXPECT_EQ(result.violation->steps.size(), pair.steps) << which << "\n" << Story(result);
  }
}

TEST(MoveGapsCaught, EveryRuleIsPinnedOrKeptTwice) {
  std::set<std::string> told(KeptTwice().begin(), KeptTwice().end());
  for (const Gap& gap : PinnedGaps()) EXPECT_TRUE(told.insert(gap.name).second) << gap.name << " twice";
  std::set<std::string> all;
  for (const MoveGap& gap : MoveGaps()) all.emplace(gap.name);
  EXPECT_EQ(told, all);
}

TEST(MoveGapsCaught, TheLibraryBreaksInTheSameStepsWhereItsMoversLeaveARuleOut) {
  std::size_t tried = 0;
  for (const Gap& gap : PinnedGaps()) {
    const auto known = std::ranges::find(MoveGaps(), std::string_view(gap.name), &MoveGap::name);
    ASSERT_NE(known, MoveGaps().end()) << gap.name;
    ModelRequest request = RequestFor(gap.bounds);
    request.settings.push_back("production=1");
    request.gaps = {gap.name};
    request.check.liveness = gap.broken == "MovesEnd";
    if (known->in_library) {
      const Model model = MoveModel();
      const absl::StatusOr<ModelInstance> instance = Instantiate(model, request);
      ASSERT_TRUE(instance.ok()) << instance.status();
      EXPECT_EQ(model.check(*instance).status().code(), absl::StatusCode::kInvalidArgument) << gap.name;
      continue;
    }

    const CheckResult result = CheckOrDie(request);

    ++tried;
    ASSERT_EQ(result.end, CheckEnd::kViolation) << gap.name;
    EXPECT_EQ(result.violation->property, gap.broken) << gap.name << "\n" << Story(result);
    EXPECT_EQ(result.violation->steps.size(), gap.steps) << gap.name << "\n" << Story(result);
  }
  EXPECT_GE(tried, 12U);
}

TEST(MoveModelRequest, MoreClientsThanAStateHoldsAreRefused) {
  const Model model = MoveModel();
  const absl::StatusOr<ModelInstance> instance = Instantiate(model, RequestFor("writes=3 txns=2"));
  ASSERT_TRUE(instance.ok()) << instance.status();
  EXPECT_EQ(model.check(*instance).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(MoveReadme, ItsTableIsWhatIsPinnedHere) {
  std::ifstream file(std::string(FENCEPOST_SOURCE_DIR) + "/model/specs/README.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const Gap& gap : PinnedGaps()) {
    const std::string row =
        fmt::format("| `{}` | {} | {} | `{}` |", gap.name, gap.broken, gap.steps, gap.bounds);
    EXPECT_NE(text.str().find(row), std::string::npos) << "no row begins with " << row;
  }
}

}  // namespace
}  // namespace fencepost::model
