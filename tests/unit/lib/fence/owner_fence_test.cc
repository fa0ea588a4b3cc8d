#include "fencepost/fence/owner_fence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fencepost/base/error.h"
#include "tests/unit/sample_routes.h"

namespace fencepost {
namespace {

using testing::HasSubstr;

const std::optional<std::string> kUnbounded;

struct Recorded {
  std::uint64_t version;
  std::vector<SampleRoute> routes;
};

RouteHistory HistoryOf(const std::vector<Recorded>& recordings, std::size_t depth = 8) {
  RouteHistory history(depth);
  for (const Recorded& recorded : recordings) {
    history = history.Recorded(RouteHistorySnapshot(Version(recorded.version), TableOf(recorded.routes)));
  }
  return history;
}

// ["", "m") to one group, ["m", inf) to another, each with its epoch.
std::vector<SampleRoute> Halves(std::uint64_t left_group, std::uint64_t left_epoch, std::uint64_t right_group,
                                std::uint64_t right_epoch) {
  return {{.id = 1, .start = "", .end = "m", .group = left_group, .epoch = left_epoch},
          {.id = 2, .start = "m", .end = kUnbounded, .group = right_group, .epoch = right_epoch}};
}

absl::Status Check(const RouteHistory& history, std::uint64_t group, ObservedVersion observed,
                   const std::vector<std::string>& keys) {
  return CheckOwnerFence(history, GroupId(group), observed, keys);
}

ObservedVersion At(std::uint64_t version) { return ObservedVersion::At(Version(version)); }

TEST(OwnerFence, LetsInWhatTheGroupOwnedThenAndOwnsNow) {
  const RouteHistory history = HistoryOf({{3, Halves(1, 10, 2, 10)}, {4, Halves(1, 10, 3, 20)}});
  EXPECT_EQ(Check(history, 1, At(3), {"a", "b"}), absl::OkStatus());
  EXPECT_EQ(Check(history, 3, At(4), {"x"}), absl::OkStatus());
}

TEST(OwnerFence, RefusesAKeyThatMovedAwaySinceThePin) {
  const RouteHistory history = HistoryOf({{3, Halves(1, 10, 2, 10)}, {4, Halves(1, 10, 3, 20)}});
  const absl::Status status = Check(history, 2, At(3), {"x"});
  EXPECT_TRUE(IsError(status, Error::kOwnershipMoved)) << status;
  EXPECT_TRUE(IsRetryable(status));
}

TEST(OwnerFence, RefusesAKeyThatMovedHereSinceThePin) {
  const RouteHistory history = HistoryOf({{3, Halves(1, 10, 2, 10)}, {4, Halves(1, 10, 3, 20)}});
  EXPECT_TRUE(IsError(Check(history, 3, At(3), {"x"}), Error::kOwnershipMoved));
}

TEST(OwnerFence, OneKeyElsewhereRefusesAll) {
  const RouteHistory history = HistoryOf({{3, Halves(1, 10, 2, 10)}});
  EXPECT_TRUE(IsError(Check(history, 1, At(3), {"a", "b", "x"}), Error::kOwnershipMoved));
}

TEST(OwnerFence, AKeyThatNoRouteCoversIsOwnedByNobody) {
  const RouteHistory history = HistoryOf({{3, {{.id = 1, .start = "a", .end = "c", .group = 1}}}});
  const absl::Status status = Check(history, 1, At(3), {"z"});
  EXPECT_TRUE(IsError(status, Error::kOwnershipMoved));
  EXPECT_THAT(std::string(status.message()), HasSubstr("no group"));
}

TEST(OwnerFence, RefusesAPinThatWasEvicted) {
  const RouteHistory history =
      HistoryOf({{3, EverythingTo(1, 10)}, {4, EverythingTo(1, 10)}, {5, EverythingTo(1, 10)}}, 2);
  const absl::Status status = Check(history, 1, At(3), {"k"});
  EXPECT_TRUE(IsError(status, Error::kObservedVersionEvicted)) << status;
  EXPECT_TRUE(IsRetryable(status));
}

TEST(OwnerFence, RefusesAPinNewerThanAnythingKnownHere) {
  EXPECT_TRUE(
      IsError(Check(HistoryOf({{3, EverythingTo(1, 10)}}), 1, At(4), {"k"}), Error::kObservedVersionEvicted));
}

TEST(OwnerFence, AnUnpinnedTransactionIsJudgedByTheCurrentVersionAlone) {
  const RouteHistory history = HistoryOf({{3, EverythingTo(1, 10)}, {4, EverythingTo(2, 20)}});
  EXPECT_EQ(Check(history, 2, ObservedVersion::Unpinned(), {"k"}), absl::OkStatus());
  EXPECT_TRUE(IsError(Check(history, 1, ObservedVersion::Unpinned(), {"k"}), Error::kOwnershipMoved));
}

TEST(OwnerFence, WithoutACurrentSnapshotNothingIsLetIn) {
  const RouteHistory empty(4);
  EXPECT_TRUE(IsError(Check(empty, 1, ObservedVersion::Unpinned(), {"k"}), Error::kOwnershipMoved));
  EXPECT_TRUE(IsError(Check(empty, 1, ObservedVersion::Unpinned(), {}), Error::kOwnershipMoved));
  EXPECT_TRUE(IsError(Check(empty, 1, At(0), {"k"}), Error::kObservedVersionEvicted));
}

TEST(OwnerFence, ATransactionThatWritesNothingStillNeedsItsPin) {
  const RouteHistory history = HistoryOf({{3, EverythingTo(1, 10)}, {4, EverythingTo(2, 20)}}, 1);
  EXPECT_EQ(Check(history, 1, At(4), {}), absl::OkStatus());
  EXPECT_TRUE(IsError(Check(history, 1, At(3), {}), Error::kObservedVersionEvicted));
}

TEST(OwnerFence, OnlyStatesThatAdmitWritesLetThemIn) {
  const auto check_in_state = [](RouteState state) {
    std::vector<SampleRoute> routes = EverythingTo(1, 10);
    routes.front().state = state;
    return Check(HistoryOf({{3, routes}}), 1, At(3), {"k"});
  };
  EXPECT_EQ(check_in_state(RouteState::kActive), absl::OkStatus());
  EXPECT_EQ(check_in_state(RouteState::kMigratingSource), absl::OkStatus());
  EXPECT_TRUE(IsError(check_in_state(RouteState::kWriteFenced), Error::kOwnershipMoved));
  EXPECT_TRUE(IsError(check_in_state(RouteState::kMigratingTarget), Error::kOwnershipMoved));
}

TEST(OwnerFence, TheStateAtThePinDoesNotMatter) {
  std::vector<SampleRoute> fenced = EverythingTo(1, 10);
  fenced.front().state = RouteState::kWriteFenced;
  EXPECT_EQ(Check(HistoryOf({{3, fenced}, {4, EverythingTo(1, 20)}}), 1, At(3), {"k"}), absl::OkStatus());
}

TEST(OwnerFence, APinThatWasSkippedIsLetInWhereTheRouteStayedUntouched) {
  const RouteHistory history = HistoryOf({{3, Halves(1, 10, 2, 10)}, {6, Halves(1, 10, 2, 15)}});
  EXPECT_EQ(Check(history, 1, At(4), {"a"}), absl::OkStatus());
  const absl::Status rewritten = Check(history, 2, At(4), {"x"});
  EXPECT_TRUE(IsError(rewritten, Error::kObservedVersionEvicted)) << rewritten;
}

TEST(OwnerFence, APinThatWasSkippedNamesTheOwnerItShowsWhenThatIsAnotherGroup) {
  const RouteHistory history = HistoryOf({{3, Halves(1, 10, 2, 10)}, {6, Halves(1, 10, 2, 15)}});
  const absl::Status status = Check(history, 9, At(4), {"a"});
  EXPECT_TRUE(IsError(status, Error::kOwnershipMoved)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("group 1"));
}

TEST(OwnerFence, AnUnknownEpochShowsNothingAboutASkippedPin) {
  const RouteHistory history = HistoryOf({{3, EverythingTo(1, 0)}, {6, EverythingTo(1, 0)}});
  EXPECT_TRUE(IsError(Check(history, 1, At(4), {"k"}), Error::kObservedVersionEvicted));
}

TEST(OwnerFence, TwoRoutesWrittenByOneCommitAreNotOneTenure) {
  // Ids 1 and 2 carry the same epoch, as routes of one commit do.
  const RouteHistory history =
      HistoryOf({{3, {{.id = 1, .start = "", .end = kUnbounded, .group = 1, .epoch = 10}}},
                 {6, {{.id = 2, .start = "", .end = kUnbounded, .group = 1, .epoch = 10}}}});
  EXPECT_TRUE(IsError(Check(history, 1, At(4), {"k"}), Error::kObservedVersionEvicted));
}

TEST(OwnerFence, ASkippedPinOnAKeyOutsideEveryRouteIsNotLetIn) {
  const std::vector<SampleRoute> narrow = {{.id = 1, .start = "a", .end = "c", .group = 1, .epoch = 10}};
  const RouteHistory history = HistoryOf({{3, narrow}, {6, narrow}});
  EXPECT_TRUE(IsError(Check(history, 1, At(4), {"z"}), Error::kObservedVersionEvicted));
}

TEST(OwnerFence, ARouteUntouchedThroughTheGapAndMovedAfterItIsRefused) {
  const RouteHistory history =
      HistoryOf({{3, EverythingTo(1, 10)}, {6, EverythingTo(1, 10)}, {7, EverythingTo(2, 30)}});
  EXPECT_TRUE(IsError(Check(history, 1, At(4), {"k"}), Error::kOwnershipMoved));
}

TEST(OwnerFence, ARefusalNamesKeyVersionsAndOwners) {
  const RouteHistory history = HistoryOf({{3, Halves(1, 10, 2, 10)}, {4, Halves(1, 10, 33, 20)}});
  const std::string moved(Check(history, 2, At(3), {"x"}).message());
  for (const char* part : {"\"x\"", "version 3", "version 4", "group 33", "group 2"}) {
    EXPECT_THAT(moved, HasSubstr(part));
  }
  const std::string evicted(Check(history, 2, At(1), {"x"}).message());
  for (const char* part : {"\"x\"", "version 1", "version 3", "version 4", "group 2"}) {
    EXPECT_THAT(evicted, HasSubstr(part));
  }
}

}  // namespace
}  // namespace fencepost
