// A campaign: one simulation over many seeds, judged against its goals.
//
// Each run is single-threaded and independent, so several go side by side; what a campaign reports does not
// depend on how many, as long as it is not cut short by time. Some of the runs are executed twice in one
// process, the heap perturbed in between, and compared: the harness checks its own determinism as it goes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/campaign/shard.h"
#include "sim/core/simulation/simulation.h"

namespace fencepost::sim {

// The seeds first..last, both included, and of them those of one part.
struct SeedRange {
  std::uint64_t first = 1;
  std::uint64_t last = 1000;
  Shard shard;
};

struct CampaignProgress {
  std::uint64_t runs = 0;
  std::uint64_t failures = 0;
};

struct CampaignOptions {
  SeedRange seeds;
  // Stop starting runs once this has passed; absent: run all seeds.
  std::optional<std::chrono::nanoseconds> time_limit;
  std::uint64_t fewest_runs = 0;  // the time limit ends no campaign before so many
  int jobs = 1;
  bool keep_going = false;                     // else no run is started after the first failure
  std::uint64_t enough_failures = UINT64_MAX;  // with keep_going: no run is started after so many
  std::uint64_t twin_every = 64;               // one run in so many is made twice; 0: none
  std::size_t max_failures = 100;              // with keep_going: so many are kept
  // The real clock. Passed in, for nothing below main() reads one.
  std::function<std::chrono::nanoseconds()> clock;
  // Asked before each run; true (Ctrl-C) stops cleanly. May be empty; callable from any thread.
  std::function<bool()> interrupted;
  // Called now and then, from one thread at a time. May be empty.
  std::function<void(const CampaignProgress&)> progress;
};

struct Failure {
  std::uint64_t seed = 0;
  RunOutcome outcome;
};

struct Campaign {
  std::string simulation;  // its name
  std::string expect;      // its goals, as FormatExpectation has them
  std::uint64_t runs = 0;
  std::uint64_t twin_runs = 0;
  std::uint64_t steps = 0;
  std::chrono::nanoseconds simulated{0};
  std::chrono::nanoseconds elapsed{0};
  std::uint64_t violations = 0;
  // Which of the runs violated something, counted from 1 in the order of their seeds; the first
  // kMostFailedAt.
  std::vector<std::uint64_t> failed_at;
  std::vector<Failure> failures;  // runs that violated something, by seed; at most max_failures
  // How often each fault struck and each mark was hit, in the order of the vocabulary's lists.
  std::vector<std::uint64_t> faults;
  std::vector<std::uint64_t> marks;
  std::optional<std::string> nondeterminism;  // the harness is at fault: what differed, and where
  bool interrupted = false;
  // Where to go on: all seeds of this part before it were run, none from it on. Nothing when all were run.
  std::optional<std::uint64_t> next_seed;
};

inline constexpr std::size_t kMostFailedAt = 10'000;

Campaign RunCampaign(const Simulation& simulation, const CampaignOptions& options);

// Which of the goals were not met, as sentences; empty when all is well:
//   - a violation where none was expected, or of another invariant than expected;
//   - no violation where one was expected;
//   - with `complete` (a nightly), where none was expected: a fault or a mark among the goals that never
//     happened.
// REQUIRES: `campaign` is of this simulation.
std::vector<std::string> Unmet(const Simulation& simulation, const Campaign& campaign, bool complete);

}  // namespace fencepost::sim
