#include "sim/cli/explain_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace fencepost::sim::cli {
namespace {

std::string NeedsAsText(const std::vector<LeftOut>& parts) {
  std::string text = "needed, if left out alone:\n";
  for (const LeftOut& part : parts) {
    text +=
        fmt::format("  {:<4} {:<10} {}{}\n", part.needed() ? "yes" : "no", PartKindName(part.kind), part.name,
                    part.without == VariationEnd::kFailsOtherwise ? " (without it: another violation)" : "");
  }
  if (parts.empty()) text += "  nothing: the run without deviations fails\n";
  return text;
}

std::string TwinAsText(const TwinSearch& search) {
  if (!search.twin.has_value()) {
    return fmt::format("nearest passing twin: none in {} runs with one choice changed\n", search.runs);
  }
  const PassingTwin& twin = *search.twin;
  std::string text = fmt::format(
      "{} ({} runs): {}[{}] ({}) = {} instead of {}, of {}\n"
      "  the same for {} events ({} tasks); the first lines that differ:\n",
      search.is_nearest ? "nearest passing twin" : "a passing twin, perhaps not the nearest", search.runs,
      twin.draw.stream, twin.draw.index, twin.draw.label, twin.answer, twin.recorded, twin.draw.bound,
      twin.shared_events, twin.after_step);
  for (const std::string& line : twin.failing_lines) text += fmt::format("    fails:  {}\n", line);
  for (const std::string& line : twin.passing_lines) text += fmt::format("    passes: {}\n", line);
  return text;
}

// Whether the odds at `b` differ from those at `a` by more than a tenth of the samples.
bool Jumps(const LikelihoodPoint& a, const LikelihoodPoint& b, std::uint64_t samples) {
  return std::max(a.failures, b.failures) - std::min(a.failures, b.failures) > samples / 10;
}

double PercentOf(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string LikelihoodAsText(const Likelihood& likelihood) {
  std::string text = fmt::format(
      "odds of the failure when the rest is drawn anew, by how many of {} draws are kept ({} samples a "
      "point):\n",
      likelihood.draws, likelihood.samples);
  for (std::size_t i = 0; i < likelihood.points.size(); ++i) {
    const LikelihoodPoint& point = likelihood.points[i];
    const bool jumps = i > 0 && Jumps(likelihood.points[i - 1], point, likelihood.samples);
    text += fmt::format("  {:>7} {:>6.1f}%{}\n", point.draws, PercentOf(point.failures, likelihood.samples),
                        jumps ? "  <- jumps" : "");
    if (!jumps) continue;
    const std::uint64_t since = point.draws - likelihood.points[i - 1].draws;
    text += since == 1 ? fmt::format("            by {}\n", point.draw)
                       : fmt::format("            in {} draws, the last {}\n", since, point.draw);
    if (!point.line.empty()) text += fmt::format("            after {}\n", point.line);
  }
  if (likelihood.cut_short) text += "  (limits reached: some jump may be narrowed down further)\n";
  return text;
}

std::string SeedsAsText(const SeedOdds& odds) {
  if (odds.seeds == 0) return "";
  const std::optional<std::uint64_t> needed = SeedsFor95Percent(odds);
  if (!needed.has_value()) {
    return fmt::format(
        "none of the scenario's first {} seeds fails so: with 95% confidence fewer than {:.3g}% do\n",
        odds.seeds, 300.0 / static_cast<double>(odds.seeds));
  }
  return fmt::format(
      "{} of the scenario's first {} seeds fail so ({:.3g}%): {} seed{} show it with 95% confidence\n",
      odds.failures, odds.seeds, PercentOf(odds.failures, odds.seeds), *needed, *needed == 1 ? "" : "s");
}

nlohmann::ordered_json TwinAsJson(const TwinSearch& search) {
  nlohmann::ordered_json json;
  json["runs"] = search.runs;
  json["found"] = search.twin.has_value();
  if (!search.twin.has_value()) return json;
  const PassingTwin& twin = *search.twin;
  json["nearest"] = search.is_nearest;
  json["stream"] = twin.draw.stream;
  json["index"] = twin.draw.index;
  json["label"] = twin.draw.label;
  json["bound"] = twin.draw.bound;
  json["recorded"] = twin.recorded;
  json["answer"] = twin.answer;
  json["shared_events"] = twin.shared_events;
  json["after_step"] = twin.after_step;
  json["failing_lines"] = twin.failing_lines;
  json["passing_lines"] = twin.passing_lines;
  return json;
}

nlohmann::ordered_json LikelihoodAsJson(const Likelihood& likelihood) {
  nlohmann::ordered_json json;
  json["samples"] = likelihood.samples;
  json["draws"] = likelihood.draws;
  json["runs"] = likelihood.runs;
  json["cut_short"] = likelihood.cut_short;
  json["points"] = nlohmann::ordered_json::array();
  for (const LikelihoodPoint& point : likelihood.points) {
    json["points"].push_back(
        {{"draws", point.draws}, {"failures", point.failures}, {"draw", point.draw}, {"line", point.line}});
  }
  return json;
}

}  // namespace

std::string ExplanationAsText(const Repro& repro, const Explanation& explanation, double seconds) {
  return fmt::format("{}: {}: {}\n\n", repro.simulation, repro.failure_class, explanation.sentence) +
         NeedsAsText(explanation.parts) + "\n" + TwinAsText(explanation.twin) + "\n" +
         LikelihoodAsText(explanation.likelihood) + "\n" + SeedsAsText(explanation.seeds) +
         fmt::format("{:.1f} s of CPU\n", seconds);
}

std::string ExplanationAsJson(const Repro& repro, const Explanation& explanation, double seconds) {
  nlohmann::ordered_json json;
  json["scenario"] = repro.simulation;
  json["class"] = repro.failure_class;
  json["sentence"] = explanation.sentence;
  json["parts"] = nlohmann::ordered_json::array();
  for (const LeftOut& part : explanation.parts) {
    json["parts"].push_back({{"kind", PartKindName(part.kind)},
                             {"name", part.name},
                             {"needed", part.needed()},
                             {"without", VariationEndName(part.without)}});
  }
  json["twin"] = TwinAsJson(explanation.twin);
  json["likelihood"] = LikelihoodAsJson(explanation.likelihood);
  const std::optional<std::uint64_t> needed = SeedsFor95Percent(explanation.seeds);
  json["seeds"] = {{"seeds", explanation.seeds.seeds}, {"failures", explanation.seeds.failures}};
  json["seeds"]["for_95_percent"] =
      needed.has_value() ? nlohmann::ordered_json(*needed) : nlohmann::ordered_json(nullptr);
  json["seconds"] = seconds;
  return json.dump() + "\n";
}

}  // namespace fencepost::sim::cli
