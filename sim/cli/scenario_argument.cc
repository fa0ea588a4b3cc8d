#include "sim/cli/scenario_argument.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/cli/scenario_files.h"

namespace fencepost::sim::cli {
namespace {

// As one word of a POSIX shell.
std::string Quoted(const std::string& word) {
  const auto is_plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-_./+:@%").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::ranges::all_of(word, is_plain)) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string FolderOption(const ScenarioArgument& scenario) {
  return scenario.folder.empty() ? "" : fmt::format(" --scenarios {}", Quoted(scenario.folder));
}

}  // namespace

std::string ReplaySeedCommand(const ScenarioArgument& scenario, std::uint64_t seed) {
  return fmt::format("fencepost replay {} --seed {}{}", Quoted(scenario.name_or_path), seed,
                     FolderOption(scenario));
}

std::string ReplayFileCommand(const ScenarioArgument& scenario, const std::string& path) {
  const std::string where = IsScenarioPath(scenario.name_or_path)
                                ? fmt::format(" --scenario {}", Quoted(scenario.name_or_path))
                                : FolderOption(scenario);
  return fmt::format("fencepost replay {}{}", Quoted(path), where);
}

}  // namespace fencepost::sim::cli
