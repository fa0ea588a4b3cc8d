#include "model/specs/composed_machine.h"

#include <fmt/format.h>

#include <array>
#include <bit>

namespace fencepost::model {
namespace {

constexpr std::array<std::string_view, 3> kComposedInvariants = {"C1", "C1a", "C3"};

constexpr std::uint64_t kLargestStatus = 3;

constexpr std::uint64_t LargestOf(std::uint64_t count) { return count == 0 ? 0 : count - 1; }

constexpr std::uint64_t AllOf(std::uint64_t count) {
  return count == 0 ? 0 : ~std::uint64_t{0} >> (64 - count);
}

}  // namespace

ComposedLayout::ComposedLayout(const ComposedBounds& bounds) : keys(bounds.keys) {
  StateLayout layout;
  version = layout.Add(bounds.max_versions);
  ts = layout.Add(bounds.max_ts);
  ops = layout.Add(bounds.max_ops);
  for (std::uint64_t i = 0; i < bounds.txns; ++i) {
    Transaction txn;
    txn.status = layout.Add(kLargestStatus);
    txn.start = layout.Add(bounds.max_ts);
    txn.observed = layout.Add(bounds.max_versions);
    txn.writes = layout.Add(AllOf(bounds.keys));
    txn.commit_ts = layout.Add(bounds.max_ts);
    txn.commit_group = layout.Add(bounds.groups);
    txn.version_at_commit = layout.Add(bounds.max_versions);
    txns.push_back(txn);
  }
  for (std::uint64_t group = 0; bounds.lagging && group < bounds.groups; ++group) {
    polled.push_back(layout.Add(bounds.max_versions));
  }
  routes.assign(bounds.keys, Field{});
  for (std::uint64_t i = 0; i < bounds.max_versions * bounds.keys; ++i) {
    routes.push_back(layout.Add(LargestOf(bounds.groups)));
  }
  words = layout.words();
}

template <class State>
void ComposedMachine<State>::Expand(const State& state, Successors& successors) const {
  ExpandPropose(state, successors);
  ExpandPoll(state, successors);
  for (std::uint64_t txn = 0; txn < bounds_.txns; ++txn) {
    switch (static_cast<Status>(Get(state, layout_.txns[txn].status))) {
      case kIdle:
        ExpandBegin(state, txn, successors);
        break;
      case kActive: {
        ExpandWrite(state, txn, successors);
        ExpandCommit(state, txn, successors);
        State aborted = state;
        Set(aborted, layout_.txns[txn].status, kAborted);
        successors.push_back({aborted, StepOf(kAbort, txn)});
        break;
      }
      case kCommitted:
      case kAborted:
        break;
    }
  }
}

template <class State>
void ComposedMachine<State>::ExpandPropose(const State& state, Successors& successors) const {
  if (!OpsLeft(state) || Get(state, layout_.version) >= bounds_.max_versions) return;
  for (std::uint64_t key = 0; key < bounds_.keys; ++key) {
    for (std::uint64_t group = 0; group < bounds_.groups; ++group) {
      State next = state;
      if (!Propose(next, key, group)) continue;
      CountOp(next);
      successors.push_back({next, StepOf(kPropose, key, group)});
    }
  }
}

template <class State>
bool ComposedMachine<State>::Propose(State& state, std::uint64_t key, std::uint64_t group) const {
  const std::uint64_t version = Get(state, layout_.version);
  for (std::uint64_t other = 0; other < bounds_.keys; ++other) {
    Set(state, layout_.route(version + 1, other), Get(state, layout_.route(version, other)));
  }
  Set(state, layout_.route(version + 1, key), group);
  Set(state, layout_.version, version + 1);
  return true;
}

template <class State>
void ComposedMachine<State>::ExpandPoll(const State& state, Successors& successors) const {
  const std::uint64_t version = Get(state, layout_.version);
  if (!OpsLeft(state)) return;
  for (std::uint64_t group = 0; group < layout_.polled.size(); ++group) {
    if (Get(state, layout_.polled[group]) >= version) continue;
    const std::optional<std::uint64_t> polled = Poll(state, group);
    if (!polled.has_value()) continue;
    State next = state;
    Set(next, layout_.polled[group], *polled);
    CountOp(next);
    successors.push_back({next, StepOf(kPoll, group)});
  }
}

template <class State>
std::optional<std::uint64_t> ComposedMachine<State>::Poll(const State& state, std::uint64_t /*group*/) const {
  return Get(state, layout_.version);
}

template <class State>
void ComposedMachine<State>::ExpandBegin(const State& state, std::uint64_t txn,
                                         Successors& successors) const {
  if (Get(state, layout_.ts) >= bounds_.max_ts || !OpsLeft(state)) return;
  const std::uint64_t start = NextTimestamp(state);
  State next = state;
  Set(next, layout_.ts, start);
  Set(next, layout_.txns[txn].status, kActive);
  Set(next, layout_.txns[txn].start, start);
  Set(next, layout_.txns[txn].observed, Get(state, layout_.version));
  CountOp(next);
  successors.push_back({next, StepOf(kBegin, txn)});
}

template <class State>
std::uint64_t ComposedMachine<State>::NextTimestamp(const State& state) const {
  return Get(state, layout_.ts) + 1;
}

template <class State>
void ComposedMachine<State>::ExpandWrite(const State& state, std::uint64_t txn,
                                         Successors& successors) const {
  if (!OpsLeft(state)) return;
  const std::uint64_t writes = Get(state, layout_.txns[txn].writes);
  for (std::uint64_t key = 0; key < bounds_.keys; ++key) {
    const std::uint64_t bit = std::uint64_t{1} << key;
    if ((writes & bit) != 0) continue;
    State next = state;
    Set(next, layout_.txns[txn].writes, writes | bit);
    CountOp(next);
    successors.push_back({next, StepOf(kWrite, txn, key)});
  }
}

template <class State>
void ComposedMachine<State>::ExpandCommit(const State& state, std::uint64_t txn,
                                          Successors& successors) const {
  if (Get(state, layout_.ts) >= bounds_.max_ts) return;
  for (std::uint64_t group = 0; group < bounds_.groups; ++group) {
    if (!MayCommit(state, txn, group)) continue;
    const std::uint64_t commit_ts = NextTimestamp(state);
    State next = state;
    Set(next, layout_.ts, commit_ts);
    Set(next, layout_.txns[txn].status, kCommitted);
    Set(next, layout_.txns[txn].commit_ts, commit_ts);
    Set(next, layout_.txns[txn].commit_group, std::uint64_t{group} + 1);
    Set(next, layout_.txns[txn].version_at_commit, Get(state, layout_.version));
    successors.push_back({next, StepOf(kCommit, txn, group)});
  }
}

template <class State>
bool ComposedMachine<State>::MayCommit(const State& state, std::size_t txn, std::uint64_t group) const {
  const std::uint64_t writes = Get(state, layout_.txns[txn].writes);
  const Field judged_at = bounds_.lagging ? layout_.polled[group] : layout_.version;
  if (bounds_.observed_check && !Owned(state, Get(state, layout_.txns[txn].observed), writes, group)) {
    return false;
  }
  return !bounds_.current_fence || Owned(state, Get(state, judged_at), writes, group);
}

template <class State>
bool ComposedMachine<State>::Owned(const State& state, std::uint64_t version, std::uint64_t keys,
                                   std::uint64_t group) const {
  for (; keys != 0; keys &= keys - 1) {
    const auto key = static_cast<std::uint64_t>(std::countr_zero(keys));
    if (Get(state, layout_.route(version, key)) != group) return false;
  }
  return true;
}

template <class State>
std::span<const std::string_view> ComposedMachine<State>::Invariants() const {
  return kComposedInvariants;
}

template <class State>
bool ComposedMachine<State>::Holds(std::size_t invariant, const State& state) const {
  switch (static_cast<Invariant>(invariant)) {
    case kOwnedAtObserved:
      return CommitsOwned(state, &ComposedLayout::Transaction::observed);
    case kOwnedAtCommit:
      return CommitsOwned(state, &ComposedLayout::Transaction::version_at_commit);
    case kDistinctTimestamps:
      return CommitTimestampsDistinct(state);
  }
  return false;
}

template <class State>
bool ComposedMachine<State>::CommitsOwned(const State& state, Field ComposedLayout::Transaction::* at) const {
  for (const ComposedLayout::Transaction& txn : layout_.txns) {
    if (Get(state, txn.status) != kCommitted) continue;
    const std::uint64_t group = Get(state, txn.commit_group) - 1;
    if (!Owned(state, Get(state, txn.*at), Get(state, txn.writes), group)) return false;
  }
  return true;
}

template <class State>
bool ComposedMachine<State>::CommitTimestampsDistinct(const State& state) const {
  for (std::size_t i = 0; i < layout_.txns.size(); ++i) {
    if (Get(state, layout_.txns[i].status) != kCommitted) continue;
    for (std::size_t j = i + 1; j < layout_.txns.size(); ++j) {
      if (Get(state, layout_.txns[j].status) != kCommitted) continue;
      if (Get(state, layout_.txns[i].commit_ts) == Get(state, layout_.txns[j].commit_ts)) return false;
    }
  }
  return true;
}

template <class State>
std::string ComposedMachine<State>::DescribeStep(Step step) const {
  const int first = step.first + 1;
  const int second = step.second + 1;
  switch (static_cast<Action>(step.action)) {
    case kPropose:
      return fmt::format("Propose(k{}, g{})", first, second);
    case kBegin:
      return fmt::format("Begin(t{})", first);
    case kWrite:
      return fmt::format("Write(t{}, k{})", first, second);
    case kCommit:
      return fmt::format("Commit(t{}, g{})", first, second);
    case kAbort:
      return fmt::format("Abort(t{})", first);
    case kPoll:
      return fmt::format("Poll(g{})", first);
  }
  return "";
}

template <class State>
std::string ComposedMachine<State>::DescribeState(const State& state) const {
  const std::uint64_t version = Get(state, layout_.version);
  std::string text = fmt::format("v{}", version);
  for (std::uint64_t key = 0; key < bounds_.keys; ++key) {
    text += fmt::format("{}k{}", key == 0 ? ": " : ", ", key + 1);
    for (std::uint64_t at = 0; at <= version; ++at) {
      text += fmt::format("{}g{}", at == 0 ? " " : ">", Get(state, layout_.route(at, key)) + 1);
    }
  }
  for (std::size_t group = 0; group < layout_.polled.size(); ++group) {
    text += fmt::format("; g{} polled v{}", group + 1, Get(state, layout_.polled[group]));
  }
  for (std::size_t txn = 0; txn < bounds_.txns; ++txn) text += DescribeTransaction(state, txn);
  return text + fmt::format("; ts {}, ops {}", Get(state, layout_.ts), Get(state, layout_.ops));
}

template <class State>
std::string ComposedMachine<State>::DescribeTransaction(const State& state, std::size_t number) const {
  const ComposedLayout::Transaction& txn = layout_.txns[number];
  const auto status = static_cast<Status>(Get(state, txn.status));
  if (status == kIdle) return "";
  std::string text = fmt::format("; t{} from ts {}, observed v{}, wrote", number + 1, Get(state, txn.start),
                                 Get(state, txn.observed));
  const std::uint64_t writes = Get(state, txn.writes);
  if (writes == 0) text += " nothing";
  for (std::uint64_t key = 0; key < bounds_.keys; ++key) {
    if (((writes >> key) & 1) != 0) text += fmt::format(" k{}", key + 1);
  }
  if (status == kAborted) text += ", aborted";
  if (status == kCommitted) {
    text += fmt::format(", committed by g{} at v{}, ts {}", Get(state, txn.commit_group),
                        Get(state, txn.version_at_commit), Get(state, txn.commit_ts));
  }
  return text;
}

template class ComposedMachine<PackedState<1>>;
template class ComposedMachine<PackedState<2>>;
template class ComposedMachine<PackedState<4>>;
template class ComposedMachine<PackedState<kMaxStateWords>>;

}  // namespace fencepost::model
