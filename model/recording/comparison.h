// Whether a replayed answer confirms a recorded one (FORMAT.md section 7).
//
// Every member of the recorded `out` must be in the replayed one with an equal value; lists are ordered;
// numbers compare as numbers, however they are spelled. Pure functions.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "model/recording/fields.h"
#include "model/recording/operations.h"

namespace fencepost::model::recording {

// The recorded `out` of an operation in one spelling: numbers without leading zeros and so on. Notes a
// problem for a member whose value is not of its type. Members that the format does not know are kept as
// they are (no replay can confirm them).
nlohmann::json Canonical(const OperationKind& kind, const Field& out);

enum class Comparison {
  kConfirmed,
  kDifferent,
  // What is recorded is confirmed, but a member that the format promises is not recorded; so the line proves
  // less than it claims to.
  kIncomplete,
};

struct ComparisonResult {
  Comparison comparison = Comparison::kConfirmed;
  // The first difference, e.g. `routes[2].end: recorded null, replayed "7f"`, or what is missing.
  std::string text;
};

// `recorded` is as Canonical made it.
ComparisonResult Compare(const OperationKind& kind, const nlohmann::json& recorded,
                         const nlohmann::json& replayed);

}  // namespace fencepost::model::recording
