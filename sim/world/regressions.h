// The failures that are kept: every .repro file in the folder `regressions` beside the scenarios, replayed
// before anything else and held to what it says is to be found.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

namespace fencepost::sim {

// The paths of the .repro files beside the scenarios of this folder, by name; none when there is no folder
// of them.
std::vector<std::string> RegressionFiles(const std::string& scenario_folder);

struct RegressionCheck {
  bool as_expected = false;
  std::string text;  // what was expected and what was found; each line ended
};

// Replays one file against its scenario from `scenario_folder`. An error when either cannot be read.
absl::StatusOr<RegressionCheck> CheckRegression(const std::string& path, const std::string& scenario_folder);

}  // namespace fencepost::sim
