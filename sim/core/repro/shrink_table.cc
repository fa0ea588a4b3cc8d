#include "sim/core/repro/shrink_table.h"

#include <algorithm>
#include <map>
#include <utility>

#include "sim/core/report/story.h"
#include "sim/core/repro/replay.h"

namespace fencepost::sim {
namespace {

bool Fails(const Simulation& simulation, std::uint64_t seed) {
  Trace trace(TraceDetail::kHashOnly);
  return RunSeed(simulation, seed, &trace).violation.has_value();
}

absl::StatusOr<ShrunkSeed> ShrinkSeed(const Simulation& simulation, std::uint64_t seed,
                                      const ShrinkTableOptions& options) {
  const std::chrono::nanoseconds started = options.clock();
  const absl::StatusOr<Repro> recorded = RecordSeed(simulation, seed);
  if (!recorded.ok()) return recorded.status();
  ShrinkLimits limits;
  limits.runs = options.runs;
  limits.interrupted = options.interrupted;
  absl::StatusOr<ShrunkRepro> shrunk = ShrinkRepro(simulation, *recorded, limits);
  if (!shrunk.ok()) return shrunk.status();
  ShrunkSeed result;
  result.repro = std::move(shrunk->repro);
  result.shrink = std::move(shrunk->shrink);
  result.cpu = options.clock() - started;
  const Narrator of_any(&simulation.vocabulary());
  result.plot = PlotOf(simulation, result.repro, options.narrator == nullptr ? of_any : *options.narrator);
  return result;
}

}  // namespace

std::string PlotOf(const Simulation& simulation, const Repro& repro, const Narrator& narrator) {
  Trace trace(TraceDetail::kEvents);
  const ReproReplay replay = ReplayRepro(simulation, repro, &trace);
  const RunTitle title{std::string(simulation.name()), std::string(simulation.summary()), ""};
  return FormatPlot(narrator.Narrate(trace, replay.outcome, title).story);
}

absl::StatusOr<std::vector<ShrunkSeed>> ShrinkFirstSeeds(const Simulation& simulation,
                                                         const ShrinkTableOptions& options) {
  std::vector<ShrunkSeed> seeds;
  for (std::uint64_t seed = 1; seed <= options.last_seed && seeds.size() < options.failing_seeds; ++seed) {
    if (options.interrupted && options.interrupted()) break;
    if (options.progress) options.progress(seeds.size(), seed);
    if (!Fails(simulation, seed)) continue;
    absl::StatusOr<ShrunkSeed> shrunk = ShrinkSeed(simulation, seed, options);
    if (!shrunk.ok()) return shrunk.status();
    if (shrunk->shrink.end == ShrinkEnd::kInterrupted) break;  // half shrunk says nothing about the shrinker
    seeds.push_back(*std::move(shrunk));
  }
  return seeds;
}

Spread SpreadOf(std::vector<std::uint64_t> values) {
  if (values.empty()) return Spread{};
  std::sort(values.begin(), values.end());
  return Spread{values[(values.size() - 1) / 2], values.back()};
}

ShrinkRow SummariseShrunk(const std::vector<ShrunkSeed>& seeds) {
  const auto spread_of = [&seeds](auto value_of) {
    std::vector<std::uint64_t> values;
    for (const ShrunkSeed& seed : seeds) values.push_back(static_cast<std::uint64_t>(value_of(seed)));
    return SpreadOf(std::move(values));
  };
  ShrinkRow row;
  row.seeds = seeds.size();
  row.plan_items = spread_of([](const ShrunkSeed& seed) { return seed.shrink.to.plan_items; });
  row.deviations = spread_of([](const ShrunkSeed& seed) { return seed.shrink.to.deviations; });
  row.runs = spread_of([](const ShrunkSeed& seed) { return seed.shrink.runs; });
  row.cpu_ms = spread_of([](const ShrunkSeed& seed) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(seed.cpu).count();
  });
  std::map<std::string, std::size_t> plots;
  for (const ShrunkSeed& seed : seeds) ++plots[seed.plot];
  row.plots = plots.size();
  std::size_t alike = 0;
  for (const auto& [plot, count] : plots) {
    row.commonest = std::max(row.commonest, count);
    alike += count * (count - 1) / 2;
  }
  const std::size_t pairs = seeds.size() * (seeds.size() - std::min<std::size_t>(seeds.size(), 1)) / 2;
  row.pairs_alike = pairs == 0 ? 100 : alike * 100 / pairs;
  row.unfinished = static_cast<std::size_t>(std::count_if(
      seeds.begin(), seeds.end(), [](const auto& seed) { return seed.shrink.end != ShrinkEnd::kSmallest; }));
  return row;
}

}  // namespace fencepost::sim
