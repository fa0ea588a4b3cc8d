// Production CatalogStore and MemoryStore against the naive ones, command by command, in both compatibility
// modes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "model/reference/naive_codec.h"
#include "tests/property/catalog_lockstep.h"
#include "tests/property/lockstep.h"
#include "tests/property/property.h"

namespace fencepost::property {
namespace {

using Reached = std::set<std::string>;
using ::testing::HasSubstr;

// What may be wrong with the naive side on purpose.
struct Mistake {
  std::function<void(CatalogSetup*)> setup;
  CatalogLockstep::Sabotage sabotage;
};

std::function<void()> CatalogsAgree(Mistake mistake = {}, Reached* reached = nullptr) {
  return [mistake, reached] {
    const CatalogSetup setup = *AnyCatalogSetup().as("setup");
    const auto commands =
        *rc::gen::container<std::vector<CatalogCommand>>(AnyCatalogCommand()).as("commands");
    CatalogSetup naive_setup = setup;
    if (mistake.setup) mistake.setup(&naive_setup);
    CatalogLockstep lockstep(setup, naive_setup);
    lockstep.SabotageNaiveStore(mistake.sabotage);
    if (const auto difference = RunAll(&lockstep, commands)) RC_FAIL(*difference);
    if (reached != nullptr) reached->insert(lockstep.reached().begin(), lockstep.reached().end());
  };
}

TEST(CatalogProperty, AnswersEveryCommandAsTheNaiveCatalog) {
  Reached reached;
  if (!CheckProperty(CatalogsAgree({}, &reached))) return;
  ExpectReached(reached, {
                             "Save: OK",
                             "Save: no-op",
                             "Save: next id restored",
                             "Save: CatalogVersionMismatch",
                             "Save: CatalogVersionOverflow",
                             "Save: CatalogRouteIdOverflow",
                             "Save: CatalogRouteIdRequired",
                             "Save: CatalogGroupIdRequired",
                             "Save: CatalogInvalidRouteState",
                             "Save: CatalogInvalidRouteRange",
                             "Save: CatalogDuplicateRouteId",
                             "Save: RouteOverlap",
                             "Save: CatalogInvalidVersionRecord",
                             "Save: CatalogInvalidNextRouteId",
                             "Save: CatalogInvalidRouteRecord",
                             "Save: CatalogInvalidRouteKey",
                             "Save: CatalogRouteKeyIdMismatch",
                             "Save: ReadTimestampCompacted",
                             "Snapshot: OK",
                             "Snapshot: CatalogInvalidVersionRecord",
                             "Snapshot: CatalogInvalidRouteRecord",
                             "Snapshot: CatalogInvalidRouteKey",
                             "Snapshot: CatalogRouteKeyIdMismatch",
                             "Snapshot: ReadTimestampCompacted",
                             "DurableVersion: CatalogInvalidVersionRecord",
                             "NextRouteId: OK",
                             "NextRouteId: record missing",
                             "NextRouteId: CatalogInvalidNextRouteId",
                             "NextRouteId: CatalogRouteIdOverflow",
                             "Get: ReadTimestampCompacted",
                             "Commit: OK",
                             "Commit: WriteConflict",
                             "Commit: CatalogVersionOverflow",
                             "ApplyAt: OK",
                             "ApplyAt: WriteConflict",
                         });
}

TEST(CatalogPropertyCanFail, WhenTheNaiveCatalogTakesTheOtherCompatibility) {
  const auto counterexample = FindCounterexample(CatalogsAgree(
      {[](CatalogSetup* setup) { setup->options.compatibility = Compatibility::kReference; }, {}}));
  EXPECT_TRUE(counterexample.has_value());
}

// The next id as the live routes alone would have it, which reissues ids that were deleted.
TEST(CatalogPropertyCanFail, WhenTheNaiveNextRouteIdFallsBackToTheLiveRoutes) {
  const auto forget_deleted_ids = [](const CatalogCommand& command, model::NaiveStore* store) {
    if (!std::holds_alternative<SaveCommand>(command.action)) return;
    const auto snapshot = model::NaiveCatalog(store).Snapshot();
    if (!snapshot.ok() || snapshot->version.value == 0) return;
    const auto next = model::NaiveNextRouteIdFloor(snapshot->routes);
    if (!next.ok() || !store->LatestVersionOf(model::kNaiveNextRouteIdKey).has_value()) return;
    store->PutAt(model::kNaiveNextRouteIdKey, model::NaiveEncodeNumber(next->value), store->LastCommitTs());
  };
  const auto counterexample = FindCounterexample(CatalogsAgree({{}, forget_deleted_ids}));
  ASSERT_TRUE(counterexample.has_value());
  EXPECT_THAT(counterexample->description, HasSubstr("next_route_id"));
}

TEST(CatalogPropertyCanFail, WhenTheNaiveSaveRewritesUnchangedRoutes) {
  const auto rewrite_all = [](const CatalogCommand& command, model::NaiveStore* store) {
    if (!std::holds_alternative<SaveCommand>(command.action)) return;
    const auto snapshot = model::NaiveCatalog(store).Snapshot();
    if (!snapshot.ok()) return;
    for (const RouteDescriptor& route : snapshot->routes) {
      store->PutAt(model::NaiveRouteKey(route.route_id), *model::NaiveEncodeRoute(route),
                   store->LastCommitTs());
    }
  };
  const auto counterexample = FindCounterexample(CatalogsAgree({{}, rewrite_all}));
  ASSERT_TRUE(counterexample.has_value());
  EXPECT_THAT(counterexample->description, HasSubstr("!dist|route|"));
  EXPECT_THAT(counterexample->description, HasSubstr("written at"));
}

TEST(CatalogPropertyCanFail, WhenTheNaiveStoreCompactsFurtherThanItWasTold) {
  const auto compact_further = [](const CatalogCommand& command, model::NaiveStore* store) {
    if (!std::holds_alternative<CompactCommand>(command.action)) return;
    store->Compact(Timestamp(store->LastCommitTs().value));
  };
  const auto counterexample = FindCounterexample(CatalogsAgree({{}, compact_further}));
  ASSERT_TRUE(counterexample.has_value());
  EXPECT_THAT(counterexample->description, HasSubstr("ReadTimestampCompacted"));
}

}  // namespace
}  // namespace fencepost::property
