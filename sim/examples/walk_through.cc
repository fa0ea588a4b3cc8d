#include "sim/examples/walk_through.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "sim/core/campaign/campaign.h"
#include "sim/core/explain/explanation.h"
#include "sim/core/report/narrator.h"
#include "sim/core/repro/replay.h"
#include "sim/core/repro/repro_file.h"
#include "sim/core/repro/shrink_repro.h"

namespace fencepost::sim::examples {
namespace {

constexpr std::uint64_t kSeeds = 2'000;

bool Refuse(const std::string& why) {
  fmt::print("this example is broken: {}\n", why);
  return false;
}

// Every 16th run is made twice, with the heap perturbed, to see that it depends on its choices alone.
Campaign Run(const Simulation& simulation) {
  CampaignOptions options;
  options.seeds.last = kSeeds;
  options.twin_every = 16;
  options.clock = [] {
    const auto now = std::chrono::steady_clock::now();  // determinism: how long it takes, outside of runs
    return now.time_since_epoch();
  };
  return RunCampaign(simulation, options);
}

void PrintStory(const Simulation& simulation, const Repro& repro) {
  Trace trace(TraceDetail::kEvents);
  const ReproReplay replay = ReplayRepro(simulation, repro, &trace);
  const Narrator narrator(&simulation.vocabulary());
  const Narration told = narrator.Narrate(trace, replay.outcome, RunTitle{repro.simulation, "", ""});
  fmt::print("{}", FormatStory(told.story));
}

void PrintExplanation(const Explanation& explanation) {
  for (const LeftOut& part : explanation.parts) {
    if (part.kind == PartKind::kDeviation && !part.needed()) continue;
    fmt::print("  {:<11} {}  {}\n", PartKindName(part.kind), part.name,
               part.needed() ? "(without it, the run passes)" : "(not needed)");
  }
  if (const auto& twin = explanation.twin.twin; twin.has_value()) {
    fmt::print("  nearest passing run: {}[{}] ({}) answered {} instead of {}\n", twin->draw.stream,
               twin->draw.index, twin->draw.label, twin->answer, twin->recorded);
    for (const std::string& line : twin->failing_lines) fmt::print("    fails:  {}\n", line);
    for (const std::string& line : twin->passing_lines) fmt::print("    passes: {}\n", line);
  }
  fmt::print("  {} of {} seeds fail like this\n", explanation.seeds.failures, explanation.seeds.seeds);
}

// The verdict alone, which FormatReplay would follow with what the code did otherwise.
ReproVerdict Replay(const Simulation& simulation, const Repro& repro) {
  Trace trace(TraceDetail::kEvents);
  return ReplayRepro(simulation, repro, &trace).verdict;
}

}  // namespace

bool WalkThrough(const Simulation& wrong, const Simulation& right, const std::string& folder,
                 const Expectation& expectation) {
  fmt::print("== a campaign over {} seeds\n", kSeeds);
  const Campaign found = Run(wrong);
  if (found.nondeterminism.has_value()) return Refuse(*found.nondeterminism);
  if (found.failures.empty()) return Refuse("no seed fails");
  const Failure& failure = found.failures.front();
  fmt::print("run {} fails: seed {}: {}\n", found.runs, failure.seed, failure.outcome.violation->sentence);

  fmt::print("\n== shrunk\n");
  const absl::StatusOr<Repro> recorded = RecordSeed(wrong, failure.seed);
  if (!recorded.ok()) return Refuse(recorded.status().ToString());
  const absl::StatusOr<ShrunkRepro> shrunk = ShrinkRepro(wrong, *recorded, ShrinkLimits{});
  if (!shrunk.ok()) return Refuse(shrunk.status().ToString());
  const ShrinkSize& size = shrunk->shrink.to;
  const ShrinkSize& before = shrunk->shrink.from;
  fmt::print("plan items: {} of {}; choices: {} of {}; runs: {}\n\n", size.plan_items, before.plan_items,
             size.deviations, before.deviations, shrunk->shrink.runs);
  PrintStory(wrong, shrunk->repro);
  if (size.plan_items > expectation.most_plan_items || size.deviations > expectation.most_deviations) {
    return Refuse("it is not as small as it should be");
  }

  fmt::print("\n== explained\n");
  ExplainLimits limits;
  limits.samples = 20;
  limits.runs = 1'000;
  const absl::StatusOr<Explanation> explanation = Explain(wrong, shrunk->repro, limits);
  if (!explanation.ok()) return Refuse(explanation.status().ToString());
  PrintExplanation(*explanation);

  const std::string file = ReproFileName(shrunk->repro);
  fmt::print("\n== kept in {}\n", file);
  const absl::Status saved = SaveRepro(shrunk->repro, folder + "/" + file);
  if (!saved.ok()) return Refuse(saved.ToString());
  const absl::StatusOr<Repro> loaded = LoadRepro(folder + "/" + file, &wrong.vocabulary().invariants);
  if (!loaded.ok()) return Refuse(loaded.status().ToString());
  fmt::print("{}", FormatRepro(*loaded));

  fmt::print("\n== replayed\n");
  const ReproVerdict as_it_is = Replay(wrong, *loaded);
  const ReproVerdict as_it_should_be = Replay(right, *loaded);
  const Campaign repaired = Run(right);
  fmt::print("with the mistake:    {}\n", VerdictName(as_it_is));
  fmt::print("without the mistake: {}, and {} of {} seeds fail\n", VerdictName(as_it_should_be),
             repaired.violations, repaired.runs);
  if (as_it_is != ReproVerdict::kStillFails) return Refuse("the replay does not fail");
  if (as_it_should_be != ReproVerdict::kFixed && as_it_should_be != ReproVerdict::kStale) {
    return Refuse("the replay fails without the mistake");
  }
  if (repaired.violations != 0 || repaired.nondeterminism.has_value()) {
    return Refuse("it fails without the mistake");
  }
  return true;
}

}  // namespace fencepost::sim::examples
