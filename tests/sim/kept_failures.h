// The failures that are kept in scenarios/regressions/, for tests of what is told of a run.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/core/report/timeline.h"
#include "sim/core/repro/replay.h"
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

inline Timeline TimelineOfKeptFailure(const std::string& path) {
  const absl::StatusOr<Repro> repro = LoadRepro(path);
  if (!repro.ok()) {
    ADD_FAILURE() << repro.status();
    return Timeline();
  }
  const Scenario scenario = RepositoryScenario(repro->scenario);
  Trace trace(TraceDetail::kText);
  const ReproReplay replay = ReplayRepro(*repro, scenario, &trace);
  return BuildTimeline(trace, replay.outcome,
                       RunTitle{repro->scenario, scenario.summary, "fencepost replay " + path});
}

}  // namespace fencepost::sim
