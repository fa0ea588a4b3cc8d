// What a stage gives to a simulation: how runs on it end, who is who, and what its outcome says.
#include "sim/core/simulation/stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/choices/recorded_driver.h"
#include "sim/core/network/network_events.h"
#include "sim/core/runtime/awaitable.h"
#include "sim/core/runtime/core_events.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr ActorKind kWorker{"worker", "works"};
constexpr MarkKind kAte{"ate", "somebody had lunch"};
constexpr MarkKind kSlept{"slept", "somebody had a nap"};
constexpr InvariantKind kDiligence{"diligence", "nobody naps"};
constexpr InvariantKind kSobriety{"sobriety", "nobody drinks"};

class StageTest : public testing::Test {
 protected:
  StageTest() {
    AddNetwork(&vocabulary_);
    vocabulary_.actors.Add(kWorker);
    vocabulary_.marks.Add(kSlept);
    vocabulary_.marks.Add(kAte);
    vocabulary_.invariants.Add(kSobriety);
    vocabulary_.invariants.Add(kDiligence);
    MakeStage({});
  }

  void MakeStage(std::vector<std::string> judged) {
    choices_.emplace(RecordedDriver::Make({}).value());
    trace_.emplace(TraceDetail::kEvents);
    stage_.emplace(&vocabulary_, &*choices_, &*trace_, FaultOdds(vocabulary_.faults), std::move(judged));
  }

  // A worker that works for a second, over and over, `seconds` times.
  void StartWorker(int seconds) {
    const ActorId worker = stage_->AddActor(kWorker, "worker-1");
    runtime_ = std::make_unique<SimRuntime>(&stage_->scheduler(), worker);
    boost::asio::co_spawn(runtime_->Executor(), Work(seconds), boost::asio::detached);
  }
  Awaitable<void> Work(int seconds) {
    for (; worked_ < seconds; ++worked_) {
      const absl::Status slept = co_await runtime_->Sleep(1s);
      EXPECT_TRUE(slept.ok());
    }
  }

  Stage::End Run(SimTime deadline, const RunLimits& limits = {}) {
    return stage_->Run(limits, deadline, [this] { return worked_ == over_at_; });
  }

  static Violation Breaks(const InvariantKind& invariant, std::string sentence) {
    Violation violation;
    violation.invariant = invariant.name;
    violation.sentence = std::move(sentence);
    return violation;
  }

  Vocabulary vocabulary_;
  std::optional<Choices> choices_;
  std::optional<Trace> trace_;
  std::unique_ptr<SimRuntime> runtime_;
  std::optional<Stage> stage_;
  int worked_ = 0;
  int over_at_ = -1;
};

TEST_F(StageTest, ARunEndsWhenNothingIsLeftToDo) {
  StartWorker(3);
  EXPECT_EQ(Run(10s), Stage::End::kIdle);
  EXPECT_EQ(worked_, 3);
  EXPECT_EQ(stage_->now(), 3s);
}

TEST_F(StageTest, ARunEndsWhenItIsOver) {
  StartWorker(100);
  over_at_ = 4;
  EXPECT_EQ(Run(1h), Stage::End::kOver);
  EXPECT_EQ(stage_->now(), 4s);
}

TEST_F(StageTest, ARunEndsAtTheDeadlineAndDoesNothingThatIsDueLater) {
  StartWorker(100);
  EXPECT_EQ(Run(2500ms), Stage::End::kDeadline);
  EXPECT_EQ(worked_, 2);
  EXPECT_EQ(stage_->now(), 2500ms);
  EXPECT_EQ(Run(4s), Stage::End::kDeadline) << "it can go on";
  EXPECT_EQ(worked_, 4) << "what is due at the deadline is done";
}

TEST_F(StageTest, ARunEndsAtItsLimitOfSteps) {
  StartWorker(100);
  EXPECT_EQ(Run(1h, RunLimits{5}), Stage::End::kLimit);
  EXPECT_EQ(stage_->Outcome().steps, 5u);
}

TEST_F(StageTest, ARunEndsWithTheTaskThatBrokeAnInvariant) {
  StartWorker(100);
  stage_->scheduler().Suspend(stage_->world().sim_executor().incarnation(), 1500ms, [this](Wake) {
    stage_->verdicts().Take(Breaks(kDiligence, "worker-1 naps"));
    stage_->verdicts().Take(Breaks(kSobriety, "and drinks"));
  });
  EXPECT_EQ(Run(1h), Stage::End::kViolated);
  const RunOutcome outcome = stage_->Outcome();
  ASSERT_TRUE(outcome.violation.has_value());
  EXPECT_EQ(outcome.violation->sentence, "worker-1 naps") << "the first";
  EXPECT_EQ(outcome.violated_at, 1500ms);
  EXPECT_EQ(outcome.violated_step, outcome.steps) << "no task ran after it";
  const std::vector<TraceEvent> kept = trace_->KeptEvents();
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(vocabulary_.Tell(kept[0], *trace_), "violation of diligence: worker-1 naps");
  EXPECT_EQ(Run(1h), Stage::End::kViolated) << "nothing goes on after it";
}

TEST_F(StageTest, OnlyTheInvariantsThatAreJudgedEndARun) {
  MakeStage({"sobriety"});
  EXPECT_FALSE(stage_->verdicts().Judges("diligence"));
  stage_->verdicts().Take(Breaks(kDiligence, "somebody naps"));
  EXPECT_FALSE(stage_->Outcome().violation.has_value());
  stage_->verdicts().Take(Breaks(kSobriety, "somebody drinks"));
  EXPECT_EQ(stage_->Outcome().violation->invariant, "sobriety");
}

TEST_F(StageTest, AnActorsIdDependsOnItsNameAlone) {
  const ActorId second = stage_->AddActor(kWorker, "worker-2");
  const ActorId first = stage_->AddActor(kWorker, "worker-1");
  EXPECT_EQ(first, ActorIdOf("worker-1"));
  EXPECT_EQ(second, ActorIdOf("worker-2"));
  EXPECT_NE(first, kWorldActor);
  EXPECT_EQ(trace_->NameOf(first), "worker-1");
  EXPECT_EQ(trace_->NameOf(second), "worker-2");
  EXPECT_EQ(trace_->NameOf(kWorldActor), "world");
}

TEST_F(StageTest, TheOutcomeCountsInTheOrderOfTheVocabulary) {
  stage_->marks().Hit(kSlept);
  stage_->marks().Hit(kSlept);
  stage_->faults().Count(faults::kNetworkDrop);
  const RunOutcome outcome = stage_->Outcome();
  EXPECT_THAT(outcome.marks, ElementsAre(0, 2)) << "ate, slept";
  ASSERT_EQ(outcome.faults.size(), vocabulary_.faults.size());
  EXPECT_EQ(outcome.faults[vocabulary_.faults.PositionOf(faults::kNetworkDrop)], 1u);
  EXPECT_EQ(outcome.hash, trace_->hash());
}

TEST_F(StageTest, HealedNoFaultStrikesAndThePartitionIsOver) {
  StartWorker(1);
  const ActorId other = stage_->AddActor(kWorker, "worker-2");
  SimRuntime runtime(&stage_->scheduler(), other);
  stage_->network().Attach(other, &runtime);
  stage_->network().Partition(kWorldActor, other, /*two_way=*/true, 1h);
  stage_->Heal();
  bool arrived = false;
  Errand errand(&*choices_, "worker-1/1");
  stage_->network().Send(kWorldActor, other, &errand, [&] { arrived = true; });
  Run(10s);
  EXPECT_TRUE(arrived);
  EXPECT_TRUE(stage_->faults().healed());
}

}  // namespace
}  // namespace fencepost::sim
