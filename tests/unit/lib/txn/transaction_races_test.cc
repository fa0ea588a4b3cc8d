// Every place where a coordinator can be disturbed, one by one and in pairs: it dies, messages get lost, late
// copies arrive, a resolver takes over. Afterwards all groups agree, nothing took effect twice, and nobody
// was told what is not so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <sstream>

#include "tests/unit/lib/txn/transaction_world.h"

namespace fencepost {
namespace {

using testing::UnorderedElementsAre;
using Fate = SampleTransport::Fate;

constexpr std::array kFates = {Fate::kDelivered, Fate::kLost, Fate::kAnswerLost, Fate::kDiesBefore,
                               Fate::kDiesAfter};

// What a run is made of, beside its disturbances.
struct Setting {
  std::uint64_t groups = 3;
  bool refused = false;  // the last group is fenced
  EndedParts ended = EndedParts::kRemembered;
};

std::vector<Setting> AllSettings() {
  std::vector<Setting> settings;
  for (std::uint64_t groups = 1; groups <= 3; ++groups) {
    for (const bool refused : {false, true}) {
      for (const EndedParts ended : {EndedParts::kRemembered, EndedParts::kForgotten}) {
        settings.push_back(Setting{groups, refused, ended});
      }
    }
  }
  return settings;
}

// One run of transaction 7, and then of a successor that wants the same keys.
class DisturbedRun {
 public:
  explicit DisturbedRun(const Setting& chosen)
      : setting(chosen), plan(SamplePlan(7, chosen.groups, "x")), world(chosen.ended) {
    if (!setting.refused) return;
    const KeyRange everything = Between("");
    world.store().Group(setting.groups).Own(Fence(everything, 99));
  }

  // The run, and how many messages it took.
  std::size_t Go() {
    told = world.Commit(plan);
    return world.transport().sent.size();
  }

  // Late copies, resolvers, late copies again, in whatever order.
  void SettleDown(bool backwards) {
    world.DeliverEverythingAgain(backwards);
    world.ResolveEverything();
    world.DeliverEverythingAgain(!backwards);
    world.ResolveEverything();
  }

  // Whatever happened, the keys are free for somebody else.
  void ExpectHonestAndFree() {
    world.ExpectOneHonestOutcome(plan, told);
    if (setting.refused) return;
    world.transport().fate = nullptr;
    world.transport().before = nullptr;
    world.transport().after = nullptr;
    world.store().clock += 1000;
    const std::optional<CommitAnswer> next = world.Commit(BlindSuccessor());
    ASSERT_TRUE(next.has_value());
    EXPECT_EQ(next->end, CommitEnd::kCommitted) << next->reason;
  }

  void Count(std::map<std::string, int>& ends) const {
    if (!told.has_value()) {
      ++ends["died"];
      return;
    }
    switch (told->end) {
      case CommitEnd::kCommitted:
        ++ends["committed"];
        return;
      case CommitEnd::kAborted:
        ++ends["aborted"];
        return;
      case CommitEnd::kUnknown:
        ++ends["unknown"];
        return;
    }
  }

  const Setting setting;
  const TransactionPlan plan;
  TransactionWorld world;
  std::optional<CommitAnswer> told;

 private:
  TransactionPlan BlindSuccessor() const {
    std::vector<KeyWrite> writes;
    for (const Participant& part : plan.participants) {
      for (KeyWrite write : part.writes) {
        write.payload = "z";
        writes.push_back(std::move(write));
      }
    }
    return PlanTransaction(TransactionId(8), Timestamp(1000), {}, std::move(writes)).value();
  }
};

std::vector<std::string> NamesIn(const std::map<std::string, int>& ends) {
  std::vector<std::string> names;
  for (const auto& [name, count] : ends) names.push_back(name);
  return names;
}

std::string Describe(const Setting& setting) {
  std::ostringstream text;
  text << setting.groups << " groups, " << (setting.refused ? "refused" : "not refused") << ", ended parts "
       << (setting.ended == EndedParts::kRemembered ? "remembered" : "forgotten");
  return text.str();
}

// Two messages, each with a fate of its own.
TEST(TransactionRaces, WhicheverTwoMessagesFailTheOutcomeIsOneAndTheAnswerHonest) {
  std::map<std::string, int> ends;
  for (const Setting& setting : AllSettings()) {
    const std::size_t calls = DisturbedRun(setting).Go();
    for (std::size_t first = 0; first < calls; ++first) {
      for (std::size_t second = first; second < calls + 2; ++second) {
        for (const Fate fate : kFates) {
          for (const Fate other : kFates) {
            DisturbedRun run(setting);
            run.world.transport().fate = [&](std::size_t number, const SampleMessage&) {
              if (number == first) return fate;
              return number == second ? other : Fate::kDelivered;
            };
            run.Go();
            run.SettleDown(second % 2 == 0);
            run.ExpectHonestAndFree();
            run.Count(ends);
            ASSERT_FALSE(testing::Test::HasFailure())
                << Describe(setting) << ", messages " << first << " and " << second << " with fates "
                << static_cast<int>(fate) << " and " << static_cast<int>(other);
          }
        }
      }
    }
  }
  EXPECT_THAT(NamesIn(ends), UnorderedElementsAre("died", "committed", "aborted"));
}

// From some message on a part of the network is gone, with what is sent or with its answers only.
TEST(TransactionRaces, WhenTheNetworkGoesAwayTheOutcomeIsOneAndTheAnswerHonest) {
  std::map<std::string, int> ends;
  for (const Setting& setting : AllSettings()) {
    const std::size_t calls = DisturbedRun(setting).Go();
    for (std::size_t from = 0; from < calls; ++from) {
      // Group 0 stands for the source of timestamps, the number after the last group for everything.
      for (std::uint64_t gone = 0; gone <= setting.groups + 1; ++gone) {
        for (const Fate fate : {Fate::kLost, Fate::kAnswerLost}) {
          DisturbedRun run(setting);
          run.world.transport().fate = [&](std::size_t number, const SampleMessage& message) {
            const bool concerned = gone > setting.groups || DestinationOf(message) == GroupId(gone);
            return number >= from && concerned ? fate : Fate::kDelivered;
          };
          run.Go();
          run.SettleDown(from % 2 == 0);
          run.ExpectHonestAndFree();
          run.Count(ends);
          ASSERT_FALSE(testing::Test::HasFailure())
              << Describe(setting) << ", from message " << from << " on without group " << gone << ", fate "
              << static_cast<int>(fate);
        }
      }
    }
  }
  EXPECT_THAT(NamesIn(ends), UnorderedElementsAre("unknown", "committed", "aborted"));
}

// Copies of everything that was sent so far arrive at every point of the run.
TEST(TransactionRaces, LateCopiesAreHarmlessAtEveryPoint) {
  for (const Setting& setting : AllSettings()) {
    const std::size_t calls = DisturbedRun(setting).Go();
    for (std::size_t point = 0; point < calls; ++point) {
      for (const bool backwards : {false, true}) {
        DisturbedRun run(setting);
        run.world.transport().after = [&](std::size_t number) {
          if (number == point) run.world.DeliverEverythingAgain(backwards);
        };
        run.Go();
        ASSERT_TRUE(run.told.has_value());
        EXPECT_EQ(run.told->end, setting.refused ? CommitEnd::kAborted : CommitEnd::kCommitted)
            << run.told->reason;
        run.SettleDown(backwards);
        run.ExpectHonestAndFree();
        ASSERT_FALSE(testing::Test::HasFailure()) << Describe(setting) << ", after message " << point;
      }
    }
  }
}

// A resolver decides at one point of the run, and tells the groups at the same or a later one.
TEST(TransactionRaces, AResolverMayOvertakeAtEveryPointAndTheFirstDecisionWins) {
  std::map<std::string, int> ends;
  for (const Setting& setting : AllSettings()) {
    const std::size_t points = 2 * DisturbedRun(setting).Go();
    for (std::size_t decides = 0; decides < points; ++decides) {
      for (std::size_t resolves = decides; resolves < points; ++resolves) {
        DisturbedRun run(setting);
        SampleStore& store = run.world.store();
        TransactionRecord stands;
        const auto at_point = [&](std::size_t point) {
          if (point == decides) stands = store.groups().at(run.plan.home).Decide(AbortedRecord(run.plan.id));
          if (point != resolves) return;
          for (const Participant& part : run.plan.participants) {
            static_cast<void>(store.groups().at(part.group).Resolve(stands));
          }
        };
        run.world.transport().before = [&](std::size_t number) { at_point(2 * number); };
        run.world.transport().after = [&](std::size_t number) { at_point(2 * number + 1); };
        run.Go();
        ASSERT_TRUE(run.told.has_value());
        EXPECT_NE(run.told->end, CommitEnd::kUnknown) << "every message was answered: " << run.told->reason;
        EXPECT_EQ(run.told->end == CommitEnd::kCommitted, stands.outcome == TransactionOutcome::kCommitted);
        run.SettleDown(resolves % 2 == 0);
        run.ExpectHonestAndFree();
        run.Count(ends);
        ASSERT_FALSE(testing::Test::HasFailure())
            << Describe(setting) << ", decides at point " << decides << ", resolves at " << resolves;
      }
    }
  }
  EXPECT_THAT(NamesIn(ends), UnorderedElementsAre("committed", "aborted"));
}

// The production resolver, at every lock that is there, at every point; and messages get lost as well.
TEST(TransactionRaces, ResolversAndLostMessagesTogetherLeaveOneHonestOutcome) {
  std::map<std::string, int> ends;
  for (const Setting& setting : AllSettings()) {
    const std::size_t calls = DisturbedRun(setting).Go();
    for (std::size_t point = 0; point < 2 * calls; ++point) {
      for (std::size_t failing = 0; failing < calls; ++failing) {
        for (const Fate fate : {Fate::kLost, Fate::kAnswerLost, Fate::kDiesAfter}) {
          DisturbedRun run(setting);
          run.world.transport().fate = [&](std::size_t number, const SampleMessage&) {
            return number == failing ? fate : Fate::kDelivered;
          };
          const auto at_point = [&](std::size_t now) {
            if (now == point) run.world.ResolveEverything();
          };
          run.world.transport().before = [&](std::size_t number) { at_point(2 * number); };
          run.world.transport().after = [&](std::size_t number) { at_point(2 * number + 1); };
          run.Go();
          run.SettleDown(point % 2 == 0);
          run.ExpectHonestAndFree();
          run.Count(ends);
          ASSERT_FALSE(testing::Test::HasFailure())
              << Describe(setting) << ", resolvers at point " << point << ", message " << failing
              << " with fate " << static_cast<int>(fate);
        }
      }
    }
  }
  EXPECT_THAT(NamesIn(ends), UnorderedElementsAre("died", "committed", "aborted"));
}

}  // namespace
}  // namespace fencepost
