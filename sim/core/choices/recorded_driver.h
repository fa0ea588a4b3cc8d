// The driver of a replay: answers the recorded deviations, and the default 0 everywhere else.
//
// A recording outlives the code it was made with, so it can go stale: a draw that no longer happens, or that
// has fewer answers than it had. The driver never hides that; after the run, stale() tells what did not fit,
// and whoever replays decides what that means. Single-threaded.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/choices/choices.h"

namespace fencepost::sim {

enum class Staleness : std::uint8_t {
  kNeverAsked,   // its stream ended before that draw; not applied
  kNotAdmitted,  // the draw had too few answers, or weighed this one 0; the default was answered instead
  kOtherLabel,   // the draw decided something else than recorded; applied all the same
};

// One sentence without a full stop, e.g. "was never asked for".
std::string_view Describe(Staleness staleness);

struct StaleDeviation {
  Deviation recorded;
  Staleness staleness = Staleness::kNeverAsked;
};

// e.g. "net/1->2[17] = 3 of 8 (drop): was never asked for".
std::string Describe(const StaleDeviation& stale);

class RecordedDriver final : public ChoiceDriver {
 public:
  // InvalidArgument when a deviation has value 0, its value is not below its bound, or the same draw occurs
  // twice: such a list was not recorded from a run.
  static absl::StatusOr<std::unique_ptr<RecordedDriver>> Make(const std::vector<Deviation>& deviations);

  std::uint64_t Choose(const ChoiceRequest& request) override;

  // What of the recording did not fit the run so far, by stream and index. Ask when the run is over: until
  // then, what is still to come counts as never asked for.
  std::vector<StaleDeviation> stale() const;

 private:
  enum class Fate : std::uint8_t { kPending, kApplied, kNotAdmitted, kOtherLabel };
  struct Entry {
    Deviation recorded;
    Fate fate = Fate::kPending;
  };
  // The deviations of one stream by draw index; draws come in order, so a cursor finds each in O(1).
  struct Recording {
    std::vector<Entry> entries;
    std::size_t cursor = 0;
  };

  RecordedDriver() = default;

  std::map<std::string, Recording, std::less<>> streams_;
};

}  // namespace fencepost::sim
