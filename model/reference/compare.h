// The first difference between what the naive model says and what the production object says, as a sentence.
//
// Every function answers nothing when both agree. `expected` is always the model's side. Statuses agree when
// they carry the same Error (messages are for people); with an error from elsewhere, the same canonical code.
// Pure; linear to quadratic in what is compared, and meant for small tables.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <vector>

#include "fencepost/base/route.h"
#include "fencepost/catalog/catalog_store.h"
#include "fencepost/catalog/watcher.h"
#include "fencepost/engine/engine.h"
#include "fencepost/engine/route_history.h"
#include "fencepost/store/memory_store.h"
#include "model/reference/naive_engine.h"
#include "model/reference/naive_store.h"

namespace fencepost::model {

using Difference = std::optional<std::string>;

// Single answers.
Difference DiffStatus(const absl::Status& expected, const absl::Status& actual);
Difference DiffValue(const RouteDescriptor& expected, const RouteDescriptor& actual);  // epoch included
Difference DiffValue(const std::vector<RouteDescriptor>& expected,
                     const std::vector<RouteDescriptor>& actual);
Difference DiffValue(const CatalogSnapshot& expected, const CatalogSnapshot& actual);
Difference DiffValue(const SaveResult& expected, const SaveResult& actual);
Difference DiffValue(const NextRouteIdAnswer& expected, const NextRouteIdAnswer& actual);
Difference DiffValue(Version expected, Version actual);
Difference DiffValue(RouteId expected, RouteId actual);
Difference DiffValue(Timestamp expected, Timestamp actual);
Difference DiffValue(ApplyOutcome expected, ApplyOutcome actual);
Difference DiffValue(SyncOutcome expected, SyncOutcome actual);
Difference DiffValue(const std::string& expected, const std::string& actual);
Difference DiffValue(const std::optional<std::string>& expected, const std::optional<std::string>& actual);
Difference DiffValue(const std::vector<KeyValue>& expected, const std::vector<KeyValue>& actual);
Difference DiffValue(const std::optional<Route>& expected, const std::optional<Route>& actual);
Difference DiffValue(const std::vector<Route>& expected, const std::vector<Route>& actual);

// Answers that may be errors: the same error, or no difference between the values.
template <class T>
Difference DiffAnswer(const absl::StatusOr<T>& expected, const absl::StatusOr<T>& actual) {
  if (!expected.ok() || !actual.ok()) return DiffStatus(expected.status(), actual.status());
  return DiffValue(*expected, *actual);
}

// A recorded snapshot: version, routes, and the owner of every key at and around a boundary. A null
// `expected` means that there must be none.
Difference DiffSnapshot(const NaiveSnapshot* expected, const std::optional<RouteHistorySnapshot>& actual);
Difference DiffHistory(const NaiveHistory& expected, const RouteHistory& actual);

// Everything an engine can be asked without changing it.
Difference DiffEngine(const NaiveEngine& expected, const Engine& actual);

// What a reader at the newest timestamp sees. Cheap enough for every step.
Difference DiffNewest(const NaiveStore& expected, const MemoryStore& actual);
// What a reader at any timestamp sees, and the newest version of every key.
Difference DiffStore(const NaiveStore& expected, const MemoryStore& actual);

}  // namespace fencepost::model
