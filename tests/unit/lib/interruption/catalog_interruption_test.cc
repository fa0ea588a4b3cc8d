// The catalog under cancellation and exceptions, at every await and every operation of its store.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "fencepost/catalog/catalog_store.h"
#include "fencepost/catalog/codec.h"
#include "fencepost/store/memory_store.h"
#include "tests/support/run_awaitable.h"
#include "tests/unit/lib/interruption/honesty.h"
#include "tests/unit/lib/interruption/interrupted_process.h"
#include "tests/unit/lib/interruption/suspending_doubles.h"
#include "tests/unit/sample_routes.h"

namespace fencepost {
namespace {

std::vector<RouteDescriptor> RoutesOfGroup(std::uint64_t group) {
  return Described({{.id = 1, .start = "", .end = "g", .group = group},
                    {.id = 2, .start = "g", .end = "p", .group = group},
                    {.id = 3, .start = "p", .end = std::nullopt, .group = 3}});
}

std::vector<Mutation> RiderOf(const std::string& value) { return {Mutation{"rider", value}}; }

KeyRange RiderRange() { return KeyRange{"rider", "rider~"}; }

// Version 1 is durable: the routes of group 1, and a rider that says so.
class CatalogWorld {
 public:
  explicit CatalogWorld(const Blow& blow, LineQuality quality) : process(blow, quality) {
    const auto founded = RunAwaitable(truth.Save(Version(0), RoutesOfGroup(1), RiderOf("1")));
    EXPECT_TRUE(founded.ok()) << founded.status();
  }

  CatalogSnapshot Durable() { return RunAwaitable(truth.Snapshot()).value(); }
  std::string Rider() { return memory.Get("rider", Timestamp::Max()).value().value_or("none"); }
  // Whether exactly this save is what is durable as version 2.
  bool Landed(std::uint64_t group) {
    const CatalogSnapshot durable = Durable();
    return durable.version == Version(2) && durable.routes == RoutesOfGroup(group) &&
           Rider() == std::to_string(group);
  }

  InterruptedProcess process;
  MemoryStore memory;
  CatalogStore truth{&memory};
  SuspendingStore store{&memory, &process.line()};
  CatalogStore catalog{&store, SmallPages()};

 private:
  static CatalogStoreOptions SmallPages() {
    CatalogStoreOptions options;
    options.page_size = 2;
    return options;
  }
};

// Answers as strings, to be compared.
std::string InWords(Version version) { return std::to_string(version.value); }
std::string InWords(const VersionReading& reading) {
  return InWords(reading.version) + " at " + std::to_string(reading.read_ts.value);
}
std::string InWords(const NextRouteIdAnswer& answer) {
  return std::to_string(answer.next.value) + (answer.record_missing ? ", guessed" : "");
}
std::string InWords(const CatalogSnapshot& snapshot) {
  std::string words = InWords(snapshot.version) + " at " + std::to_string(snapshot.read_ts.value);
  for (const RouteDescriptor& route : snapshot.routes) words += "; " + FormatRoute(route);
  return words;
}
std::string InWords(const std::vector<KeyValue>& pairs) {
  std::string words;
  for (const KeyValue& pair : pairs) words += pair.key + "=" + pair.value + ";";
  return words;
}

template <class T>
void ExpectHonestReads(const std::function<Awaitable<absl::StatusOr<T>>(CatalogStore&)>& read,
                       const std::function<void(CatalogWorld&)>& prepare = {}) {
  StrikeOnEachLine([&](const Blow& blow, LineQuality quality) -> Met {
    CatalogWorld world(blow, quality);
    if (prepare) prepare(world);
    const auto answer = world.process.Call(read(world.catalog));
    world.process.line().DeliverWhatIsLate();
    const auto truth = RunAwaitable(read(world.truth));
    if (answer.has_value() && answer->ok()) {
      EXPECT_EQ(InWords(**answer), InWords(*truth));
    } else if (answer.has_value()) {
      ExpectFailureWithoutEffect(blow, quality, answer->status());
    }
    const auto again = world.process.CallInPeace(read(world.catalog));
    EXPECT_TRUE(again.ok()) << again.status();
    if (again.ok()) {
      EXPECT_EQ(InWords(*again), InWords(*truth));
    }
    return world.process.met();
  });
}

TEST(CatalogInterruption, ReadsAnswerTheTruthOrSayWhyTheyCannot) {
  ExpectHonestReads<CatalogSnapshot>([](CatalogStore& catalog) { return catalog.Snapshot(); });
  ExpectHonestReads<CatalogSnapshot>([](CatalogStore& catalog) { return catalog.SnapshotAt(Timestamp(1)); });
  ExpectHonestReads<VersionReading>([](CatalogStore& catalog) { return catalog.ReadVersion(); });
  ExpectHonestReads<Version>([](CatalogStore& catalog) { return catalog.DurableVersion(); });
  ExpectHonestReads<NextRouteIdAnswer>([](CatalogStore& catalog) { return catalog.NextRouteId(); });
  ExpectHonestReads<NextRouteIdAnswer>(
      [](CatalogStore& catalog) { return catalog.NextRouteIdAt(Timestamp(1)); });
  ExpectHonestReads<std::vector<KeyValue>>(
      [](CatalogStore& catalog) { return catalog.Riders(RiderRange()); });
  ExpectHonestReads<std::vector<KeyValue>>(
      [](CatalogStore& catalog) { return catalog.RidersAt(RiderRange(), Timestamp(1)); });
}

TEST(CatalogInterruption, ANextIdThatHasToBeWorkedOutIsHonestToo) {
  ExpectHonestReads<NextRouteIdAnswer>(
      [](CatalogStore& catalog) { return catalog.NextRouteId(); },
      [](CatalogWorld& world) { world.memory.DeleteAt(CatalogNextRouteIdKey(), Timestamp(2)); });
}

// What the saver was told, against what is durable once everything has arrived.
void ExpectHonestSave(CatalogWorld& world, const Blow& blow, LineQuality quality, bool landed_by_then,
                      bool rival_won, const absl::StatusOr<SaveResult>& told) {
  const bool landed = world.Landed(2);
  if (told.ok()) {
    EXPECT_TRUE(landed) << "the saver was told that version 2 is its own";
    EXPECT_EQ(told->snapshot.version, Version(2));
    EXPECT_EQ(told->snapshot.routes, RoutesOfGroup(2));
    EXPECT_EQ(told->snapshot.read_ts, world.Durable().read_ts);
    return;
  }
  const bool may_read_back =
      blow.reaction != Reaction::kAnswersCancelledEverAfter && quality == LineQuality::kSmooth;
  EXPECT_FALSE(landed_by_then && may_read_back) << "it was there to be read: " << told.status();
  if (IsError(told.status(), Error::kCommitOutcomeUnknown)) {
    EXPECT_FALSE(IsRetryable(told.status()));
    return;
  }
  EXPECT_FALSE(landed) << "the saver was told that nothing landed: " << told.status();
  if (IsError(told.status(), Error::kCatalogVersionMismatch)) {
    EXPECT_TRUE(rival_won) << told.status();
    return;
  }
  ExpectFailureWithoutEffect(blow, quality, told.status());
}

void ExpectHonestSaves(bool with_rival) {
  StrikeOnEachLine([&](const Blow& blow, LineQuality quality) -> Met {
    CatalogWorld world(blow, quality);
    bool rival_won = false;
    world.process.line().on_cancelled = [&](const std::string& operation) {
      if (!with_rival || operation != "Commit") return;
      rival_won = RunAwaitable(world.truth.Save(Version(1), RoutesOfGroup(4), RiderOf("4"))).ok();
    };
    const auto told = world.process.Call(world.catalog.Save(Version(1), RoutesOfGroup(2), RiderOf("2")));
    const bool landed_by_then = world.Landed(2);
    world.process.line().DeliverWhatIsLate();
    if (told.has_value()) ExpectHonestSave(world, blow, quality, landed_by_then, rival_won, *told);
    const Version durable = world.Durable().version;
    const auto next = world.process.CallInPeace(world.catalog.Save(durable, RoutesOfGroup(5)));
    EXPECT_TRUE(next.ok()) << "the catalog can be saved again: " << next.status();
    EXPECT_LE(durable, Version(2)) << "one save makes one version";
    return world.process.met();
  });
}

TEST(CatalogInterruption, ASaveSaysWhetherItLanded) { ExpectHonestSaves(/*with_rival=*/false); }

TEST(CatalogInterruption, ASaveThatLosesToARivalWhileItIsCancelledSaysSo) {
  ExpectHonestSaves(/*with_rival=*/true);
}

}  // namespace
}  // namespace fencepost
