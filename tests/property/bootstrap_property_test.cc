// EnsureCatalogSnapshot and CatalogWatcher::SyncOnce against their naive twins, with two engines on one
// catalog, and everything that can happen to them in between.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "tests/property/bootstrap_lockstep.h"
#include "tests/property/lockstep.h"
#include "tests/property/property.h"

namespace fencepost::property {
namespace {

using Reached = std::set<std::string>;
using Wronged = std::function<void(BootstrapSetup*)>;

std::function<void()> ProcessesAgree(Wronged wronged = nullptr, Reached* reached = nullptr) {
  return [wronged, reached] {
    const BootstrapSetup setup = *AnyBootstrapSetup().as("setup");
    const auto commands =
        *rc::gen::container<std::vector<BootstrapCommand>>(AnyBootstrapCommand()).as("commands");
    BootstrapSetup naive_setup = setup;
    if (wronged) wronged(&naive_setup);
    BootstrapLockstep lockstep(setup, naive_setup);
    if (const auto difference = RunAll(&lockstep, commands)) RC_FAIL(*difference);
    if (reached != nullptr) reached->insert(lockstep.reached().begin(), lockstep.reached().end());
  };
}

TEST(BootstrapProperty, StartUpAndPollsComeToWhatTheirNaiveTwinsComeTo) {
  Reached reached;
  if (!CheckProperty(ProcessesAgree(nullptr, &reached))) return;
  ExpectReached(reached, {
                             "Ensure: OK",
                             "Ensure: seeded",
                             "Ensure: adopted",
                             "Ensure: CatalogStoreRequired",
                             "Ensure: EngineRequired",
                             "Ensure: EngineSnapshotVersionStale",
                             "Ensure: CatalogInvalidVersionRecord",
                             "Ensure: CatalogInvalidRouteRecord",
                             "Sync: applied",
                             "Sync: up to date",
                             "Sync: catalog went back",
                             "Sync: CatalogStoreRequired",
                             "Sync: EngineRequired",
                             "Sync: CatalogInvalidVersionRecord",
                             "Sync: CatalogInvalidRouteRecord",
                             "Sync: EngineSnapshotRouteOverlap",
                         });
}

TEST(BootstrapPropertyCanFail, WhenTheNaiveEngineForgetsItsDefaultRoute) {
  const auto counterexample = FindCounterexample(
      ProcessesAgree([](BootstrapSetup* setup) { setup->engines[0].default_route = false; }));
  EXPECT_TRUE(counterexample.has_value());
}

// In reference mode, routes without a version record are version 0 and not refused.
TEST(BootstrapPropertyCanFail, WhenTheNaiveCatalogTakesTheOtherCompatibility) {
  const auto counterexample = FindCounterexample(ProcessesAgree(
      [](BootstrapSetup* setup) { setup->catalog.options.compatibility = Compatibility::kReference; }));
  EXPECT_TRUE(counterexample.has_value());
}

}  // namespace
}  // namespace fencepost::property
