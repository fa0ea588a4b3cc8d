// Which polls scan a catalog that the last scan could not use.
//
// A full scan that ended badly will end the same way until somebody repairs the catalog. A repair that is a
// save changes the stored version and is scanned at once; one that rewrites a bad record in place does not,
// so scans of an unchanged version go on, ever more rarely. Counts polls, not time: it needs no clock. Not
// thread-safe.
#pragma once

#include <cstdint>
#include <optional>

#include "fencepost/base/ids.h"

namespace fencepost {

class ScanBackoff {
 public:
  // Scans of one unusable version are never more than `max_polls` polls apart; at least 1.
  explicit ScanBackoff(std::uint64_t max_polls);

  // Whether the last scan of this version was useless and nothing was scanned since.
  bool IsUnusable(Version stored) const { return unusable_ == stored; }

  // Asked once by each poll that found `stored`: true when it is this poll's turn to scan.
  bool MayScan(Version stored);

  void ScanWasUseless(Version stored);
  void ScanWasUseful();

 private:
  std::uint64_t max_polls_;
  std::optional<Version> unusable_;
  std::uint64_t polls_between_scans_ = 0;
  std::uint64_t polls_to_skip_ = 0;
};

}  // namespace fencepost
