// How often the faults and marks of a scenario happened in a campaign, by name.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/core/campaign/campaign.h"
#include "sim/world/scenario/scenario.h"

namespace fencepost::sim::cli {

struct NamedCount {
  std::string_view name;
  std::uint64_t times = 0;
};

// Those whose odds are not 0, by name. REQUIRES: `campaign` is of this scenario.
std::vector<NamedCount> FaultCounts(const Scenario& scenario, const Campaign& campaign);

// Those that the scenario is there to reach, in its order. REQUIRES: as above.
std::vector<NamedCount> MarkCounts(const Scenario& scenario, const Campaign& campaign);

}  // namespace fencepost::sim::cli
