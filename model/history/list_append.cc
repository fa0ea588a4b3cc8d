#include "model/history/list_append.h"

#include <algorithm>

#include "model/history/direct_anomalies.h"
#include "model/history/explain.h"
#include "model/history/unread_order.h"
#include "model/history/version_orders.h"

namespace fencepost::model::history {
namespace {

// Only where nothing else is wrong: the unread appends have some order in any case that is already explained.
void CheckUnreadOrder(const VersionOrders& orders, const ListAppendOptions& options, Verdict* verdict) {
  const GraphOptions graph_options{.kinds = EdgesAt(Level::kSnapshotIsolation),
                                   .direct_unread_limit = options.cycles.direct_unread_limit};
  const DependencyGraph graph(orders, graph_options);
  const UnreadConflict conflict = FindUnreadConflict(orders, graph, options.unread_order_states);
  switch (conflict.answer) {
    case UnreadConflict::Answer::kNone:
      return;
    case UnreadConflict::Answer::kUnknown:
      verdict->validity = Validity::kUnknown;
      verdict->unknown_reason = "gave up looking for an order of the appends that nobody read";
      return;
    case UnreadConflict::Answer::kFound:
      verdict->explanations.push_back(ExplainUnreadConflict(orders, conflict));
      return;
  }
}

}  // namespace

Verdict CheckListAppend(const ListAppendHistory& history, Level level, const ListAppendOptions& options) {
  Verdict verdict;
  verdict.transactions = history.transactions().size();
  const VersionOrders orders(history);
  for (const Cycle& cycle : FindForbiddenCycles(orders, level, options.cycles)) {
    verdict.explanations.push_back(ExplainCycle(orders, cycle));
  }
  for (const Finding& finding : FindDirectAnomalies(orders, level, options.cycles.examples_per_anomaly)) {
    verdict.explanations.push_back(ExplainFinding(orders, finding));
  }
  if (verdict.explanations.empty() && level == Level::kSnapshotIsolation) {
    CheckUnreadOrder(orders, options, &verdict);
  }
  for (const Explanation& explanation : verdict.explanations)
    verdict.anomalies.push_back(explanation.anomaly);
  std::ranges::sort(verdict.anomalies);
  const auto repeated = std::ranges::unique(verdict.anomalies);
  verdict.anomalies.erase(repeated.begin(), repeated.end());
  if (!verdict.anomalies.empty()) verdict.validity = Validity::kInvalid;
  return verdict;
}

}  // namespace fencepost::model::history
