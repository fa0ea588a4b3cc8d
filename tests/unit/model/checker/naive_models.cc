#include "tests/unit/model/checker/naive_models.h"

#include <algorithm>

namespace fencepost::model::testing {

NaiveRoutes::State NaiveRoutes::Initial() const {
  State state;
  state.engine.assign(static_cast<std::size_t>(nodes), 0);
  state.seen.assign(static_cast<std::size_t>(nodes), 0);
  return state;
}

std::vector<NaiveRoutes::State> NaiveRoutes::Next(const State& state) const {
  std::vector<State> all;
  if (state.ops < max_ops && state.catalog < max_versions) {
    State next = state;
    ++next.catalog;
    ++next.ops;
    all.push_back(next);
  }
  for (std::size_t n = 0; n < state.engine.size(); ++n) {
    for (int v = 0; v <= state.catalog; ++v) {
      if (state.ops >= max_ops || (safe && v < state.seen[n])) continue;
      State next = state;
      next.engine[n] = v;
      next.seen[n] = std::max(next.seen[n], v);
      ++next.ops;
      all.push_back(next);
    }
    if (state.engine[n] < state.catalog) {
      State next = state;
      next.engine[n] = next.seen[n] = state.catalog;
      all.push_back(next);
    }
  }
  return all;
}

bool NaiveRoutes::Good(const State& state) const {
  for (std::size_t n = 0; n < state.engine.size(); ++n) {
    if (state.engine[n] < state.seen[n]) return false;
  }
  return true;
}

namespace {

using Composed = NaiveComposed::State;
using Transaction = NaiveComposed::Txn;
using Status = NaiveComposed::Status;

bool OwnsAll(const Composed& state, int version, const std::set<int>& keys, int group) {
  return std::all_of(keys.begin(), keys.end(), [&](int k) {
    return state.routes[static_cast<std::size_t>(version)][static_cast<std::size_t>(k)] == group;
  });
}

void Propose(const NaiveComposed& bounds, const Composed& state, std::vector<Composed>& all) {
  if (state.ops >= bounds.max_ops || state.version >= bounds.max_versions) return;
  const auto version = static_cast<std::size_t>(state.version);
  for (std::size_t k = 0; k < state.routes[version].size(); ++k) {
    for (int g = 1; g <= bounds.groups; ++g) {
      Composed next = state;
      next.routes[version + 1] = state.routes[version];
      next.routes[version + 1][k] = g;
      ++next.version;
      ++next.ops;
      all.push_back(next);
    }
  }
}

void Begin(const NaiveComposed& bounds, const Composed& state, std::size_t t, std::vector<Composed>& all) {
  if (state.txns[t].status != Status::kIdle || state.ts >= bounds.max_ts || state.ops >= bounds.max_ops)
    return;
  Composed next = state;
  ++next.ts;
  next.txns[t].status = Status::kActive;
  next.txns[t].start = next.ts;
  next.txns[t].observed = state.version;
  ++next.ops;
  all.push_back(next);
}

void Write(const NaiveComposed& bounds, const Composed& state, std::size_t t, std::vector<Composed>& all) {
  if (state.txns[t].status != Status::kActive || state.ops >= bounds.max_ops) return;
  for (int k = 0; k < bounds.keys; ++k) {
    if (state.txns[t].writes.contains(k)) continue;
    Composed next = state;
    next.txns[t].writes.insert(k);
    ++next.ops;
    all.push_back(next);
  }
}

void Commit(const NaiveComposed& bounds, const Composed& state, std::size_t t, std::vector<Composed>& all) {
  const Transaction& txn = state.txns[t];
  if (txn.status != Status::kActive || state.ts >= bounds.max_ts) return;
  for (int g = 1; g <= bounds.groups; ++g) {
    const int fenced_at = bounds.lagging ? state.polled[static_cast<std::size_t>(g - 1)] : state.version;
    if (bounds.safe && !OwnsAll(state, txn.observed, txn.writes, g)) continue;
    if (bounds.fence && !OwnsAll(state, fenced_at, txn.writes, g)) continue;
    Composed next = state;
    ++next.ts;
    next.txns[t].status = Status::kCommitted;
    next.txns[t].commit_ts = next.ts;
    next.txns[t].commit_group = g;
    next.txns[t].version_at_commit = state.version;
    all.push_back(next);
  }
}

void Abort(const Composed& state, std::size_t t, std::vector<Composed>& all) {
  if (state.txns[t].status != Status::kActive) return;
  Composed next = state;
  next.txns[t].status = Status::kAborted;
  all.push_back(next);
}

void Poll(const NaiveComposed& bounds, const Composed& state, std::vector<Composed>& all) {
  for (std::size_t g = 0; bounds.lagging && g < state.polled.size(); ++g) {
    if (state.polled[g] >= state.version || state.ops >= bounds.max_ops) continue;
    Composed next = state;
    next.polled[g] = state.version;
    ++next.ops;
    all.push_back(next);
  }
}

}  // namespace

NaiveComposed::State NaiveComposed::Initial() const {
  State state;
  state.routes.assign(static_cast<std::size_t>(max_versions) + 1,
                      std::vector<int>(static_cast<std::size_t>(keys), 1));
  state.txns.resize(static_cast<std::size_t>(txns));
  state.polled.assign(static_cast<std::size_t>(groups), 0);
  return state;
}

std::vector<NaiveComposed::State> NaiveComposed::Next(const State& state) const {
  std::vector<State> all;
  Propose(*this, state, all);
  Poll(*this, state, all);
  for (std::size_t t = 0; t < state.txns.size(); ++t) {
    Begin(*this, state, t, all);
    Write(*this, state, t, all);
    Commit(*this, state, t, all);
    Abort(state, t, all);
  }
  return all;
}

bool NaiveComposed::Good(const State& state) const {
  std::set<int> commit_timestamps;
  for (const Txn& txn : state.txns) {
    if (txn.status != Status::kCommitted) continue;
    if (!OwnsAll(state, txn.observed, txn.writes, txn.commit_group)) return false;
    if (judge_c1a && !OwnsAll(state, txn.version_at_commit, txn.writes, txn.commit_group)) return false;
    if (!commit_timestamps.insert(txn.commit_ts).second) return false;
  }
  return true;
}

}  // namespace fencepost::model::testing
