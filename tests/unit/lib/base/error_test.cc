#include "fencepost/base/error.h"

#include <gtest/gtest.h>

#include <set>

namespace fencepost {
namespace {

TEST(Error, EveryRowCanBeToldApartFromAStatus) {
  std::set<std::string> names;
  for (int i = 0; i < kErrorCount; ++i) {
    const auto error = static_cast<Error>(i);
    const absl::Status status = MakeError(error, "key \"a\"");
    EXPECT_FALSE(status.ok());
    EXPECT_EQ(ErrorOf(status), error);
    EXPECT_TRUE(IsError(status, error));
    EXPECT_EQ(status.code(), CanonicalCode(error));
    EXPECT_EQ(ErrorFromName(ErrorName(error)), error);
    names.emplace(ErrorName(error));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kErrorCount));
}

// Each of these is a call that a user writes without thinking of whose string_view it is.
TEST(Error, TakesAMessageFromWhateverHasOne) {
  const absl::Status status = absl::UnavailableError("no route to host");
  const std::string text = "no route to host";
  const std::string_view view = text;
  for (const absl::Status& made :
       {MakeError(Error::kWriteConflict, status.message()), MakeError(Error::kWriteConflict, text),
        MakeError(Error::kWriteConflict, view), MakeError(Error::kWriteConflict, text.c_str()),
        MakeError(Error::kWriteConflict, "no route to host")}) {
    EXPECT_EQ(made.message(), "WriteConflict: no route to host");
    EXPECT_EQ(ErrorOf(made), Error::kWriteConflict);
  }
}

TEST(Error, AStatusFromElsewhereCarriesNoErrorOfOurs) {
  EXPECT_EQ(ErrorOf(absl::OkStatus()), std::nullopt);
  EXPECT_EQ(ErrorOf(absl::UnavailableError("connection refused")), std::nullopt);
  EXPECT_EQ(ErrorFromName("NoSuchError"), std::nullopt);
}

TEST(Error, OnlyWhatAFreshReadMayCureIsRetryable) {
  EXPECT_TRUE(IsRetryable(MakeError(Error::kCatalogVersionMismatch, "")));
  EXPECT_TRUE(IsRetryable(MakeError(Error::kOwnershipMoved, "")));
  EXPECT_TRUE(IsRetryable(MakeError(Error::kObservedVersionEvicted, "")));
  EXPECT_TRUE(IsRetryable(MakeError(Error::kReadTimestampCompacted, "")));
  EXPECT_TRUE(IsRetryable(MakeError(Error::kKeyLocked, "")));
  EXPECT_TRUE(IsRetryable(MakeError(Error::kTransactionAborted, "")));
  EXPECT_TRUE(IsRetryable(absl::UnavailableError("")));
  EXPECT_FALSE(IsRetryable(absl::OkStatus()));
  EXPECT_FALSE(IsRetryable(MakeError(Error::kCommitOutcomeUnknown, "")));
  EXPECT_FALSE(IsRetryable(MakeError(Error::kCatalogInvalidRouteRecord, "")));
  EXPECT_FALSE(IsRetryable(MakeError(Error::kEngineRequired, "")));
  EXPECT_FALSE(IsRetryable(MakeError(Error::kInvalidTransaction, "")));
}

}  // namespace
}  // namespace fencepost
