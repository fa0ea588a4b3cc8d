#include "sim/core/repro/replay.h"

#include <absl/status/status.h>
#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <span>
#include <utility>

#include "sim/core/shrink/shrink_size.h"

namespace fencepost::sim {
namespace {

constexpr std::size_t kMostCheckpoints = 10;

// The low half of the trace hash after each task; [0] is after the first.
std::vector<std::uint64_t> HashesBySteps(const Trace& trace) {
  std::vector<std::uint64_t> hashes;
  const std::span<const std::uint64_t> prefixes = trace.prefix_hashes();
  for (std::uint64_t i = 0; i < prefixes.size(); ++i) {
    const std::optional<TraceEvent> event = trace.EventAt(i);
    if (event.has_value() && event->is_step()) hashes.push_back(prefixes[i]);
  }
  return hashes;
}

// Evenly spread over the run, the last task included.
std::vector<ReproCheckpoint> CheckpointsOf(const std::vector<std::uint64_t>& hashes) {
  std::vector<ReproCheckpoint> checkpoints;
  const std::size_t count = std::min(kMostCheckpoints, hashes.size());
  for (std::size_t i = 1; i <= count; ++i) {
    const std::size_t step = hashes.size() * i / count;
    checkpoints.push_back(ReproCheckpoint{step, hashes[step - 1]});
  }
  return checkpoints;
}

std::optional<Divergence> DivergenceFrom(const Repro& repro, const Trace& trace) {
  if (trace.hash() == repro.hash) return std::nullopt;
  const std::vector<std::uint64_t> hashes = HashesBySteps(trace);
  Divergence divergence;
  for (const ReproCheckpoint& checkpoint : repro.checkpoints) {
    if (checkpoint.step > hashes.size() || hashes[checkpoint.step - 1] != checkpoint.hash_low) {
      divergence.by = std::min<std::uint64_t>(checkpoint.step, hashes.size());
      return divergence;
    }
    divergence.after = checkpoint.step;
  }
  divergence.by = divergence.after + 1;
  return divergence;
}

ReproVerdict JudgeReplay(const Repro& repro, const ReproReplay& replay) {
  switch (EndOf(replay.outcome, repro.failure_class)) {
    case VariationEnd::kFails:
      return ReproVerdict::kStillFails;
    case VariationEnd::kFailsOtherwise:
      return ReproVerdict::kFailsOtherwise;
    case VariationEnd::kPasses:
      break;
  }
  return replay.stale.empty() ? ReproVerdict::kFixed : ReproVerdict::kStale;
}

std::string FormatDivergence(const Divergence& divergence) {
  if (divergence.by <= divergence.after + 1) return fmt::format("diverged at step {}", divergence.by);
  return fmt::format("diverged between steps {} and {}", divergence.after, divergence.by);
}

std::string FormatStale(const Repro& repro, const ReproReplay& replay) {
  constexpr std::size_t kShown = 10;
  if (replay.stale.empty()) return "";
  std::string text =
      fmt::format("{} of {} deviations did not fit:\n", replay.stale.size(), repro.deviations.size());
  for (std::size_t i = 0; i < std::min(kShown, replay.stale.size()); ++i) {
    text += fmt::format("    {}\n", Describe(replay.stale[i]));
  }
  if (replay.stale.size() > kShown) text += fmt::format("    and {} more\n", replay.stale.size() - kShown);
  return text;
}

}  // namespace

ReproReplay ReplayRepro(const Simulation& simulation, const Repro& repro, Trace* trace,
                        const RunLimits& limits) {
  assert(trace->detail() == TraceDetail::kEvents && trace->events() == 0);
  Variation variation = RunDeviations(simulation, repro.deviations, trace, limits);
  ReproReplay replay;
  replay.outcome = std::move(variation.outcome);
  replay.stale = std::move(variation.stale);
  replay.divergence = DivergenceFrom(repro, *trace);
  replay.verdict = JudgeReplay(repro, replay);
  return replay;
}

bool IsAsExpected(ReproExpectation expectation, ReproVerdict verdict) {
  switch (expectation) {
    case ReproExpectation::kFixed:
      return verdict == ReproVerdict::kFixed;
    case ReproExpectation::kStillFails:
      return verdict == ReproVerdict::kStillFails;
  }
  return false;
}

std::string_view VerdictName(ReproVerdict verdict) {
  switch (verdict) {
    case ReproVerdict::kStillFails:
      return "still fails";
    case ReproVerdict::kFailsOtherwise:
      return "fails otherwise";
    case ReproVerdict::kFixed:
      return "fixed";
    case ReproVerdict::kStale:
      return "stale";
  }
  return "";
}

std::string FormatReplay(const Repro& repro, const ReproReplay& replay) {
  const std::string where = replay.divergence.has_value() ? FormatDivergence(*replay.divergence) : "";
  const std::optional<Violation>& violation = replay.outcome.violation;
  std::string text = std::string(VerdictName(replay.verdict)) + ": ";
  switch (replay.verdict) {
    case ReproVerdict::kStillFails:
      text += fmt::format("{}: {}\n", violation->invariant, violation->sentence);
      if (!where.empty()) text += fmt::format("  but it is not the recorded run: {}\n", where);
      break;
    case ReproVerdict::kFailsOtherwise:
      text += fmt::format("recorded was a violation of {}, now it is {}: {}\n", repro.failure_class,
                          violation->invariant, violation->sentence);
      if (!where.empty()) text += fmt::format("  {}\n", where);
      break;
    case ReproVerdict::kFixed:
      text += fmt::format("all {} deviations were made, and the run passes\n", repro.deviations.size());
      break;
    case ReproVerdict::kStale:
      text += fmt::format("{}: the run passes, but it is not the run that failed\n", where);
      break;
  }
  const std::string stale = FormatStale(repro, replay);
  return stale.empty() ? text : text + "  " + stale;
}

absl::StatusOr<Repro> RecordRepro(const Simulation& simulation, const std::vector<Deviation>& deviations,
                                  std::optional<std::uint64_t> seed) {
  const absl::Status possible = RecordedDriver::Make(deviations).status();
  if (!possible.ok()) return possible;
  Trace trace(TraceDetail::kEvents);
  Variation variation = RunDeviations(simulation, deviations, &trace);
  const RunOutcome& outcome = variation.outcome;
  if (!outcome.violation.has_value()) {
    return absl::FailedPreconditionError(
        fmt::format("{}: these {} deviations give a run that passes", simulation.name(), deviations.size()));
  }
  const std::vector<std::string>& expected = simulation.goals().expect;
  const bool is_expected = std::ranges::find(expected, outcome.violation->invariant) != expected.end();
  Repro repro;
  repro.simulation = simulation.name();
  repro.expect = is_expected ? ReproExpectation::kStillFails : ReproExpectation::kFixed;
  repro.failure_class = ClassOf(*outcome.violation);
  repro.sentence = outcome.violation->sentence;
  repro.seed = seed;
  repro.step = outcome.violated_step;
  repro.hash = outcome.hash;
  repro.checkpoints = CheckpointsOf(HashesBySteps(trace));
  repro.deviations = std::move(variation.made);
  SortDeviations(&repro.deviations);
  return repro;
}

absl::StatusOr<FailingRun> FailingRunOf(const Simulation& simulation, const Repro& repro) {
  constexpr std::uint64_t kLeastSteps = 50'000;
  constexpr std::uint64_t kTimesSteps = 8;
  Trace trace(TraceDetail::kEvents);
  const ReproReplay replay = ReplayRepro(simulation, repro, &trace);
  if (replay.verdict != ReproVerdict::kStillFails) {
    return absl::FailedPreconditionError(FormatReplay(repro, replay));
  }
  FailingRun failing;
  failing.deviations = repro.deviations;
  failing.failure_class = repro.failure_class;
  failing.limits.steps = kLeastSteps + kTimesSteps * replay.outcome.steps;
  return failing;
}

}  // namespace fencepost::sim
