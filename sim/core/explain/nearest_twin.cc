#include "sim/core/explain/nearest_twin.h"

#include <algorithm>
#include <utility>

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

// The lines of a trace after its first `skipped`, as they are shown.
std::vector<std::string> LinesAfter(const std::vector<TraceEvent>& events, std::size_t skipped) {
  std::vector<std::string> lines;
  for (std::size_t i = skipped; i < events.size() && lines.size() < kLinesShown; ++i) {
    lines.push_back(TellEvent(events[i]));
  }
  return lines;
}

// How many lines two traces tell alike at first, whenever they tell them: a task that runs in between is no
// difference that a reader sees.
std::size_t LinesInCommon(const std::vector<TraceEvent>& left, const std::vector<TraceEvent>& right) {
  std::size_t common = 0;
  while (common < left.size() && common < right.size() && left[common].text == right[common].text &&
         left[common].actor == right[common].actor) {
    ++common;
  }
  return common;
}

class Search {
 public:
  Search(const FailingRun& failing, const TwinLimits& limits) : failing_(failing), limits_(limits) {}

  TwinSearch Find() {
    Trace trace(TraceDetail::kHashOnly);
    RunVariation(failing_, failing_.deviations, &trace, &log_);
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
    if (VerdictOnVariation(failing_, deviations) != Verdict::kPasses) return;
    PassingTwin twin;
    twin.draw = std::move(draw);
    twin.recorded = logged.value;
    twin.answer = answer;
    twin.deviations = std::move(deviations);
    result_.twin = std::move(twin);
  }

  void Compare() {
    PassingTwin& twin = *result_.twin;
    Trace failing(TraceDetail::kText);
    RunVariation(failing_, failing_.deviations, &failing);
    Trace passing(TraceDetail::kText);
    RunVariation(failing_, twin.deviations, &passing);
    const std::optional<std::uint64_t> parted = FirstDifference(failing, passing);
    twin.shared_events = parted.value_or(failing.events());
    for (std::uint64_t i = 0; i < twin.shared_events; ++i) {
      if (failing.EventAt(i)->is_step) ++twin.after_step;
    }
    const std::vector<TraceEvent> failing_events = failing.TextEvents();
    const std::vector<TraceEvent> passing_events = passing.TextEvents();
    const std::size_t common = LinesInCommon(failing_events, passing_events);
    twin.failing_lines = LinesAfter(failing_events, common);
    twin.passing_lines = LinesAfter(passing_events, common);
  }

  const FailingRun& failing_;
  const TwinLimits& limits_;
  DrawLog log_;
  TwinSearch result_;
};

}  // namespace

TwinSearch FindPassingTwin(const FailingRun& failing, const TwinLimits& limits) {
  return Search(failing, limits).Find();
}

}  // namespace fencepost::sim
