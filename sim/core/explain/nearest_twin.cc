#include "sim/core/explain/nearest_twin.h"

#include <algorithm>
#include <utility>

#include "sim/core/choices/draw_log.h"
#include "sim/core/explain/told_event.h"

namespace fencepost::sim {
namespace {

constexpr std::size_t kLinesShown = 4;

// `deviations` with the draw of `draw` answered by `answer`.
std::vector<Deviation> Answering(std::vector<Deviation> deviations, const Deviation& draw,
                                 std::uint64_t answer) {
  std::erase_if(deviations, [&draw](const Deviation& deviation) {
    return deviation.stream == draw.stream && deviation.index == draw.index;
  });
  if (answer == 0) return deviations;
  deviations.push_back(draw);
  deviations.back().value = answer;
  return deviations;
}

// The events of a run, notes aside, as a reader is told of them.
class ToldRun {
 public:
  // Neither is owned.
  ToldRun(const Vocabulary& vocabulary, const Trace& trace)
      : vocabulary_(vocabulary), trace_(trace), events_(trace.KeptEvents()) {
    std::erase_if(events_, [](const TraceEvent& event) { return event.is_note; });
  }

  // How many events two runs tell alike at first, whenever they happen: a task that runs in between is no
  // difference that a reader sees.
  std::size_t InCommonWith(const ToldRun& other) const {
    std::size_t common = 0;
    while (common < events_.size() && common < other.events_.size() &&
           events_[common].actor == other.events_[common].actor && WordsOf(common) == other.WordsOf(common)) {
      ++common;
    }
    return common;
  }

  // The first of those behind `skipped`.
  std::vector<std::string> LinesAfter(std::size_t skipped) const {
    std::vector<std::string> lines;
    for (std::size_t i = skipped; i < events_.size() && lines.size() < kLinesShown; ++i) {
      lines.push_back(TellEventWithTime(vocabulary_, trace_, events_[i]));
    }
    return lines;
  }

 private:
  std::string WordsOf(std::size_t position) const { return vocabulary_.Tell(events_[position], trace_); }

  const Vocabulary& vocabulary_;
  const Trace& trace_;
  std::vector<TraceEvent> events_;
};

class Search {
 public:
  Search(const Simulation& simulation, const FailingRun& failing, const TwinLimits& limits)
      : simulation_(simulation), failing_(failing), limits_(limits) {}

  TwinSearch Find() {
    Trace trace(TraceDetail::kHashOnly);
    RunDeviations(simulation_, failing_.deviations, &trace, failing_.limits, &log_);
    bool complete = true;
    for (std::uint64_t distance = 1; distance <= limits_.distance && complete; ++distance) {
      complete = TryAllAt(distance);
      if (result_.twin.has_value()) {
        result_.is_nearest = true;
        Compare();
        return std::move(result_);
      }
    }
    TryDefaults();
    if (result_.twin.has_value()) Compare();
    return std::move(result_);
  }

 private:
  // Every draw answered that much lower or higher, the latest first. False when it had to stop.
  bool TryAllAt(std::uint64_t distance) {
    for (std::size_t i = log_.draws.size(); i > 0; --i) {
      const LoggedDraw& draw = log_.draws[i - 1];
      if (draw.value >= distance && !Try(i - 1, draw.value - distance)) return false;
      if (result_.twin.has_value()) return true;
      if (draw.value + distance < draw.bound && !Try(i - 1, draw.value + distance)) return false;
      if (result_.twin.has_value()) return true;
    }
    return true;
  }

  // Every deviation taken back, the smallest first: there are few, so no limit keeps these from being tried.
  void TryDefaults() {
    std::vector<std::size_t> deviating;
    for (std::size_t i = log_.draws.size(); i > 0; --i) {
      if (log_.draws[i - 1].value > 0) deviating.push_back(i - 1);
    }
    std::ranges::sort(deviating, [this](std::size_t a, std::size_t b) {
      const std::uint64_t value_a = log_.draws[a].value;
      const std::uint64_t value_b = log_.draws[b].value;
      return value_a != value_b ? value_a < value_b : a > b;
    });
    for (const std::size_t position : deviating) {
      if (limits_.interrupted && limits_.interrupted()) return;
      ++result_.runs;
      Take(position, 0);
      if (result_.twin.has_value()) return;
    }
  }

  // False when the limits do not let it.
  bool Try(std::size_t position, std::uint64_t answer) {
    if (!log_.draws[position].Admits(answer)) return true;
    if (result_.runs >= limits_.runs || (limits_.interrupted && limits_.interrupted())) return false;
    ++result_.runs;
    Take(position, answer);
    return true;
  }

  // Keeps it if it passes.
  void Take(std::size_t position, std::uint64_t answer) {
    const LoggedDraw& logged = log_.draws[position];
    Deviation draw;
    draw.stream = log_.StreamOf(logged);
    draw.index = logged.index;
    draw.value = answer;
    draw.bound = logged.bound;
    draw.label = logged.label;
    std::vector<Deviation> deviations = Answering(failing_.deviations, draw, answer);
    if (RunVariation(simulation_, failing_, deviations) != VariationEnd::kPasses) return;
    PassingTwin twin;
    twin.draw = std::move(draw);
    twin.recorded = logged.value;
    twin.answer = answer;
    twin.deviations = std::move(deviations);
    result_.twin = std::move(twin);
  }

  void Compare() {
    PassingTwin& twin = *result_.twin;
    Trace failing(TraceDetail::kEvents);
    RunDeviations(simulation_, failing_.deviations, &failing, failing_.limits);
    Trace passing(TraceDetail::kEvents);
    RunDeviations(simulation_, twin.deviations, &passing, failing_.limits);
    const std::optional<std::uint64_t> parted = FirstDifference(failing, passing);
    twin.shared_events = parted.value_or(failing.events());
    for (std::uint64_t i = 0; i < twin.shared_events; ++i) {
      if (failing.EventAt(i)->is_step()) ++twin.after_step;
    }
    const ToldRun told_failing(simulation_.vocabulary(), failing);
    const ToldRun told_passing(simulation_.vocabulary(), passing);
    const std::size_t common = told_failing.InCommonWith(told_passing);
    twin.failing_lines = told_failing.LinesAfter(common);
    twin.passing_lines = told_passing.LinesAfter(common);
  }

  const Simulation& simulation_;
  const FailingRun& failing_;
  const TwinLimits& limits_;
  DrawLog log_;
  TwinSearch result_;
};

}  // namespace

TwinSearch FindPassingTwin(const Simulation& simulation, const FailingRun& failing,
                           const TwinLimits& limits) {
  return Search(simulation, failing, limits).Find();
}

}  // namespace fencepost::sim
