// What `fencepost explore` prints: a line per level, and the first violation of each class.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/cli/scenario_argument.h"
#include "sim/core/explore/explorer.h"
#include "sim/core/repro/repro_file.h"
#include "sim/world/scenario/scenario.h"

namespace fencepost::sim::cli {

struct ExploredFailure {
  std::vector<Deviation> deviations;  // those that were explored, in the order they were made
  Repro repro;
  std::string path;  // where it was written
};

struct ExploreResult {
  const Scenario* scenario = nullptr;  // not owned
  ScenarioArgument argument;
  std::string base;              // as given; may be empty
  std::size_t kept = 0;          // deviations of the base
  std::uint64_t deviations = 0;  // at most
  ExploreState state;
  std::vector<ExploredFailure> failures;        // the first of each class in this session
  std::map<std::string, std::uint64_t> counts;  // violations of this session, by class
  std::uint64_t runs = 0;                       // of this session
  double seconds = 0;
  std::string resume;  // may be empty
};

// Whether something was found that the scenario does not expect.
bool HasUnexpected(const ExploreResult& result);

std::string ExploreAsText(const ExploreResult& result);

// One line, ended.
std::string ExploreAsJson(const ExploreResult& result);

// Draws progress on standard error, on a terminal only: how much of the present level is done.
class ExploreProgressLine {
 public:
  explicit ExploreProgressLine(std::string title);
  ~ExploreProgressLine() { Clear(); }
  ExploreProgressLine(const ExploreProgressLine&) = delete;
  ExploreProgressLine& operator=(const ExploreProgressLine&) = delete;

  void Show(const ExploreProgress& progress);
  void Clear();

 private:
  std::string title_;
  std::chrono::nanoseconds started_;
  std::chrono::nanoseconds last_shown_{0};
  std::uint64_t runs_ = 0;
  bool on_terminal_;
};

}  // namespace fencepost::sim::cli
