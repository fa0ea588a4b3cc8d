// Where an enumerating search stands: enough to go on from there in another process.
//
//     fencepost-explore 1
//     scenario fence-logged
//     base 8d5c2f0e9b7a46138d5c2f0e9b7a4613
//     alternatives all
//     at-level 2
//     level runs 1 total 1 violations 0 quiet 0 left-out 0
//     level runs 812 total 812 violations 0 quiet 40 left-out 0
//     level runs 1000 total 303112 violations 2 quiet 31 left-out 0
//     step 17 3
//     step 204 0
//
// `scenario` is the simulation's name. `base` is the trace hash of the run without deviations: a search goes
// on only where that run is still the same. One `level` line per level from 0, the one after the present
// included; one `step` line per run on the path to the next: which draw, and which of its answers, its next
// child deviates in. Plain data; reading is strict.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fencepost::sim {

struct ExploreLevel {
  std::uint64_t runs = 0;   // visited
  std::uint64_t total = 0;  // known for sure once the level before has been visited
  std::uint64_t violations = 0;
  std::uint64_t quiet = 0;     // left the same trace as their parents
  std::uint64_t left_out = 0;  // not tried, because the answers of their last draw were sampled

  friend bool operator==(const ExploreLevel&, const ExploreLevel&) = default;
};

struct ExploreStep {
  std::uint64_t draw = 0;         // a position in the run's log
  std::uint64_t alternative = 0;  // of that draw

  friend bool operator==(const ExploreStep&, const ExploreStep&) = default;
};

struct ExploreState {
  std::string simulation;
  std::string base;                         // of the run without deviations
  std::uint64_t alternatives = UINT64_MAX;  // of one draw at most
  std::uint64_t level = 0;                  // being visited; those before it have been
  std::vector<ExploreLevel> levels;         // empty: nothing has been done yet
  std::vector<ExploreStep> path;

  friend bool operator==(const ExploreState&, const ExploreState&) = default;
};

std::string FormatExploreState(const ExploreState& state);

// `text` is the file's content, `file` its name for messages. InvalidArgument: "FILE:LINE: what is wrong".
absl::StatusOr<ExploreState> ParseExploreState(std::string_view text, std::string_view file);

// NotFound when the file cannot be read, else as ParseExploreState.
absl::StatusOr<ExploreState> LoadExploreState(const std::string& path);

// In one go: whoever is interrupted while saving leaves the file as it was. PermissionDenied, with the
// reason, when it cannot be written.
absl::Status SaveExploreState(const ExploreState& state, const std::string& path);

}  // namespace fencepost::sim
