#include "fencepost/catalog/internal/scan_backoff.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace fencepost {
namespace {

// Which of `polls` polls of one version scan, each scan being useless: 's' scans, '.' does not.
std::string Pattern(ScanBackoff& backoff, Version version, int polls) {
  std::string pattern;
  for (int i = 0; i < polls; ++i) {
    const bool scans = backoff.MayScan(version);
    if (scans) backoff.ScanWasUseless(version);
    pattern += scans ? 's' : '.';
  }
  return pattern;
}

TEST(ScanBackoff, TheWaitBetweenUselessScansDoublesUpToItsLimit) {
  ScanBackoff backoff(5);
  EXPECT_EQ(Pattern(backoff, Version(1), 24), "ss.s...s....s....s....s.");
}

TEST(ScanBackoff, AnotherVersionIsScannedAtOnceAndBeginsAnew) {
  ScanBackoff backoff(8);
  EXPECT_EQ(Pattern(backoff, Version(1), 6), "ss.s..");
  EXPECT_EQ(Pattern(backoff, Version(2), 6), "ss.s..");
}

TEST(ScanBackoff, AUsefulScanEndsIt) {
  ScanBackoff backoff(8);
  EXPECT_EQ(Pattern(backoff, Version(1), 4), "ss.s");
  EXPECT_TRUE(backoff.IsUnusable(Version(1)));
  backoff.ScanWasUseful();
  EXPECT_FALSE(backoff.IsUnusable(Version(1)));
  EXPECT_EQ(Pattern(backoff, Version(1), 4), "ss.s");
}

TEST(ScanBackoff, ALimitOfOnePollNeverSkips) {
  ScanBackoff none(0);  // taken as 1
  EXPECT_EQ(Pattern(none, Version(1), 5), "sssss");
}

TEST(ScanBackoff, NoLimitMakesTheWaitWrap) {
  ScanBackoff backoff(std::numeric_limits<std::uint64_t>::max());
  for (int i = 0; i < 200; ++i) backoff.ScanWasUseless(Version(1));
  EXPECT_FALSE(backoff.MayScan(Version(1)));
}

}  // namespace
}  // namespace fencepost
