// The failures that are kept in scenarios/regressions/, for tests of what is told of a run.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/core/report/narrator.h"
#include "sim/core/repro/replay.h"
#include "sim/core/repro/repro_file.h"
#include "sim/world/narration/world_narrator.h"
#include "sim/world/scenario_simulation.h"
#include "sim/world/world_vocabulary.h"
#include "tests/sim/worlds.h"

namespace fencepost::sim {

// Their paths, by name.
inline std::vector<std::string> KeptFailures() {
  std::vector<std::string> paths;
  const std::string folder = std::string(FENCEPOST_SOURCE_DIR) + "/scenarios/regressions";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == kReproExtension) paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// That run, as our world's narrator tells it.
inline Narration NarrationOfKeptFailure(const std::string& path) {
  const absl::StatusOr<Repro> repro = LoadRepro(path, &WorldVocabulary().invariants);
  if (!repro.ok()) {
    ADD_FAILURE() << repro.status();
    return Narration();
  }
  const ScenarioSimulation simulation(RepositoryScenario(repro->simulation));
  Trace trace(TraceDetail::kEvents);
  const ReproReplay replay = ReplayRepro(simulation, *repro, &trace);
  const RunTitle title{repro->simulation, std::string(simulation.summary()), "fencepost replay " + path};
  return WorldNarrator(&simulation.vocabulary()).Narrate(trace, replay.outcome, title);
}

// The run of that seed, told.
inline Narration NarrationOfSeed(const std::string& scenario, std::uint64_t seed) {
  const ScenarioSimulation simulation(RepositoryScenario(scenario));
  Trace trace(TraceDetail::kEvents);
  const RunOutcome outcome = RunSeed(simulation, seed, &trace);
  return WorldNarrator(&simulation.vocabulary()).Narrate(trace, outcome, RunTitle{scenario, "", ""});
}

}  // namespace fencepost::sim
