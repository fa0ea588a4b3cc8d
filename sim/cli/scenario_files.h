// Where scenario files are found: by path, or by name in a scenario folder.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "sim/world/scenario/scenario.h"

namespace fencepost::sim::cli {

// The folder that holds the scenarios: `asked` if not empty, else `scenarios` here, else the one of the
// source tree this program was built in. NotFound names where it looked.
absl::StatusOr<std::string> ScenarioFolder(const std::string& asked);

// Whether this is the path of a scenario file rather than a scenario's name.
bool IsScenarioPath(const std::string& name_or_path);

// The scenario that `name_or_path` means: a path if it ends in .toml, else NAME.toml in the folder. NotFound
// names the nearest scenario there is.
absl::StatusOr<Scenario> FindScenario(const std::string& name_or_path, const std::string& asked_folder);

// Each of them, in this order; the first that is not found, or does not parse, is the error.
absl::StatusOr<std::vector<Scenario>> FindScenarios(const std::vector<std::string>& names_or_paths,
                                                    const std::string& asked_folder);

// The file that `name_or_path` means, as FindScenario has it; it need not be there.
std::string ScenarioPath(const std::string& name_or_path, const std::string& asked_folder);

// Every *.toml of the folder, by name. The first that does not parse is the error.
absl::StatusOr<std::vector<Scenario>> AllScenarios(const std::string& asked_folder);

}  // namespace fencepost::sim::cli
