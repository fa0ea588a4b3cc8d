#include "model/history/list_append.h"

#include <algorithm>

#include "model/history/direct_anomalies.h"
#include "model/history/explain.h"
#include "model/history/unread_order.h"
#include "model/history/version_orders.h"

namespace fencepost::model::history {
namespace {

// Only where nothing else is wrong: the unread appends have some order in any case that is already explained.
void CheckUnreadOrder(const VersionOrders& orders, const ListAppendOptions& options, Judgement* judgement) {
  const GraphOptions graph_options{.kinds = EdgesAt(Level::kSnapshotIsolation),
                                   .direct_unread_limit = options.cycles.direct_unread_limit};
  const DependencyGraph graph(orders, graph_options);
  const UnreadConflict conflict = FindUnreadConflict(orders, graph, options.unread_order_states);
  switch (conflict.answer) {
    case UnreadConflict::Answer::kNone:
      return;
    case UnreadConflict::Answer::kUnknown:
      judgement->validity = Validity::kUnknown;
      judgement->unknown_reason = "gave up looking for an order of the appends that nobody read";
      return;
    case UnreadConflict::Answer::kFound:
      judgement->explanations.push_back(ExplainUnreadConflict(orders, conflict));
      return;
  }
}

}  // namespace

Judgement CheckListAppend(const ListAppendHistory& history, Level level, const ListAppendOptions& options) {
  Judgement judgement;
  judgement.transactions = history.transactions().size();
  const VersionOrders orders(history);
  for (const Cycle& cycle : FindForbiddenCycles(orders, level, options.cycles)) {
    judgement.explanations.push_back(ExplainCycle(orders, cycle));
  }
  for (const Finding& finding : FindDirectAnomalies(orders, level, options.cycles.examples_per_anomaly)) {
    judgement.explanations.push_back(ExplainFinding(orders, finding));
  }
  if (judgement.explanations.empty() && level == Level::kSnapshotIsolation) {
    CheckUnreadOrder(orders, options, &judgement);
  }
  for (const Explanation& explanation : judgement.explanations)
    judgement.anomalies.push_back(explanation.anomaly);
  std::ranges::sort(judgement.anomalies);
  const auto repeated = std::ranges::unique(judgement.anomalies);
  judgement.anomalies.erase(repeated.begin(), repeated.end());
  if (!judgement.anomalies.empty()) judgement.validity = Validity::kInvalid;
  return judgement;
}

}  // namespace fencepost::model::history
