#include "model/history/cycles.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <tuple>

#include "model/history/dependency.h"
#include "model/history/shortest_walk.h"

namespace fencepost::model::history {
namespace {

constexpr EdgeMask kWw = MaskOf(EdgeKind::kWw);
constexpr EdgeMask kWr = MaskOf(EdgeKind::kWr);
constexpr EdgeMask kRw = MaskOf(EdgeKind::kRw);
constexpr EdgeMask kProcessEdges = MaskOf(EdgeKind::kProcess);
constexpr EdgeMask kRealtimeEdges = MaskOf(EdgeKind::kRealtime);

// How to look for cycles of one base: every such cycle has an edge of the seed kind, lies in a component of
// `component`, and the rest of it is a walk by `walk`.
struct BaseSearch {
  CycleBase base;
  EdgeKind seed;
  WalkRule component;
  WalkRule walk;
};

constexpr std::array<BaseSearch, kCycleBaseCount> kBaseSearches = {{
    {CycleBase::kG0, EdgeKind::kWw, {kWw, CycleRule::kAny}, {kWw, CycleRule::kAny}},
    {CycleBase::kG1c, EdgeKind::kWr, {kWw | kWr, CycleRule::kAny}, {kWw | kWr, CycleRule::kAny}},
    {CycleBase::kGSingle, EdgeKind::kRw, {kWw | kWr | kRw, CycleRule::kAny}, {kWw | kWr, CycleRule::kAny}},
    {CycleBase::kGNonadjacent,
     EdgeKind::kRw,
     {kWw | kWr | kRw, CycleRule::kNoNeighbouringRw},
     {kWw | kWr | kRw, CycleRule::kNoNeighbouringRw}},
    {CycleBase::kG2Item,
     EdgeKind::kRw,
     {kWw | kWr | kRw, CycleRule::kAny},
     {kWw | kWr | kRw, CycleRule::kAny}},
}};

EdgeMask OrderEdges(CycleOrder order) {
  switch (order) {
    case CycleOrder::kNone:
      return 0;
    case CycleOrder::kProcess:
      return kProcessEdges;
    case CycleOrder::kRealtime:
      return kProcessEdges | kRealtimeEdges;
  }
  return 0;
}

// The most severe choice among the kinds in `mask`, which are those that lead from one transaction to
// another.
EdgeKind MostSevere(EdgeMask mask) {
  if ((mask & kWw) != 0) return EdgeKind::kWw;
  if ((mask & kProcessEdges) != 0) return EdgeKind::kProcess;
  if ((mask & kRealtimeEdges) != 0) return EdgeKind::kRealtime;
  if ((mask & kWr) != 0) return EdgeKind::kWr;
  return EdgeKind::kRw;
}

CycleBase BaseOf(const std::vector<EdgeKind>& kinds) {
  const auto rw_count = std::ranges::count(kinds, EdgeKind::kRw);
  if (rw_count == 0) {
    return std::ranges::count(kinds, EdgeKind::kWr) == 0 ? CycleBase::kG0 : CycleBase::kG1c;
  }
  if (rw_count == 1) return CycleBase::kGSingle;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i] == EdgeKind::kRw && kinds[(i + 1) % kinds.size()] == EdgeKind::kRw)
      return CycleBase::kG2Item;
  }
  return CycleBase::kGNonadjacent;
}

class CycleSearch {
 public:
  CycleSearch(const VersionOrders& orders, const DependencyGraph& graph, Level level,
              const CycleOptions& options)
      : orders_(orders), graph_(graph), level_(level), options_(options), walks_(graph) {}

  std::vector<Cycle> Run() {
    for (const CycleOrder order : {CycleOrder::kNone, CycleOrder::kProcess, CycleOrder::kRealtime}) {
      for (const BaseSearch& search : kBaseSearches) {
        if (Forbids(level_, CycleAnomaly(search.base, order))) Search(search, order);
      }
    }
    std::ranges::sort(found_, {}, [](const Cycle& c) { return std::tie(c.anomaly, c.transactions); });
    return std::move(found_);
  }

 private:
  // Once a component has a cycle of the right name, this many more seeds may yield a shorter one.
  static constexpr int kMoreSeeds = 64;

  bool HasEnough(Anomaly anomaly) const {
    return static_cast<std::size_t>(std::ranges::count(found_, anomaly, &Cycle::anomaly)) >=
           options_.examples_per_anomaly;
  }

  void Report(Cycle cycle) {
    if (!HasEnough(cycle.anomaly)) found_.push_back(std::move(cycle));
  }

  void Search(BaseSearch search, CycleOrder order) {
    // Process edges are real-time edges too, and a search that took them would find few others.
    const EdgeMask order_edges = order == CycleOrder::kRealtime ? kRealtimeEdges : OrderEdges(order);
    search.component.edges |= order_edges;
    search.walk.edges |= order_edges;
    const Anomaly wanted = CycleAnomaly(search.base, order);
    const Components components = FindComponents(graph_, search.component);
    walks_.SetBudget(options_.states_per_name);
    for (std::size_t i = 0; i < components.size(); ++i) {
      // An exhausted budget may cost a name, never the judgement: the first component is always searched.
      if (HasEnough(wanted) || (i > 0 && walks_.IsExhausted())) return;
      SearchComponent(search, wanted, components[i]);
    }
  }

  void SearchComponent(const BaseSearch& search, Anomaly wanted, std::span<const WalkState> states) {
    walks_.EnterComponent(states);
    std::optional<Cycle> best;
    std::optional<Cycle> other;  // of a more severe name, for want of the right one
    int seeds_left = kMoreSeeds;
    for (const WalkState state : states) {
      if (!graph_.IsTransaction(state.node())) continue;
      for (const Edge edge : graph_.EdgesOf(state.node())) {
        if (edge.kind() != search.seed) continue;
        std::optional<Cycle> cycle = Close(search, state, edge);
        if (!cycle) continue;
        if (cycle->anomaly != wanted) {
          if (!other) other = std::move(cycle);
        } else if (!best || cycle->transactions.size() < best->transactions.size()) {
          best = std::move(cycle);
        }
        const bool is_shortest = best && best->transactions.size() == 2;
        if (is_shortest || walks_.IsExhausted() || (best && --seeds_left == 0)) {
          Conclude(std::move(best), std::move(other));
          return;
        }
      }
    }
    Conclude(std::move(best), std::move(other));
  }

  void Conclude(std::optional<Cycle> best, std::optional<Cycle> other) {
    if (best) {
      Report(std::move(*best));
    } else if (other && std::ranges::count(found_, other->anomaly, &Cycle::anomaly) == 0) {
      Report(std::move(*other));
    }
  }

  // The shortest cycle through that edge, named.
  std::optional<Cycle> Close(const BaseSearch& search, WalkState from, Edge edge) {
    const std::optional<std::vector<TransactionId>> walk = walks_.Close(search.walk, from, edge);
    if (!walk) return std::nullopt;
    return NameCycle(orders_, *walk);
  }

  const VersionOrders& orders_;
  const DependencyGraph& graph_;
  const Level level_;
  const CycleOptions options_;
  ShortestWalks walks_;
  std::vector<Cycle> found_;
};

}  // namespace

EdgeMask EdgesAt(Level level) {
  switch (level) {
    case Level::kReadCommitted:
      return kWw | kWr;
    case Level::kSnapshotIsolation:
    case Level::kSerializable:
      return kWw | kWr | kRw;
    case Level::kStrictSerializable:
      return kWw | kWr | kRw | kRealtimeEdges;
  }
  return 0;
}

Cycle NameCycle(const VersionOrders& orders, std::vector<TransactionId> transactions) {
  assert(transactions.size() >= 2);
  std::vector<EdgeMask> between(transactions.size());
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    between[i] = KindsBetween(orders, transactions[i], transactions[(i + 1) % transactions.size()]);
  }
  Cycle cycle;
  cycle.transactions = std::move(transactions);
  for (const CycleOrder order : {CycleOrder::kNone, CycleOrder::kProcess, CycleOrder::kRealtime}) {
    const EdgeMask usable = kWw | kWr | kRw | OrderEdges(order);
    if (!std::ranges::all_of(between, [&](EdgeMask mask) { return (mask & usable) != 0; })) continue;
    for (const EdgeMask mask : between) cycle.kinds.push_back(MostSevere(mask & usable));
    cycle.anomaly = CycleAnomaly(BaseOf(cycle.kinds), order);
    return cycle;
  }
  assert(false && "the transactions are no cycle");
  return cycle;
}

std::vector<Cycle> FindForbiddenCycles(const VersionOrders& orders, Level level,
                                       const CycleOptions& options) {
  GraphOptions graph_options{.kinds = EdgesAt(level), .direct_unread_limit = options.direct_unread_limit};
  {
    // Almost every history has no cycle at all, and one pass tells.
    const DependencyGraph graph(orders, graph_options);
    if (FindComponents(graph, {graph_options.kinds, CycleRule::kAny}).empty()) return {};
  }
  // Process edges are real-time edges too, so that only names need them.
  if (level == Level::kStrictSerializable) graph_options.kinds |= kProcessEdges;
  const DependencyGraph graph(orders, graph_options);
  return CycleSearch(orders, graph, level, options).Run();
}

}  // namespace fencepost::model::history
