#include "sim/run/campaign.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <thread>
#include <utility>

#include "sim/run/run.h"
#include "sim/run/twin.h"

namespace fencepost::sim {
namespace {

// Hands out seeds in order and adds up what the runs say.
class Tally {
 public:
  Tally(const Scenario& scenario, const CampaignOptions& options)
      : options_(options), next_(options.seeds.first), started_(options.clock()) {
    campaign_.scenario = scenario.name;
    campaign_.expect = FormatExpectation(scenario);
  }

  // The next seed of this shard to run, or nothing when the campaign is over.
  std::optional<std::uint64_t> NextSeed() {
    const std::lock_guard lock(mutex_);
    if (Over()) return std::nullopt;
    const SeedRange& seeds = options_.seeds;
    while (next_.has_value()) {
      const std::uint64_t seed = *next_;
      next_ = seed < seeds.last ? std::optional(seed + 1) : std::nullopt;
      if (seed % seeds.shards == seeds.shard % seeds.shards) return seed;
    }
    return std::nullopt;
  }

  void Add(std::uint64_t seed, const RunOutcome& outcome, bool twin,
           std::optional<std::string> nondeterminism) {
    const std::lock_guard lock(mutex_);
    ++campaign_.runs;
    if (twin) ++campaign_.twin_runs;
    campaign_.steps += outcome.steps;
    campaign_.simulated += outcome.simulated;
    for (std::size_t i = 0; i < kFaultCount; ++i) campaign_.faults[i] += outcome.faults[i];
    for (std::size_t i = 0; i < kMarkCount; ++i) campaign_.marks[i] += outcome.marks[i];
    if (nondeterminism.has_value() && !campaign_.nondeterminism.has_value()) {
      campaign_.nondeterminism = fmt::format("seed {}: {}", seed, *nondeterminism);
    }
    if (outcome.violation.has_value()) Keep(Failure{seed, outcome});
    constexpr std::uint64_t kProgressEvery = 16;
    if (options_.progress && campaign_.runs % kProgressEvery == 0) {
      options_.progress(CampaignProgress{campaign_.runs, campaign_.violations});
    }
  }

  Campaign Finish() {
    std::sort(campaign_.failures.begin(), campaign_.failures.end(),
              [](const Failure& a, const Failure& b) { return a.seed < b.seed; });
    campaign_.elapsed = options_.clock() - started_;
    return std::move(campaign_);
  }

 private:
  bool Over() {
    if (options_.interrupted && options_.interrupted()) {
      campaign_.interrupted = true;
      return true;
    }
    if (campaign_.nondeterminism.has_value()) return true;
    if (!campaign_.failures.empty() && !options_.keep_going) return true;
    return options_.time_limit.has_value() && options_.clock() - started_ >= *options_.time_limit;
  }

  // Runs end in any order; those of the smallest seeds are kept.
  void Keep(Failure failure) {
    ++campaign_.violations;
    campaign_.failures.push_back(std::move(failure));
    if (campaign_.failures.size() <= options_.max_failures) return;
    const auto largest = std::max_element(campaign_.failures.begin(), campaign_.failures.end(),
                                          [](const Failure& a, const Failure& b) { return a.seed < b.seed; });
    campaign_.failures.erase(largest);
  }

  const CampaignOptions& options_;
  std::mutex mutex_;
  std::optional<std::uint64_t> next_;
  std::chrono::nanoseconds started_;
  Campaign campaign_;
};

void RunAndAdd(const Scenario& scenario, const CampaignOptions& options, std::uint64_t seed, Tally* tally) {
  const bool twin =
      options.twin_every != 0 && seed % options.twin_every == options.seeds.first % options.twin_every;
  if (!twin) {
    Trace trace(TraceDetail::kHashOnly);
    tally->Add(seed, RunSeed(scenario, seed, &trace), false, std::nullopt);
    return;
  }
  RunOutcome outcome;
  const std::optional<TwinMismatch> mismatch =
      RunTwice([&](Trace& trace) { outcome = RunSeed(scenario, seed, &trace); });
  const std::string sentence = mismatch.has_value() ? FormatTwinMismatch(*mismatch) : "";
  tally->Add(seed, outcome, true, mismatch.has_value() ? std::optional(sentence) : std::nullopt);
}

}  // namespace

Campaign RunCampaign(const Scenario& scenario, const CampaignOptions& options) {
  Tally tally(scenario, options);
  const auto work = [&] {
    while (const std::optional<std::uint64_t> seed = tally.NextSeed())
      RunAndAdd(scenario, options, *seed, &tally);
  };
  std::vector<std::thread> helpers;
  for (int i = 1; i < options.jobs; ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
  return tally.Finish();
}

namespace {

void UnmetExpectation(const Scenario& scenario, const Campaign& campaign, std::vector<std::string>* unmet) {
  bool seen = false;
  const auto expected = [&scenario](const std::string& invariant) {
    return std::find(scenario.expect.begin(), scenario.expect.end(), invariant) != scenario.expect.end();
  };
  for (const Failure& failure : campaign.failures) {
    if (expected(failure.outcome.violation->invariant)) {
      seen = true;
      continue;
    }
    unmet->push_back(fmt::format("seed {} violated {}: {}", failure.seed,
                                 failure.outcome.violation->invariant, failure.outcome.violation->sentence));
    if (!campaign.interrupted && unmet->size() >= 10) break;
  }
  if (!scenario.expect.empty() && !seen && !campaign.interrupted) {
    unmet->push_back(fmt::format("none of {} runs violated {}, as this scenario is expected to",
                                 campaign.runs, FormatExpectation(scenario)));
  }
}

void UnmetCoverage(const Scenario& scenario, const Campaign& campaign, std::vector<std::string>* unmet) {
  for (const FaultDescription& fault : AllFaults()) {
    const auto index = static_cast<std::size_t>(fault.fault);
    if (scenario.faults[index].numerator > 0 && campaign.faults[index] == 0) {
      unmet->push_back(
          fmt::format("the fault {} is on but never fired in {} runs", fault.name, campaign.runs));
    }
  }
  for (const Mark mark : scenario.marks) {
    const auto index = static_cast<std::size_t>(mark);
    if (campaign.marks[index] == 0) {
      unmet->push_back(
          fmt::format("the mark {} was never reached in {} runs", AllMarks()[index].name, campaign.runs));
    }
  }
}

}  // namespace

std::vector<std::string> Unmet(const Scenario& scenario, const Campaign& campaign, bool complete) {
  std::vector<std::string> unmet;
  UnmetExpectation(scenario, campaign, &unmet);
  // A campaign that is to end at its first violation has no time to reach everything.
  if (complete && scenario.expect.empty() && !campaign.interrupted) UnmetCoverage(scenario, campaign, &unmet);
  return unmet;
}

}  // namespace fencepost::sim
