// The checker against the naive search, on random graphs: small ones for odd shapes, and large ones that fill
// batches, rounds, pages and tables.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/checker/check.h"
#include "model/checker/packed_state.h"
#include "tests/unit/model/checker/counterexample.h"
#include "tests/unit/model/checker/naive_models.h"
#include "tests/unit/model/checker/number_machine.h"
#include "tests/unit/sim/core/choices/counter_draws.h"

namespace fencepost::model {
namespace {

using testing::NaiveCounts;
using testing::NumberMachine;
using testing::WhatIsWrongWith;
using State = testing::NumberState;

// A graph that is drawn where somebody looks: what follows a node, and what it is like, is its hash.
struct HashedGraph {
  std::uint64_t seed = 0;
  std::uint64_t nodes = 1;
  std::uint64_t most_edges = 0;
  std::uint64_t outside = 0;  // one node in so many is outside the constraint; 0: none
  std::uint64_t bad = 0;      // one node in so many breaks the first invariant; 0: none

  std::uint64_t Hash(std::uint64_t salt, std::uint64_t node) const {
    return MixBits(MixBits(seed * 8 + salt) ^ node);
  }
  bool Inside(std::uint64_t node) const { return outside == 0 || Hash(1, node) % outside != 0; }
  bool Good(std::uint64_t node) const { return bad == 0 || Hash(2, node) % bad != 0; }
  std::vector<std::uint64_t> Next(std::uint64_t node) const {
    std::vector<std::uint64_t> next(Hash(3, node) % (most_edges + 1));
    for (std::uint64_t i = 0; i < next.size(); ++i) next[i] = Hash(4, node * 64 + i) % nodes;
    return next;
  }

  NumberMachine Machine() const {
    NumberMachine machine;
    machine.next = [this](std::uint64_t at) {
      std::vector<NumberMachine::Edge> edges;
      for (const std::uint64_t to : Next(at))
        edges.push_back({to, Step{0, static_cast<std::uint16_t>(edges.size())}});
      return edges;
    };
    machine.inside = [this](std::uint64_t at) { return Inside(at); };
    machine.first_invariant = [this](std::uint64_t at) { return Good(at); };
    return machine;
  }
};

// First in, first out; a level with a violation is the last.
NaiveCounts Explore(const HashedGraph& graph) {
  NaiveCounts counts;
  counts.generated = 1;
  std::set<std::uint64_t> seen;
  std::set<std::uint64_t> level;
  if (graph.Inside(0)) level.insert(0);
  bool good = graph.Good(0);
  for (std::uint64_t steps = 0;; ++steps) {
    seen.insert(level.begin(), level.end());
    if (!level.empty()) counts.depth = steps + 1;
    if (!good) counts.violation_steps = steps;
    if (!good || level.empty()) break;
    std::set<std::uint64_t> next_level;
    for (const std::uint64_t node : level) {
      for (const std::uint64_t next : graph.Next(node)) {
        ++counts.generated;
        good = good && graph.Good(next);
        if (graph.Inside(next) && !seen.contains(next)) next_level.insert(next);
      }
    }
    level.swap(next_level);
  }
  counts.distinct = seen.size();
  return counts;
}

void ExpectTheNaiveCounts(const HashedGraph& graph, unsigned threads, std::optional<int> bits) {
  CheckOptions options = testing::BothInvariants();
  options.threads = threads;
  options.fingerprint_bits = bits;
  const NaiveCounts naive = Explore(graph);
  const NumberMachine machine = graph.Machine();

  const CheckResult found = Check<State>(machine, options);

  const std::string which =
      fmt::format("seed {}, {} nodes, {} edges, outside {}, bad {}, {} threads, {} bits", graph.seed,
                  graph.nodes, graph.most_edges, graph.outside, graph.bad, threads, bits.value_or(0));
  ASSERT_EQ(found.generated, naive.generated) << which;
  ASSERT_EQ(found.distinct, naive.distinct) << which;
  ASSERT_EQ(found.depth, naive.depth) << which;
  ASSERT_EQ(found.end == CheckEnd::kViolation, naive.violation_steps.has_value()) << which;
  if (found.end != CheckEnd::kViolation) return;
  ASSERT_EQ(found.violation->steps.size(), *naive.violation_steps) << which;
  ASSERT_EQ(WhatIsWrongWith(machine, *found.violation), "") << which;
}

TEST(CheckerTwin, SmallRandomGraphsAreCountedAsTheNaiveSearchCountsThem) {
  CounterDraws draws(FirstTestSeed());
  for (int i = 0; i < 1'500; ++i) {
    HashedGraph graph;
    graph.seed = draws.Below(1'000'000);
    graph.nodes = 1 + draws.Below(40);
    graph.most_edges = draws.Below(6);
    graph.outside = draws.Below(3) * 4;
    graph.bad = draws.Below(3) * 8;
    const auto threads = static_cast<unsigned>(1 + draws.Below(20) / 17);
    const std::optional<int> bits = draws.OneIn(4) ? std::optional<int>(64) : std::nullopt;
    ExpectTheNaiveCounts(graph, threads, bits);
    if (HasFatalFailure()) return;
  }
}

// Levels of tens of thousands of states: more than one round of a shard, and no multiple of a batch.
TEST(CheckerTwin, LargeRandomGraphsAreCountedAsTheNaiveSearchCountsThem) {
  for (const std::uint64_t seed : {1U, 2U}) {
    const HashedGraph graph{seed, 120'000, 6, seed == 1 ? 0U : 50U, seed == 1 ? 0U : 40'000U};
    for (const unsigned threads : {1U, 2U, 3U}) ExpectTheNaiveCounts(graph, threads, std::nullopt);
    ExpectTheNaiveCounts(graph, 2, 64);
  }
}

// Wide levels reached from few states: outboxes fill up before a round is done.
TEST(CheckerTwin, FullOutboxesLoseNothing) {
  constexpr std::uint64_t kFirst = 700;
  constexpr std::uint64_t kEach = 1'500;
  NumberMachine machine;
  machine.next = [](std::uint64_t at) {
    std::vector<NumberMachine::Edge> edges;
    for (std::uint64_t i = 1; at == 0 && i <= kFirst; ++i) edges.push_back({i, Step{}});
    for (std::uint64_t i = 0; at >= 1 && at <= kFirst && i < kEach; ++i)
      edges.push_back({at * kEach + i, Step{}});
    return edges;
  };
  for (const unsigned threads : {1U, 2U, 4U}) {
    CheckOptions options = testing::BothInvariants();
    options.threads = threads;

    const CheckResult result = Check<State>(machine, options);

    EXPECT_EQ(result.generated, 1 + kFirst + kFirst * kEach) << threads;
    EXPECT_EQ(result.distinct, 1 + kFirst + kFirst * kEach) << threads;
    EXPECT_EQ(result.depth, 3U) << threads;
  }
}

}  // namespace
}  // namespace fencepost::model
