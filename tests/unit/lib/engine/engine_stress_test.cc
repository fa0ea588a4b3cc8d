// Many threads on a few engines, each checking what it can see from outside: versions never go back, a
// picture is of one version, and what was handed out stays as it was. Made for ThreadSanitizer; right without
// it too.
//
// Every version v is a partition of the keyspace whose routes all belong to group v, so that any answer names
// the version it is from, and a mix of two shows.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <latch>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fencepost/base/error.h"
#include "fencepost/engine/engine.h"
#include "tests/unit/sample_routes.h"
#include "tests/unit/sim/core/choices/counter_draws.h"

namespace fencepost {
namespace {

constexpr std::size_t kEngines = 3;
constexpr std::uint64_t kLastVersion = 8000;
constexpr std::uint64_t kFewestRounds = 300;
constexpr std::ptrdiff_t kObservers = 6;
constexpr std::size_t kRingDepth = 4;
constexpr std::uint64_t kThreshold = 64;

std::string KeyOf(std::size_t number) { return "key/" + std::to_string(1000 + number % 1000); }

// Version `version`: a partition in one to eight routes, each of group `version`.
CatalogSnapshot PartitionAt(std::uint64_t version) {
  const std::size_t count = 1 + static_cast<std::size_t>(version % 8);
  std::vector<SampleRoute> routes;
  for (std::size_t i = 0; i < count; ++i) {
    SampleRoute route;
    route.id = version * 10 + i;
    if (i > 0) route.start = KeyOf(i * 1000 / count);
    if (i + 1 < count) route.end = KeyOf((i + 1) * 1000 / count);
    route.group = version;
    route.epoch = version;
    routes.push_back(std::move(route));
  }
  return SnapshotOf(version, routes);
}

// One engine under stress, and who applies what to it.
struct Stage {
  std::unique_ptr<Engine> engine;
  std::atomic<std::uint64_t> next_version{1};
  std::atomic<std::uint64_t> timestamps_taken{0};
};

class EngineStress : public testing::Test {
 protected:
  EngineStress() {
    for (Stage& stage : stages_) {
      EngineOptions options;
      options.history_depth = kRingDepth;
      options.hotspot_threshold = kThreshold;
      stage.engine = Engine::Create(std::move(options)).value();
      EXPECT_EQ(stage.engine->ApplySnapshot(PartitionAt(1)).value(), ApplyOutcome::kApplied);
      stage.next_version = 2;
    }
  }

  // Applies versions to all engines, in competition with other appliers, until all are through.
  void Applier() {
    bool any_left = true;
    while (any_left) {
      any_left = false;
      for (Stage& stage : stages_) {
        const std::uint64_t version = stage.next_version.fetch_add(1);
        if (version > kLastVersion) continue;
        any_left = true;
        const absl::StatusOr<ApplyOutcome> outcome = stage.engine->ApplySnapshot(PartitionAt(version));
        // Another applier may have been faster with a newer one.
        if (!outcome.ok()) {
          EXPECT_TRUE(IsError(outcome.status(), Error::kEngineSnapshotVersionStale)) << outcome.status();
        }
        EXPECT_GE(stage.engine->CurrentVersion().value, version) << "an applier reads its own write";
      }
    }
  }

  void Reader(std::uint64_t seed) {
    CounterDraws draws(seed);
    std::array<std::uint64_t, kEngines> seen{};
    for (std::uint64_t round = 0; GoesOn(round); ++round) {
      const std::size_t chosen = draws.Below(kEngines);
      const Engine& engine = *stages_[chosen].engine;
      const std::uint64_t before = engine.CurrentVersion().value;
      ASSERT_GE(before, seen[chosen]) << "the version went back";
      CheckPartition(engine.Stats(), before);
      CheckLookups(engine, draws, before);
      CheckHistory(engine.History(), before);
      seen[chosen] = engine.CurrentVersion().value;
    }
  }

  void Recorder(std::uint64_t seed) {
    CounterDraws draws(seed);
    for (std::uint64_t round = 0; GoesOn(round); ++round) {
      Stage& stage = stages_[draws.Below(kEngines)];
      for (int i = 0; i < 50; ++i) stage.engine->RecordAccess(KeyOf(draws.Below(1000)));
      stage.engine->NextTimestamp();
      ++stage.timestamps_taken;
    }
  }

  // Holds on to snapshots long after the ring dropped them, and finds them unchanged.
  void RingReader(std::uint64_t seed) {
    struct Held {
      RouteHistorySnapshot snapshot;
      std::size_t size;
    };
    CounterDraws draws(seed);
    std::vector<Held> held;
    for (std::uint64_t round = 0; GoesOn(round); ++round) {
      const Engine& engine = *stages_[draws.Below(kEngines)].engine;
      const std::vector<Version> recorded = engine.History().RecordedVersions();
      ASSERT_FALSE(recorded.empty());
      const std::optional<RouteHistorySnapshot> oldest = engine.SnapshotAt(recorded.front());
      if (oldest.has_value()) {
        const Held fresh{*oldest, oldest->table().size()};
        if (held.size() < 60) {
          held.push_back(fresh);
        } else {
          held[draws.Below(held.size())] = fresh;
        }
      }
      for (const Held& each : held) {
        ASSERT_EQ(each.snapshot.table().size(), each.size);
        ASSERT_EQ(each.snapshot.OwnerOf(KeyOf(draws.Below(1000))), GroupId(each.snapshot.version().value));
      }
    }
  }

  // Engines that come and go on a thread that also reads the long-lived ones.
  void ShortLived(std::uint64_t seed) {
    CounterDraws draws(seed);
    for (std::uint64_t round = 0; GoesOn(round); ++round) {
      const std::unique_ptr<Engine> engine = NewEngineWithDefaultRoute();
      ASSERT_EQ(engine->GetRoute("k")->group_id, GroupId(1));
      const std::uint64_t version = 1 + draws.Below(1000);
      ASSERT_TRUE(engine->ApplySnapshot(SnapshotOf(version, EverythingTo(version))).ok());
      ASSERT_EQ(engine->GetRoute("k")->group_id, GroupId(version));
      ASSERT_TRUE(stages_[draws.Below(kEngines)].engine->GetRoute("k").has_value());
    }
  }

  // Observers start before the appliers do, and outlast them. Few of the rounds ask for failures, because
  // that takes a lock, which would order the threads and so hide races from ThreadSanitizer.
  bool GoesOn(std::uint64_t round) {
    if (round == 0) all_observe_.count_down();
    if (round % 256 == 255 && HasFailure()) return false;
    return round < kFewestRounds || !done_;
  }

  static void CheckPartition(const std::vector<Route>& routes, std::uint64_t at_least) {
    ASSERT_FALSE(routes.empty());
    const GroupId group = routes.front().group_id;
    ASSERT_GE(group.value, at_least);
    ASSERT_EQ(routes.front().start, "");
    ASSERT_EQ(routes.back().end, std::nullopt);
    for (std::size_t i = 0; i < routes.size(); ++i) {
      ASSERT_EQ(routes[i].group_id, group) << "two versions in one answer: " << routes[i];
      if (i > 0) {
        ASSERT_EQ(routes[i - 1].end, routes[i].start) << "a gap or an overlap before " << routes[i];
      }
    }
  }

  static void CheckLookups(const Engine& engine, CounterDraws& draws, std::uint64_t at_least) {
    const std::string low = KeyOf(draws.Below(500));
    const std::string high = KeyOf(500 + draws.Below(500));
    const std::optional<Route> route = engine.GetRoute(low);
    ASSERT_TRUE(route.has_value()) << QuoteKey(low);
    ASSERT_TRUE(Contains(route->range(), low)) << QuoteKey(low) << " in " << *route;
    ASSERT_LE(route->group_id.value, engine.CurrentVersion().value) << "routes before their version";
    ASSERT_GE(route->group_id.value, at_least);
    const std::vector<Route> across = engine.GetIntersectingRoutes(low, high);
    ASSERT_FALSE(across.empty());
    ASSERT_GE(across.front().group_id.value, route->group_id.value) << "a later answer of an earlier version";
    for (const Route& each : across) ASSERT_EQ(each.group_id, across.front().group_id) << each;
    ASSERT_LE(across.front().group_id.value, engine.CurrentVersion().value);
  }

  static void CheckHistory(const RouteHistory& history, std::uint64_t at_least) {
    ASSERT_GE(history.current_version().value, at_least);
    const std::optional<RouteHistorySnapshot> current = history.Current();
    ASSERT_TRUE(current.has_value());
    ASSERT_EQ(current->version(), history.current_version());
    const std::vector<Version> recorded = history.RecordedVersions();
    ASSERT_LE(recorded.size(), kRingDepth);
    ASSERT_EQ(recorded.back(), history.current_version());
    ASSERT_TRUE(std::is_sorted(recorded.begin(), recorded.end()));
    for (const Version version : recorded) {
      ASSERT_EQ(history.At(version)->OwnerOf("key/1500"), GroupId(version.value));
    }
  }

  void Run(std::uint64_t seed) {
    std::vector<std::thread> observers;
    observers.reserve(kObservers);
    observers.emplace_back([this, seed] { Reader(seed); });
    observers.emplace_back([this, seed] { Reader(seed + 1); });
    observers.emplace_back([this, seed] { Recorder(seed + 2); });
    observers.emplace_back([this, seed] { Recorder(seed + 3); });
    observers.emplace_back([this, seed] { RingReader(seed + 4); });
    observers.emplace_back([this, seed] { ShortLived(seed + 5); });
    all_observe_.wait();
    std::thread first_applier([this] { Applier(); });
    std::thread second_applier([this] { Applier(); });
    first_applier.join();
    second_applier.join();
    done_ = true;
    for (std::thread& observer : observers) observer.join();
  }

  std::array<Stage, kEngines> stages_;
  std::latch all_observe_{kObservers};
  std::atomic<bool> done_{false};
};

TEST_F(EngineStress, ReadersSeeOneVersionAtATimeAndNeverAnOlderOne) {
  const std::uint64_t seed = FirstTestSeed();
  SCOPED_TRACE("FENCEPOST_TEST_SEED=" + std::to_string(seed));
  Run(seed);
  for (Stage& stage : stages_) {
    EXPECT_EQ(stage.engine->CurrentVersion(), Version(kLastVersion));
    EXPECT_EQ(stage.engine->NextTimestamp(), stage.timestamps_taken + 1) << "each timestamp exactly once";
    CheckPartition(stage.engine->Stats(), kLastVersion);
    for (const Route& route : stage.engine->Stats()) {
      if (route.end.has_value()) {
        EXPECT_LT(route.load, kThreshold) << "a split is overdue: " << route;
      }
    }
  }
}

}  // namespace
}  // namespace fencepost
