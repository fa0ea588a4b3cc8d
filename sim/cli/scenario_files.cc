#include "sim/cli/scenario_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "sim/core/kinds/nearest_name.h"
#include "sim/world/scenario/parse.h"

namespace fencepost::sim::cli {
namespace {

namespace fs = std::filesystem;

constexpr char kExtension[] = ".toml";

bool IsFolder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

// build/PRESET/fencepost lies two folders below the source tree.
fs::path BesideTheProgram() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path() : program.parent_path() / ".." / ".." / "scenarios";
}

std::vector<std::string> NamesIn(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == kExtension) names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

absl::StatusOr<std::string> ScenarioFolder(const std::string& asked) {
  if (!asked.empty()) {
    if (IsFolder(asked)) return asked;
    return absl::NotFoundError(fmt::format("{}: no such folder of scenarios", asked));
  }
  if (IsFolder("scenarios")) return std::string("scenarios");
  const fs::path beside = BesideTheProgram();
  if (!beside.empty() && IsFolder(beside)) return beside.lexically_normal().string();
  return absl::NotFoundError(
      fmt::format("no folder of scenarios: looked for ./scenarios and {}; name one with --scenarios DIR",
                  beside.lexically_normal().string()));
}

bool IsScenarioPath(const std::string& name_or_path) {
  return fs::path(name_or_path).extension() == kExtension;
}

absl::StatusOr<Scenario> FindScenario(const std::string& name_or_path, const std::string& asked_folder) {
  if (IsScenarioPath(name_or_path)) return LoadScenario(name_or_path);
  const absl::StatusOr<std::string> folder = ScenarioFolder(asked_folder);
  if (!folder.ok()) return folder.status();
  const std::vector<std::string> names = NamesIn(*folder);
  if (std::find(names.begin(), names.end(), name_or_path) == names.end()) {
    const std::vector<std::string_view> views(names.begin(), names.end());
    return absl::NotFoundError(
        fmt::format("there is no scenario \"{}\" in {}; did you mean \"{}\"? (see fencepost list)",
                    name_or_path, *folder, NearestName(name_or_path, views)));
  }
  return LoadScenario((fs::path(*folder) / (name_or_path + kExtension)).string());
}

absl::StatusOr<std::vector<Scenario>> FindScenarios(const std::vector<std::string>& names_or_paths,
                                                    const std::string& asked_folder) {
  std::vector<Scenario> found;
  for (const std::string& name_or_path : names_or_paths) {
    absl::StatusOr<Scenario> scenario = FindScenario(name_or_path, asked_folder);
    if (!scenario.ok()) return scenario.status();
    found.push_back(*std::move(scenario));
  }
  return found;
}

std::string ScenarioPath(const std::string& name_or_path, const std::string& asked_folder) {
  const absl::StatusOr<std::string> folder = ScenarioFolder(asked_folder);
  if (IsScenarioPath(name_or_path) || !folder.ok()) return name_or_path;
  return (fs::path(*folder) / (name_or_path + kExtension)).string();
}

absl::StatusOr<std::vector<Scenario>> AllScenarios(const std::string& asked_folder) {
  const absl::StatusOr<std::string> folder = ScenarioFolder(asked_folder);
  if (!folder.ok()) return folder.status();
  std::vector<Scenario> scenarios;
  for (const std::string& name : NamesIn(*folder)) {
    absl::StatusOr<Scenario> scenario = LoadScenario((fs::path(*folder) / (name + kExtension)).string());
    if (!scenario.ok()) return scenario.status();
    scenarios.push_back(*std::move(scenario));
  }
  if (scenarios.empty())
    return absl::NotFoundError(fmt::format("{}: holds no scenario files (*.toml)", *folder));
  return scenarios;
}

}  // namespace fencepost::sim::cli
