// What a violation means, by the detail that the model gives with it.
#include "sim/world/narration/violation_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/sim/world/narration/told_run.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

std::string ExplanationOf(Violation violation) {
  return ToldRun().Fails(std::move(violation)).story.explanation;
}

TEST(ViolationWords, SayWhatIsWrongWithAWriteOrWithWhatIsLeft) {
  using How = model::Trespass::How;
  const struct {
    How how;
    const char* meaning;
  } kCases[] = {
      {How::kTwoOwners, "that the other knows nothing of"},
      {How::kSecondTenure, "An epoch stands for one tenure"},
      {How::kFenced, "a write behind it stays"},
      {How::kNotOwned, "a write here is one that nobody reads"},
      {How::kOtherEpoch, "by a route that is gone"},
      {How::kNeverPrepared, "was never prepared"},
      {How::kCatalogsOwner, "a write here is one that nobody reads"},
      {How::kFloor, "a later timestamp"},
      {How::kDataLeftBehind, "has to drop its data"},
  };
  for (const auto& one : kCases) {
    const model::Trespass trespass{one.how, "k", GroupId(1), LogIndex(2), std::nullopt};
    EXPECT_THAT(ExplanationOf(ViolationOf(model::kOwnerFence, "any words", trespass, {"k"})),
                HasSubstr(one.meaning));
  }
}

TEST(ViolationWords, DoNotDependOnTheSentence) {
  const model::Trespass trespass{model::Trespass::How::kFenced, "k", GroupId(1), LogIndex(2), std::nullopt};
  EXPECT_EQ(ExplanationOf(ViolationOf(model::kOwnerFence, "two groups own key \"k\"", trespass)),
            ExplanationOf(ViolationOf(model::kOwnerFence, "entirely other words", trespass)));
}

TEST(ViolationWords, FallBackOnWhatMustHold) {
  EXPECT_THAT(ExplanationOf(ViolationOf(model::kOwnerFence, "something", {})), HasSubstr("What must hold: "));
  EXPECT_THAT(ExplanationOf(ViolationOf(model::kNonOverlap, "something", {})), HasSubstr("What must hold: "));
  const model::Standstill behind{model::Standstill::How::kNodeBehind, "node-1"};
  EXPECT_THAT(ExplanationOf(ViolationOf(model::kLiveness, "something", behind)),
              HasSubstr("What must hold: "));
}

TEST(ViolationWords, OfRegistersSayWhatLinearizableMeans) {
  const model::NotIsolated registers{model::NotIsolated::What::kRegisters, std::nullopt};
  EXPECT_THAT(ExplanationOf(ViolationOf(model::kIsolation, "something", registers)),
              HasSubstr("acknowledged before the read"));
}

TEST(ViolationWords, OfAClientThatGaveUpNameWhoWasBehind) {
  ToldRun run;
  run.Version(1ms, 3, {RouteTo(1)})
      .Happens(2ms, "node-1", EngineReached{fencepost::Version(0), fencepost::Version(2)})
      .Happens(2ms, "node-2", EngineReached{fencepost::Version(0), fencepost::Version(3)});
  const model::Standstill gave_up{model::Standstill::How::kGaveUpThroughOneCache, "transactor-1"};
  const std::string explained =
      run.Fails(ViolationOf(model::kLiveness, "any words", gave_up)).story.explanation;
  EXPECT_THAT(explained,
              HasSubstr("has to wait for newer routes first. The catalog was at version 3 at that time, "
                        "but node-1 at version 2."));
}

TEST(ViolationWords, OfReplicasThatDisagreeNameTheEntryThatTheModelMeans) {
  ToldRun run;
  const absl::Status refused = absl::FailedPreconditionError("my cache says no");
  run.Version(0ms, 1, {RouteTo(1)});
  for (std::uint64_t group = 1; group <= 2; ++group) {
    run.Agreed(10ms, group, CommitOf(group, "k1", 1))
        .Applied(11ms, "node-1", group, 1)
        .Applied(12ms, "node-2", group, 1, refused);
  }
  const model::Disagreement second{GroupId(2), LogIndex(1), "node-1", "node-2"};
  const Story story = run.Fails(ViolationOf(model::kReplicaAgreement, "any words", second)).story;
  EXPECT_THAT(story.explanation,
              HasSubstr("entry [1] of group 2 was applied by node-1 and refused by node-2 (my "
                        "cache says no)"));
  EXPECT_THAT(FormatStory(story),
              HasSubstr("!   the replicas disagree on [1] of group 1: node-1 applied it, node-2 "
                        "refused it: my cache says no\n"));
}

}  // namespace
}  // namespace fencepost::sim
