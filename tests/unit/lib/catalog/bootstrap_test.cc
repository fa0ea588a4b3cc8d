#include "fencepost/catalog/bootstrap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fencepost/base/error.h"
#include "tests/support/catalog_harness.h"
#include "tests/unit/sample_routes.h"

namespace fencepost {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

const std::optional<std::string> kUnbounded;

absl::StatusOr<CatalogSnapshot> Ensure(CatalogHarness& harness, Engine& engine) {
  return RunAwaitable(EnsureCatalogSnapshot(&harness.catalog(), &engine));
}

TEST(Bootstrap, SeedsAnEmptyCatalogWithTheEnginesRoutes) {
  CatalogHarness harness;
  const std::unique_ptr<Engine> engine = NewEngine();
  ASSERT_TRUE(engine->UpdateRoute(KeyRange{"m", kUnbounded}, GroupId(2)).ok());
  ASSERT_TRUE(engine->UpdateRoute(KeyRange{"", "m"}, GroupId(1)).ok());
  const auto snapshot = Ensure(harness, *engine);
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  EXPECT_EQ(snapshot->version, Version(1));
  EXPECT_EQ(snapshot->routes, Described({{.id = 1, .start = "", .end = "m", .group = 1},
                                         {.id = 2, .start = "m", .end = kUnbounded, .group = 2}}));
  EXPECT_EQ(harness.Snapshot()->routes, snapshot->routes);
  EXPECT_EQ(engine->CurrentVersion(), Version(1));
  EXPECT_EQ(engine->GetRoute("x")->route_id, RouteId(2));
  EXPECT_EQ(engine->GetRoute("x")->epoch, RangeEpoch(1)) << "the engine knows the epochs of what it seeded";
}

TEST(Bootstrap, AdoptsACatalogThatExists) {
  CatalogHarness harness;
  const auto routes = Described({{.id = 7, .start = "", .end = kUnbounded, .group = 7}});
  ASSERT_TRUE(harness.Save(0, routes).ok());
  const std::unique_ptr<Engine> engine = NewEngineWithDefaultRoute();
  const auto snapshot = Ensure(harness, *engine);
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  EXPECT_EQ(snapshot->routes, routes);
  EXPECT_EQ(engine->GetRoute("x")->group_id, GroupId(7));
  EXPECT_EQ(harness.store().commits, 1) << "nothing was written";
}

TEST(Bootstrap, AnEmptyCatalogThatWasSavedIsNotSeededAgain) {
  CatalogHarness harness;
  ASSERT_TRUE(harness.Save(0, {}).ok());
  const std::unique_ptr<Engine> engine = NewEngineWithDefaultRoute();
  ASSERT_TRUE(Ensure(harness, *engine).ok());
  EXPECT_EQ(harness.DurableVersion().value(), Version(1));
  EXPECT_THAT(engine->Stats(), IsEmpty());
}

TEST(Bootstrap, OnceMoreChangesNothing) {
  CatalogHarness harness;
  const std::unique_ptr<Engine> engine = NewEngineWithDefaultRoute();
  ASSERT_TRUE(Ensure(harness, *engine).ok());
  ASSERT_TRUE(Ensure(harness, *engine).ok());
  EXPECT_EQ(harness.DurableVersion().value(), Version(1));
  EXPECT_EQ(engine->CurrentVersion(), Version(1));
}

TEST(Bootstrap, AfterAnErrorTheEngineIsAsItWas) {
  CatalogHarness harness;
  ASSERT_TRUE(harness.Save(0, Described({{.id = 1, .start = "", .end = kUnbounded}})).ok());
  harness.Overwrite(CatalogRouteKey(RouteId(1)), "broken");
  const std::unique_ptr<Engine> engine = NewEngineWithDefaultRoute();
  EXPECT_TRUE(IsError(Ensure(harness, *engine).status(), Error::kCatalogInvalidRouteRecord));
  EXPECT_EQ(engine->CurrentVersion(), Version(0));
  EXPECT_EQ(engine->GetRoute("x")->group_id, GroupId(1));
}

TEST(Bootstrap, AnEngineAheadOfTheCatalogIsNotTakenBack) {
  CatalogHarness harness;
  ASSERT_TRUE(harness.Save(0, {}).ok());
  const std::unique_ptr<Engine> engine = NewEngine();
  ASSERT_TRUE(engine->ApplySnapshot(SnapshotOf(5, EverythingTo(5))).ok());
  EXPECT_TRUE(IsError(Ensure(harness, *engine).status(), Error::kEngineSnapshotVersionStale));
  EXPECT_EQ(engine->CurrentVersion(), Version(5));
}

TEST(Bootstrap, NamesWhatIsMissingTheCatalogFirst) {
  CatalogHarness harness;
  CatalogStore storeless(nullptr);
  const std::unique_ptr<Engine> engine = NewEngine();
  const auto error_of = [](CatalogStore* catalog, Engine* of) {
    return ErrorOf(RunAwaitable(EnsureCatalogSnapshot(catalog, of)).status());
  };
  EXPECT_EQ(error_of(nullptr, engine.get()), Error::kCatalogStoreRequired);
  EXPECT_EQ(error_of(nullptr, nullptr), Error::kCatalogStoreRequired);
  EXPECT_EQ(error_of(&storeless, nullptr), Error::kCatalogStoreRequired);
  EXPECT_EQ(error_of(&harness.catalog(), nullptr), Error::kEngineRequired);
}

}  // namespace
}  // namespace fencepost
