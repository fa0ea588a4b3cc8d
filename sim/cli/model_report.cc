#include "sim/cli/model_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

namespace fencepost::sim::cli {
namespace {

using model::CheckEnd;
using model::Counterexample;
using model::TraceStep;

std::uint64_t PerSecond(std::uint64_t states, double seconds) {
  return seconds > 0 ? static_cast<std::uint64_t>(static_cast<double>(states) / seconds) : states;
}

std::vector<std::string_view> InvariantNames(const ModelRun& run) {
  std::vector<std::string_view> names;
  for (const std::size_t i : run.instance.check.invariants) names.push_back(run.model->invariants[i].name);
  return names;
}

std::string BoundsAsText(const ModelRun& run) {
  std::string text;
  for (const model::Bound& bound : run.model->bounds) {
    text += fmt::format(" {}={}", bound.name, run.instance.bound(bound.name));
  }
  if (!run.instance.gaps.empty()) text += fmt::format(", without: {}", fmt::join(run.instance.gaps, ", "));
  return text;
}

std::string StepsAsText(const std::vector<TraceStep>& steps, std::size_t first_number) {
  std::size_t width = 0;
  for (const TraceStep& step : steps) width = std::max(width, step.action.size());
  std::string text;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    text += fmt::format("  {:>3}  {:<{}}  {}\n", first_number + i, steps[i].action, width, steps[i].state);
  }
  return text;
}

std::string CounterexampleAsText(const Counterexample& told) {
  std::string text = fmt::format("VIOLATED: {}, after {} action{}\n  {:>3}  {}\n", told.property,
                                 told.steps.size(), told.steps.size() == 1 ? "" : "s", 0, told.initial_state);
  text += StepsAsText(told.steps, 1);
  if (!told.cycle.empty()) {
    text += "  and from there round and round, for ever:\n" + StepsAsText(told.cycle, told.steps.size() + 1);
  }
  return text;
}

std::string VerdictAsText(const ModelRun& run) {
  const model::CheckResult& result = run.result;
  const model::CheckOptions& options = run.instance.check;
  const bool may_compact = !options.fingerprint_bits.has_value() && !options.liveness;
  switch (result.end) {
    case CheckEnd::kViolation:
      return CounterexampleAsText(*result.violation);
    case CheckEnd::kComplete:
      return fmt::format("No violation in any state: {}{}{}\n", fmt::join(InvariantNames(run), ", "),
                         options.liveness ? ", and in the end " : "",
                         options.liveness ? run.model->liveness.name : "");
    case CheckEnd::kOutOfMemory:
      return fmt::format(
          "NOT FINISHED: the memory limit of {} MiB is reached after {} states. Raise --memory-limit{} lower "
          "the bounds{}.\n",
          WithCommas(options.memory_limit_bytes >> 20), WithCommas(result.distinct),
          may_compact ? "," : " or", may_compact ? ", or (where states are wide) use --hash-compaction" : "");
    case CheckEnd::kStopped:
      return fmt::format("NOT FINISHED: interrupted after {} states.{}\n", WithCommas(result.distinct),
                         options.liveness ? " Liveness is not judged." : "");
  }
  return "";
}

nlohmann::ordered_json StoppedAsJson(CheckEnd end) {
  switch (end) {
    case CheckEnd::kComplete:
      return nullptr;
    case CheckEnd::kViolation:
      return "violation";
    case CheckEnd::kOutOfMemory:
      return "memory-limit";
    case CheckEnd::kStopped:
      return "interrupted";
  }
  return nullptr;
}

std::vector<std::string> StatesOf(const std::vector<TraceStep>& steps) {
  std::vector<std::string> states;
  for (const TraceStep& step : steps) states.push_back(step.state);
  return states;
}

std::vector<std::string> ActionsOf(const std::vector<TraceStep>& steps) {
  std::vector<std::string> actions;
  for (const TraceStep& step : steps) actions.push_back(step.action);
  return actions;
}

}  // namespace

std::string WithCommas(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t from_end = 3; from_end < digits.size(); from_end += 4) {
    digits.insert(digits.size() - from_end, ",");
  }
  return digits;
}

std::string ModelRunAsText(const ModelRun& run) {
  const model::CheckResult& result = run.result;
  std::string text = fmt::format("model {}:{}\n", run.model->name, BoundsAsText(run));
  text += fmt::format("{} states generated, {} distinct, depth {}\n", WithCommas(result.generated),
                      WithCommas(result.distinct), result.depth);
  text +=
      fmt::format("{:.2f} s, {} distinct states/s, {} MiB for states\n", run.seconds,
                  WithCommas(PerSecond(result.distinct, run.seconds)), WithCommas(result.peak_bytes >> 20));
  if (run.instance.check.fingerprint_bits.has_value()) {
    text += fmt::format("hash compaction: the chance that any state was missed is at most {:.2g}\n",
                        result.omission_bound);
  }
  return text + VerdictAsText(run);
}

std::string ModelRunAsJson(const ModelRun& run) {
  const model::CheckResult& result = run.result;
  nlohmann::ordered_json json;
  json["model"] = run.model->name;
  json["bounds"] = run.instance.bounds;
  json["without"] = run.instance.gaps;
  json["invariants"] = InvariantNames(run);
  json["liveness"] = run.instance.check.liveness;
  json["threads"] = run.instance.check.threads;
  json["generated"] = result.generated;
  json["distinct"] = result.distinct;
  json["depth"] = result.depth;
  json["seconds"] = run.seconds;
  json["states_per_second"] = PerSecond(result.distinct, run.seconds);
  json["peak_bytes"] = result.peak_bytes;
  json["omission_probability_at_most"] = result.omission_bound;
  json["complete"] = result.end == CheckEnd::kComplete;
  json["stopped_by"] = StoppedAsJson(result.end);
  json["violation"] = nullptr;
  json["counterexample"] = nlohmann::ordered_json::array();
  json["cycle"] = nlohmann::ordered_json::array();
  json["states"] = nlohmann::ordered_json::array();
  json["cycle_states"] = nlohmann::ordered_json::array();
  if (result.violation.has_value()) {
    json["violation"] = result.violation->property;
    json["counterexample"] = ActionsOf(result.violation->steps);
    json["cycle"] = ActionsOf(result.violation->cycle);
    json["states"].push_back(result.violation->initial_state);
    for (const std::string& state : StatesOf(result.violation->steps)) json["states"].push_back(state);
    json["cycle_states"] = StatesOf(result.violation->cycle);
  }
  return json.dump() + "\n";
}

std::string ModelProgressAsText(const model::Progress& progress, double seconds) {
  if (progress.judged > 0) {
    return fmt::format("liveness: {} of {} states judged", WithCommas(progress.judged),
                       WithCommas(progress.distinct));
  }
  return fmt::format("level {}: {} generated, {} distinct, {} on this level, {} distinct states/s",
                     progress.level, WithCommas(progress.generated), WithCommas(progress.distinct),
                     WithCommas(progress.frontier), WithCommas(PerSecond(progress.distinct, seconds)));
}

}  // namespace fencepost::sim::cli
