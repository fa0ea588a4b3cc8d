// What becomes of the failures of a campaign: the first of each class is shrunk and written to a .repro file,
// and the shrunk run is told, drawn and traced in files beside it.
#pragma once

#include <absl/status/statusor.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sim/cli/scenario_argument.h"
#include "sim/core/campaign/campaign.h"
#include "sim/core/repro/shrink_repro.h"
#include "sim/world/scenario/scenario.h"

namespace fencepost::sim::cli {

struct ShrinkSettings {
  std::string out = "out";                                  // the folder to write to
  std::chrono::nanoseconds time{std::chrono::seconds(10)};  // of CPU, for each failure
  std::uint64_t runs = 20'000;                              // for each failure
  std::function<bool()> interrupted;                        // may be empty
};

struct ShrunkFailure {
  Repro repro;
  ShrinkResult shrink;
  std::chrono::nanoseconds cpu{0};
  std::string path;   // where it was written
  std::string story;  // of the shrunk run, each line ended; empty: it was not told, and there is only `path`
};

// A file that is there to look at a failure.
struct FailureFile {
  std::string what;  // "page", "story", "trace" or "repro"
  std::string path;
};

// What was written about a failure, the best to look at first.
std::vector<FailureFile> FilesOf(const ShrunkFailure& shrunk);

// The limits that these settings stand for, counting from now.
ShrinkLimits LimitsOf(const ShrinkSettings& settings);

// By seed. Internal when a run is not a function of its choices, PermissionDenied when a file cannot be
// written.
absl::StatusOr<std::vector<ShrunkFailure>> ShrinkFirstOfEachClass(const Scenario& scenario,
                                                                  const Campaign& campaign,
                                                                  const ScenarioArgument& argument,
                                                                  const ShrinkSettings& settings);

// How much smaller, what the shrunk run violates, the command that replays it, and its page, a line each.
std::string FormatShrunk(const ShrunkFailure& shrunk, const ScenarioArgument& argument);

// The story of the shrunk run, indented, behind an empty line; of a long one, the beginning and the command
// that tells the rest.
std::string FormatShrunkStory(const ShrunkFailure& shrunk, const ScenarioArgument& argument);

// How much smaller a shrunk run is, e.g. "3 plan items and 9 deviations, of 24 and 310; 212 runs, 1.3 s".
std::string FormatShrink(const ShrinkResult& shrink, std::chrono::nanoseconds cpu);

nlohmann::ordered_json ShrunkAsJson(const ShrunkFailure& shrunk, const ScenarioArgument& argument);

}  // namespace fencepost::sim::cli
