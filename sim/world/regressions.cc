#include "sim/world/regressions.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "sim/core/repro/replay.h"
#include "sim/core/repro/repro_file.h"
#include "sim/world/scenario/parse.h"
#include "sim/world/scenario_simulation.h"
#include "sim/world/world_vocabulary.h"

namespace fencepost::sim {
namespace {

namespace fs = std::filesystem;

}  // namespace

std::vector<std::string> RegressionFiles(const std::string& scenario_folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(fs::path(scenario_folder) / "regressions", error)) {
    if (entry.path().extension() == kReproExtension) files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  return files;
}

absl::StatusOr<RegressionCheck> CheckRegression(const std::string& path, const std::string& scenario_folder) {
  const absl::StatusOr<Repro> repro = LoadRepro(path, &WorldVocabulary().invariants);
  if (!repro.ok()) return repro.status();
  absl::StatusOr<Scenario> scenario =
      LoadScenario((fs::path(scenario_folder) / (repro->simulation + ".toml")).string());
  if (!scenario.ok()) return scenario.status();
  Trace trace(TraceDetail::kEvents);
  const ReproReplay replay = ReplayRepro(ScenarioSimulation(*std::move(scenario)), *repro, &trace);
  RegressionCheck check;
  check.as_expected = IsAsExpected(repro->expect, replay.verdict);
  check.text = fmt::format("expected {}; {}", ExpectationName(repro->expect), FormatReplay(*repro, replay));
  return check;
}

}  // namespace fencepost::sim
