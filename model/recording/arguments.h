// Arguments that several groups of operations share: which engine, which catalog, which race.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/recording/fields.h"
#include "model/recording/operations.h"
#include "model/recording/raced_store.h"

namespace fencepost::model::recording {

// `engine`, which has to be a name where it is given; without it the engine is called "e".
std::string EngineNameIn(const Field& in);

// `engine` where it may also be null: no engine.
std::optional<std::string> EngineNameOrNoneIn(const Field& in);

// The answer to an operation on an engine that its sequence never made.
Answer NoSuchEngine(const std::string& name);

// `catalog`, which may be missing.
CatalogChoice CatalogIn(const Field& in);

// `point` and `inject`.
struct Race {
  RacePoint point = RacePoint::kAfterReadTs;
  std::vector<Injection> injections;
};
Race RaceIn(const Field& in);

}  // namespace fencepost::model::recording
