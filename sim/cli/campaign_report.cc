#include "sim/cli/campaign_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/cli/coverage.h"
#include "sim/core/report/json_text.h"
#include "sim/core/runtime/trace.h"

namespace fencepost::sim::cli {
namespace {

double Seconds(std::chrono::nanoseconds duration) { return std::chrono::duration<double>(duration).count(); }

nlohmann::ordered_json AsJson(const Failure& failure, const ScenarioArgument& argument,
                              const std::vector<ShrunkFailure>& shrunk) {
  nlohmann::ordered_json json = {{"seed", failure.seed},
                                 {"invariant", failure.outcome.violation->invariant},
                                 {"sentence", failure.outcome.violation->sentence},
                                 {"step", failure.outcome.violated_step},
                                 {"trace_hash", FormatTraceHash(failure.outcome.hash)},
                                 {"replay", ReplaySeedCommand(argument, failure.seed)}};
  for (const ShrunkFailure& smaller : shrunk) {
    if (smaller.repro.seed == failure.seed) json["shrunk"] = ShrunkAsJson(smaller, argument);
  }
  return json;
}

}  // namespace

std::string FormatFailure(const Scenario& scenario, const Failure& failure,
                          const ScenarioArgument& argument) {
  const RunOutcome& outcome = failure.outcome;
  return fmt::format(
      "{}: {} is violated\n"
      "  what:   {}\n"
      "  when:   seed {}, step {}, {:.3f} s into the run\n"
      "  replay: {}\n",
      scenario.name, outcome.violation->invariant, outcome.violation->sentence, failure.seed,
      outcome.violated_step, Seconds(outcome.violated_at), ReplaySeedCommand(argument, failure.seed));
}

std::string FormatSummary(const Campaign& campaign) {
  const double elapsed = Seconds(campaign.elapsed);
  return fmt::format(
      "{}: {} runs ({} of them twice), {} violations, {} steps, {:.0f} s simulated in {:.1f} s: {:.0f} "
      "runs/s\n",
      campaign.simulation, campaign.runs, campaign.twin_runs, campaign.violations, campaign.steps,
      Seconds(campaign.simulated), elapsed, elapsed > 0 ? static_cast<double>(campaign.runs) / elapsed : 0);
}

std::string FormatCoverage(const Scenario& scenario, const Campaign& campaign) {
  std::string text;
  for (const NamedCount& fault : FaultCounts(scenario, campaign)) {
    text += fmt::format("  fault {:<28} {:>10}\n", fault.name, fault.times);
  }
  for (const NamedCount& mark : MarkCounts(scenario, campaign)) {
    text += fmt::format("  mark  {:<28} {:>10}\n", mark.name, mark.times);
  }
  return text;
}

std::string FormatCatch(const ScenarioResult& result) {
  for (const Failure& failure : result.campaign.failures) {
    const Violation& violation = *failure.outcome.violation;
    if (!Expects(result.scenario, violation.invariant)) continue;
    return fmt::format("{}: caught, as it must be, by {} at seed {}: {}\n", result.scenario.name,
                       violation.invariant, failure.seed, violation.sentence);
  }
  return "";
}

std::string CampaignAsJson(const ScenarioResult& result) {
  const Campaign& campaign = result.campaign;
  nlohmann::ordered_json json;
  json["scenario"] = result.scenario.name;
  json["expect"] = FormatExpectation(result.scenario);
  if (!result.not_run.empty()) json["not_run"] = result.not_run;
  json["as_expected"] = result.IsAsExpected();
  json["runs"] = campaign.runs;
  json["twin_runs"] = campaign.twin_runs;
  json["violations"] = campaign.violations;
  json["steps"] = campaign.steps;
  json["simulated_seconds"] = Seconds(campaign.simulated);
  json["seconds"] = Seconds(campaign.elapsed);
  json["interrupted"] = campaign.interrupted;
  json["next_seed"] = campaign.next_seed.has_value() ? nlohmann::ordered_json(*campaign.next_seed) : nullptr;
  json["unmet"] = result.unmet;
  json["nondeterminism"] =
      campaign.nondeterminism.has_value() ? nlohmann::ordered_json(*campaign.nondeterminism) : nullptr;
  json["failures"] = nlohmann::ordered_json::array();
  for (const Failure& failure : campaign.failures) {
    json["failures"].push_back(AsJson(failure, result.argument, result.shrunk));
  }
  for (const NamedCount& fault : FaultCounts(result.scenario, campaign)) {
    json["faults"][std::string(fault.name)] = fault.times;
  }
  if (!result.runs_to_failure.starts.empty()) {
    json["runs_to_failure"] = {{"starts", result.runs_to_failure.starts},
                               {"unfinished", result.runs_to_failure.unfinished}};
  }
  for (const NamedCount& mark : MarkCounts(result.scenario, campaign)) {
    json["marks"][std::string(mark.name)] = mark.times;
  }
  return JsonText(json);
}

}  // namespace fencepost::sim::cli
