#include "fencepost/txn/retry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/run_awaitable.h"
#include "tests/support/scripted_runtime.h"
#include "tests/unit/sample_routes.h"

namespace fencepost {
namespace {

using std::chrono::nanoseconds;
using std::chrono_literals::operator""ms;
using testing::ElementsAre;
using testing::IsEmpty;

void Apply(Engine& engine, std::uint64_t version, const std::vector<SampleRoute>& routes) {
  const auto applied = engine.ApplySnapshot(SnapshotOf(version, routes));
  ASSERT_TRUE(applied.ok()) << applied.status();
}

std::vector<SampleRoute> TwoRoutes(std::uint64_t left, std::uint64_t right,
                                   RouteState state_of_right = RouteState::kActive) {
  return {{.id = 1, .start = "", .end = "m", .group = left},
          {.id = 2, .start = "m", .end = "x", .group = right, .state = state_of_right}};
}

class RouteWaiting : public testing::Test {
 protected:
  RouteWaiting() { options_.first_wait = 10ms, options_.max_wait = 45ms, options_.poll_interval = 4ms; }

  absl::StatusOr<RouteWait> Wait(ObservedVersion refused, int refusals_in_a_row) {
    return RunAwaitable(WaitForNewerRoutes(engine_.get(), &runtime_, refused, refusals_in_a_row, options_));
  }
  nanoseconds Slept() const { return runtime_.Now(); }

  std::unique_ptr<Engine> engine_ = NewEngine();
  std::function<bool(int)> on_sleep_ = [](int) { return true; };
  ScriptedRuntime runtime_{[this](int sleep) { return on_sleep_(sleep); }};
  RouteWaitOptions options_;
};

TEST(RoutePin, AnswersVersionAndOwnersOfOneMoment) {
  const std::unique_ptr<Engine> engine = NewEngine();
  Apply(*engine, 3, TwoRoutes(1, 2));
  const RoutePin pin = RoutePin::Take(*engine);
  for (std::uint64_t version = 4; version < 100; ++version) Apply(*engine, version, TwoRoutes(2, 1));
  ASSERT_TRUE(pin.pin().pinned());
  EXPECT_EQ(pin.pin().version(), Version(3)) << "the engine has gone on, and forgotten that version";
  EXPECT_EQ(pin.OwnerOf("a"), GroupId(1));
  EXPECT_EQ(pin.OwnerOf("m"), GroupId(2));
  EXPECT_EQ(pin.OwnerOf("x"), std::nullopt) << "no route covers it";
  EXPECT_EQ(RoutePin::Take(*engine).pin().version(), Version(99));
}

TEST(RoutePin, AnEngineWithoutASnapshotIsUnpinnedAndNotVersionZero) {
  const std::unique_ptr<Engine> empty = NewEngine();
  const RoutePin none = RoutePin::Take(*empty);
  EXPECT_FALSE(none.pin().pinned());
  EXPECT_EQ(none.OwnerOf("a"), std::nullopt);
  EXPECT_FALSE(none.AdmitsWritesTo("a"));

  const std::unique_ptr<Engine> with_default = NewEngineWithDefaultRoute();
  const RoutePin zero = RoutePin::Take(*with_default);
  ASSERT_TRUE(zero.pin().pinned()) << "version 0 is a version";
  EXPECT_EQ(zero.pin().version(), Version(0));
  EXPECT_EQ(zero.OwnerOf("a"), GroupId(1));
}

TEST(RoutePin, KnowsWhichRoutesAdmitWrites) {
  const std::unique_ptr<Engine> engine = NewEngine();
  std::uint64_t version = 0;
  for (const RouteState state : {RouteState::kActive, RouteState::kWriteFenced, RouteState::kMigratingSource,
                                 RouteState::kMigratingTarget}) {
    Apply(*engine, ++version, TwoRoutes(1, 2, state));
    const RoutePin pin = RoutePin::Take(*engine);
    EXPECT_EQ(pin.AdmitsWritesTo("n"), AdmitsWrites(state)) << RouteStateName(state);
    EXPECT_EQ(pin.OwnerOf("n"), GroupId(2)) << RouteStateName(state);
    EXPECT_TRUE(pin.AdmitsWritesTo("a"));
    EXPECT_FALSE(pin.AdmitsWritesTo("x")) << "no route covers it";
  }
}

TEST_F(RouteWaiting, ReturnsAtOnceWhenTheEngineHasMovedOnAlready) {
  Apply(*engine_, 5, EverythingTo(1));
  EXPECT_EQ(Wait(ObservedVersion::At(Version(4)), 1).value(), RouteWait::kNewerRoutes);
  EXPECT_THAT(runtime_.sleeps(), IsEmpty());
}

TEST_F(RouteWaiting, ReturnsOnceTheEngineMovesOn) {
  Apply(*engine_, 5, EverythingTo(1));
  on_sleep_ = [this](int sleep) {
    if (sleep == 2) Apply(*engine_, 6, EverythingTo(2));
    return true;
  };
  EXPECT_EQ(Wait(ObservedVersion::At(Version(5)), 1).value(), RouteWait::kNewerRoutes);
  EXPECT_THAT(runtime_.sleeps(), ElementsAre(nanoseconds(4ms), nanoseconds(4ms)));
}

TEST_F(RouteWaiting, WaitsNoLongerThanTheRefusalsInARowCallFor) {
  Apply(*engine_, 5, EverythingTo(1));
  std::vector<nanoseconds> waits;
  for (const int refusals : {1, 2, 3, 4, 1000000}) {
    const nanoseconds before = Slept();
    EXPECT_EQ(Wait(ObservedVersion::At(Version(5)), refusals).value(), RouteWait::kWaitedOut);
    waits.push_back(Slept() - before);
  }
  EXPECT_THAT(waits, ElementsAre(nanoseconds(10ms), nanoseconds(20ms), nanoseconds(40ms), nanoseconds(45ms),
                                 nanoseconds(45ms)));
}

TEST_F(RouteWaiting, ToAnUnpinnedAttemptAnySnapshotIsNewerVersionZeroIncluded) {
  EXPECT_EQ(Wait(ObservedVersion::Unpinned(), 1).value(), RouteWait::kWaitedOut)
      << "the engine has no snapshot, though it says version 0";
  engine_ = NewEngineWithDefaultRoute();
  EXPECT_EQ(Wait(ObservedVersion::Unpinned(), 1).value(), RouteWait::kNewerRoutes);
  EXPECT_EQ(Wait(ObservedVersion::At(Version(0)), 1).value(), RouteWait::kWaitedOut)
      << "version 0 is what the attempt had";
}

TEST_F(RouteWaiting, EndsWhenItIsCancelled) {
  Apply(*engine_, 5, EverythingTo(1));
  on_sleep_ = [](int sleep) { return sleep < 2; };
  EXPECT_EQ(Wait(ObservedVersion::At(Version(5)), 1).status().code(), absl::StatusCode::kCancelled);
}

TEST_F(RouteWaiting, EndsWhateverTheOptionsSay) {
  Apply(*engine_, 5, EverythingTo(1));
  options_.poll_interval = 0ms;
  EXPECT_EQ(Wait(ObservedVersion::At(Version(5)), 1).value(), RouteWait::kWaitedOut);
  options_.first_wait = 0ms;
  EXPECT_EQ(Wait(ObservedVersion::At(Version(5)), 50).value(), RouteWait::kWaitedOut);
  options_.first_wait = -5ms;
  EXPECT_EQ(Wait(ObservedVersion::At(Version(5)), 50).value(), RouteWait::kWaitedOut);
  options_.first_wait = options_.max_wait = std::chrono::milliseconds(5000000000000);
  options_.poll_interval = std::chrono::milliseconds(5000000000000);
  EXPECT_EQ(Wait(ObservedVersion::At(Version(5)), 3).value(), RouteWait::kWaitedOut);
}

}  // namespace
}  // namespace fencepost
