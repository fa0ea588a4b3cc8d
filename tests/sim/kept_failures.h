// The failures that are kept in scenarios/regressions/, for tests of what is told of a run.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/core/repro/replay.h"
#include "sim/world/narration/world_narrator.h"
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

inline Narration NarrationOfKeptFailure(const std::string& path) {
  const absl::StatusOr<Repro> repro = LoadRepro(path, &WorldVocabulary().invariants);
  if (!repro.ok()) {
    ADD_FAILURE() << repro.status();
    return Narration();
  }
  const ScenarioSimulation simulation = RepositorySimulation(repro->simulation);
  Trace trace(TraceDetail::kEvents);
  const ReproReplay replay = ReplayRepro(simulation, *repro, &trace);
  const RunTitle title{repro->simulation, std::string(simulation.summary()), "fencepost replay " + path};
  return WorldNarrator(&WorldVocabulary()).Narrate(trace, replay.outcome, title);
}

}  // namespace fencepost::sim
