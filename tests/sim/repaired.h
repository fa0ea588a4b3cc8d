// The scenarios that stage a mistake, by name; and, from sim/, the same worlds with the mistake taken away.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "sim/world/scenario/repaired.h"  // IWYU pragma: export
#include "tests/sim/worlds.h"

namespace fencepost::sim {

// The names of the repository's scenarios, sorted: those that are to pass, or those that are not.
inline std::vector<std::string> ScenariosExpecting(bool pass) {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(FENCEPOST_SOURCE_DIR) + "/scenarios")) {
    if (entry.path().extension() != ".toml") continue;
    const absl::StatusOr<Scenario> scenario = LoadScenario(entry.path().string());
    // A file that cannot be read is nobody's to leave out: whoever takes it for one of his reports it.
    if (!scenario.ok() || scenario->expect.empty() == pass) names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

inline std::vector<std::string> ScenariosOfTheField() { return ScenariosExpecting(/*pass=*/false); }

// A test's name may not contain dashes.
inline std::string TestNameOf(std::string_view scenario) {
  std::string name(scenario);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

}  // namespace fencepost::sim
