#include "sim/core/network/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/choices/recorded_driver.h"
#include "sim/core/choices/seeded_driver.h"
#include "sim/core/network/network_events.h"
#include "sim/core/vocabulary/vocabulary.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr ActorId kAnn = ActorIdOf("ann");
constexpr ActorId kBob = ActorIdOf("bob");

const Vocabulary& NetworkVocabulary() {
  static const auto* const vocabulary = [] {
    auto* const words = new Vocabulary;  // never destroyed: no order of destruction to think of
    AddNetwork(words);
    return words;
  }();
  return *vocabulary;
}

FaultOdds Odds(const FaultKind* fault, Ratio ratio) {
  FaultOdds odds(NetworkVocabulary().faults);
  if (fault != nullptr) odds[*fault] = ratio;
  return odds;
}

// Without a fault and a seed, every message goes the shortest way. (A fault only strikes by a choice other
// than 0.)
std::unique_ptr<ChoiceDriver> DriverFor(const FaultKind* fault, std::optional<std::uint64_t> seed) {
  if (fault == nullptr && !seed.has_value()) return RecordedDriver::Make({}).value();
  return std::make_unique<SeededDriver>(seed.value_or(1));
}

// Ann and Bob, and a network with at most one kind of fault.
class TwoProcesses {
 public:
  explicit TwoProcesses(const FaultKind* fault = nullptr, Ratio ratio = Ratio{1, 1},
                        std::optional<std::uint64_t> seed = std::nullopt)
      : choices_(DriverFor(fault, seed)), fault_(fault), odds_(Odds(fault, ratio)) {
    Start(kAnn);
    Start(kBob);
  }

  void Start(ActorId actor) {
    lives_.push_back(std::make_unique<SimRuntime>(&scheduler, actor));
    network.Attach(actor, lives_.back().get());
  }
  void Kill(ActorId actor) {
    network.Detach(actor);
    scheduler.Kill(actor);
  }

  // Bob notes `number`, and when.
  void Tell(int number, ActorId from = kAnn, ActorId to = kBob) {
    network.Send(from, to, &errand, [this, number] {
      heard.push_back(number);
      heard_at.push_back(scheduler.now());
    });
  }

  // The clock gets there even if nothing happens until then.
  void RunTo(SimTime time) {
    scheduler.Suspend(world_.sim_executor().incarnation(), time, [](Wake) {});
    scheduler.RunUntil(time);
  }
  void RunAll() { scheduler.RunUntil(kNever); }
  std::uint64_t fired() const { return faults_.counts()[*fault_]; }
  const Trace& trace() const { return trace_; }
  Choices& choices() { return choices_; }

 private:
  Choices choices_;
  Trace trace_{TraceDetail::kEvents};
  const FaultKind* fault_;
  FaultOdds odds_;

 public:
  Scheduler scheduler{&choices_, &trace_};

 private:
  Events events_{&scheduler, &trace_};
  FaultInjector faults_{odds_, &events_};
  SimRuntime world_{&scheduler, kWorldActor};
  std::vector<std::unique_ptr<SimRuntime>> lives_;

 public:
  Errand errand{&choices_, "ann/1"};
  Network network{&world_, &faults_, &events_};
  std::vector<int> heard;
  std::vector<SimTime> heard_at;
};

TEST(Network, AMessageRunsInTheProcessItWasSentTo) {
  TwoProcesses world;
  world.network.Send(kAnn, kBob, &world.errand, [&] {
    world.Tell(1, kBob, kAnn);
    world.heard.push_back(0);
  });
  world.RunAll();
  EXPECT_THAT(world.heard, ElementsAre(0, 1));
  EXPECT_THAT(world.heard_at, ElementsAre(2ms)) << "there and back, by the shortest way";
}

TEST(Network, MessagesOfOneSenderArriveInTheOrderTheyWereSent) {
  std::vector<int> sent(50);
  for (int i = 0; i < 50; ++i) sent[static_cast<std::size_t>(i)] = i;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    TwoProcesses world(nullptr, Ratio{1, 1}, seed);
    for (const int number : sent) world.Tell(number);
    world.RunAll();
    EXPECT_EQ(world.heard, sent) << "seed " << seed;
  }
}

TEST(Network, ADuplicatedMessageRunsTwice) {
  TwoProcesses world(&faults::kNetworkDuplicate);
  world.Tell(1);
  world.RunAll();
  EXPECT_THAT(world.heard, ElementsAre(1, 1));
  EXPECT_EQ(world.fired(), 1u);
}

TEST(Network, ADroppedMessageNeverArrives) {
  TwoProcesses world(&faults::kNetworkDrop);
  world.Tell(1);
  world.RunAll();
  EXPECT_THAT(world.heard, IsEmpty());
  EXPECT_EQ(world.fired(), 1u);
}

TEST(Network, ADelayedMessageReachesEvenTheReceiversNextLife) {
  TwoProcesses world(&faults::kNetworkDelay);
  world.Tell(1);
  world.RunTo(10ms);
  ASSERT_THAT(world.heard, IsEmpty());
  world.Kill(kBob);
  world.RunTo(20ms);
  world.Start(kBob);
  world.RunAll();
  EXPECT_THAT(world.heard, ElementsAre(1));
  EXPECT_GE(world.heard_at[0], 40ms);
  EXPECT_EQ(world.fired(), 1u);
}

TEST(Network, AReorderedMessageIsOvertakenByLaterOnes) {
  int out_of_order = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    TwoProcesses world(&faults::kNetworkReorder, Ratio{1, 4}, seed);
    for (int i = 0; i < 20; ++i) world.Tell(i);
    world.RunAll();
    EXPECT_EQ(world.heard.size(), 20u) << "seed " << seed << ": none is lost or doubled";
    if (!std::ranges::is_sorted(world.heard)) ++out_of_order;
  }
  EXPECT_GE(out_of_order, 15);
}

TEST(Network, ACloggedLinkHoldsEverythingBackAndKeepsTheOrder) {
  TwoProcesses world(&faults::kNetworkClog);
  world.Tell(1);
  world.Tell(2);
  world.Tell(9, kBob, kAnn);
  world.RunAll();
  EXPECT_THAT(world.heard, testing::UnorderedElementsAre(1, 2, 9));
  EXPECT_GE(world.heard_at.front(), 30ms);
  EXPECT_LT(std::ranges::find(world.heard, 1), std::ranges::find(world.heard, 2));
  EXPECT_EQ(world.fired(), 3u);
}

TEST(Network, AOneWayPartitionLetsNothingThroughOneWay) {
  TwoProcesses world;
  world.network.Partition(kAnn, kBob, /*two_way=*/false, 100ms);
  world.Tell(1);
  world.Tell(2, kBob, kAnn);
  world.RunTo(100ms);
  EXPECT_THAT(world.heard, ElementsAre(2));
  world.Tell(3);
  world.RunAll();
  EXPECT_THAT(world.heard, ElementsAre(2, 3)) << "it is over";
}

TEST(Network, APartitionLosesWhatIsUnderWay) {
  TwoProcesses world(&faults::kNetworkDelay);
  world.Tell(1);
  world.Tell(2, kBob, kAnn);
  world.RunTo(5ms);
  world.network.Partition(kAnn, kBob, /*two_way=*/true, 10ms);
  world.RunAll();
  EXPECT_THAT(world.heard, IsEmpty()) << "though it was over long before they would have arrived";
}

TEST(Network, HealingEndsAPartitionAndAClog) {
  TwoProcesses world;
  world.network.Partition(kAnn, kBob, /*two_way=*/true, 10s);
  world.network.SlowDown(kAnn, 50, 10s);
  world.network.Heal();
  world.Tell(1);
  world.Tell(2, kBob, kAnn);
  world.RunAll();
  EXPECT_THAT(world.heard, testing::UnorderedElementsAre(1, 2));
  EXPECT_THAT(world.heard_at, ElementsAre(1ms, 1ms));
}

TEST(Network, ASlowProcessSendsAndReceivesSlowly) {
  TwoProcesses world;
  world.network.SlowDown(kBob, 20, 5ms);
  world.Tell(1);
  world.Tell(2, kBob, kAnn);
  world.RunTo(30ms);
  EXPECT_THAT(world.heard_at, ElementsAre(20ms, 20ms));
  world.Tell(3);
  world.RunAll();
  EXPECT_EQ(world.heard_at.back(), 31ms) << "it is slow no longer";
}

TEST(Network, WhatArrivesAtAProcessThatIsDownIsLost) {
  TwoProcesses world;
  world.Kill(kBob);
  world.Tell(1);
  world.RunAll();
  EXPECT_THAT(world.heard, IsEmpty());

  world.Start(kBob);
  world.Tell(2);
  world.Kill(kBob);
  world.RunAll();
  EXPECT_THAT(world.heard, IsEmpty()) << "it crashed while the message was under way";
}

TEST(Network, WhatIsUnderWayOutlivesItsSender) {
  TwoProcesses world;
  world.Tell(1);
  world.Kill(kAnn);
  world.RunAll();
  EXPECT_THAT(world.heard, ElementsAre(1));
}

TEST(Network, WhatIsSentForOneErrandShiftsNothingOfAnother) {
  const auto arrivals_of_the_second = [](int messages_of_the_first) {
    TwoProcesses world(&faults::kNetworkDelay, Ratio{1, 3}, 7);
    Errand second(&world.choices(), "ann/2");
    for (int i = 0; i < messages_of_the_first; ++i) world.Tell(-1);
    std::vector<SimTime> arrivals;
    for (int i = 0; i < 10; ++i) {
      world.network.Send(kBob, kAnn, &second, [&] { arrivals.push_back(world.scheduler.now()); });
    }
    world.RunAll();
    return arrivals;
  };
  const std::vector<SimTime> alone = arrivals_of_the_second(0);
  EXPECT_EQ(alone.size(), 10u);
  EXPECT_EQ(arrivals_of_the_second(1), alone);
  EXPECT_EQ(arrivals_of_the_second(5), alone);
}

TEST(Network, TheSameSeedGivesTheSameRun) {
  const auto run = [](std::uint64_t seed) {
    TwoProcesses world(&faults::kNetworkDuplicate, Ratio{1, 3}, seed);
    for (int i = 0; i < 20; ++i) world.Tell(i);
    world.RunAll();
    return world.trace().hash();
  };
  for (std::uint64_t seed = 1; seed <= 5; ++seed) EXPECT_EQ(run(seed), run(seed)) << "seed " << seed;
  EXPECT_NE(run(1), run(2));
}

// The events of a run, steps aside, in words.
std::vector<std::string> TellAll(const Trace& trace) {
  std::vector<std::string> told;
  for (const TraceEvent& event : trace.KeptEvents()) told.push_back(NetworkVocabulary().Tell(event, trace));
  return told;
}

TEST(Network, TellsWhatBecameOfEachMessageInNotesAndWhatStruckItInEvents) {
  TwoProcesses world(&faults::kNetworkDrop);
  world.Tell(1);
  world.RunAll();
  const std::vector<TraceEvent> kept = world.trace().KeptEvents();
  ASSERT_EQ(kept.size(), 3u);
  EXPECT_TRUE(kept[0].is_note);
  ASSERT_NE(kept[0].As<FaultStruck>(), nullptr);
  EXPECT_EQ(kept[0].As<FaultStruck>()->fault, &faults::kNetworkDrop);
  EXPECT_FALSE(kept[1].is_note);
  ASSERT_NE(kept[1].As<MessageHit>(), nullptr);
  EXPECT_EQ(kept[1].As<MessageHit>()->to, kBob);
  EXPECT_EQ(kept[1].actor, kAnn);
  EXPECT_TRUE(kept[2].is_note);
  ASSERT_NE(kept[2].As<MessageSent>(), nullptr);
  EXPECT_TRUE(kept[2].As<MessageSent>()->lost);
}

TEST(Network, AMessageThatArrivesIsNotedAtBothEndsUnderOneNumber) {
  TwoProcesses world;
  world.Tell(1);
  world.Tell(2);
  world.RunAll();
  const std::string ann = "actor " + std::to_string(kAnn);
  const std::string bob = "actor " + std::to_string(kBob);
  EXPECT_THAT(TellAll(world.trace()),
              ElementsAre(ann + " sends message 1 to " + bob, ann + " sends message 2 to " + bob,
                          "message 1 reaches " + bob, "message 2 reaches " + bob));
}

TEST(Network, SaysWhoIsCutOffFromWhomAndWhoIsSlow) {
  TwoProcesses world;
  world.network.Partition(kAnn, kBob, /*two_way=*/true, 10ms);
  world.network.SlowDown(kBob, 20, 5ms);
  const std::string ann = "actor " + std::to_string(kAnn);
  const std::string bob = "actor " + std::to_string(kBob);
  EXPECT_THAT(TellAll(world.trace()), ElementsAre("nothing gets from " + ann + " to " + bob + ", nor back",
                                                  "the messages of " + bob + " take 20 times as long"));
}

}  // namespace
}  // namespace fencepost::sim
