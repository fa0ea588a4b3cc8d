#include "sim/core/campaign/campaign.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "sim/core/campaign/twin.h"

namespace fencepost::sim {
namespace {

void AddCounts(const std::vector<std::uint64_t>& counts, std::vector<std::uint64_t>* sums) {
  if (sums->size() < counts.size()) sums->resize(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) (*sums)[i] += counts[i];
}

// Hands out seeds in order and adds up what the runs say.
class Tally {
 public:
  Tally(const Simulation& simulation, const CampaignOptions& options)
      : options_(options), next_(FirstOfShard(options.seeds.first)), started_(options.clock()) {
    campaign_.simulation = simulation.name();
    campaign_.expect = FormatExpectation(simulation.goals());
    campaign_.faults.resize(simulation.vocabulary().faults.size());
    campaign_.marks.resize(simulation.vocabulary().marks.size());
  }

  // A run to make.
  struct Ticket {
    std::uint64_t seed = 0;
    std::uint64_t position = 0;  // among the runs of this campaign, from 1
  };

  // The next run of this shard; nothing when the campaign is over.
  std::optional<Ticket> Next() {
    const std::lock_guard lock(mutex_);
    if (!next_.has_value() || Over()) return std::nullopt;
    const Ticket ticket{*next_, ++started_runs_};
    next_ = ticket.seed < options_.seeds.last ? FirstOfShard(ticket.seed + 1) : std::nullopt;
    return ticket;
  }

  void Add(const Ticket& ticket, const RunOutcome& outcome, bool twin,
           std::optional<std::string> nondeterminism) {
    const std::lock_guard lock(mutex_);
    ++campaign_.runs;
    if (twin) ++campaign_.twin_runs;
    campaign_.steps += outcome.steps;
    campaign_.simulated += outcome.simulated;
    AddCounts(outcome.faults, &campaign_.faults);
    AddCounts(outcome.marks, &campaign_.marks);
    if (nondeterminism.has_value() && !campaign_.nondeterminism.has_value()) {
      campaign_.nondeterminism = fmt::format("seed {}: {}", ticket.seed, *nondeterminism);
    }
    if (outcome.violation.has_value()) Keep(ticket, outcome);
    constexpr std::uint64_t kProgressEvery = 16;
    if (options_.progress && campaign_.runs % kProgressEvery == 0) {
      options_.progress(CampaignProgress{campaign_.runs, campaign_.violations});
    }
  }

  Campaign Finish() {
    std::sort(campaign_.failures.begin(), campaign_.failures.end(),
              [](const Failure& a, const Failure& b) { return a.seed < b.seed; });
    campaign_.failed_at.assign(failed_at_.begin(), failed_at_.end());
    campaign_.next_seed = next_;
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
    if (campaign_.violations >= (options_.keep_going ? options_.enough_failures : 1)) return true;
    if (!options_.time_limit.has_value() || started_runs_ < options_.fewest_runs) return false;
    return options_.clock() - started_ >= *options_.time_limit;
  }

  // The first seed from this one on that is in this shard.
  std::optional<std::uint64_t> FirstOfShard(std::uint64_t seed) const {
    const auto [first, last, shard] = options_.seeds;
    const std::uint64_t ahead = (shard.index % shard.count + shard.count - seed % shard.count) % shard.count;
    if (seed > last || ahead > last - seed) return std::nullopt;
    return seed + ahead;
  }

  // Runs end in any order; those of the smallest seeds are kept.
  void Keep(const Ticket& ticket, const RunOutcome& outcome) {
    ++campaign_.violations;
    failed_at_.insert(ticket.position);
    if (failed_at_.size() > kMostFailedAt) failed_at_.erase(std::prev(failed_at_.end()));
    campaign_.failures.push_back(Failure{ticket.seed, outcome});
    if (campaign_.failures.size() <= options_.max_failures) return;
    const auto largest = std::max_element(campaign_.failures.begin(), campaign_.failures.end(),
                                          [](const Failure& a, const Failure& b) { return a.seed < b.seed; });
    campaign_.failures.erase(largest);
  }

  const CampaignOptions& options_;
  std::mutex mutex_;
  std::optional<std::uint64_t> next_;
  std::uint64_t started_runs_ = 0;
  std::set<std::uint64_t> failed_at_;
  std::chrono::nanoseconds started_;
  Campaign campaign_;
};

void RunAndAdd(const Simulation& simulation, const CampaignOptions& options, const Tally::Ticket& ticket,
               Tally* tally) {
  // By position: seeds of one shard may all leave the same remainder.
  const bool twin = options.twin_every != 0 && (ticket.position - 1) % options.twin_every == 0;
  if (!twin) {
    Trace trace(TraceDetail::kHashOnly);
    tally->Add(ticket, RunSeed(simulation, ticket.seed, &trace), false, std::nullopt);
    return;
  }
  RunOutcome outcome;
  const std::optional<TwinMismatch> mismatch =
      RunTwice([&](Trace& trace) { outcome = RunSeed(simulation, ticket.seed, &trace); });
  const std::string sentence = mismatch.has_value() ? FormatTwinMismatch(*mismatch) : "";
  tally->Add(ticket, outcome, true, mismatch.has_value() ? std::optional(sentence) : std::nullopt);
}

}  // namespace

Campaign RunCampaign(const Simulation& simulation, const CampaignOptions& options) {
  Tally tally(simulation, options);
  const auto work = [&] {
    while (const std::optional<Tally::Ticket> ticket = tally.Next()) {
      RunAndAdd(simulation, options, *ticket, &tally);
    }
  };
  std::vector<std::thread> helpers;
  for (int i = 1; i < options.jobs; ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
  return tally.Finish();
}

namespace {

void UnmetExpectation(const Goals& goals, const Campaign& campaign, std::vector<std::string>* unmet) {
  bool seen = false;
  const auto expected = [&goals](const std::string& invariant) {
    return std::ranges::find(goals.expect, invariant) != goals.expect.end();
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
  if (!goals.expect.empty() && !seen && !campaign.interrupted) {
    unmet->push_back(fmt::format("none of {} runs violated {}, as {} is expected to", campaign.runs,
                                 campaign.expect, campaign.simulation));
  }
}

void UnmetCoverage(const Simulation& simulation, const Campaign& campaign, std::vector<std::string>* unmet) {
  const Vocabulary& vocabulary = simulation.vocabulary();
  for (const FaultKind* const fault : simulation.goals().faults) {
    if (campaign.faults[vocabulary.faults.PositionOf(*fault)] == 0) {
      unmet->push_back(
          fmt::format("the fault {} is on but never fired in {} runs", fault->name, campaign.runs));
    }
  }
  for (const MarkKind* const mark : simulation.goals().marks) {
    if (campaign.marks[vocabulary.marks.PositionOf(*mark)] == 0) {
      unmet->push_back(fmt::format("the mark {} was never reached in {} runs", mark->name, campaign.runs));
    }
  }
}

}  // namespace

std::vector<std::string> Unmet(const Simulation& simulation, const Campaign& campaign, bool complete) {
  std::vector<std::string> unmet;
  UnmetExpectation(simulation.goals(), campaign, &unmet);
  // A campaign that is to end at its first violation has no time to reach everything.
  if (complete && simulation.goals().expect.empty() && !campaign.interrupted) {
    UnmetCoverage(simulation, campaign, &unmet);
  }
  return unmet;
}

}  // namespace fencepost::sim
