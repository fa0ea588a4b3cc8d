#include "sim/scenario/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "model/invariants/invariants.h"
#include "sim/scenario/table_reader.h"

namespace fencepost::sim {
namespace {

std::vector<std::string_view> InvariantNames() {
  std::vector<std::string_view> names;
  for (const auto& invariant : model::AllInvariants()) names.push_back(invariant.name);
  return names;
}

void ReadWorld(TableReader world, Scenario* scenario) {
  world.Count("nodes", &scenario->nodes, 1, 64);
  world.Count("operators", &scenario->operators, 0, 64);
  world.Count("clients", &scenario->clients, 0, 64);
  world.Count("groups", &scenario->groups, 1, 64);
  world.Count("keys", &scenario->keys, 1, 1000);
  world.Count("history_depth", &scenario->history_depth, 1, 1024);
  world.Count("page_size", &scenario->page_size, 1, 4096);
  world.Count("hotspot_threshold", &scenario->hotspot_threshold, 0, 1'000'000);

  constexpr std::string_view kPolicies[] = {"load-halving", "reference"};
  std::vector<std::string> policies;
  if (world.Names("split_policies", kPolicies, &policies)) {
    if (policies.empty()) world.Complain("split_policies", "must name at least one policy");
    scenario->split_policies.clear();
    for (const std::string& policy : policies) {
      scenario->split_policies.push_back(policy == kPolicies[0] ? SplitPolicy::kLoadHalving
                                                                : SplitPolicy::kReference);
    }
  }
  world.RefuseUnknownKeys();
}

void ReadTime(TableReader time, Scenario* scenario) {
  time.Milliseconds("fault_window_ms", &scenario->fault_window, 1);
  time.Milliseconds("settle_ms", &scenario->settle, 1);
  time.Milliseconds("watcher_interval_ms", &scenario->watcher_interval, 1);
  time.RefuseUnknownKeys();
}

bool AnyWeight(const Scenario& scenario, bool by_operator) {
  for (const ActionDescription& action : AllActions()) {
    if (action.by_operator == by_operator &&
        scenario.action_weights[static_cast<std::size_t>(action.kind)] > 0) {
      return true;
    }
  }
  return false;
}

void ReadPlan(TableReader plan, Scenario* scenario) {
  plan.Count("operator_actions", &scenario->operator_actions, 0, 10'000);
  plan.Count("client_actions", &scenario->client_actions, 0, 10'000);
  plan.Flag("swarm", &scenario->swarm);
  TableReader weights = plan.Table("weights");
  for (const ActionDescription& action : AllActions()) {
    weights.Weight(action.name, &scenario->action_weights[static_cast<std::size_t>(action.kind)]);
  }
  weights.RefuseUnknownKeys();
  if (scenario->operator_actions.max > 0 && !AnyWeight(*scenario, true)) {
    plan.Complain("operator_actions",
                  "operators are to act, but no action of theirs has a weight in plan.weights");
  }
  if (scenario->client_actions.max > 0 && !AnyWeight(*scenario, false)) {
    plan.Complain("client_actions",
                  "clients are to act, but no action of theirs has a weight in plan.weights");
  }
  plan.RefuseUnknownKeys();
}

void ReadFaults(TableReader faults, Scenario* scenario) {
  for (const FaultDescription& fault : AllFaults()) {
    faults.Probability(fault.name, &scenario->faults[static_cast<std::size_t>(fault.fault)]);
  }
  faults.RefuseUnknownKeys();
}

void ReadChecks(TableReader checks, Scenario* scenario) {
  const std::vector<std::string_view> invariants = InvariantNames();
  if (!checks.Names("invariants", invariants, &scenario->invariants)) {
    scenario->invariants.assign(invariants.begin(), invariants.end());
  }
  std::vector<std::string_view> valid_marks;
  for (const MarkDescription& mark : AllMarks()) valid_marks.push_back(mark.name);
  std::vector<std::string> marks;
  checks.Names("marks", valid_marks, &marks);
  for (const std::string& mark : marks) scenario->marks.push_back(*MarkFromName(mark));
  checks.RefuseUnknownKeys();
}

void ReadRoot(TableReader root, Scenario* scenario) {
  root.Text("name", &scenario->name);
  root.Text("summary", &scenario->summary);
  root.Text("expect", &scenario->expect);
  if (scenario->name.empty()) root.Complain("name", "is required and must not be empty");
  std::vector<std::string_view> outcomes = InvariantNames();
  outcomes.insert(outcomes.begin(), "pass");
  if (std::find(outcomes.begin(), outcomes.end(), scenario->expect) == outcomes.end()) {
    root.Complain("expect", fmt::format("\"{}\" is neither \"pass\" nor an invariant", scenario->expect));
  }
  ReadWorld(root.Table("world"), scenario);
  ReadTime(root.Table("time"), scenario);
  ReadPlan(root.Table("plan"), scenario);
  ReadFaults(root.Table("faults"), scenario);
  ReadChecks(root.Table("checks"), scenario);
  root.RefuseUnknownKeys();
}

}  // namespace

absl::StatusOr<Scenario> ParseScenario(std::string_view text, std::string_view file) {
  toml::table root;
  try {
    root = toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    return absl::InvalidArgumentError(
        fmt::format("{}:{}: {}", file, error.source().begin.line, error.description()));
  }
  Scenario scenario;
  FirstMistake mistake(file);
  ReadRoot(TableReader(&root, "", &mistake), &scenario);
  if (!mistake.status().ok()) return mistake.status();
  return scenario;
}

absl::StatusOr<Scenario> LoadScenario(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (!in || !text) {
    return absl::NotFoundError(
        fmt::format("{}: cannot read the scenario file: {}", path, std::strerror(errno)));
  }
  return ParseScenario(text.str(), path);
}

}  // namespace fencepost::sim
