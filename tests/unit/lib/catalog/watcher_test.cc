#include "fencepost/catalog/watcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/this_coro.hpp>
#include <limits>
#include <string>
#include <vector>

#include "fencepost/base/asio_runtime.h"
#include "fencepost/base/error.h"
#include "tests/support/catalog_harness.h"
#include "tests/support/scripted_runtime.h"
#include "tests/unit/sample_routes.h"

namespace fencepost {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""h;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Watcher : public testing::Test {
 protected:
  CatalogWatcher MakeWatcher(CatalogWatcherOptions options = {}) {
    options.log = [this](Severity, std::string_view message) { log_.emplace_back(message); };
    return CatalogWatcher(&harness_.catalog(), engine_.get(), std::move(options));
  }

  absl::StatusOr<SyncOutcome> Sync(CatalogWatcher& watcher) { return RunAwaitable(watcher.SyncOnce()); }

  // Lets the watcher poll `polls` times, with `between` run after each.
  absl::Status Poll(CatalogWatcher& watcher, int polls, std::function<void(int poll)> between = {}) {
    ScriptedRuntime runtime([&](int poll) {
      if (between) between(poll);
      return poll < polls;
    });
    const absl::Status status = RunAwaitable(watcher.Run(&runtime));
    EXPECT_THAT(runtime.sleeps(),
                AllOf(SizeIs(static_cast<std::size_t>(polls)), Each(std::chrono::nanoseconds(100ms))));
    return status;
  }

  void SaveGroup(std::uint64_t expected, std::uint64_t group) {
    const auto saved = harness_.Save(expected, Described(EverythingTo(group)));
    ASSERT_TRUE(saved.ok()) << saved.status();
  }

  // Damages the one route record of the catalog without a save.
  void Damage(std::uint64_t route_id) { harness_.Overwrite(CatalogRouteKey(RouteId(route_id)), "broken"); }

  CatalogHarness harness_;
  std::unique_ptr<Engine> engine_ = NewEngine();
  std::vector<std::string> log_;
};

TEST_F(Watcher, BringsTheEngineToTheDurableVersionAndScansNoMoreThanThat) {
  CatalogWatcher watcher = MakeWatcher();
  EXPECT_EQ(Sync(watcher).value(), SyncOutcome::kUpToDate) << "nothing was ever saved";
  SaveGroup(0, 1);
  SaveGroup(1, 2);
  const int scans_of_saves = harness_.FullScans();
  EXPECT_EQ(Sync(watcher).value(), SyncOutcome::kApplied);
  EXPECT_EQ(engine_->CurrentVersion(), Version(2));
  EXPECT_EQ(engine_->GetRoute("x")->group_id, GroupId(2));
  EXPECT_EQ(harness_.FullScans(), scans_of_saves + 1);
  EXPECT_EQ(Sync(watcher).value(), SyncOutcome::kUpToDate);
  EXPECT_EQ(harness_.FullScans(), scans_of_saves + 1) << "an engine that is up to date costs no scan";
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(Watcher, ReadsVersionAndRoutesAtOneTimestamp) {
  SaveGroup(0, 1);
  CatalogWatcher watcher = MakeWatcher();
  harness_.store().before_scan = [&](const KeyRange&, Timestamp) {
    harness_.store().before_scan = nullptr;
    CatalogStore rival(&harness_.memory());
    EXPECT_TRUE(RunAwaitable(rival.Save(Version(1), Described(EverythingTo(2)))).ok());
    return absl::OkStatus();
  };
  EXPECT_EQ(Sync(watcher).value(), SyncOutcome::kApplied);
  EXPECT_EQ(engine_->CurrentVersion(), Version(1));
  EXPECT_EQ(engine_->GetRoute("x")->group_id, GroupId(1)) << "the routes of version 1, not of version 2";
}

TEST_F(Watcher, TakesAFasterApplierForSuccess) {
  SaveGroup(0, 1);
  CatalogWatcher watcher = MakeWatcher();
  harness_.store().before_scan = [&](const KeyRange&, Timestamp) {
    EXPECT_TRUE(engine_->ApplySnapshot(SnapshotOf(9, EverythingTo(9))).ok());
    return absl::OkStatus();
  };
  EXPECT_EQ(Sync(watcher).value(), SyncOutcome::kUpToDate);
  EXPECT_EQ(engine_->CurrentVersion(), Version(9));
}

TEST_F(Watcher, RunPollsAtOnceAndThenOnEveryInterval) {
  SaveGroup(0, 1);
  CatalogWatcher watcher = MakeWatcher();
  std::vector<std::uint64_t> versions;
  const absl::Status ended = Poll(watcher, 4, [&](int poll) {
    versions.push_back(engine_->CurrentVersion().value);
    if (poll == 2) SaveGroup(1, 2);
  });
  EXPECT_EQ(ended.code(), absl::StatusCode::kCancelled) << ended;
  EXPECT_THAT(versions, ElementsAre(1u, 1u, 2u, 2u));
  EXPECT_EQ(watcher.stats().polls, 4u);
  EXPECT_EQ(watcher.stats().applied, 2u);
}

TEST_F(Watcher, AFailureIsLoggedOncePerChangeAndRetried) {
  SaveGroup(0, 1);
  CatalogWatcher watcher = MakeWatcher();
  int reading = 0;
  harness_.store().before_last_commit_ts = [&]() -> absl::Status {
    ++reading;
    if (reading <= 4) return absl::UnavailableError("no route to peer, attempt " + std::to_string(reading));
    if (reading <= 6) return absl::PermissionDeniedError("who are you?");
    return absl::OkStatus();
  };
  EXPECT_EQ(Poll(watcher, 9).code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(log_, ElementsAre(HasSubstr("no route to peer"), HasSubstr("who are you?"),
                                HasSubstr("in order again")));
  EXPECT_EQ(watcher.stats().failures, 6u);
  EXPECT_EQ(engine_->CurrentVersion(), Version(1));
}

TEST_F(Watcher, ACorruptCatalogLeavesTheEngineOnItsLastGoodVersion) {
  SaveGroup(0, 1);
  CatalogWatcher watcher = MakeWatcher();
  ASSERT_EQ(Sync(watcher).value(), SyncOutcome::kApplied);
  SaveGroup(1, 2);
  Damage(2);
  EXPECT_TRUE(IsError(Sync(watcher).status(), Error::kCatalogInvalidRouteRecord));
  EXPECT_TRUE(IsError(Sync(watcher).status(), Error::kCatalogInvalidRouteRecord))
      << "SyncOnce does not back off";
  EXPECT_EQ(engine_->CurrentVersion(), Version(1));
  EXPECT_EQ(engine_->GetRoute("x")->group_id, GroupId(1));
  EXPECT_THAT(log_, ElementsAre(HasSubstr(QuoteKey(CatalogRouteKey(RouteId(2))))));
}

TEST_F(Watcher, VerifiesNowAndThenThatOneVersionMeansOneContent) {
  SaveGroup(0, 1);
  CatalogWatcherOptions options;
  options.verify_every_polls = 3;
  CatalogWatcher watcher = MakeWatcher(options);
  const int scans_of_save = harness_.FullScans();
  std::vector<int> scans;
  Poll(watcher, 8, [&](int) { scans.push_back(harness_.FullScans() - scans_of_save); }).IgnoreError();
  EXPECT_THAT(scans, ElementsAre(1, 1, 1, 2, 2, 2, 3, 3)) << "applied, then every third poll";
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(Watcher, FindsARecordThatWasDamagedWithoutASaveAndItsRepair) {
  SaveGroup(0, 1);
  const std::string good = *harness_.Stored(CatalogRouteKey(RouteId(1)));
  CatalogWatcherOptions options;
  options.verify_every_polls = 2;
  CatalogWatcher watcher = MakeWatcher(options);
  Poll(watcher, 20, [&](int poll) {
    if (poll == 1) Damage(1);
    if (poll == 6) harness_.Overwrite(CatalogRouteKey(RouteId(1)), good);
  }).IgnoreError();
  EXPECT_THAT(log_, ElementsAre(HasSubstr("CatalogInvalidRouteRecord"), HasSubstr("in order again")));
  EXPECT_EQ(engine_->GetRoute("x")->group_id, GroupId(1));
}

TEST_F(Watcher, WithoutVerificationRunScansOnlyNewVersions) {
  SaveGroup(0, 1);
  CatalogWatcherOptions options;
  options.verify_every_polls = 0;
  CatalogWatcher watcher = MakeWatcher(options);
  const int scans_of_save = harness_.FullScans();
  Poll(watcher, 50).IgnoreError();
  EXPECT_EQ(harness_.FullScans(), scans_of_save + 1);
}

TEST_F(Watcher, ItsLogMayAskForItsStats) {
  SaveGroup(0, 1);
  Damage(1);
  CatalogWatcher* asked = nullptr;
  std::uint64_t failures_seen = 0;
  CatalogWatcherOptions options;
  options.log = [&](Severity, std::string_view) { failures_seen = asked->stats().failures; };
  CatalogWatcher watcher(&harness_.catalog(), engine_.get(), std::move(options));
  asked = &watcher;
  EXPECT_FALSE(Sync(watcher).ok());
  EXPECT_EQ(failures_seen, 1u);
}

TEST_F(Watcher, SaysWhatItCannotWorkWithout) {
  CatalogStore storeless(nullptr);
  ScriptedRuntime runtime([](int) { return false; });
  const auto sync_error = [](CatalogStore* catalog, Engine* engine) {
    CatalogWatcher watcher(catalog, engine);
    return ErrorOf(RunAwaitable(watcher.SyncOnce()).status());
  };
  const auto run = [&](CatalogStore* catalog, Engine* engine, Runtime* with,
                       std::chrono::nanoseconds interval) {
    CatalogWatcherOptions options;
    options.interval = interval;
    CatalogWatcher watcher(catalog, engine, options);
    return RunAwaitable(watcher.Run(with));
  };
  EXPECT_EQ(sync_error(nullptr, nullptr), Error::kCatalogStoreRequired);
  EXPECT_EQ(sync_error(&storeless, engine_.get()), Error::kCatalogStoreRequired);
  EXPECT_EQ(sync_error(&harness_.catalog(), nullptr), Error::kEngineRequired);
  EXPECT_EQ(ErrorOf(run(&storeless, nullptr, &runtime, 1ms)), Error::kCatalogStoreRequired);
  EXPECT_EQ(ErrorOf(run(&harness_.catalog(), nullptr, &runtime, 1ms)), Error::kEngineRequired);
  EXPECT_EQ(run(&harness_.catalog(), engine_.get(), nullptr, 1ms).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(run(&harness_.catalog(), engine_.get(), &runtime, 0ms).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(run(&harness_.catalog(), engine_.get(), &runtime, -1ms).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(runtime.sleeps(), IsEmpty());
}

// A watcher on a real event loop, cancelled through its slot.
class CancelledWatcher : public testing::Test {
 protected:
  void Start(CatalogWatcherOptions options) {
    watcher_.emplace(&harness_.catalog(), engine_.get(), std::move(options));
    boost::asio::co_spawn(loop_, watcher_->Run(&runtime_),
                          boost::asio::bind_cancellation_slot(
                              cancel_.slot(), [this](std::exception_ptr thrown, absl::Status status) {
                                thrown_ = thrown;
                                ended_ = std::move(status);
                              }));
  }

  void ExpectEndedAsCancelled() {
    EXPECT_EQ(thrown_, nullptr) << "nothing may be thrown across Run";
    ASSERT_TRUE(ended_.has_value());
    EXPECT_EQ(ended_->code(), absl::StatusCode::kCancelled) << *ended_;
  }

  CatalogHarness harness_;
  std::unique_ptr<Engine> engine_ = NewEngine();
  boost::asio::io_context loop_;
  AsioRuntime runtime_{loop_.get_executor()};
  boost::asio::cancellation_signal cancel_;
  std::optional<CatalogWatcher> watcher_;
  std::exception_ptr thrown_;
  std::optional<absl::Status> ended_;
};

TEST_F(CancelledWatcher, EndsInTheMiddleOfItsWait) {
  ASSERT_TRUE(harness_.Save(0, Described(EverythingTo(1))).ok());
  CatalogWatcherOptions options;
  options.interval = 24h;
  Start(std::move(options));
  loop_.poll();
  ASSERT_FALSE(ended_.has_value()) << "it waits for the next poll";
  EXPECT_EQ(engine_->CurrentVersion(), Version(1));
  cancel_.emit(boost::asio::cancellation_type::terminal);
  loop_.run();
  ExpectEndedAsCancelled();
}

TEST_F(CancelledWatcher, EndsAfterThePollDuringWhichItWasCancelled) {
  int polls = 0;
  harness_.store().before_last_commit_ts = [&] {
    if (++polls == 2) {
      EXPECT_TRUE(
          RunAwaitable(CatalogStore(&harness_.memory()).Save(Version(0), Described(EverythingTo(1)))).ok());
      cancel_.emit(boost::asio::cancellation_type::terminal);
    }
    return absl::OkStatus();
  };
  CatalogWatcherOptions options;
  options.interval = 1ms;
  Start(std::move(options));
  loop_.run();
  ExpectEndedAsCancelled();
  EXPECT_EQ(polls, 2);
  EXPECT_EQ(engine_->CurrentVersion(), Version(1)) << "the poll itself was completed";
}

// A wait that does not notice the cancellation must not keep the watcher alive.
TEST_F(CancelledWatcher, DoesNotWaitAgainAfterACancelledPoll) {
  harness_.store().before_last_commit_ts = [&] {
    cancel_.emit(boost::asio::cancellation_type::terminal);
    return absl::OkStatus();
  };
  ScriptedRuntime runtime([](int) { return false; });
  CatalogWatcher watcher(&harness_.catalog(), engine_.get());
  const auto run = [&]() -> Awaitable<absl::Status> {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    co_return co_await watcher.Run(&runtime);
  };
  boost::asio::co_spawn(loop_, run(),
                        boost::asio::bind_cancellation_slot(
                            cancel_.slot(), [this](std::exception_ptr thrown, absl::Status status) {
                              thrown_ = thrown;
                              ended_ = std::move(status);
                            }));
  loop_.run();
  ExpectEndedAsCancelled();
  EXPECT_THAT(runtime.sleeps(), IsEmpty());
}

TEST(RunCatalogWatcher, IsAWatcherWithDefaultOptionsAndTheGivenLog) {
  CatalogHarness harness;
  ASSERT_TRUE(harness.Save(0, Described(EverythingTo(1))).ok());
  harness.Overwrite(CatalogVersionKey(), "broken");
  const std::unique_ptr<Engine> engine = NewEngine();
  std::vector<std::string> log;
  ScriptedRuntime runtime([&](int sleep) {
    if (sleep == 2) harness.Overwrite(CatalogVersionKey(), EncodeCatalogVersion(Version(1)));
    return sleep < 3;
  });
  const absl::Status ended =
      RunAwaitable(RunCatalogWatcher(&harness.catalog(), engine.get(), &runtime,
                                     [&](Severity, std::string_view message) { log.emplace_back(message); }));
  EXPECT_EQ(ended.code(), absl::StatusCode::kCancelled) << ended;
  EXPECT_EQ(engine->CurrentVersion(), Version(1));
  EXPECT_THAT(log, ElementsAre(HasSubstr("CatalogInvalidVersionRecord"), HasSubstr("in order again")));
  EXPECT_THAT(runtime.sleeps(), Each(std::chrono::nanoseconds(100ms)));
}

}  // namespace
}  // namespace fencepost
