#include "sim/cli/scenario_argument.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/cli/scenario_files.h"

namespace fencepost::sim::cli {
namespace {

std::string FolderOption(const ScenarioArgument& scenario) {
  return scenario.folder.empty() ? "" : fmt::format(" --scenarios {}", ShellWord(scenario.folder));
}

}  // namespace

std::string ShellWord(const std::string& word) {
  const auto is_plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-_./+:@%").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::ranges::all_of(word, is_plain)) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string ReplaySeedCommand(const ScenarioArgument& scenario, std::uint64_t seed) {
  return fmt::format("fencepost replay {} --seed {}{}", ShellWord(scenario.name_or_path), seed,
                     FolderOption(scenario));
}

std::string RunCommand(const ScenarioArgument& scenario, const std::string& options) {
  return fmt::format("fencepost run {}{} {}", ShellWord(scenario.name_or_path), FolderOption(scenario),
                     options);
}

std::string ReplayFileCommand(const ScenarioArgument& scenario, const std::string& path) {
  const std::string where = IsScenarioPath(scenario.name_or_path)
                                ? fmt::format(" --scenario {}", ShellWord(scenario.name_or_path))
                                : FolderOption(scenario);
  return fmt::format("fencepost replay {}{}", ShellWord(path), where);
}

}  // namespace fencepost::sim::cli
