// Whoever registers a kind that is not used changes nothing: no hash, no result of a campaign, no shrunk run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/campaign/campaign.h"
#include "sim/core/repro/shrink_repro.h"
#include "sim/core/simulation/simulation.h"
#include "tests/support/counter_world.h"

namespace fencepost::sim {
namespace {

constexpr FaultKind kFirstFault{"aaa-fault", "none", "before all others"};
constexpr FaultKind kLastFault{"zzz-fault", "none", "behind all others"};
constexpr MarkKind kFirstMark{"aaa-mark", "before all others"};
constexpr MarkKind kLastMark{"zzz-mark", "behind all others"};
constexpr InvariantKind kFirstInvariant{"aaa-invariant", "before all others"};
constexpr InvariantKind kLastInvariant{"zzz-invariant", "behind all others"};
constexpr ActorKind kFirstActor{"aaa-actor", "before all others"};
constexpr ActorKind kLastActor{"zzz-actor", "behind all others"};

struct FirstEvent {
  static constexpr EventKind kKind{"aaa-event", "none"};
  template <class Visitor>
  void Fields(Visitor&) const {}
};
struct LastEvent {
  static constexpr EventKind kKind{"zzz-event", "none"};
  template <class Visitor>
  void Fields(Visitor&) const {}
};

void RegisterUnused(Vocabulary* vocabulary) {
  vocabulary->faults.Add(kFirstFault);
  vocabulary->faults.Add(kLastFault);
  vocabulary->marks.Add(kLastMark);
  vocabulary->marks.Add(kFirstMark);
  vocabulary->invariants.Add(kFirstInvariant);
  vocabulary->invariants.Add(kLastInvariant);
  vocabulary->actors.Add(kLastActor);
  vocabulary->actors.Add(kFirstActor);
  vocabulary->AddEvent<LastEvent>([](const LastEvent&, const TraceEvent&, const Trace&) { return ""; });
  vocabulary->events.Add(FirstEvent::kKind);
  vocabulary->interchangeable.push_back({{"colour"}, {"colour-"}});
}

void RegisterInterchangeable(Vocabulary* vocabulary) {
  vocabulary->interchangeable.push_back({{"client"}, {"client-"}});
}

// The same world, with more and more that it does not use; and registered in another order.
class UnusedKinds : public testing::Test {
 protected:
  const CounterWorld plain_{RegisterInterchangeable};
  const CounterWorld before_{RegisterUnused, RegisterInterchangeable};
  const CounterWorld behind_{RegisterInterchangeable, RegisterUnused};
};

TEST_F(UnusedKinds, ChangeNoHashAndNoOutcome) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Trace trace(TraceDetail::kHashOnly);
    const RunOutcome outcome = RunSeed(plain_, seed, &trace);
    for (const CounterWorld* const world : {&before_, &behind_}) {
      Trace other(TraceDetail::kHashOnly);
      const RunOutcome same = RunSeed(*world, seed, &other);
      EXPECT_EQ(same.hash, outcome.hash) << "seed " << seed;
      EXPECT_EQ(same.violation.has_value(), outcome.violation.has_value()) << "seed " << seed;
      EXPECT_EQ(same.steps, outcome.steps) << "seed " << seed;
    }
  }
}

Campaign RunAll(const CounterWorld& world) {
  CampaignOptions options;
  options.seeds = {1, 300, Shard()};
  options.keep_going = true;
  options.clock = [] { return std::chrono::nanoseconds(0); };
  return RunCampaign(world, options);
}

std::uint64_t CountOf(const CounterWorld& world, const Campaign& campaign, const FaultKind& fault) {
  return campaign.faults[world.vocabulary().faults.PositionOf(fault)];
}
std::uint64_t CountOf(const CounterWorld& world, const Campaign& campaign, const MarkKind& mark) {
  return campaign.marks[world.vocabulary().marks.PositionOf(mark)];
}

TEST_F(UnusedKinds, ChangeNoResultOfACampaign) {
  const Campaign campaign = RunAll(plain_);
  ASSERT_GT(campaign.violations, 0u);
  for (const CounterWorld* const world : {&before_, &behind_}) {
    const Campaign same = RunAll(*world);
    EXPECT_EQ(same.runs, campaign.runs);
    EXPECT_EQ(same.steps, campaign.steps);
    EXPECT_EQ(same.simulated, campaign.simulated);
    EXPECT_EQ(same.failed_at, campaign.failed_at);
    EXPECT_EQ(same.nondeterminism, std::nullopt);
    EXPECT_EQ(Unmet(*world, same, true), Unmet(plain_, campaign, true));
    for (const FaultKind* const fault : plain_.vocabulary().faults.all()) {
      EXPECT_EQ(CountOf(*world, same, *fault), CountOf(plain_, campaign, *fault)) << fault->name;
    }
    for (const MarkKind* const mark : plain_.vocabulary().marks.all()) {
      EXPECT_EQ(CountOf(*world, same, *mark), CountOf(plain_, campaign, *mark)) << mark->name;
    }
    EXPECT_EQ(CountOf(*world, same, kFirstFault), 0u);
    EXPECT_EQ(CountOf(*world, same, kLastMark), 0u);
    ASSERT_EQ(same.failures.size(), campaign.failures.size());
    for (std::size_t i = 0; i < same.failures.size(); ++i) {
      EXPECT_EQ(same.failures[i].seed, campaign.failures[i].seed);
      EXPECT_EQ(same.failures[i].outcome.violation->sentence,
                campaign.failures[i].outcome.violation->sentence);
    }
  }
}

TEST_F(UnusedKinds, ChangeNoShrunkRun) {
  const std::uint64_t seed = RunAll(plain_).failures.front().seed;
  const auto shrink = [seed](const CounterWorld& world) {
    const absl::StatusOr<Repro> recorded = RecordSeed(world, seed);
    EXPECT_TRUE(recorded.ok()) << recorded.status();
    const absl::StatusOr<ShrunkRepro> shrunk = ShrinkRepro(world, *recorded, ShrinkLimits());
    EXPECT_TRUE(shrunk.ok()) << shrunk.status();
    return *shrunk;
  };
  const ShrunkRepro shrunk = shrink(plain_);
  for (const CounterWorld* const world : {&before_, &behind_}) {
    const ShrunkRepro same = shrink(*world);
    EXPECT_EQ(FormatRepro(same.repro), FormatRepro(shrunk.repro));
    EXPECT_EQ(same.shrink.runs, shrunk.shrink.runs);
  }
}

}  // namespace
}  // namespace fencepost::sim
