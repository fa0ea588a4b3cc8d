// The naive twin of the checker and its models: plain structs, a std::set, and the definitions word for word.
//
// Shares nothing with model/: no packing, no layout, no step numbers. Slow on purpose; for small bounds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

namespace fencepost::model::testing {

struct NaiveCounts {
  std::uint64_t generated = 0;
  std::uint64_t distinct = 0;
  std::uint64_t depth = 0;
  std::optional<std::uint64_t> violation_steps;

  friend bool operator==(const NaiveCounts&, const NaiveCounts&) = default;
};

struct NaiveRoutes {
  int nodes = 0;
  int max_versions = 0;
  int max_ops = 0;
  bool safe = true;

  struct State {
    int catalog = 0;
    std::vector<int> engine;
    std::vector<int> seen;
    int ops = 0;
    friend auto operator<=>(const State&, const State&) = default;
  };

  State Initial() const;
  std::vector<State> Next(const State& state) const;
  bool Good(const State& state) const;
};

struct NaiveComposed {
  int keys = 0;
  int groups = 0;
  int txns = 0;
  int max_versions = 0;
  int max_ts = 0;
  int max_ops = 0;
  bool safe = true;
  bool fence = true;
  bool lagging = false;
  bool judge_c1a = true;

  enum class Status { kIdle, kActive, kCommitted, kAborted };

  struct Txn {
    Status status = Status::kIdle;
    int start = 0;
    int observed = 0;
    std::set<int> writes;
    int commit_ts = 0;
    int commit_group = 0;
    int version_at_commit = 0;
    friend auto operator<=>(const Txn&, const Txn&) = default;
  };

  struct State {
    int version = 0;
    std::vector<std::vector<int>> routes;  // [version][key]: the group, from 1
    int ts = 0;
    std::vector<Txn> txns;
    int ops = 0;
    std::vector<int> polled;
    friend auto operator<=>(const State&, const State&) = default;
  };

  State Initial() const;
  std::vector<State> Next(const State& state) const;
  bool Good(const State& state) const;
};

// Breadth first; a level with a violation is the last.
template <class Naive>
NaiveCounts ExploreNaively(const Naive& naive) {
  using State = typename Naive::State;
  NaiveCounts counts;
  std::set<State> seen{naive.Initial()};
  std::vector<State> level(seen.begin(), seen.end());
  counts.generated = 1;
  bool good = naive.Good(naive.Initial());
  while (!level.empty()) {
    ++counts.depth;
    if (!good) {
      counts.violation_steps = counts.depth - 1;
      break;
    }
    std::vector<State> next_level;
    for (const State& state : level) {
      for (const State& next : naive.Next(state)) {
        ++counts.generated;
        if (!seen.insert(next).second) continue;
        good = good && naive.Good(next);
        next_level.push_back(next);
      }
    }
    level = next_level;
  }
  counts.distinct = seen.size();
  return counts;
}

}  // namespace fencepost::model::testing
