// The model `routes`: its bounds, gaps and names.
#include <absl/status/statusor.h>
#include <fmt/format.h>

#include "model/checker/check.h"
#include "model/specs/model.h"
#include "model/specs/models.h"
#include "model/specs/production_routes.h"
#include "model/specs/routes_machine.h"

namespace fencepost::model {
namespace {

constexpr std::string_view kNoMonotonicGuard = "no-monotonic-guard";
constexpr std::string_view kNoFairPolls = "no-fair-polls";
constexpr std::uint64_t kMaxProductionVersions = 100;

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
  const bool production = instance.bound("production") == 1;
  if (production && !bounds.monotonic_guard) {
    return absl::InvalidArgumentError(
        "production=1 has no gap no-monotonic-guard: the library guards by itself");
  }
  if (production && bounds.max_versions > kMaxProductionVersions) {
    return absl::InvalidArgumentError(fmt::format(
        "production=1 saves every version anew and goes up to max_versions={}", kMaxProductionVersions));
  }
  return VisitStateType(words, [&]<class State>(std::type_identity<State>) {
    if (production) return Check<State>(ProductionRoutes<State>(bounds), instance.check);
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
      {"production", "1: the library itself makes the transitions", 0, 0, 1},
  };
  model.gaps = {
      {kNoMonotonicGuard, "engines take versions older than their own"},
      {kNoFairPolls, "nodes may stop polling forever (matters to liveness only)"},
  };
  model.invariants = {{"MonotonicEngine", "no engine is behind a version it was at"}};
  model.liveness = {"EnginesCatchUp", "in the end every engine is at the durable version, and stays there"};
  model.check = CheckRoutes;
  return model;
}

}  // namespace fencepost::model
