// The hazards of transactions under a fence, one test each: the mistake staged and caught, and the very run
// in which it was caught passing when it is not made.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "fencepost/base/error.h"
#include "fencepost/txn/retry.h"
#include "sim/world/groups/cache_verdict.h"
#include "sim/world/groups/group_state.h"
#include "sim/world/scenario_simulation.h"
#include "tests/sim/repaired.h"
#include "tests/sim/simulated_groups.h"
#include "tests/sim/worlds.h"

namespace fencepost::sim {
namespace {

using testing::AnyOf;
using testing::Eq;

constexpr std::uint64_t kSeeds = 400;

// The scenario violates one of `invariants`; that very seed, done right, violates nothing.
template <class Matcher>
void ExpectCaughtAndAnswered(const std::string& name, const Matcher& invariants) {
  const ScenarioSimulation mistaken(RepositoryScenario(name));
  const Campaign campaign = RunCampaign(mistaken, Seeds(kSeeds));
  ASSERT_EQ(campaign.failures.size(), 1u) << name << " was not caught in " << kSeeds << " seeds";
  EXPECT_THAT(campaign.failures[0].outcome.violation->invariant, invariants)
      << campaign.failures[0].outcome.violation->sentence;

  Trace trace(TraceDetail::kHashOnly);
  const RunOutcome sound =
      RunSeed(ScenarioSimulation(Repaired(mistaken.scenario())), campaign.failures[0].seed, &trace);
  EXPECT_FALSE(sound.violation.has_value())
      << "seed " << campaign.failures[0].seed << ": " << sound.violation->sentence;
}

// Routes of [, +inf) owned by group 1, in an engine; or an engine that has just started and has none.
std::unique_ptr<Engine> CacheAt(std::uint64_t version, GroupId owner) {
  std::unique_ptr<Engine> engine = NewEngine();
  if (version == 0) return engine;
  CatalogSnapshot snapshot;
  snapshot.version = Version(version);
  RouteDescriptor route;
  route.route_id = RouteId(1);
  route.group_id = owner;
  snapshot.routes = {route};
  EXPECT_TRUE(engine->ApplySnapshot(snapshot).ok());
  return engine;
}

// A write to key "k" under epoch 1, pinned to version 1.
Entry WriteOfK(std::uint64_t id) {
  CommitEntry entry;
  entry.request.id = TransactionId(id);
  entry.request.commit_ts = Timestamp(10 + id);
  entry.request.part.group = GroupId(1);
  const Operation append{Operation::Kind::kAppend, static_cast<std::int64_t>(id)};
  entry.request.part.writes = {KeyWrite{GroupId(1), "k", OwnershipEpoch(1), FormatOperation(append)}};
  entry.pin = ObservedVersion::At(Version(1));
  return entry;
}

// A group's log: group 1 owns everything under epoch 1, and three writes are let in, or not.
std::vector<Entry> Log() {
  std::vector<Entry> log = {OwnershipEntry(ActivateRange{KeyRange{}, OwnershipEpoch(1), Timestamp(0)})};
  for (std::uint64_t id = 1; id <= 3; ++id) log.push_back(WriteOfK(id));
  return log;
}

// What a replica whose process has this cache makes of the log: its digest at each position.
std::vector<std::uint64_t> DigestsOf(FenceMode mode, const Engine& cache) {
  const FenceRules rules{mode, Mistake::kNoMistake};
  GroupState state(GroupId(1), rules);
  const CacheVerdict verdict = MakeCacheVerdict(rules, GroupId(1), &cache);
  std::vector<std::uint64_t> digests;
  for (const Entry& entry : Log()) digests.push_back(state.Apply(entry, verdict).digest);
  return digests;
}

TEST(Hazard, N01ReplicasUnderDifferentCachesDiverge) {
  const auto informed = CacheAt(1, GroupId(1));
  const auto ahead = CacheAt(2, GroupId(2));
  EXPECT_NE(DigestsOf(FenceMode::kPublished, *informed), DigestsOf(FenceMode::kPublished, *ahead));
  EXPECT_EQ(DigestsOf(FenceMode::kLogged, *informed), DigestsOf(FenceMode::kLogged, *ahead));
  ExpectCaughtAndAnswered("fence-published-diverges", Eq("replica-agreement"));
  ExpectCaughtAndAnswered("unreplicated-verdict", Eq("replica-agreement"));
}

TEST(Hazard, N02AReplayUnderAnEmptyCacheRefusesWhatHadApplied) {
  const auto before_the_restart = CacheAt(1, GroupId(1));
  const auto after_the_restart = CacheAt(0, GroupId(0));
  EXPECT_NE(DigestsOf(FenceMode::kPublished, *before_the_restart),
            DigestsOf(FenceMode::kPublished, *after_the_restart));
  EXPECT_EQ(DigestsOf(FenceMode::kLogged, *before_the_restart),
            DigestsOf(FenceMode::kLogged, *after_the_restart));

  // Restored from a snapshot halfway: the same verdicts at every position that is left.
  const std::vector<std::uint64_t> whole = DigestsOf(FenceMode::kLogged, *before_the_restart);
  const std::vector<Entry> log = Log();
  GroupState state(GroupId(1), FenceRules{});
  for (std::size_t i = 0; i < 2; ++i) state.Apply(log[i], {});
  absl::StatusOr<GroupState> restored = GroupState::Restore(GroupId(1), FenceRules{}, state.Save());
  ASSERT_TRUE(restored.ok()) << restored.status();
  for (std::size_t i = 2; i < log.size(); ++i) EXPECT_EQ(restored->Apply(log[i], {}).digest, whole[i]);
}

TEST(Hazard, N03ACommitIsReroutedByTheCacheAtCommitTime) {
  ExpectCaughtAndAnswered("reroute-at-commit", AnyOf("lost-write", "isolation"));
}

TEST(Hazard, N04ARefusalLosesItsTypeOnTheWayAndTheClientHearsSuccess) {
  SimulatedGroups groups(1);
  const absl::Status refused = groups.Await(groups.client->CommitAtOnce(groups.Append("k", 1, 7)));
  EXPECT_TRUE(IsError(refused, Error::kOwnershipMoved)) << "over the wire: " << refused;
  ExpectCaughtAndAnswered("swallowed-stale", AnyOf("lost-write", "isolation"));
}

TEST(Hazard, N05AResolverCommitsWithoutAnEpochOnTheStaleOwner) {
  ExpectCaughtAndAnswered("unfenced-resolver", AnyOf("lost-write", "isolation", "owner-fence", "liveness"));
}

TEST(Hazard, N06Version0MeansUnpinnedToo) {
  EXPECT_FALSE(ObservedVersion::Unpinned().pinned());
  EXPECT_TRUE(ObservedVersion::At(Version(0)).pinned()) << "version 0 is a version";
  EXPECT_FALSE(RoutePin::Take(*CacheAt(0, GroupId(0))).pin().pinned()) << "no routes is not version 0";
  ExpectCaughtAndAnswered("version-zero", AnyOf("lost-write", "isolation", "owner-fence"));
}

TEST(Hazard, N07PlainWritesAreNeverFenced) {
  ExpectCaughtAndAnswered("plain-writes-unfenced", AnyOf("lost-write", "isolation", "owner-fence"));
}

TEST(Hazard, N08AReadKeyMovesAndTheTransactionCommitsFromAStaleRead) {
  ExpectCaughtAndAnswered("stale-reads-commit", Eq("isolation"));
}

TEST(Hazard, N09ARangeIsThereAndBackBetweenReadAndCommit) {
  ExpectCaughtAndAnswered("there-and-back", AnyOf("lost-write", "isolation", "owner-fence"));
}

TEST(Hazard, N10TheRetryGoesThroughTheSameLaggingCache) {
  ExpectCaughtAndAnswered("retry-same-cache", Eq("liveness"));
}

TEST(Hazard, N11RouteStatesAreEnforcedNowhere) {
  ExpectCaughtAndAnswered("states-not-checked", AnyOf("lost-write", "isolation"));
}

TEST(Hazard, N12VersionAndRouteAreReadOneAfterTheOther) {
  const auto engine = CacheAt(1, GroupId(1));
  const RoutePin pin = RoutePin::Take(*engine);
  CatalogSnapshot moved;
  moved.version = Version(2);
  RouteDescriptor route;
  route.route_id = RouteId(1);
  route.group_id = GroupId(2);
  moved.routes = {route};
  ASSERT_TRUE(engine->ApplySnapshot(moved).ok());
  EXPECT_EQ(pin.pin().version(), Version(1));
  EXPECT_EQ(pin.OwnerOf("k"), GroupId(1)) << "one snapshot answers both, whatever came since";
  ExpectCaughtAndAnswered("version-then-route", AnyOf("lost-write", "isolation"));
}

TEST(Hazard, N13TheNewOwnerHasNoRecordAndACommittedWriteIsRolledBack) {
  ExpectCaughtAndAnswered("record-at-new-owner", AnyOf("lost-write", "isolation"));
}

}  // namespace
}  // namespace fencepost::sim
