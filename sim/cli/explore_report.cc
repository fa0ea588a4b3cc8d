#include "sim/cli/explore_report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/cli/model_report.h"
#include "sim/cli/terminal.h"
#include "sim/core/explain/leave_out.h"
#include "sim/core/simulation/violation.h"

namespace fencepost::sim::cli {
namespace {

double Percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 100.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string LevelAsText(const ExploreState& state, std::size_t level) {
  const ExploreLevel& counts = state.levels[level];
  if (level > state.level || (level == state.level && counts.runs == 0)) {
    // The level before has to be complete for its total to be known.
    const bool is_known = level == state.level;
    return fmt::format("  level {}: not begun; {}{} runs\n", level, is_known ? "" : "at least ",
                       WithCommas(counts.total));
  }
  std::string text =
      fmt::format("  level {}: {} of {} runs ({:.3g}%), {} violations, {} quiet", level,
                  WithCommas(counts.runs), WithCommas(counts.total), Percent(counts.runs, counts.total),
                  WithCommas(counts.violations), WithCommas(counts.quiet));
  if (counts.left_out > 0)
    text += fmt::format("; {} left out by --alternatives", WithCommas(counts.left_out));
  return text + "\n";
}

std::string FailureAsText(const ExploreResult& result, const ExploredFailure& failure) {
  std::string text = fmt::format("  {}: {}\n", failure.repro.failure_class, failure.repro.sentence);
  for (const Deviation& deviation : failure.deviations) {
    text += fmt::format("    {}\n", FormatDeviation(deviation));
  }
  if (failure.deviations.empty()) text += "    without any deviation\n";
  return text + fmt::format("    replay: {}\n", ReplayFileCommand(result.argument, failure.path));
}

bool IsSampled(const ExploreState& state) {
  return std::ranges::any_of(state.levels, [](const ExploreLevel& level) { return level.left_out > 0; });
}

std::string Conclusion(const ExploreResult& result) {
  if (!Exhausted(result.state, result.deviations)) return "stopped before the end";
  return fmt::format("{} run with at most {} deviation{} was visited",
                     IsSampled(result.state) ? "all but sampled answers: every" : "every", result.deviations,
                     result.deviations == 1 ? "" : "s");
}

}  // namespace

bool HasUnexpected(const ExploreResult& result) {
  const auto& expected = result.scenario->expect;
  return std::ranges::any_of(result.counts, [&expected](const auto& counted) {
    return std::ranges::find(expected, InvariantOf(counted.first)) == expected.end();
  });
}

std::string ExploreAsText(const ExploreResult& result) {
  std::string text =
      result.base.empty()
          ? fmt::format("{}: config, plan and schedule, from the run without deviations\n",
                        result.scenario->name)
          : fmt::format("{}: config and plan of {} ({} deviations kept), everything else from the default\n",
                        result.scenario->name, result.base, result.kept);
  for (std::size_t level = 0; level < result.state.levels.size(); ++level) {
    text += LevelAsText(result.state, level);
  }
  text += fmt::format("  {}: {} runs in {:.1f} s, {:.0f}/s\n", Conclusion(result), WithCommas(result.runs),
                      result.seconds,
                      result.seconds > 0 ? static_cast<double>(result.runs) / result.seconds : 0.0);
  for (const ExploredFailure& failure : result.failures) text += FailureAsText(result, failure);
  for (const auto& [failure_class, count] : result.counts) {
    if (count > 1) text += fmt::format("  {}: {} violations in all\n", failure_class, WithCommas(count));
  }
  const bool is_done = Exhausted(result.state, result.deviations);
  if (!result.resume.empty()) {
    text += fmt::format("  saved to {}{}\n", result.resume,
                        is_done ? "" : "; the same command goes on from there");
  } else if (!is_done) {
    text += "  not saved: a search with --resume FILE can be gone on with\n";
  }
  return text;
}

std::string ExploreAsJson(const ExploreResult& result) {
  nlohmann::ordered_json json;
  json["scenario"] = result.scenario->name;
  json["base"] = result.base.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(result.base);
  json["deviations"] = result.deviations;
  json["exhausted"] = Exhausted(result.state, result.deviations);
  json["sampled"] = IsSampled(result.state);
  json["levels"] = nlohmann::ordered_json::array();
  for (const ExploreLevel& level : result.state.levels) {
    json["levels"].push_back({{"runs", level.runs},
                              {"total", level.total},
                              {"violations", level.violations},
                              {"quiet", level.quiet},
                              {"left_out", level.left_out}});
  }
  json["violations"] = nlohmann::ordered_json::array();
  for (const ExploredFailure& failure : result.failures) {
    nlohmann::ordered_json deviations = nlohmann::ordered_json::array();
    for (const Deviation& deviation : failure.deviations) deviations.push_back(FormatDeviation(deviation));
    json["violations"].push_back({{"class", failure.repro.failure_class},
                                  {"count", result.counts.at(failure.repro.failure_class)},
                                  {"sentence", failure.repro.sentence},
                                  {"deviations", deviations},
                                  {"repro", failure.path}});
  }
  json["runs"] = result.runs;
  json["seconds"] = result.seconds;
  return json.dump() + "\n";
}

ExploreProgressLine::ExploreProgressLine(std::string title)
    : title_(std::move(title)), started_(RealNow()), on_terminal_(isatty(STDERR_FILENO) == 1) {}

void ExploreProgressLine::Show(const ExploreProgress& progress) {
  ++runs_;
  if (!on_terminal_) return;
  const std::chrono::nanoseconds now = RealNow();
  if (now - last_shown_ < std::chrono::milliseconds(200)) return;
  last_shown_ = now;
  const double elapsed = std::chrono::duration<double>(now - started_).count();
  const double rate = elapsed > 0 ? static_cast<double>(runs_) / elapsed : 0;
  const double left = rate > 0 ? static_cast<double>(progress.total - progress.runs) / rate : 0;
  std::fputs(fmt::format("\r\x1b[K{}: level {}: {} of {} ({:.3g}%), {:.0f}/s, {:.0f} s left, {} violations",
                         title_, progress.level, WithCommas(progress.runs), WithCommas(progress.total),
                         Percent(progress.runs, progress.total), rate, left, progress.violations)
                 .c_str(),
             stderr);
}

void ExploreProgressLine::Clear() {
  if (on_terminal_) std::fputs("\r\x1b[K", stderr);
}

}  // namespace fencepost::sim::cli
