#include "sim/world/scenario/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "sim/world/scenario/table_reader.h"

namespace fencepost::sim {
namespace {

template <class Kind>
std::vector<std::string_view> NamesOf(const KindList<Kind>& kinds) {
  std::vector<std::string_view> names;
  for (const Kind* const kind : kinds.all()) names.push_back(kind->name);
  return names;
}

void ReadWorld(TableReader world, Scenario* scenario) {
  world.Count("nodes", &scenario->nodes, 1, 64);
  for (const actors::Planned& planned : actors::kPlanned) {
    world.Count(std::string(planned.kind->name) + "s", &scenario->actors[*planned.kind], 0, 64);
  }
  world.Count("groups", &scenario->groups, 1, 64);
  world.Count("keys", &scenario->keys, 1, 1000);
  world.Count("ranges", &scenario->ranges, 1, 1000);
  world.Count("registers", &scenario->registers, 0, 999);
  world.Count("history_depth", &scenario->history_depth, 1, 1024);
  world.Count("page_size", &scenario->page_size, 1, 4096);
  world.Count("hotspot_threshold", &scenario->hotspot_threshold, 0, 1'000'000);
  world.Flag("founded", &scenario->founded);

  constexpr std::string_view kSaves[] = {"checked", "reference"};
  std::string saves;
  if (world.Name("operators_save", kSaves, &saves) && saves == kSaves[1]) {
    scenario->operators_save = Compatibility::kReference;
  }
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

bool AnyWeight(const Scenario& scenario, const ActorKind& by) {
  return std::ranges::any_of(AllActions().all(), [&](const ActionKind* action) {
    return action->by->key == by.key && scenario.action_weights[*action] > 0;
  });
}

void ReadPlan(TableReader plan, Scenario* scenario) {
  const auto key_of = [](const ActorKind& kind) { return std::string(kind.name) + "_actions"; };
  for (const actors::Planned& planned : actors::kPlanned) {
    plan.Count(key_of(*planned.kind), &scenario->actions[*planned.kind], 0, 10'000);
  }
  plan.Flag("swarm", &scenario->swarm);
  TableReader weights = plan.Table("weights");
  for (const ActionKind* const action : AllActions().all()) {
    weights.Weight(action->name, &scenario->action_weights[*action]);
  }
  weights.RefuseUnknownKeys();
  for (const actors::Planned& planned : actors::kPlanned) {
    if (scenario->actions[*planned.kind].max == 0 || AnyWeight(*scenario, *planned.kind)) continue;
    plan.Complain(key_of(*planned.kind),
                  fmt::format("no action of {}s has a non-zero weight in plan.weights", planned.kind->name));
  }
  plan.RefuseUnknownKeys();
}

void ReadFaults(TableReader faults, Scenario* scenario) {
  for (const FaultKind* const fault : scenario->vocabulary->faults.all()) {
    faults.Probability(fault->name, &scenario->faults[*fault]);
  }
  faults.RefuseUnknownKeys();
}

void ReadChecks(TableReader checks, Scenario* scenario) {
  const std::vector<std::string_view> invariants = NamesOf(scenario->vocabulary->invariants);
  if (!checks.Names("invariants", invariants, &scenario->invariants)) {
    scenario->invariants.assign(invariants.begin(), invariants.end());
  } else if (scenario->invariants.empty()) {
    checks.Complain("invariants", "must name at least one invariant");
  }
  std::vector<std::string> marks;
  checks.Names("marks", NamesOf(scenario->vocabulary->marks), &marks);
  for (const std::string& mark : marks) scenario->marks.push_back(scenario->vocabulary->marks.Find(mark));
  checks.RefuseUnknownKeys();
}

// "pass", an invariant, or a list of invariants.
void ReadExpectation(TableReader& root, Scenario* scenario) {
  std::vector<std::string_view> outcomes = NamesOf(scenario->vocabulary->invariants);
  outcomes.insert(outcomes.begin(), "pass");
  std::vector<std::string> expected;
  if (!root.NameOrNames("expect", outcomes, &expected)) return;
  const bool passes = std::find(expected.begin(), expected.end(), "pass") != expected.end();
  if (passes && expected.size() > 1) root.Complain("expect", "must not name \"pass\" beside invariants");
  if (expected.empty()) root.Complain("expect", "must name \"pass\" or at least one invariant");
  if (!passes) scenario->expect = std::move(expected);
}

// The table makes the groups: without it there is a catalog and nothing else.
void ReadFence(TableReader& root, Scenario* scenario) {
  if (!root.Has("fence")) return;
  TableReader fence = root.Table("fence");
  std::vector<std::string_view> modes;
  for (const FenceModeDescription& mode : AllFenceModes()) modes.push_back(mode.name);
  std::vector<std::string_view> mistakes;
  for (const MistakeDescription& mistake : AllMistakes()) mistakes.push_back(mistake.name);
  scenario->fence = FenceRules{};
  std::string mode;
  std::string mistake;
  if (fence.Name("mode", modes, &mode)) {
    scenario->fence->mode = *FenceModeFromName(mode);
  } else {
    fence.Complain("mode", "is required: how do the groups decide?");
  }
  fence.CalledNow("gap", "mistake");
  if (fence.Name("mistake", mistakes, &mistake)) scenario->fence->mistake = *MistakeFromName(mistake);
  fence.RefuseUnknownKeys();
}

// What only makes sense where there are groups.
void CheckGroupsAreThere(TableReader& root, const Scenario& scenario) {
  if (scenario.fence.has_value()) return;
  for (const actors::Planned& planned : actors::kPlanned) {
    if (!planned.needs_groups || scenario.actors[*planned.kind].max == 0) continue;
    root.Complain("world",
                  fmt::format("{}s need groups to talk to: add a [fence] table", planned.kind->name));
  }
}

void ReadRoot(TableReader root, Scenario* scenario) {
  root.Text("name", &scenario->name);
  root.Text("summary", &scenario->summary);
  if (scenario->name.empty()) root.Complain("name", "is required and must not be empty");
  ReadExpectation(root, scenario);
  ReadWorld(root.Table("world"), scenario);
  ReadFence(root, scenario);
  CheckGroupsAreThere(root, *scenario);
  ReadTime(root.Table("time"), scenario);
  ReadPlan(root.Table("plan"), scenario);
  ReadFaults(root.Table("faults"), scenario);
  ReadChecks(root.Table("checks"), scenario);
  root.RefuseUnknownKeys();
}

}  // namespace

absl::StatusOr<Scenario> ParseScenario(std::string_view text, std::string_view file,
                                       const Vocabulary& words) {
  toml::table root;
  try {
    root = toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    return absl::InvalidArgumentError(
        fmt::format("{}:{}: {}", file, error.source().begin.line, error.description()));
  }
  Scenario scenario(words);
  FirstMistake mistake(file);
  ReadRoot(TableReader(&root, "", &mistake), &scenario);
  if (!mistake.status().ok()) return mistake.status();
  return scenario;
}

absl::StatusOr<Scenario> LoadScenario(const std::string& path, const Vocabulary& words) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (!in || !text) {
    return absl::NotFoundError(
        fmt::format("{}: cannot read the scenario file: {}", path, std::strerror(errno)));
  }
  return ParseScenario(text.str(), path, words);
}

}  // namespace fencepost::sim
