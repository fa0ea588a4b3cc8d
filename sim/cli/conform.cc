// `fencepost conform`: replays recordings of the reference implementation on the production code.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "model/recording/replay.h"
#include "model/recording/report.h"
#include "sim/cli/commands.h"
#include "sim/cli/interrupt.h"

namespace fencepost::sim::cli {
namespace {

struct ConformOptions {
  std::vector<std::string> files;
  std::size_t max_mismatches = 20;
  bool json = false;
};

ExitStatus StatusOf(model::recording::ReplayVerdict verdict) {
  switch (verdict) {
    case model::recording::ReplayVerdict::kAllMatched:
      return ExitStatus::kAsExpected;
    case model::recording::ReplayVerdict::kMismatch:
      return ExitStatus::kViolation;
    case model::recording::ReplayVerdict::kBadInput:
      return ExitStatus::kBadInput;
  }
  return ExitStatus::kHarnessAtFault;
}

// Each file's report is written as soon as it is there, so that an interrupted run has said what it knew.
void Print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

ExitStatus Conform(const ConformOptions& options) {
  const InterruptWatch interrupt;
  model::recording::ReplayTotals totals;
  for (const std::string& file : options.files) {
    if (interrupt.Requested()) break;
    const model::recording::FileReport report = model::recording::ReplayFile(file);
    totals.Add(report);
    Print(options.json ? FileReportAsJson(report) + "\n" : FormatFileReport(report, options.max_mismatches));
    if (options.json && report.bad_input.has_value()) {
      std::fprintf(stderr, "fencepost conform: %s\n", FormatBadInput(*report.bad_input).c_str());
    }
  }
  Print(options.json ? TotalsAsJson(totals) + "\n" : FormatTotals(totals));
  const ExitStatus status = StatusOf(VerdictOf(totals));
  if (totals.files == options.files.size()) return status;
  std::fprintf(stderr, "fencepost conform: interrupted with %zu of %zu files not replayed\n",
               options.files.size() - totals.files, options.files.size());
  return status == ExitStatus::kAsExpected ? ExitStatus::kBadInput : status;
}

}  // namespace

void AddConform(CLI::App& program, ExitStatus* exit_status) {
  CLI::App* const command = program.add_subcommand(
      "conform", "Replay recordings of the reference implementation and compare every answer");
  const auto options = std::make_shared<ConformOptions>();
  command->add_option("FILE", options->files, "Recordings (the format is tests/data/golden/FORMAT.md)")
      ->required();
  command
      ->add_option("--max-mismatches", options->max_mismatches,
                   "Mismatches to print for each file, 0 for all of them")
      ->capture_default_str();
  command->add_flag("--json", options->json, "One JSON object for each file, and one for the total");
  command->footer(
      "Example:\n"
      "  fencepost conform tests/data/golden/*.jsonl\n\n"
      "Operations raced at before_apply are skipped: they pin a window of the reference that this store\n"
      "does not have. After a mismatch that leaves another state behind, the rest of its sequence is\n"
      "skipped too, and counted apart.\n\n"
      "Exit status: 0 all matched, 1 a mismatch, 2 a file that is not a whole recording.");
  command->callback([options, exit_status] { *exit_status = Conform(*options); });
}

}  // namespace fencepost::sim::cli
