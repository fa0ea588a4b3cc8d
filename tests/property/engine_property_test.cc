// Production Engine against the naive one, command by command, in both compatibility modes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "tests/property/engine_lockstep.h"
#include "tests/property/lockstep.h"
#include "tests/property/property.h"

namespace fencepost::property {
namespace {

// What a naive engine that is set up slightly wrong is set up to.
using Wronged = std::function<void(EngineSetup*)>;

using Reached = std::set<std::string>;

std::function<void()> EnginesAgree(EngineMix mix, Wronged wronged = nullptr, Reached* reached = nullptr) {
  return [mix, wronged, reached] {
    const EngineSetup setup = *AnyEngineSetup().as("setup");
    const auto commands =
        *rc::gen::container<std::vector<EngineCommand>>(AnyEngineCommand(mix)).as("commands");
    EngineSetup naive_setup = setup;
    if (wronged) wronged(&naive_setup);
    EngineLockstep lockstep(setup, naive_setup);
    if (const auto difference = RunAll(&lockstep, commands)) RC_FAIL(*difference);
    if (reached != nullptr) reached->insert(lockstep.reached().begin(), lockstep.reached().end());
  };
}

TEST(EngineProperty, AnswersEveryCommandAsTheNaiveEngine) {
  Reached reached;
  if (!CheckProperty(EnginesAgree(EngineMix::kMixed, nullptr, &reached))) return;
  ExpectReached(reached, {
                             "ApplySnapshot: applied",
                             "ApplySnapshot: same version",
                             "ApplySnapshot: same version, different content",
                             "ApplySnapshot: EngineSnapshotVersionStale",
                             "ApplySnapshot: CatalogRouteIdRequired",
                             "ApplySnapshot: CatalogGroupIdRequired",
                             "ApplySnapshot: CatalogInvalidRouteState",
                             "ApplySnapshot: CatalogInvalidRouteRange",
                             "ApplySnapshot: EngineSnapshotDuplicateId",
                             "ApplySnapshot: EngineSnapshotRouteOrder",
                             "ApplySnapshot: EngineSnapshotRouteOverlap",
                             "UpdateRoute: OK",
                             "UpdateRoute: CatalogGroupIdRequired",
                             "UpdateRoute: CatalogInvalidRouteRange",
                             "UpdateRoute: EngineAlreadyBootstrapped",
                             "UpdateRoute: EngineSnapshotRouteOverlap",
                             "RecordAccess: split",
                             "RecordAccess: reset",
                         });
}

TEST(EngineProperty, KeepsTheRingAsTheNaiveEngineThroughDepthChangesGapsAndEvictions) {
  Reached reached;
  if (!CheckProperty(EnginesAgree(EngineMix::kRing, nullptr, &reached))) return;
  ExpectReached(reached, {
                             "ring: evicted version 0",
                             "CheckOwnerFence: OK",
                             "CheckOwnerFence: OwnershipMoved",
                             "CheckOwnerFence: ObservedVersionEvicted",
                             "CheckOwnerFence in a gap: OK",
                             "CheckOwnerFence in a gap: OwnershipMoved",
                             "CheckOwnerFence in a gap: ObservedVersionEvicted",
                         });
}

struct WrongSetup {
  const char* name;
  Wronged wronged;
  const char* symptom;
};

class EnginePropertyCanFail : public ::testing::TestWithParam<WrongSetup> {};

TEST_P(EnginePropertyCanFail, AgainstAWronglySetUpNaiveEngine) {
  const auto counterexample = FindCounterexample(EnginesAgree(EngineMix::kMixed, GetParam().wronged));
  ASSERT_TRUE(counterexample.has_value()) << "the wrong naive engine was not noticed";
  EXPECT_THAT(counterexample->description, ::testing::HasSubstr(GetParam().symptom));
}

INSTANTIATE_TEST_SUITE_P(
    Each, EnginePropertyCanFail,
    ::testing::Values(
        WrongSetup{"RingOneTooDeep", [](EngineSetup* setup) { ++setup->history_depth; }, "depth"},
        WrongSetup{"ThresholdOffByOne", [](EngineSetup* setup) { ++setup->hotspot_threshold; }, "route"},
        WrongSetup{"OtherPolicy", [](EngineSetup* setup) { setup->middle_policy = !setup->middle_policy; },
                   "route"},
        WrongSetup{"DefaultRouteForgotten", [](EngineSetup* setup) { setup->default_route = false; },
                   "route"},
        WrongSetup{"OtherCompatibility",
                   [](EngineSetup* setup) { setup->compatibility = Compatibility::kReference; }, ""}),
    [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace fencepost::property
