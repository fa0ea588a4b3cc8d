// `fencepost list`: what there is, one line each.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "model/specs/models.h"
#include "sim/cli/commands.h"
#include "sim/cli/refusal.h"
#include "sim/cli/scenario_files.h"
#include "sim/world/actor_kinds.h"
#include "sim/world/world_vocabulary.h"

namespace fencepost::sim::cli {
namespace {

// Prints one thing of a kind, as text or as one JSON object.
class Printer {
 public:
  explicit Printer(bool json) : json_(json) {}

  void Heading(std::string_view heading) const {
    if (!json_) fmt::print("{}\n", heading);
  }

  void Thing(std::string_view kind, std::string_view name, std::string_view summary) const {
    if (json_) {
      nlohmann::ordered_json json;
      json["kind"] = kind;
      json["name"] = name;
      json["summary"] = summary;
      fmt::print("{}\n", json.dump());
    } else {
      fmt::print("  {:<30} {}\n", name, summary);
    }
  }

  // A section of all that is registered.
  template <class Kind>
  void Kinds(std::string_view heading, std::string_view kind, const KindList<Kind>& kinds) const {
    Heading(heading);
    for (const Kind* const one : kinds.all()) Thing(kind, one->name, one->summary);
  }

 private:
  bool json_;
};

ExitStatus List(const std::string& folder, bool json) {
  const absl::StatusOr<std::vector<Scenario>> scenarios = AllScenarios(folder);
  if (!scenarios.ok()) return Refuse("list", scenarios.status());
  const Vocabulary& words = WorldVocabulary();
  const Printer printer(json);
  printer.Heading("scenarios");
  for (const Scenario& scenario : *scenarios) printer.Thing("scenario", scenario.name, scenario.summary);
  printer.Kinds("faults", "fault", words.faults);
  printer.Kinds("marks", "mark", words.marks);
  printer.Kinds("actors", "actor", words.actors);
  printer.Kinds("actions", "action", AllActions());
  printer.Heading("fence modes");
  for (const FenceModeDescription& mode : AllFenceModes()) {
    printer.Thing("fence-mode", mode.name, mode.summary);
  }
  printer.Heading("mistakes");
  for (const MistakeDescription& mistake : AllMistakes()) {
    printer.Thing("mistake", mistake.name, mistake.summary);
  }
  printer.Kinds("invariants", "invariant", words.invariants);
  printer.Heading("events of a trace, by category");
  for (const EventKind* const event : words.events.all()) {
    printer.Thing("event", event->name, event->category);
  }
  printer.Heading("models");
  for (const model::Model& model : model::AllModels()) printer.Thing("model", model.name, model.meaning);
  return ExitStatus::kAsExpected;
}

}  // namespace

void AddList(CLI::App& program, ExitStatus* exit_status) {
  CLI::App* const command = program.add_subcommand(
      "list",
      "List scenarios, faults, marks, actors, actions, fence modes, mistakes, invariants, events and models");
  const auto folder = std::make_shared<std::string>();
  const auto json = std::make_shared<bool>(false);
  command->add_option("--scenarios", *folder, "Folder of scenario files (default: ./scenarios)");
  command->add_flag("--json", *json, "One JSON object per line");
  command->footer("Example:\n  fencepost list");
  command->callback([folder, json, exit_status] { *exit_status = List(*folder, *json); });
}

}  // namespace fencepost::sim::cli
