// The start of a process and its watcher under cancellation and exceptions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fencepost/catalog/bootstrap.h"
#include "fencepost/catalog/watcher.h"
#include "fencepost/store/memory_store.h"
#include "tests/support/run_awaitable.h"
#include "tests/unit/lib/interruption/honesty.h"
#include "tests/unit/lib/interruption/interrupted_process.h"
#include "tests/unit/lib/interruption/suspending_doubles.h"
#include "tests/unit/sample_routes.h"

namespace fencepost {
namespace {

using std::chrono_literals::operator""ms;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;

// One process with an engine, over a store that others save to directly.
class NodeWorld {
 public:
  NodeWorld(const Blow& blow, LineQuality quality) : process(blow, quality) {}

  void SaveGroup(std::uint64_t group) {
    const Version durable = Durable();
    const auto saved = RunAwaitable(truth.Save(durable, Described(EverythingTo(group))));
    ASSERT_TRUE(saved.ok()) << saved.status();
  }
  Version Durable() { return RunAwaitable(truth.DurableVersion()).value(); }
  // Whether the engine holds exactly what is durable.
  bool IsCurrent() {
    const CatalogSnapshot durable = RunAwaitable(truth.Snapshot()).value();
    const std::vector<Route> routes = engine->Stats();
    return engine->CurrentVersion() == durable.version && routes.size() == durable.routes.size() &&
           std::ranges::equal(routes, durable.routes, [](const Route& has, const RouteDescriptor& wanted) {
             return has.range() == wanted.range() && has.group_id == wanted.group_id;
           });
  }

  CatalogWatcherOptions WatcherOptions() {
    CatalogWatcherOptions options;
    options.log = [this](Severity, std::string_view message) { log.emplace_back(message); };
    return options;
  }

  InterruptedProcess process;
  MemoryStore memory;
  CatalogStore truth{&memory};
  SuspendingStore store{&memory, &process.line()};
  CatalogStore catalog{&store};
  std::unique_ptr<Engine> engine = NewEngineWithDefaultRoute();
  std::vector<std::string> log;
};

// Whether the engine of `world` is as it was made.
bool IsUntouched(NodeWorld& world) {
  return world.engine->CurrentVersion() == Version(0) && world.engine->Stats().size() == 1;
}

void ExpectHonestBootstrap(bool founded_before) {
  StrikeOnEachLine([&](const Blow& blow, LineQuality quality) -> Met {
    NodeWorld world(blow, quality);
    if (founded_before) world.SaveGroup(7);
    const auto started = world.process.Call(EnsureCatalogSnapshot(&world.catalog, world.engine.get()));
    const bool says_ok = started.has_value() && started->ok();
    if (says_ok) {
      EXPECT_TRUE(world.IsCurrent());
      EXPECT_EQ((*started)->version, Version(1));
    } else if (started.has_value()) {
      EXPECT_TRUE(IsUntouched(world)) << started->status();
      if (!IsError(started->status(), Error::kCommitOutcomeUnknown)) {
        EXPECT_EQ(world.Durable(), Version(founded_before ? 1 : 0)) << started->status();
        ExpectFailureWithoutEffect(blow, quality, started->status());
      }
    }
    world.process.line().DeliverWhatIsLate();
    const auto again = world.process.CallInPeace(EnsureCatalogSnapshot(&world.catalog, world.engine.get()));
    EXPECT_TRUE(again.ok()) << again.status();
    EXPECT_TRUE(world.IsCurrent());
    EXPECT_EQ(world.Durable(), Version(1)) << "a catalog is seeded once";
    return world.process.met();
  });
}

TEST(BootstrapInterruption, AProcessThatSeedsTheCatalogIsHonest) {
  ExpectHonestBootstrap(/*founded_before=*/false);
}

TEST(BootstrapInterruption, AProcessThatAdoptsTheCatalogIsHonest) {
  ExpectHonestBootstrap(/*founded_before=*/true);
}

TEST(WatcherInterruption, OnePollAppliesOrSaysWhyItCannot) {
  StrikeOnEachLine([&](const Blow& blow, LineQuality quality) -> Met {
    NodeWorld world(blow, quality);
    world.SaveGroup(7);
    CatalogWatcher watcher(&world.catalog, world.engine.get(), world.WatcherOptions());
    const auto synced = world.process.Call(watcher.SyncOnce());
    if (synced.has_value() && synced->ok()) {
      EXPECT_EQ(**synced, SyncOutcome::kApplied);
      EXPECT_TRUE(world.IsCurrent());
    } else if (synced.has_value()) {
      EXPECT_TRUE(IsUntouched(world)) << synced->status();
      ExpectFailureWithoutEffect(blow, quality, synced->status());
    }
    const auto again = world.process.CallInPeace(watcher.SyncOnce());
    EXPECT_TRUE(again.ok()) << again.status();
    EXPECT_TRUE(world.IsCurrent());
    return world.process.met();
  });
}

// Two versions come while it runs.
std::optional<absl::Status> RunAWhile(NodeWorld& world, CatalogWatcher& watcher) {
  world.SaveGroup(7);
  world.process.scheduler().Suspend(world.process.scheduler().ExecutorFor(2).incarnation(), 250ms,
                                    [&world](sim::Wake) { world.SaveGroup(8); });
  return world.process.CallFor(1000ms, watcher.Run(world.process.runtime()));
}

TEST(WatcherInterruption, ACancelledWatcherEndsAsCancelledAndCallsItNoFailure) {
  CancelAtEachAwait(Thoroughness::kAll, [&](const Blow& blow) -> Met {
    NodeWorld world(blow, LineQuality::kSmooth);
    CatalogWatcher watcher(&world.catalog, world.engine.get(), world.WatcherOptions());
    const auto ended = RunAWhile(world, watcher);
    if (ended.has_value()) {
      EXPECT_TRUE(absl::IsCancelled(*ended)) << *ended;
    }
    EXPECT_THAT(world.log, IsEmpty()) << "nothing is wrong with the catalog";
    EXPECT_EQ(watcher.stats().failures, 0u);
    EXPECT_TRUE(IsUntouched(world) || world.engine->CurrentVersion() <= world.Durable());
    const auto again = world.process.CallInPeace(watcher.SyncOnce());
    EXPECT_TRUE(again.ok()) << again.status();
    EXPECT_TRUE(world.IsCurrent());
    return world.process.met();
  });
}

TEST(WatcherInterruption, OneExceptionOutOfTheStoreIsLoggedCountedAndGotOver) {
  ThrowAtEachOperation(Thoroughness::kAll, [&](const Blow& blow) -> Met {
    NodeWorld world(blow, LineQuality::kSmooth);
    CatalogWatcher watcher(&world.catalog, world.engine.get(), world.WatcherOptions());
    const auto ended = RunAWhile(world, watcher);
    if (!ended.has_value()) return world.process.met();
    if (!absl::IsCancelled(*ended)) {
      // It cannot wait any more, so it must not go on.
      EXPECT_THAT(std::string(ended->message()), HasSubstr("Sleep"));
      EXPECT_THAT(world.log, Contains(HasSubstr("stops")));
      return world.process.met();
    }
    EXPECT_TRUE(world.IsCurrent()) << "it went on";
    EXPECT_EQ(world.engine->CurrentVersion(), Version(2));
    EXPECT_EQ(watcher.stats().failures, world.process.met().anything ? 1u : 0u);
    if (world.process.met().anything) {
      EXPECT_THAT(world.log, Contains(HasSubstr("threw")));
    }
    return world.process.met();
  });
}

TEST(WatcherInterruption, AStoreThatThrowsAtEveryOperationDoesNotEndItEither) {
  Blow blow;
  blow.throws = [](std::uint64_t) { return true; };
  NodeWorld world(blow, LineQuality::kSmooth);
  CatalogWatcher watcher(&world.catalog, world.engine.get(), world.WatcherOptions());
  world.process.spare_sleeps();
  const auto ended = RunAWhile(world, watcher);
  ASSERT_TRUE(ended.has_value());
  EXPECT_TRUE(absl::IsCancelled(*ended)) << *ended;
  EXPECT_EQ(watcher.stats().failures, 11u);
  EXPECT_THAT(world.log, testing::SizeIs(1)) << "one condition is logged once";
  EXPECT_THAT(world.log, Each(HasSubstr("the store's LastCommitTs threw")));
}

TEST(WatcherInterruption, ALogThatThrowsEndsNothing) {
  Blow blow;
  NodeWorld world(blow, LineQuality::kRough);
  CatalogWatcherOptions options;
  int logged = 0;
  options.log = [&](Severity, std::string_view) {
    ++logged;
    throw std::runtime_error("the disk is full");
  };
  CatalogWatcher watcher(&world.catalog, world.engine.get(), options);
  const auto ended = RunAWhile(world, watcher);
  ASSERT_TRUE(ended.has_value());
  EXPECT_TRUE(absl::IsCancelled(*ended)) << *ended;
  EXPECT_GT(logged, 0);
  EXPECT_TRUE(world.IsCurrent());
}

TEST(WatcherInterruption, TheWatcherWithDefaultOptionsIsOneToo) {
  CancelAtEachAwait(Thoroughness::kAll, [&](const Blow& blow) -> Met {
    NodeWorld world(blow, LineQuality::kSmooth);
    world.SaveGroup(7);
    const auto ended = world.process.CallFor(
        500ms, RunCatalogWatcher(&world.catalog, world.engine.get(), world.process.runtime()));
    if (ended.has_value()) {
      EXPECT_TRUE(absl::IsCancelled(*ended)) << *ended;
    }
    return world.process.met();
  });
}

}  // namespace
}  // namespace fencepost
