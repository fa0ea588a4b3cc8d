// How the user named a scenario, so that the commands printed for him find the same one.
#pragma once

#include <cstdint>
#include <string>

namespace fencepost::sim::cli {

struct ScenarioArgument {
  std::string name_or_path;  // a name in a scenario folder, or the path of a .toml file
  std::string folder;        // as given with --scenarios; empty: the default
};

// e.g. "fencepost replay watchers --seed 17 --scenarios elsewhere"
std::string ReplaySeedCommand(const ScenarioArgument& scenario, std::uint64_t seed);

// e.g. "fencepost replay out/watchers-liveness-17.repro"
std::string ReplayFileCommand(const ScenarioArgument& scenario, const std::string& path);

}  // namespace fencepost::sim::cli
