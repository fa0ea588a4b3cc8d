#include "sim/cli/job_github.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "sim/cli/checks.h"
#include "sim/core/report/github.h"

namespace fencepost::sim::cli {
namespace {

namespace fs = std::filesystem;

// As GitHub knows the file: relative to the checkout, if it lies there.
std::string InCheckout(const std::string& path, const Environment& environment) {
  if (path.empty()) return path;
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error).lexically_normal();
  const fs::path root =
      environment.github_workspace.empty() ? fs::current_path(error) : fs::path(environment.github_workspace);
  const fs::path relative = absolute.lexically_relative(root.lexically_normal());
  if (error || relative.empty() || *relative.begin() == "..") return path;
  return relative.string();
}

// Nothing for a check that holds.
std::string AnnotationOf(const std::string& suite, const Check& check, const Environment& environment) {
  if (check.verdict == CheckVerdict::kHolds) return "";
  Annotation annotation;
  annotation.level =
      check.verdict == CheckVerdict::kOpen ? AnnotationLevel::kWarning : AnnotationLevel::kError;
  annotation.title = fmt::format("{}: {}", suite, check.name);
  if (check.verdict != CheckVerdict::kOpen) annotation.title += fmt::format(": {}", check.kind);
  annotation.message = check.sentence;
  if (!check.replay.empty()) annotation.message += fmt::format("\nreplay: {}", check.replay);
  annotation.file = InCheckout(check.file, environment);
  return FormatAnnotation(annotation);
}

std::string_view Word(const ScenarioResult& result) {
  if (!result.not_run.empty()) return "not run";
  if (!result.IsAsExpected()) return "**FAIL**";
  return result.campaign.interrupted ? "cut short" : "ok";
}

std::string Row(const ScenarioResult& result) {
  const Campaign& campaign = result.campaign;
  const double seconds = std::chrono::duration<double>(campaign.elapsed).count();
  const std::string seeds = !result.not_run.empty() ? "" : fmt::format("from {}", result.first_seed);
  return fmt::format("| {} | {} | {} | {} | {} | {:.0f} | {} |\n", Word(result),
                     MarkdownText(result.scenario.name), MarkdownText(FormatExpectation(result.scenario)),
                     seeds, campaign.runs, seconds > 0 ? static_cast<double>(campaign.runs) / seconds : 0.0,
                     campaign.violations);
}

// A list item for a check that does not hold; GitHub takes a summary of a mebibyte at most.
void AddItem(const std::string& suite, const Check& check, std::string* text, int* left) {
  if (check.verdict == CheckVerdict::kHolds || check.verdict == CheckVerdict::kOpen) return;
  if ((*left)-- <= 0) return;
  *text += fmt::format("- **{}**, {}: {}", MarkdownText(suite), MarkdownText(check.name),
                       MarkdownText(check.sentence));
  if (!check.replay.empty()) *text += "<br>" + MarkdownCode(check.replay);
  *text += '\n';
}

std::string Failures(const Job& job) {
  constexpr int kMost = 100;
  int left = kMost;
  std::string items;
  for (const RegressionResult& regression : job.regressions) {
    AddItem("regressions", CheckOf(regression), &items, &left);
  }
  for (const ScenarioResult& result : job.scenarios) {
    for (const Check& check : ChecksOf(result)) AddItem(result.scenario.name, check, &items, &left);
  }
  if (left < 0) items += fmt::format("- and {} more\n", -left);
  return items;
}

}  // namespace

std::string JobAsAnnotations(const Job& job, const Environment& environment) {
  std::string text;
  for (const RegressionResult& regression : job.regressions) {
    text += AnnotationOf("regressions", CheckOf(regression), environment);
  }
  std::uint64_t runs = 0;
  std::size_t as_expected = 0;
  for (const ScenarioResult& result : job.scenarios) {
    runs += result.campaign.runs;
    if (result.not_run.empty() && result.IsAsExpected()) ++as_expected;
    // What another part of a sharded job does is not worth a warning.
    if (!result.not_run.empty() && !job.interrupted) continue;
    for (const Check& check : ChecksOf(result)) {
      // Interrupted in the middle, a scenario has many open checks for one reason.
      if (check.verdict == CheckVerdict::kOpen && result.not_run.empty()) continue;
      text += AnnotationOf(result.scenario.name, check, environment);
    }
  }
  Annotation total;
  total.level = job.interrupted ? AnnotationLevel::kWarning : AnnotationLevel::kNotice;
  total.title = fmt::format("fencepost {}{}", job.name, job.interrupted ? " was interrupted" : "");
  total.message =
      fmt::format("{} runs of {} scenarios in {:.0f} s; {} of {} as expected", runs, job.scenarios.size(),
                  std::chrono::duration<double>(job.elapsed).count(), as_expected, job.scenarios.size());
  return text + FormatAnnotation(total);
}

std::string JobAsStepSummary(const Job& job) {
  std::string text = fmt::format("### fencepost {}{}\n\n", MarkdownText(job.name),
                                 job.shard.IsWhole() ? "" : " " + FormatShard(job.shard));
  if (job.interrupted) text += "Interrupted: not everything was run.\n\n";
  if (const std::string failures = Failures(job); !failures.empty()) {
    text += fmt::format("**Not as expected**\n\n{}\n", failures);
  }
  text += "| | scenario | expected | seeds | runs | a second | violations |\n";
  text += "|---|---|---|---|--:|--:|--:|\n";
  for (const ScenarioResult& result : job.scenarios) text += Row(result);
  if (!job.regressions.empty()) {
    std::size_t as_expected = 0;
    for (const RegressionResult& one : job.regressions) as_expected += one.as_expected ? 1 : 0;
    text += fmt::format("\n{} of {} regression files as expected.\n", as_expected, job.regressions.size());
  }
  return text + "\n";
}

}  // namespace fencepost::sim::cli
