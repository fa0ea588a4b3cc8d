// `fencepost explore`: every run with at most so many deviations.
#include <absl/status/statusor.h>
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "sim/cli/commands.h"
#include "sim/cli/explore_report.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/refusal.h"
#include "sim/cli/scenario_argument.h"
#include "sim/cli/scenario_files.h"
#include "sim/cli/terminal.h"
#include "sim/core/choices/seeded_driver.h"
#include "sim/core/explore/explorer.h"
#include "sim/core/repro/replay.h"
#include "sim/core/simulation/violation.h"
#include "sim/world/scenario_simulation.h"

namespace fencepost::sim::cli {
namespace {

struct ExploreCommand {
  std::string scenario;
  std::string folder;
  std::uint64_t deviations = 1;
  std::string base;
  std::uint64_t limit = 0;         // 0: none
  std::uint64_t alternatives = 0;  // 0: all
  std::string resume;
  std::string out = "out";
  bool keep_going = false;
  bool json = false;
};

// The planned part of a run that is to be held fixed: of a seed, or of a recorded failure.
absl::StatusOr<std::vector<Deviation>> BaseOf(const Simulation& simulation, const std::string& base) {
  if (base.ends_with(kReproExtension)) {
    const absl::StatusOr<Repro> repro = LoadRepro(base, &WorldVocabulary().invariants);
    if (!repro.ok()) return repro.status();
    return PlannedPart(repro->deviations);
  }
  std::uint64_t seed = 0;
  const char* const end = base.data() + base.size();
  const auto [rest, error] = std::from_chars(base.data(), end, seed);
  if (base.empty() || error != std::errc() || rest != end) {
    return absl::InvalidArgumentError(
        fmt::format("--base \"{}\" is neither a seed nor the path of a .repro file", base));
  }
  Choices choices(std::make_unique<SeededDriver>(seed));
  Trace trace(TraceDetail::kHashOnly);
  simulation.Run(choices, trace, RunLimits());
  return PlannedPart(choices.Deviations());
}

// A new search, or the one that was saved.
absl::StatusOr<ExploreState> StateFor(const ExploreCommand& command, const Simulation& simulation,
                                      const ExploreOptions& options) {
  absl::StatusOr<ExploreState> begun = BeginExploring(simulation, options);
  if (!begun.ok()) return begun;
  const ExploreState& fresh = *begun;
  if (command.resume.empty() || !std::filesystem::exists(command.resume)) return begun;
  absl::StatusOr<ExploreState> saved = LoadExploreState(command.resume);
  if (!saved.ok()) return saved;
  const auto refuse = [&command](const std::string& why) {
    return absl::FailedPreconditionError(
        fmt::format("{}: {}; name another file to begin anew", command.resume, why));
  };
  if (saved->simulation != fresh.simulation) return refuse("is a search of " + saved->simulation);
  if (saved->base != fresh.base) return refuse("began from another run: the base or the code has changed");
  if (saved->alternatives != fresh.alternatives) return refuse("was made with another --alternatives");
  return saved;
}

// Writes down the first violation of each class.
class FirstFailures {
 public:
  FirstFailures(const Simulation& simulation, const ExploreCommand& command)
      : simulation_(simulation), command_(command) {}

  // Whether to go on.
  bool Visit(const ExploreVisit& visit) {
    if (!visit.outcome.violation.has_value()) return true;
    const std::string failure_class = ClassOf(*visit.outcome.violation);
    if (++counts_[failure_class] > 1) return true;
    absl::StatusOr<Repro> repro = RecordRepro(simulation_, visit.whole, std::nullopt);
    if (!repro.ok() || repro->hash != visit.outcome.hash) {
      status_ =
          absl::InternalError("a run that failed does not fail again: it depends on more than its choices");
      return false;
    }
    ExploredFailure failure;
    failure.deviations = visit.deviations;
    failure.path = (std::filesystem::path(command_.out) / ReproFileName(*repro)).string();
    status_ = SaveRepro(*repro, failure.path);
    failure.repro = *std::move(repro);
    failures_.push_back(std::move(failure));
    return status_.ok() && command_.keep_going;
  }

  const absl::Status& status() const { return status_; }
  const std::vector<ExploredFailure>& failures() const { return failures_; }
  const std::map<std::string, std::uint64_t>& counts() const { return counts_; }

 private:
  const Simulation& simulation_;
  const ExploreCommand& command_;
  std::map<std::string, std::uint64_t> counts_;
  std::vector<ExploredFailure> failures_;
  absl::Status status_;
};

// A search that dies is not to lose more than this.
constexpr std::chrono::seconds kSaveEvery(10);

ExitStatus ExploreScenario(const ExploreCommand& command) {
  const absl::StatusOr<Scenario> scenario = FindScenario(command.scenario, command.folder);
  if (!scenario.ok()) return Refuse("explore", scenario.status());
  const ScenarioSimulation simulation(*scenario);
  ExploreOptions options;
  options.deviations = command.deviations;
  if (command.alternatives > 0) options.alternatives = command.alternatives;
  if (!command.base.empty()) {
    absl::StatusOr<std::vector<Deviation>> planned = BaseOf(simulation, command.base);
    if (!planned.ok()) return Refuse("explore", planned.status());
    options.base = *std::move(planned);
  }
  absl::StatusOr<ExploreState> state = StateFor(command, simulation, options);
  if (!state.ok()) return Refuse("explore", state.status());

  const InterruptWatch interrupt;
  FirstFailures failures(simulation, command);
  if (command.limit > 0) options.limit = command.limit;
  options.interrupted = [&interrupt] { return interrupt.Requested(); };
  options.visit = [&failures](const ExploreVisit& visit) { return failures.Visit(visit); };
  ExploreProgressLine line(scenario->name);
  const std::chrono::nanoseconds started = RealNow();
  std::chrono::nanoseconds saved_at = started;
  absl::Status saved;
  std::uint64_t runs = 0;
  options.progress = [&](const ExploreProgress& progress, const ExploreState& at) {
    ++runs;
    line.Show(progress);
    if (command.resume.empty() || RealNow() - saved_at < kSaveEvery) return;
    saved_at = RealNow();
    saved = SaveExploreState(at, command.resume);
  };
  const absl::Status explored = Explore(simulation, options, &*state);
  line.Clear();
  if (!explored.ok()) return Refuse("explore", explored);
  if (!failures.status().ok()) return Refuse("explore", failures.status());
  if (!command.resume.empty()) saved = SaveExploreState(*state, command.resume);
  if (!saved.ok()) return Refuse("explore", saved);

  ExploreResult result;
  result.scenario = &*scenario;
  result.argument = ScenarioArgument{command.scenario, command.folder};
  result.base = command.base;
  result.kept = options.base.has_value() ? options.base->size() : 0;
  result.deviations = command.deviations;
  result.state = *state;
  result.failures = failures.failures();
  result.counts = failures.counts();
  result.runs = runs;
  result.seconds = std::chrono::duration<double>(RealNow() - started).count();
  result.resume = command.resume;
  std::fputs((command.json ? ExploreAsJson(result) : ExploreAsText(result)).c_str(), stdout);
  return HasUnexpected(result) ? ExitStatus::kViolation : ExitStatus::kAsExpected;
}

}  // namespace

void AddExplore(CLI::App& program, ExitStatus* exit_status) {
  CLI::App* const command =
      program.add_subcommand("explore", "Visit every run with at most so many deviations");
  const auto options = std::make_shared<ExploreCommand>();
  command->add_option("SCENARIO", options->scenario, "Name of a scenario, or path of a .toml file")
      ->required();
  command->add_option("--deviations", options->deviations, "How many answers may differ from the default")
      ->required()
      ->check(CLI::Range(0, 16));
  command->add_option("--base", options->base,
                      "Keep the config and the plan of this seed or .repro file (default: explore them too)");
  command->add_option("--limit", options->limit, "Stop after so many runs")->check(CLI::PositiveNumber);
  command
      ->add_option("--alternatives", options->alternatives,
                   "Of a draw with more answers than this, take so many, evenly spread (default: all)")
      ->check(CLI::PositiveNumber);
  command->add_option("--resume", options->resume, "Go on from this file if it is there, and save to it");
  command->add_option("--out", options->out, "Folder for the .repro files of violations")
      ->capture_default_str();
  command->add_option("--scenarios", options->folder, "Folder of scenario files (default: ./scenarios)");
  command->add_flag("--keep-going", options->keep_going, "Go on after a violation");
  command->add_flag("--json", options->json, "One JSON object");
  command->footer(
      "Example:\n"
      "  fencepost explore fence-logged --deviations 2 --base 17 --limit 100000 --resume search.txt\n\n"
      "Runs go by level: 0 deviations, then 1, then 2. Nothing is sampled unless --alternatives says so, "
      "and\n"
      "how many runs that leaves out is printed.\n"
      "Exit status: 0 nothing found that the scenario does not expect, 1 a violation, 2 bad input,\n"
      "3 the harness is at fault.");
  command->callback([options, exit_status] { *exit_status = ExploreScenario(*options); });
}

}  // namespace fencepost::sim::cli
