// The model `routes`: its bounds, gaps and names.
#include <absl/status/statusor.h>

#include "model/checker/check.h"
#include "model/specs/model.h"
#include "model/specs/models.h"
#include "model/specs/routes_machine.h"

namespace fencepost::model {
namespace {

constexpr std::string_view kNoMonotonicGuard = "no-monotonic-guard";
constexpr std::string_view kNoFairPolls = "no-fair-polls";

absl::StatusOr<CheckResult> CheckRoutes(const ModelInstance& instance) {
  RoutesBounds bounds;
  bounds.nodes = instance.bound("nodes");
  bounds.max_versions = instance.bound("max_versions");
  bounds.max_ops = instance.bound("max_ops");
  bounds.monotonic_guard = !instance.has_gap(kNoMonotonicGuard);
  bounds.fair_polls = !instance.has_gap(kNoFairPolls);
  if (!bounds.fair_polls && !instance.check.liveness) {
    return absl::InvalidArgumentError("gap no-fair-polls changes nothing but liveness: it needs --liveness");
  }
  const std::size_t words = RoutesLayout(bounds).words;
  if (absl::Status status = CheckStateWidth(words); !status.ok()) return status;
  return VisitStateType(words, [&]<class State>(std::type_identity<State>) {
    return Check<State>(RoutesMachine<State>(bounds), instance.check);
  });
}

}  // namespace

Model RoutesModel() {
  Model model;
  model.name = "routes";
  model.meaning = "engines that follow a catalog, and are handed any version of it at any time";
  model.bounds = {
      {"nodes", "engines", 2, 0, 64},
      {"max_versions", "the highest durable version", 3, 0, 65'535},
      {"max_ops", "proposals and syncs; catching up by polling is free", 4, 0, 1'000'000},
      {"production", "1: the transitions are made by the library itself", 0, 0, 0},
  };
  model.gaps = {
      {kNoMonotonicGuard, "engines take versions older than their own"},
      {kNoFairPolls, "nodes may stop polling for ever (matters to liveness only)"},
  };
  model.invariants = {{"MonotonicEngine", "no engine is behind a version it was at"}};
  model.liveness = {"EnginesCatchUp", "in the end every engine is at the durable version, and stays there"};
  model.check = CheckRoutes;
  return model;
}

}  // namespace fencepost::model
