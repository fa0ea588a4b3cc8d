#include "model/specs/routes_machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace fencepost::model {
namespace {

constexpr std::array<std::string_view, 1> kRoutesInvariants = {"MonotonicEngine"};

}  // namespace

RoutesLayout::RoutesLayout(const RoutesBounds& bounds) {
  StateLayout layout;
  catalog = layout.Add(bounds.max_versions);
  ops = layout.Add(bounds.max_ops);
  for (std::uint64_t node = 0; node < bounds.nodes; ++node) {
    engine.push_back(layout.Add(bounds.max_versions));
    seen.push_back(layout.Add(bounds.max_versions));
  }
  words = layout.words();
}

template <class State>
void RoutesMachine<State>::Expand(const State& state, std::vector<Successor<State>>& successors) const {
  const std::uint64_t catalog = Get(state, layout_.catalog);
  const std::uint64_t ops = Get(state, layout_.ops);
  if (ops < bounds_.max_ops && catalog < bounds_.max_versions) {
    if (const std::optional<std::uint64_t> saved = Propose(catalog)) {
      State next = state;
      Set(next, layout_.catalog, *saved);
      Set(next, layout_.ops, ops + 1);
      successors.push_back({next, StepOf(kPropose)});
    }
  }
  for (std::uint64_t node = 0; node < bounds_.nodes; ++node) {
    const std::uint64_t engine = Get(state, layout_.engine[node]);
    const std::uint64_t seen = Get(state, layout_.seen[node]);
    for (std::uint64_t version = 0; ops < bounds_.max_ops && version <= catalog; ++version) {
      const std::optional<std::uint64_t> applied = Apply(engine, seen, version);
      if (!applied.has_value()) continue;
      State next = Moved(state, node, *applied);
      Set(next, layout_.ops, ops + 1);
      successors.push_back({next, StepOf(kSync, node, version)});
    }
    if (const std::optional<std::uint64_t> polled = Poll(engine, catalog)) {
      successors.push_back({Moved(state, node, *polled), StepOf(kSyncLatest, node)});
    }
  }
}

template <class State>
State RoutesMachine<State>::Moved(const State& state, std::size_t node, std::uint64_t engine) const {
  State next = state;
  Set(next, layout_.engine[node], engine);
  Set(next, layout_.seen[node], std::max(Get(state, layout_.seen[node]), engine));
  return next;
}

template <class State>
std::optional<std::uint64_t> RoutesMachine<State>::Propose(std::uint64_t catalog) const {
  return catalog + 1;
}

template <class State>
std::optional<std::uint64_t> RoutesMachine<State>::Apply(std::uint64_t /*engine*/, std::uint64_t seen,
                                                         std::uint64_t version) const {
  if (bounds_.monotonic_guard && version < seen) return std::nullopt;
  return version;
}

template <class State>
std::optional<std::uint64_t> RoutesMachine<State>::Poll(std::uint64_t engine, std::uint64_t catalog) const {
  if (engine >= catalog) return std::nullopt;
  return catalog;
}

template <class State>
std::span<const std::string_view> RoutesMachine<State>::Invariants() const {
  return kRoutesInvariants;
}

template <class State>
bool RoutesMachine<State>::Holds(std::size_t /*invariant*/, const State& state) const {
  for (std::size_t node = 0; node < bounds_.nodes; ++node) {
    if (Get(state, layout_.engine[node]) < Get(state, layout_.seen[node])) return false;
  }
  return true;
}

template <class State>
bool RoutesMachine<State>::AtDurableVersion(const State& state) const {
  return std::all_of(layout_.engine.begin(), layout_.engine.end(),
                     [&](Field engine) { return Get(state, engine) == Get(state, layout_.catalog); });
}

template <class State>
std::optional<EventuallyAlways<State>> RoutesMachine<State>::Liveness() const {
  EventuallyAlways<State> property;
  property.name = "EnginesCatchUp";
  property.goal = [this](const State& state) { return AtDurableVersion(state); };
  property.fairness_classes = bounds_.fair_polls ? bounds_.nodes : 0;
  property.fairness_class = [this](Step step) -> std::optional<std::size_t> {
    if (step.action != kSyncLatest || !bounds_.fair_polls) return std::nullopt;
    return step.first;
  };
  return property;
}

template <class State>
std::string RoutesMachine<State>::DescribeStep(Step step) const {
  switch (static_cast<Action>(step.action)) {
    case kPropose:
      return "Propose";
    case kSync:
      return fmt::format("Sync(n{}, v{})", step.first + 1, step.second);
    case kSyncLatest:
      return fmt::format("SyncLatest(n{})", step.first + 1);
  }
  return "";
}

template <class State>
std::string RoutesMachine<State>::DescribeState(const State& state) const {
  std::string text = fmt::format("catalog v{}", Get(state, layout_.catalog));
  for (std::size_t node = 0; node < bounds_.nodes; ++node) {
    text += fmt::format("; n{} at v{}, seen v{}", node + 1, Get(state, layout_.engine[node]),
                        Get(state, layout_.seen[node]));
  }
  return text + fmt::format("; ops {}", Get(state, layout_.ops));
}

template class RoutesMachine<PackedState<1>>;
template class RoutesMachine<PackedState<2>>;
template class RoutesMachine<PackedState<4>>;
template class RoutesMachine<PackedState<kMaxStateWords>>;

}  // namespace fencepost::model
