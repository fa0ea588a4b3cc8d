#include "sim/cli/shrink_failures.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "sim/cli/terminal.h"
#include "sim/cli/trace_file.h"
#include "sim/cli/write_file.h"
#include "sim/core/report/page.h"
#include "sim/core/report/story.h"
#include "sim/core/repro/replay.h"
#include "sim/core/simulation/violation.h"
#include "sim/world/narration/world_narrator.h"
#include "sim/world/scenario_simulation.h"

namespace fencepost::sim::cli {
namespace {

// The file of this kind that belongs to a .repro file: beside it, by the same name.
std::string Beside(const std::string& repro_path, const char* extension) {
  return std::filesystem::path(repro_path).replace_extension(extension).string();
}

constexpr char kPage[] = ".html";
constexpr char kStory[] = ".story.txt";
constexpr char kTrace[] = ".trace.txt";

// Runs the shrunk failure once more, now to look at it.
absl::Status Tell(const Scenario& scenario, const ScenarioArgument& argument, ShrunkFailure* shrunk) {
  Trace trace(TraceDetail::kEvents);
  const ReproReplay replay = ReplayRepro(ScenarioSimulation(scenario), shrunk->repro, &trace);
  const RunTitle title{scenario.name, scenario.summary, ReplayFileCommand(argument, shrunk->path)};
  const Narration told = WorldNarrator(scenario.vocabulary).Narrate(trace, replay.outcome, title);
  shrunk->story = FormatStory(told.story);
  absl::Status written = WriteWholeFile(Beside(shrunk->path, kStory), "the story", shrunk->story);
  if (written.ok()) {
    written = WriteWholeFile(Beside(shrunk->path, kPage), "the page", RenderPage(told));
  }
  if (written.ok()) written = WriteTrace(Beside(shrunk->path, kTrace), *scenario.vocabulary, trace);
  return written;
}

absl::StatusOr<ShrunkFailure> ShrinkOne(const Scenario& scenario, std::uint64_t seed,
                                        const ScenarioArgument& argument, const ShrinkSettings& settings) {
  const std::chrono::nanoseconds started = CpuTime();
  const ScenarioSimulation simulation(scenario);
  const absl::StatusOr<Repro> recorded = RecordSeed(simulation, seed);
  if (!recorded.ok()) return recorded.status();
  absl::StatusOr<ShrunkRepro> smaller = ShrinkRepro(simulation, *recorded, LimitsOf(settings));
  if (!smaller.ok()) return smaller.status();
  ShrunkFailure shrunk;
  shrunk.repro = std::move(smaller->repro);
  shrunk.shrink = std::move(smaller->shrink);
  shrunk.cpu = CpuTime() - started;
  shrunk.path = (std::filesystem::path(settings.out) / ReproFileName(shrunk.repro)).string();
  const absl::Status saved = SaveRepro(shrunk.repro, shrunk.path);
  if (!saved.ok()) return saved;
  if (const absl::Status told = Tell(scenario, argument, &shrunk); !told.ok()) return told;
  return shrunk;
}

}  // namespace

std::vector<FailureFile> FilesOf(const ShrunkFailure& shrunk) {
  std::vector<FailureFile> files;
  if (!shrunk.story.empty()) {
    files.push_back({"page", Beside(shrunk.path, kPage)});
    files.push_back({"story", Beside(shrunk.path, kStory)});
    files.push_back({"trace", Beside(shrunk.path, kTrace)});
  }
  files.push_back({"repro", shrunk.path});
  return files;
}

ShrinkLimits LimitsOf(const ShrinkSettings& settings) {
  ShrinkLimits limits;
  limits.runs = settings.runs;
  limits.time = settings.time;
  limits.clock = CpuTime;
  limits.interrupted = settings.interrupted;
  return limits;
}

absl::StatusOr<std::vector<ShrunkFailure>> ShrinkFirstOfEachClass(const Scenario& scenario,
                                                                  const Campaign& campaign,
                                                                  const ScenarioArgument& argument,
                                                                  const ShrinkSettings& settings) {
  std::vector<ShrunkFailure> all;
  std::set<std::string> classes;
  for (const Failure& failure : campaign.failures) {
    if (!classes.insert(ClassOf(*failure.outcome.violation)).second) continue;
    absl::StatusOr<ShrunkFailure> shrunk = ShrinkOne(scenario, failure.seed, argument, settings);
    if (!shrunk.ok()) return shrunk.status();
    all.push_back(*std::move(shrunk));
  }
  return all;
}

std::string FormatShrink(const ShrinkResult& shrink, std::chrono::nanoseconds cpu) {
  const auto counted = [](std::size_t count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
  };
  return fmt::format("{} and {} in all, of {} and {}; {} runs, {:.1f} s of CPU; {}",
                     counted(shrink.to.plan_items, "plan item"), counted(shrink.to.deviations, "deviation"),
                     shrink.from.plan_items, shrink.from.deviations, shrink.runs,
                     std::chrono::duration<double>(cpu).count(), Describe(shrink.end));
}

std::string FormatShrunk(const ShrunkFailure& shrunk, const ScenarioArgument& argument) {
  std::string text = fmt::format(
      "  shrunk: {}\n"
      "          {}\n"
      "  replay: {}\n",
      FormatShrink(shrunk.shrink, shrunk.cpu), shrunk.repro.sentence,
      ReplayFileCommand(argument, shrunk.path));
  if (!shrunk.story.empty()) text += fmt::format("  page:   {}\n", Beside(shrunk.path, kPage));
  return text;
}

std::string FormatShrunkStory(const ShrunkFailure& shrunk, const ScenarioArgument& argument) {
  constexpr int kMostLines = 40;
  const std::string& story = shrunk.story;
  std::string text = "\n";
  std::size_t begin = 0;
  for (int line = 0; begin < story.size(); ++line) {
    if (line == kMostLines) {
      text += fmt::format("  ... (the rest: {} --story)\n", ReplayFileCommand(argument, shrunk.path));
      break;
    }
    const std::size_t end = story.find('\n', begin) + 1;
    text += "  " + story.substr(begin, end - begin);
    begin = end;
  }
  return text;
}

nlohmann::ordered_json ShrunkAsJson(const ShrunkFailure& shrunk, const ScenarioArgument& argument) {
  return {{"repro", shrunk.path},
          {"plan_items", shrunk.shrink.to.plan_items},
          {"deviations", shrunk.shrink.to.deviations},
          {"plan_items_before", shrunk.shrink.from.plan_items},
          {"deviations_before", shrunk.shrink.from.deviations},
          {"runs", shrunk.shrink.runs},
          {"cpu_seconds", std::chrono::duration<double>(shrunk.cpu).count()},
          {"end", Describe(shrunk.shrink.end)},
          {"sentence", shrunk.repro.sentence},
          {"step", shrunk.repro.step},
          {"trace_hash", FormatTraceHash(shrunk.repro.hash)},
          {"replay", ReplayFileCommand(argument, shrunk.path)}};
}

}  // namespace fencepost::sim::cli
