// `fencepost model`: explores every state of a small model.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "model/specs/model.h"
#include "model/specs/models.h"
#include "sim/cli/commands.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/model_report.h"
#include "sim/cli/refusal.h"
#include "sim/cli/terminal.h"

namespace fencepost::sim::cli {
namespace {

constexpr unsigned kMaxThreads = 16;
constexpr std::uint64_t kSmallestMemoryLimit = std::uint64_t{16} << 20;
constexpr std::uint64_t kLargestMemoryLimit = std::uint64_t{1} << 50;
constexpr int kFingerprintBits = 64;

struct ModelOptions {
  std::string model;
  model::ModelRequest request;
  bool hash_compaction = false;
  bool json = false;
};

// Tells on standard error how far a search is: in place on a terminal, now and then a line elsewhere.
class SearchProgressLine {
 public:
  SearchProgressLine() : on_terminal_(isatty(STDERR_FILENO) != 0), started_(RealNow()), told_(started_) {}

  double Seconds() const { return std::chrono::duration<double>(RealNow() - started_).count(); }

  void Tell(const model::Progress& progress) {
    const std::chrono::nanoseconds now = RealNow();
    if (now - told_ < (on_terminal_ ? kOnTerminal : kElsewhere)) return;
    told_ = now;
    written_ = true;
    const std::string line = ModelProgressAsText(progress, Seconds());
    std::fprintf(stderr, on_terminal_ ? "\r\x1b[K%s" : "%s\n", line.c_str());
  }

  void End() const {
    if (on_terminal_ && written_) std::fputs("\r\x1b[K", stderr);
  }

 private:
  static constexpr std::chrono::milliseconds kOnTerminal{200};
  static constexpr std::chrono::milliseconds kElsewhere{10'000};

  bool on_terminal_;
  std::chrono::nanoseconds started_;
  std::chrono::nanoseconds told_;
  bool written_ = false;
};

ExitStatus StatusOf(model::CheckEnd end) {
  switch (end) {
    case model::CheckEnd::kComplete:
      return ExitStatus::kAsExpected;
    case model::CheckEnd::kViolation:
      return ExitStatus::kViolation;
    case model::CheckEnd::kOutOfMemory:
    case model::CheckEnd::kStopped:
      return ExitStatus::kBadInput;
  }
  return ExitStatus::kHarnessAtFault;
}

ExitStatus CheckModel(const ModelOptions& options) {
  const std::vector<model::Model> models = model::AllModels();
  const auto chosen = std::find_if(models.begin(), models.end(),
                                   [&](const model::Model& one) { return one.name == options.model; });
  if (chosen == models.end()) {
    return Refuse("model", fmt::format("there is no model '{}'", options.model));
  }
  model::ModelRequest request = options.request;
  if (options.hash_compaction) request.check.fingerprint_bits = kFingerprintBits;
  const InterruptWatch interrupt;
  SearchProgressLine progress_line;
  request.check.keep_going = [&](const model::Progress& progress) {
    progress_line.Tell(progress);
    return !interrupt.Requested();
  };
  absl::StatusOr<model::ModelInstance> instance = model::Instantiate(*chosen, request);
  if (!instance.ok()) return Refuse("model", instance.status());
  absl::StatusOr<model::CheckResult> result = chosen->check(*instance);
  progress_line.End();
  if (!result.ok()) return Refuse("model", result.status());
  const ModelRun run{&*chosen, *std::move(instance), *std::move(result), progress_line.Seconds()};
  std::fputs((options.json ? ModelRunAsJson(run) : ModelRunAsText(run)).c_str(), stdout);
  return StatusOf(run.result.end);
}

std::string DescribeModels() {
  std::string text;
  for (const model::Model& model : model::AllModels()) {
    text += fmt::format("\n{}: {}\n", model.name, model.meaning);
    for (const model::Bound& bound : model.bounds) {
      text += fmt::format("  --set {}={}  {}..{}: {}\n", bound.name, bound.default_value, bound.smallest,
                          bound.largest, bound.meaning);
    }
    for (const model::NamedMeaning& rule : model.gaps) {
      text += fmt::format("  --without {}  {}\n", rule.name, rule.meaning);
    }
    for (const model::NamedMeaning& invariant : model.invariants) {
      text += fmt::format("  invariant {}  {}\n", invariant.name, invariant.meaning);
    }
    if (!model.liveness.name.empty()) {
      text += fmt::format("  liveness {}  {}\n", model.liveness.name, model.liveness.meaning);
    }
  }
  return text;
}

std::vector<std::string> ModelNames() {
  std::vector<std::string> names;
  for (const model::Model& model : model::AllModels()) names.emplace_back(model.name);
  return names;
}

constexpr std::string_view kFooter =
    "Example:\n"
    "  fencepost model composed --set keys=3 --set max_ops=5 --without no-current-fence\n\n"
    "A violation ends the search when its whole level is explored: the counts, the depth and the\n"
    "counterexample are then the same for any number of threads. 'generated' counts every successor,\n"
    "duplicates included, and the initial state; 'depth' the states on the longest shortest path.\n\n"
    "Exit status: 0 every state was seen and nothing is violated; 1 a violation, be it because a\n"
    "rule was left out; 2 bad usage, or not every state was seen: memory limit or Ctrl-C.\n";

}  // namespace

void AddModel(CLI::App& program, ExitStatus* exit_status) {
  CLI::App* const command =
      program.add_subcommand("model", "Explore every state of a small model, shortest counterexample first");
  const auto options = std::make_shared<ModelOptions>();
  model::CheckOptions& check = options->request.check;
  command->add_option("MODEL", options->model, "The model")->required()->check(CLI::IsMember(ModelNames()));
  command->add_option("--set", options->request.settings, "NAME=VALUE: a bound; may be repeated")
      ->allow_extra_args(false);
  command->add_option("--without,--gap", options->request.gaps, "A rule to leave out; may be repeated")
      ->allow_extra_args(false);
  command->add_option("--invariants", options->request.invariants, "Check only these (default: all)")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_flag("--liveness", check.liveness, "Judge the liveness property too, under weak fairness");
  command->add_option("--threads", check.threads, "Threads to search with")
      ->check(CLI::Range(1U, kMaxThreads))
      ->capture_default_str();
  command
      ->add_option("--memory-limit", check.memory_limit_bytes,
                   "Most memory for states, at least 16MiB, as in 512MiB or 8GiB (default 4GiB)")
      ->transform(CLI::AsSizeValue(false))
      ->check(CLI::Range(kSmallestMemoryLimit, kLargestMemoryLimit));
  command->add_flag("--hash-compaction", options->hash_compaction,
                    "Keep 64 bits of hash instead of each state; prints the chance of missing one");
  command->add_flag("--json", options->json, "One JSON object");
  command->footer(std::string(kFooter) + DescribeModels());
  command->callback([options, exit_status] { *exit_status = CheckModel(*options); });
}

}  // namespace fencepost::sim::cli
