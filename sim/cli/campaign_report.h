// What a campaign has to say, as text for people and as JSON for machines.
#pragma once

#include <string>

#include "sim/cli/job.h"
#include "sim/cli/scenario_argument.h"
#include "sim/core/campaign/campaign.h"
#include "sim/world/scenario/scenario.h"

namespace fencepost::sim::cli {

// What violated what at which seed, and the command that replays it.
std::string FormatFailure(const Scenario& scenario, const Failure& failure, const ScenarioArgument& argument);

// One line: runs, rate, simulated time, twin runs.
std::string FormatSummary(const Campaign& campaign);

// The faults that are on and the marks of the scenario, with how often each happened.
std::string FormatCoverage(const Scenario& scenario, const Campaign& campaign);

// One line on what caught a mistake that has to be caught; empty when nothing did.
std::string FormatCatch(const ScenarioResult& result);

// One JSON object on one line, with everything above; failures that were shrunk say to what.
std::string CampaignAsJson(const ScenarioResult& result);

}  // namespace fencepost::sim::cli
