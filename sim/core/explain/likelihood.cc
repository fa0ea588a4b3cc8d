#include "sim/core/explain/likelihood.h"

#include <absl/status/statusor.h>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <memory>
#include <utility>

#include "sim/core/choices/recorded_driver.h"
#include "sim/core/choices/seeded_driver.h"
#include "sim/core/explain/told_event.h"

namespace fencepost::sim {
namespace {

// The recorded answers to the first `kept` draws of a run, a seed's to all others.
class RedrawingDriver final : public ChoiceDriver {
 public:
  RedrawingDriver(std::unique_ptr<ChoiceDriver> recorded, std::uint64_t kept, std::uint64_t seed)
      : recorded_(std::move(recorded)), kept_(kept), seeded_(seed) {}

  std::uint64_t Choose(const ChoiceRequest& request) override {
    if (drawn_++ < kept_) return recorded_->Choose(request);
    return seeded_.Choose(request);
  }

 private:
  std::unique_ptr<ChoiceDriver> recorded_;
  std::uint64_t kept_;
  SeededDriver seeded_;
  std::uint64_t drawn_ = 0;
};

// The last of the first `events` steps and events that is no step, in words.
std::string LineBefore(const Vocabulary& vocabulary, const Trace& trace, std::uint64_t events) {
  for (std::uint64_t i = events; i > 0; --i) {
    const std::optional<TraceEvent> event = trace.EventAt(i - 1);
    if (event.has_value() && !event->is_step()) return TellEventWithTime(vocabulary, trace, *event);
  }
  return "";
}

class Measurement {
 public:
  Measurement(const Simulation& simulation, const FailingRun& failing, const LikelihoodLimits& limits)
      : simulation_(simulation), failing_(failing), limits_(limits), trace_(TraceDetail::kEvents) {
    if (limits_.time.has_value()) started_ = limits_.clock();
  }

  Likelihood Measure() {
    RunDeviations(simulation_, failing_.deviations, &trace_, failing_.limits, &log_);
    result_.samples = limits_.samples;
    result_.draws = log_.draws.size();
    // Both ends first, so that whatever is cut short still spans the run.
    bool go_on = AddPoint(0) && AddPoint(result_.draws);
    for (std::uint64_t i = 1; go_on && i < limits_.first_points; ++i) {
      go_on = AddPoint(result_.draws / limits_.first_points * i);
    }
    while (go_on) {
      const std::optional<std::uint64_t> middle = MiddleOfLargestJump();
      if (!middle.has_value()) break;
      go_on = AddPoint(*middle);
    }
    result_.cut_short = !go_on;
    return std::move(result_);
  }

 private:
  // False when the limits do not allow for it.
  bool AddPoint(std::uint64_t draws) {
    const auto at = std::ranges::lower_bound(result_.points, draws, {}, &LikelihoodPoint::draws);
    if (at != result_.points.end() && at->draws == draws) return true;
    LikelihoodPoint point;
    point.draws = draws;
    for (std::uint64_t seed = 1; seed <= limits_.samples; ++seed) {
      if (Over()) return false;
      ++result_.runs;
      if (RedrawFails(draws, seed)) ++point.failures;
    }
    if (draws > 0) Describe(log_.draws[static_cast<std::size_t>(draws - 1)], &point);
    result_.points.insert(at, std::move(point));
    return true;
  }

  void Describe(const LoggedDraw& draw, LikelihoodPoint* point) const {
    point->draw = FormatDraw(log_, draw);
    point->line = LineBefore(simulation_.vocabulary(), trace_, draw.events);
  }

  bool RedrawFails(std::uint64_t kept, std::uint64_t seed) const {
    absl::StatusOr<std::unique_ptr<RecordedDriver>> recorded = RecordedDriver::Make(failing_.deviations);
    assert(recorded.ok());
    Choices choices(std::make_unique<RedrawingDriver>(*std::move(recorded), kept, seed));
    Trace trace(TraceDetail::kHashOnly);
    const RunOutcome outcome = simulation_.Run(choices, trace, failing_.limits);
    return EndOf(outcome, failing_.failure_class) == VariationEnd::kFails;
  }

  // Between the two neighbouring points whose odds differ most; of equals, the widest apart, then the first.
  // Nothing when no jump that is more than noise has a draw left inside.
  std::optional<std::uint64_t> MiddleOfLargestJump() const {
    const std::uint64_t noise = limits_.samples / 20;
    std::optional<std::uint64_t> middle;
    std::pair<std::uint64_t, std::uint64_t> best{noise, 0};
    for (std::size_t i = 1; i < result_.points.size(); ++i) {
      const LikelihoodPoint& a = result_.points[i - 1];
      const LikelihoodPoint& b = result_.points[i];
      const std::uint64_t jump = std::max(a.failures, b.failures) - std::min(a.failures, b.failures);
      const std::pair<std::uint64_t, std::uint64_t> found{jump, b.draws - a.draws};
      if (b.draws - a.draws < 2 || jump <= noise || found <= best) continue;
      best = found;
      middle = a.draws + (b.draws - a.draws) / 2;
    }
    return middle;
  }

  bool Over() const {
    if (limits_.interrupted && limits_.interrupted()) return true;
    if (limits_.time.has_value() && limits_.clock() - started_ >= *limits_.time) return true;
    return result_.runs >= limits_.runs;
  }

  const Simulation& simulation_;
  const FailingRun& failing_;
  const LikelihoodLimits& limits_;
  std::chrono::nanoseconds started_{0};
  Trace trace_;
  DrawLog log_;
  Likelihood result_;
};

}  // namespace

Likelihood MeasureLikelihood(const Simulation& simulation, const FailingRun& failing,
                             const LikelihoodLimits& limits) {
  return Measurement(simulation, failing, limits).Measure();
}

SeedOdds MeasureSeeds(const Simulation& simulation, const FailingRun& failing, std::uint64_t seeds,
                      const std::function<bool()>& interrupted) {
  SeedOdds odds;
  while (odds.seeds < seeds && !(interrupted && interrupted())) {
    ++odds.seeds;
    Trace trace(TraceDetail::kHashOnly);
    const RunOutcome outcome = RunSeed(simulation, odds.seeds, &trace);
    if (EndOf(outcome, failing.failure_class) == VariationEnd::kFails) ++odds.failures;
  }
  return odds;
}

std::optional<std::uint64_t> SeedsFor95Percent(const SeedOdds& odds) {
  if (odds.failures == 0) return std::nullopt;
  if (odds.failures == odds.seeds) return 1;
  const double p = static_cast<double>(odds.failures) / static_cast<double>(odds.seeds);
  return static_cast<std::uint64_t>(std::ceil(std::log(0.05) / std::log1p(-p)));
}

}  // namespace fencepost::sim
