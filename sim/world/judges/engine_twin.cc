#include "sim/world/judges/engine_twin.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "model/invariants/coverage.h"
#include "model/invariants/invariants.h"
#include "model/reference/compare.h"

namespace fencepost::sim {
namespace {

bool FollowsSplits(const EngineOptions& options) {
  return options.hotspot_threshold == 0 ||
         (options.hotspot_policy != nullptr && options.hotspot_policy->sample_size() == 0);
}

model::NaiveEngineOptions NaiveOptions(const EngineOptions& options, bool follows_splits) {
  model::NaiveEngineOptions naive;
  naive.history_depth = options.history_depth;
  naive.hotspot_threshold = follows_splits ? options.hotspot_threshold : 0;
  naive.hotspot_policy = follows_splits ? options.hotspot_policy : nullptr;
  naive.compatibility = options.compatibility;
  naive.default_route = true;
  return naive;
}

model::Violation Differs(std::string sentence) {
  return model::Violation{std::string(model::kReferenceModel), std::move(sentence)};
}

}  // namespace

EngineTwin::EngineTwin(std::string who, const EngineOptions& options)
    : who_(std::move(who)),
      follows_splits_(FollowsSplits(options)),
      naive_(NaiveOptions(options, follows_splits_)) {}

model::Verdict EngineTwin::Applied(const Engine& engine, const std::vector<RouteDescriptor>* content,
                                   bool repaired) {
  const Version version = engine.CurrentVersion();
  if (content == nullptr) return std::nullopt;  // the engine-version invariant's to tell
  CatalogSnapshot snapshot;
  snapshot.version = version;
  snapshot.routes = *content;
  if (repaired) {
    // A repair gives a record a new timestamp under an unchanged version, before or after this engine read
    // it: which epoch it saw cannot be told from outside.
    for (RouteDescriptor& route : snapshot.routes) {
      if (const auto seen = engine.GetRoute(route.start)) route.epoch = seen->epoch;
    }
  }
  const auto outcome = naive_.ApplySnapshot(snapshot);
  if (!outcome.ok()) {
    return Differs(fmt::format("the engine of {} applied version {}, which the reference model refuses: {}",
                               who_, version.value, std::string(outcome.status().message())));
  }
  // The whole ring is compared at the end of the run and when its depth changes; here, what is new.
  if (const auto difference = model::DiffSnapshot(naive_.Current(), engine.Current())) {
    return Differs(fmt::format("the engine of {} and the reference model differ: {}", who_, *difference));
  }
  return std::nullopt;
}

void EngineTwin::SetHistoryDepth(std::size_t depth) { naive_.SetHistoryDepth(depth).IgnoreError(); }

model::Verdict EngineTwin::Compare(const Engine& engine) const {
  const model::Difference difference = follows_splits_
                                           ? model::DiffEngine(naive_, engine)
                                           : model::DiffHistory(naive_.History(), engine.History());
  if (difference.has_value()) {
    return Differs(fmt::format("the engine of {} and the reference model differ: {}", who_, *difference));
  }
  return follows_splits_ ? std::nullopt : CheckLiveTable(engine);
}

// After splits: every live route lies inside one recorded route, with its group and state, and together they
// cover the key space as before.
model::Verdict EngineTwin::CheckLiveTable(const Engine& engine) const {
  std::vector<RouteDescriptor> live;
  for (const Route& route : engine.Stats()) {
    RouteDescriptor descriptor;
    descriptor.route_id = route.route_id;
    descriptor.start = route.start;
    descriptor.end = route.end;
    descriptor.group_id = route.group_id;
    descriptor.state = route.state;
    const auto original = naive_.GetRoute(route.start);
    const bool inside = original.has_value() && original->group_id == route.group_id &&
                        original->state == route.state && !EndsBefore(original->end, route.end);
    if (!inside) {
      return Differs(fmt::format("the engine of {} holds {}, which is no part of a route of version {}", who_,
                                 FormatRoute(descriptor), engine.CurrentVersion().value));
    }
    live.push_back(std::move(descriptor));
  }
  return model::CheckCoverage(live, fmt::format("the live table of {}", who_));
}

}  // namespace fencepost::sim
