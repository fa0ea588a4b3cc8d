#include "fencepost/catalog/internal/scan_backoff.h"

#include <algorithm>

namespace fencepost {

ScanBackoff::ScanBackoff(std::uint64_t max_polls) : max_polls_(std::max<std::uint64_t>(max_polls, 1)) {}

bool ScanBackoff::MayScan(Version stored) {
  if (!IsUnusable(stored) || polls_to_skip_ == 0) return true;
  --polls_to_skip_;
  return false;
}

void ScanBackoff::ScanWasUseless(Version stored) {
  // Compared before it is doubled, so that no limit makes it wrap.
  const bool again = IsUnusable(stored);
  if (!again) {
    polls_between_scans_ = 1;
  } else if (polls_between_scans_ > max_polls_ / 2) {
    polls_between_scans_ = max_polls_;
  } else {
    polls_between_scans_ *= 2;
  }
  polls_to_skip_ = polls_between_scans_ - 1;
  unusable_ = stored;
}

void ScanBackoff::ScanWasUseful() { unusable_.reset(); }

}  // namespace fencepost
