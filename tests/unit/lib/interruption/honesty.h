// What a failure may say after a blow.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "fencepost/base/error.h"
#include "tests/unit/lib/interruption/blow.h"
#include "tests/unit/lib/interruption/line.h"

namespace fencepost {

// The failure of something that has no effect, or had none: it names its cause, and a caller can tell a
// cancellation from a failure of the interface, which may be tried again.
inline void ExpectFailureWithoutEffect(const Blow& blow, LineQuality quality, const absl::Status& status) {
  const bool line_failed = quality == LineQuality::kRough && absl::IsUnavailable(status);
  if (line_failed) return;
  if (blow.is_cancellation()) {
    EXPECT_TRUE(absl::IsCancelled(status)) << status;
    return;
  }
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_TRUE(IsRetryable(status)) << status;
  const std::string message(status.message());
  EXPECT_NE(message.find("threw"), std::string::npos) << message;
  if (!blow.maker) {
    EXPECT_NE(message.find("planted at"), std::string::npos) << message;
  }
}

// Everything is tried on a smooth line. On a rough one there are more places to strike, and one thing of each
// kind has to do.
inline void StrikeOnEachLine(const std::function<Met(const Blow&, LineQuality)>& run) {
  for (const LineQuality quality : {LineQuality::kSmooth, LineQuality::kRough}) {
    const bool smooth = quality == LineQuality::kSmooth;
    const testing::ScopedTrace trace("", 0, smooth ? "a smooth line" : "a rough line");
    StrikeEverywhere(smooth ? Thoroughness::kAll : Thoroughness::kQuick,
                     [&](const Blow& blow) { return run(blow, quality); });
  }
}

}  // namespace fencepost
