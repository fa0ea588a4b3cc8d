// Transactions that commit while the keys they wrote move from group to group.
//
// Variables: the durable version and, for each version, which group owns each key; a timestamp counter; for
// each transaction how far it is, what it observed and wrote, and how it committed; how many operations
// happened. When lagging, also the version that each group polled last, by which it judges instead of by the
// durable one. What must hold: the group that let a commit in owned its keys, when the transaction began (C1)
// and when it committed (C1a), and no two commits share a timestamp (C3).
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

struct ComposedBounds {
  std::uint64_t keys = 0;
  std::uint64_t groups = 0;
  std::uint64_t txns = 0;
  std::uint64_t max_versions = 0;
  std::uint64_t max_ts = 0;
  std::uint64_t max_ops = 0;
  bool observed_check = true;  // a commit asks who owned the keys at the version the transaction observed
  bool current_fence = true;   // a commit asks who owns the keys now
  bool lagging = false;        // "now" is the version the group polled last
};

// Where the variables are in a state. Groups count from 0 in `routes`, and from 1 where 0 means none.
struct ComposedLayout {
  explicit ComposedLayout(const ComposedBounds& bounds);

  struct Transaction {
    Field status;
    Field start;
    Field observed;
    Field writes;  // one bit for each key
    Field commit_ts;
    Field commit_group;  // 0: none
    Field version_at_commit;
  };

  // Who owns `key` at `at_version`. At version 0 that is group 1 for every key, and takes no bits.
  Field route(std::uint64_t at_version, std::uint64_t key) const { return routes[at_version * keys + key]; }

  std::uint64_t keys = 0;
  Field version;
  std::vector<Field> routes;
  Field ts;
  std::vector<Transaction> txns;
  Field ops;
  std::vector<Field> polled;  // by group; empty unless lagging
  std::size_t words = 0;
};

template <class State>
class ComposedMachine : public StateMachine<State> {
 public:
  explicit ComposedMachine(const ComposedBounds& bounds) : bounds_(bounds), layout_(bounds) {}

  State Initial() const override { return State{}; }
  void Expand(const State& state, std::vector<Successor<State>>& successors) const override;
  std::span<const std::string_view> Invariants() const override;
  bool Holds(std::size_t invariant, const State& state) const override;
  std::string DescribeStep(Step step) const override;
  std::string DescribeState(const State& state) const override;

 protected:
  // What is asked of the modelled system.
  // Writes the version after `state`'s into it, where `key` moves to `group`. False: refused.
  virtual bool Propose(State& state, std::uint64_t key, std::uint64_t group) const;
  // The version that `group`, which lags, is at after it polled. Nothing: the poll changes nothing.
  virtual std::optional<std::uint64_t> Poll(const State& state, std::uint64_t group) const;
  // Whether `group` lets the transaction commit.
  virtual bool MayCommit(const State& state, std::size_t txn, std::uint64_t group) const;
  // The timestamp after those that were given out.
  virtual std::uint64_t NextTimestamp(const State& state) const;

  const ComposedBounds& bounds() const { return bounds_; }
  const ComposedLayout& layout() const { return layout_; }

 private:
  enum Action : std::uint8_t { kPropose, kBegin, kWrite, kCommit, kAbort, kPoll };
  enum Status : std::uint8_t { kIdle, kActive, kCommitted, kAborted };
  enum Invariant : std::uint8_t { kOwnedAtObserved, kOwnedAtCommit, kDistinctTimestamps };
  using Successors = std::vector<Successor<State>>;

  void ExpandPropose(const State& state, Successors& successors) const;
  void ExpandPoll(const State& state, Successors& successors) const;
  void ExpandBegin(const State& state, std::uint64_t txn, Successors& successors) const;
  void ExpandWrite(const State& state, std::uint64_t txn, Successors& successors) const;
  void ExpandCommit(const State& state, std::uint64_t txn, Successors& successors) const;

  // Whether `group` (from 0) owned every key in `keys` at `version`.
  bool Owned(const State& state, std::uint64_t version, std::uint64_t keys, std::uint64_t group) const;
  // Whether every committed transaction's group owned its keys at the version in `at`.
  bool CommitsOwned(const State& state, Field ComposedLayout::Transaction::* at) const;
  bool CommitTimestampsDistinct(const State& state) const;
  bool OpsLeft(const State& state) const { return Get(state, layout_.ops) < bounds_.max_ops; }
  void CountOp(State& state) const { Set(state, layout_.ops, Get(state, layout_.ops) + 1); }
  std::string DescribeTransaction(const State& state, std::size_t txn) const;

  ComposedBounds bounds_;
  ComposedLayout layout_;
};

}  // namespace fencepost::model
