#include "sim/world/data_plane.h"

#include <utility>

namespace fencepost::sim {
namespace {

ClusterOptions ClusterOptionsFor(const RunConfig& config) {
  ClusterOptions options;
  options.groups = config.groups;
  options.nodes = config.nodes;
  options.rules = config.fence;
  return options;
}

}  // namespace

DataPlane::DataPlane(Stage* stage, const RunConfig* config, const CatalogRecord* catalog,
                     const std::vector<ActorId>& nodes)
    : config_(config),
      history_(stage),
      cluster_(stage, ClusterOptionsFor(*config), nodes),
      judge_(stage, config, catalog, &cluster_, &history_),
      marks_(stage, config, catalog) {}

void DataPlane::Found(const std::vector<RouteDescriptor>& routes, OwnershipEpoch epoch) {
  if (config_->fence.mode != FenceMode::kLogged) return;
  for (const RouteDescriptor& route : routes) {
    ActivateRange activate;
    activate.range = route.range();
    activate.epoch = epoch;
    cluster_.AppendAtOnce(route.group_id, OwnershipEntry(std::move(activate)));
  }
}

}  // namespace fencepost::sim
