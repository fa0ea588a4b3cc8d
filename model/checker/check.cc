#include "model/checker/check.h"

#include <cassert>
#include <limits>
#include <utility>

#include "model/checker/level_search.h"
#include "model/checker/liveness.h"
#include "model/checker/memory_budget.h"
#include "model/checker/packed_state.h"
#include "model/checker/recalled_levels.h"
#include "model/checker/shortest_path.h"
#include "model/checker/state_graph.h"
#include "model/checker/state_sets.h"

namespace fencepost::model {
namespace {

template <class State>
using ExactSearch = LevelSearch<State, ExactSet<State>>;
template <class State>
using CompactSearch = LevelSearch<State, CompactSet<State>>;

template <class Search>
CheckResult Summarise(const Search& search, const MemoryBudget& budget) {
  CheckResult result;
  result.end = search.end();
  result.generated = search.generated();
  result.distinct = search.distinct();
  result.depth = search.levels();
  result.peak_bytes = budget.peak();
  return result;
}

template <class State>
Counterexample Tell(const StateMachine<State>& machine, std::string_view property,
                    const std::vector<PathStep<State>>& path) {
  Counterexample told;
  told.property = property;
  told.initial_state = machine.DescribeState(machine.Initial());
  told.steps = DescribePath(machine, path);
  return told;
}

// Shows the visitor every state that `search` keeps of a level (the initial state's is 1).
template <class State>
auto LevelsOf(const ExactSearch<State>& search) {
  return [&search](std::uint64_t level, auto visitor) {
    for (const auto& shard : search.shards()) {
      const ExactSet<State>& set = shard.set();
      for (std::uint64_t i = set.LevelBegin(level - 1); i < set.LevelEnd(level - 1); ++i) visitor(set[i]);
    }
  };
}

template <class State>
void JudgeLiveness(const StateMachine<State>& machine, const CheckOptions& options,
                   const ExactSearch<State>& search, MemoryBudget& budget, CheckResult& result) {
  const std::optional<EventuallyAlways<State>> property = machine.Liveness();
  assert(property.has_value());
  if (result.distinct == 0) return;
  const bool numbered = result.distinct < std::numeric_limits<NodeId>::max();
  const StateGraph<State> graph(&machine, &search);
  std::optional<ComponentFinder<State>> components;
  if (numbered) components = ComponentFinder<State>::Create(&graph, &budget);
  if (!components.has_value()) {
    result.end = CheckEnd::kOutOfMemory;
    return;
  }
  LivenessChecker<State> liveness(&graph, &*property, &*components);
  Progress progress{result.generated, result.distinct, result.depth, 0, 0};
  result.end = liveness.Run([&](std::uint64_t judged) {
    progress.judged = judged;
    return !options.keep_going || options.keep_going(progress);
  });
  result.peak_bytes = budget.peak();
  if (result.end != CheckEnd::kComplete) return;
  const std::optional<Lasso<State>> lasso = liveness.Violation();
  if (!lasso.has_value()) return;
  const auto path = ShortestPath(machine, lasso->entry, lasso->entry_level, LevelsOf(search));
  result.end = CheckEnd::kViolation;
  result.violation = Tell(machine, property->name, path);
  result.violation->cycle = DescribePath(machine, lasso->cycle);
  if (lasso->cycle.empty()) {
    result.violation->cycle.push_back({"stutter", machine.DescribeState(lasso->entry)});
  }
}

template <class State>
CheckResult CheckExactly(const StateMachine<State>& machine, const CheckOptions& options) {
  MemoryBudget budget(options.memory_limit_bytes);
  ExactSearch<State> search(&machine, &options, [&budget] { return ExactSet<State>(&budget); });
  search.Run();
  CheckResult result = Summarise(search, budget);
  if (search.end() == CheckEnd::kViolation) {
    const ViolatingState<State>& found = *search.violation();
    const auto path = ShortestPath(machine, found.state, search.level_before_violation(), LevelsOf(search));
    result.violation = Tell(machine, machine.Invariants()[options.invariants[found.rank]], path);
  } else if (search.end() == CheckEnd::kComplete && options.liveness) {
    JudgeLiveness(machine, options, search, budget, result);
  }
  return result;
}

// Only two levels are in memory at a time, so a path back searches again from the start.
template <class State>
CheckResult CheckByFingerprint(const StateMachine<State>& machine, const CheckOptions& options) {
  const int bits = *options.fingerprint_bits;
  CheckResult result;
  std::optional<ViolatingState<State>> found;
  std::uint64_t level_before = 0;
  {
    MemoryBudget budget(options.memory_limit_bytes);
    CompactSearch<State> search(&machine, &options, [&] { return CompactSet<State>(&budget, bits); });
    search.Run();
    result = Summarise(search, budget);
    result.omission_bound = OmissionBound(result.distinct, bits);
    found = search.violation();
    level_before = search.level_before_violation();
  }
  if (result.end != CheckEnd::kViolation) return result;
  // What was found is told, however long the telling takes: it shows where it is, and is not stopped.
  CheckOptions again = options;
  again.keep_going = [&options](const Progress& progress) {
    if (options.keep_going) options.keep_going(progress);
    return true;
  };
  RecalledLevels<State> levels(&machine, &again, options.memory_limit_bytes - result.peak_bytes);
  const auto visit_level = [&levels](std::uint64_t level, auto visitor) { levels.Visit(level, visitor); };
  const auto path = ShortestPath(machine, found->state, level_before, visit_level);
  result.violation = Tell(machine, machine.Invariants()[options.invariants[found->rank]], path);
  return result;
}

}  // namespace

template <class State>
CheckResult Check(const StateMachine<State>& machine, const CheckOptions& options) {
  assert(options.threads >= 1);
  assert(!(options.fingerprint_bits.has_value() && options.liveness));
  if (options.fingerprint_bits.has_value()) return CheckByFingerprint(machine, options);
  return CheckExactly(machine, options);
}

template CheckResult Check(const StateMachine<PackedState<1>>&, const CheckOptions&);
template CheckResult Check(const StateMachine<PackedState<2>>&, const CheckOptions&);
template CheckResult Check(const StateMachine<PackedState<4>>&, const CheckOptions&);
template CheckResult Check(const StateMachine<PackedState<kMaxStateWords>>&, const CheckOptions&);

}  // namespace fencepost::model
