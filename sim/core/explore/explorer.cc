#include "sim/core/explore/explorer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <string_view>
#include <utility>

#include "sim/core/choices/draw_log.h"
#include "sim/core/shrink/stream_name.h"
#include "sim/core/simulation/variation.h"

namespace fencepost::sim {
namespace {

bool IsSettledBeforeTheRun(std::string_view stream) {
  switch (KindOf(stream)) {
    case StreamKind::kPlanItem:
    case StreamKind::kPlanRoom:
    case StreamKind::kConfig:
      return true;
    case StreamKind::kSchedule:
    case StreamKind::kRunning:
      return false;
  }
  return false;
}

struct ExploredRun {
  DrawLog log;  // of the draws that may deviate
  RunOutcome outcome;
};

// A run on the path to the present one, and which of its children is next.
struct Frame {
  ExploredRun run;
  ExploreStep next;
};

class Walk {
 public:
  Walk(const Simulation& simulation, const ExploreOptions& options, ExploreState* state)
      : simulation_(simulation), options_(options), state_(state) {}

  absl::Status Go() {
    if (state_->levels.empty()) {
      state_->levels.emplace_back();
      state_->levels.front().total = 1;
    }
    while (state_->level <= options_.deviations && !stopped_ && status_.ok()) WalkLevel();
    return status_;
  }

 private:
  void WalkLevel() {
    if (state_->levels.size() == state_->level + 1) state_->levels.emplace_back();
    if (state_->level == 0) {
      if (state_->levels[0].runs == 0 && MayRun()) Visit(0, nullptr);
      if (state_->levels[0].runs == 0) return;
    } else if (!WalkChildren()) {
      return;
    }
    ++state_->level;
    state_->path.clear();
  }

  // Whether the level was visited to its end.
  bool WalkChildren() {
    Restore();
    if (!status_.ok()) return false;
    while (!frames_.empty()) {
      Frame& top = frames_.back();
      SkipToAlternative(&top);
      if (top.next.draw >= top.run.log.draws.size()) {
        frames_.pop_back();
        if (frames_.empty()) break;
        deviations_.pop_back();
        Advance(&frames_.back());
        continue;
      }
      if (frames_.size() < state_->level) {
        Descend();
        continue;
      }
      if (!MayRun()) {
        Save();
        return false;
      }
      VisitChild();
    }
    return true;
  }

  void VisitChild() {
    Frame& parent = frames_.back();
    const std::uint64_t first = parent.next.draw + 1;
    deviations_.push_back(DeviationOf(parent));
    Advance(&parent);
    Visit(first, &parent.run);
    deviations_.pop_back();
  }

  // The base and what deviates from it now.
  std::vector<Deviation> Whole() const {
    std::vector<Deviation> whole = options_.base.value_or(std::vector<Deviation>());
    whole.insert(whole.end(), deviations_.begin(), deviations_.end());
    return whole;
  }

  ExploredRun Run() const {
    ExploredRun run;
    Trace trace(TraceDetail::kHashOnly);
    run.outcome = RunDeviations(simulation_, Whole(), &trace, RunLimits(), &run.log).outcome;
    if (!options_.base.has_value()) return run;
    std::erase_if(run.log.draws,
                  [&run](const LoggedDraw& draw) { return IsSettledBeforeTheRun(run.log.StreamOf(draw)); });
    return run;
  }

  // Runs deviations_, of whose children those at the draws from `first` on are its own.
  void Visit(std::uint64_t first, const ExploredRun* parent) {
    const ExploredRun run = Run();
    ++visited_;
    ExploreLevel& level = state_->levels[state_->level];
    ++level.runs;
    if (run.outcome.violation.has_value()) ++level.violations;
    if (parent != nullptr && parent->outcome.hash == run.outcome.hash) ++level.quiet;
    CountChildren(run, first);
    if (options_.visit && !options_.visit(ExploreVisit{deviations_, Whole(), run.outcome})) stopped_ = true;
    if (!options_.progress) return;
    Save();
    options_.progress(ExploreProgress{state_->level, level.runs, level.total, level.violations}, *state_);
  }

  void CountChildren(const ExploredRun& run, std::uint64_t first) {
    ExploreLevel& below = state_->levels[state_->level + 1];
    for (std::size_t i = static_cast<std::size_t>(first); i < run.log.draws.size(); ++i) {
      const std::uint64_t all = run.log.draws[i].alternatives();
      const std::uint64_t taken = std::min(all, options_.alternatives);
      below.total += taken;
      below.left_out += all - taken;
    }
  }

  // The frames that the path names; a path of none is that of the first child of the root.
  void Restore() {
    frames_.clear();
    deviations_.clear();
    const std::vector<ExploreStep> path = std::exchange(state_->path, {});
    frames_.push_back(Frame{Run(), path.empty() ? ExploreStep{} : path.front()});
    for (std::size_t i = 1; i < path.size(); ++i) {
      if (!HasNext(frames_.back())) {
        status_ = absl::FailedPreconditionError(
            fmt::format("the saved search does not fit: there is no answer {} to draw {} of the run it names",
                        path[i - 1].alternative, path[i - 1].draw));
        return;
      }
      Descend();
      frames_.back().next = path[i];
    }
  }

  bool HasNext(const Frame& frame) const {
    const std::vector<LoggedDraw>& draws = frame.run.log.draws;
    return frame.next.draw < draws.size() &&
           frame.next.alternative < TakenOf(draws[static_cast<std::size_t>(frame.next.draw)]);
  }

  // One frame further down: the next child of the last frame.
  void Descend() {
    const Frame& parent = frames_.back();
    const std::uint64_t first = parent.next.draw + 1;
    deviations_.push_back(DeviationOf(parent));
    frames_.push_back(Frame{Run(), ExploreStep{first, 0}});
  }

  void Save() {
    state_->path.clear();
    for (const Frame& frame : frames_) state_->path.push_back(frame.next);
  }

  bool MayRun() {
    if (visited_ >= options_.limit || (options_.interrupted && options_.interrupted())) stopped_ = true;
    return !stopped_;
  }

  std::uint64_t TakenOf(const LoggedDraw& draw) const {
    return std::min(draw.alternatives(), options_.alternatives);
  }

  Deviation DeviationOf(const Frame& frame) const {
    const LoggedDraw& draw = frame.run.log.draws[static_cast<std::size_t>(frame.next.draw)];
    const std::uint64_t all = draw.alternatives();
    const std::uint64_t taken = TakenOf(draw);
    std::uint64_t ordinal = frame.next.alternative;
    if (taken < all && taken > 1) {
      const std::uint64_t whole = (all - 1) / (taken - 1);
      const std::uint64_t rest = (all - 1) % (taken - 1);
      ordinal = ordinal * whole + ordinal * rest / (taken - 1);
    }
    return frame.run.log.Answering(draw, draw.Alternative(ordinal));
  }

  void SkipToAlternative(Frame* frame) const {
    const std::vector<LoggedDraw>& draws = frame->run.log.draws;
    while (frame->next.draw < draws.size() &&
           frame->next.alternative >= TakenOf(draws[static_cast<std::size_t>(frame->next.draw)])) {
      frame->next = ExploreStep{frame->next.draw + 1, 0};
    }
  }

  void Advance(Frame* frame) const {
    ++frame->next.alternative;
    SkipToAlternative(frame);
  }

  const Simulation& simulation_;
  const ExploreOptions& options_;
  ExploreState* state_;
  std::vector<Frame> frames_;
  std::vector<Deviation> deviations_;  // of the last frame, or of the run being visited
  std::uint64_t visited_ = 0;
  bool stopped_ = false;
  absl::Status status_;
};

}  // namespace

std::vector<Deviation> PlannedPart(const std::vector<Deviation>& deviations) {
  std::vector<Deviation> planned;
  for (const Deviation& deviation : deviations) {
    if (IsSettledBeforeTheRun(deviation.stream)) planned.push_back(deviation);
  }
  return planned;
}

absl::StatusOr<ExploreState> BeginExploring(const Simulation& simulation, const ExploreOptions& options) {
  Trace trace(TraceDetail::kHashOnly);
  const Variation root = RunDeviations(simulation, options.base.value_or(std::vector<Deviation>()), &trace);
  if (!root.stale.empty()) {
    return absl::FailedPreconditionError(fmt::format("the base does not fit {}: {}{}", simulation.name(),
                                                     Describe(root.stale.front()),
                                                     root.stale.size() > 1 ? ", and others" : ""));
  }
  ExploreState state;
  state.simulation = simulation.name();
  state.base = FormatTraceHash(root.outcome.hash);
  state.alternatives = options.alternatives;
  return state;
}

absl::Status Explore(const Simulation& simulation, const ExploreOptions& options, ExploreState* state) {
  assert(options.alternatives > 0 && state->alternatives == options.alternatives);
  return Walk(simulation, options, state).Go();
}

bool Exhausted(const ExploreState& state, std::uint64_t deviations) { return state.level > deviations; }

}  // namespace fencepost::sim
