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

// `options` are shell words, e.g. "fencepost run watchers --scenarios elsewhere --seeds 18..1000"
std::string RunCommand(const ScenarioArgument& scenario, const std::string& options);

// e.g. "fencepost replay out/watchers-liveness-17.repro"
std::string ReplayFileCommand(const ScenarioArgument& scenario, const std::string& path);

// `word` as one word of a POSIX shell, quoted where it has to be.
std::string ShellWord(const std::string& word);

}  // namespace fencepost::sim::cli
