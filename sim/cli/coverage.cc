#include "sim/cli/coverage.h"

namespace fencepost::sim::cli {

std::vector<NamedCount> FaultCounts(const Scenario& scenario, const Campaign& campaign) {
  const KindList<FaultKind>& faults = scenario.vocabulary->faults;
  std::vector<NamedCount> happened;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    if (scenario.faults[faults[i]].numerator == 0) continue;
    happened.push_back(NamedCount{faults[i].name, campaign.faults.empty() ? 0 : campaign.faults[i]});
  }
  return happened;
}

std::vector<NamedCount> MarkCounts(const Scenario& scenario, const Campaign& campaign) {
  const KindList<MarkKind>& marks = scenario.vocabulary->marks;
  std::vector<NamedCount> happened;
  for (const MarkKind* const mark : scenario.marks) {
    const std::size_t position = marks.PositionOf(*mark);
    happened.push_back(NamedCount{mark->name, campaign.marks.empty() ? 0 : campaign.marks[position]});
  }
  return happened;
}

}  // namespace fencepost::sim::cli
