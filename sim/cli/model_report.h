// What `fencepost model` prints: one result, as text for people or as one JSON object for machines.
//
// Pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "model/checker/check.h"
#include "model/specs/model.h"

namespace fencepost::sim::cli {

// One finished check.
struct ModelRun {
  const model::Model* model = nullptr;
  model::ModelInstance instance;
  model::CheckResult result;
  double seconds = 0;
};

// Several lines, each ended.
std::string ModelRunAsText(const ModelRun& run);

// One line, ended.
std::string ModelRunAsJson(const ModelRun& run);

// One line about a search that is still going, without an end.
std::string ModelProgressAsText(const model::Progress& progress, double seconds);

// 1234567 as 1,234,567.
std::string WithCommas(std::uint64_t number);

}  // namespace fencepost::sim::cli
