// Engines that follow a catalog, and may be handed any version of it at any time.
//
// Variables: the durable version; for each node its engine's version and the highest it was ever at; how many
// operations happened. What must hold: an engine never goes back. What must come: every engine at the durable
// version, provided that each node polls again and again.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/checker/packed_state.h"
#include "model/checker/state_machine.h"

namespace fencepost::model {

struct RoutesBounds {
  std::uint64_t nodes = 0;
  std::uint64_t max_versions = 0;
  std::uint64_t max_ops = 0;
  bool monotonic_guard = true;  // an engine refuses versions older than one it was at
  bool fair_polls = true;       // every node polls again and again
};

// Where the variables are in a state.
struct RoutesLayout {
  explicit RoutesLayout(const RoutesBounds& bounds);

  Field catalog;
  std::vector<Field> engine;  // by node
  std::vector<Field> seen;    // by node
  Field ops;
  std::size_t words = 0;
};

template <class State>
class RoutesMachine : public StateMachine<State> {
 public:
  explicit RoutesMachine(const RoutesBounds& bounds) : bounds_(bounds), layout_(bounds) {}

  State Initial() const override { return State{}; }
  void Expand(const State& state, std::vector<Successor<State>>& successors) const override;
  std::span<const std::string_view> Invariants() const override;
  bool Holds(std::size_t invariant, const State& state) const override;
  std::optional<EventuallyAlways<State>> Liveness() const override;
  std::string DescribeStep(Step step) const override;
  std::string DescribeState(const State& state) const override;

 protected:
  // What is asked of the modelled system: the version it is at afterwards, or nothing when it refuses.
  // The durable version after a save on top of `catalog`.
  virtual std::optional<std::uint64_t> Propose(std::uint64_t catalog) const;
  // The version of an engine that is at `engine` and was at `seen`, handed `version`.
  virtual std::optional<std::uint64_t> Apply(std::uint64_t engine, std::uint64_t seen,
                                             std::uint64_t version) const;
  // The version of an engine that is at `engine` and polls the durable version.
  virtual std::optional<std::uint64_t> Poll(std::uint64_t engine, std::uint64_t catalog) const;

 private:
  enum Action : std::uint8_t { kPropose, kSync, kSyncLatest };

  State Moved(const State& state, std::size_t node, std::uint64_t engine) const;
  bool AtDurableVersion(const State& state) const;

  RoutesBounds bounds_;
  RoutesLayout layout_;
};

}  // namespace fencepost::model
