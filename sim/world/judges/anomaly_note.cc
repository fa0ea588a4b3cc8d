#include "sim/world/judges/anomaly_note.h"

#include <fmt/format.h>

#include <utility>

#include "model/history/cycles.h"
#include "model/history/direct_anomalies.h"
#include "model/history/explain.h"
#include "model/history/version_orders.h"

namespace fencepost::sim {
namespace {

using model::history::EdgeKind;
using Anomaly = TraceNotes::HistoryAnomaly;

std::string NameOf(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::kWw:
      return "ww";
    case EdgeKind::kWr:
      return "wr";
    case EdgeKind::kRw:
      return "rw";
    case EdgeKind::kProcess:
      return "process";
    case EdgeKind::kRealtime:
      return "realtime";
    case EdgeKind::kPass:
      break;
  }
  return "";
}

Anomaly::Transaction Introduce(const model::history::ListAppendHistory& history,
                               model::history::TransactionId id) {
  const model::history::Transaction& transaction = history.transactions()[id];
  return Anomaly::Transaction{id,
                              fmt::format("(process {}, line {})", transaction.process, transaction.invoked)};
}

Anomaly NoteOf(const model::history::VersionOrders& orders, const model::history::Cycle& cycle) {
  model::history::Explanation explanation = ExplainCycle(orders, cycle);
  Anomaly note;
  note.name = AnomalyName(cycle.anomaly);
  const std::size_t size = cycle.transactions.size();
  for (std::size_t i = 0; i < size; ++i) {
    note.transactions.push_back(Introduce(orders.history(), cycle.transactions[i]));
    note.edges.push_back(Anomaly::Edge{i, (i + 1) % size, NameOf(cycle.kinds[i]), explanation.sentences[i]});
  }
  note.sentences = std::move(explanation.sentences);
  return note;
}

Anomaly NoteOf(const model::history::VersionOrders& orders, const model::history::Finding& finding) {
  Anomaly note;
  note.name = AnomalyName(finding.anomaly);
  note.transactions.push_back(Introduce(orders.history(), finding.transaction));
  if (finding.other != model::history::kNoTransaction) {
    note.transactions.push_back(Introduce(orders.history(), finding.other));
  }
  note.sentences = ExplainFinding(orders, finding).sentences;
  return note;
}

}  // namespace

std::optional<Anomaly> NoteOfAnomaly(const model::history::ListAppendHistory& history) {
  constexpr auto kLevel = model::history::Level::kStrictSerializable;
  const model::history::VersionOrders orders(history);
  const model::history::CycleOptions options;
  const auto cycles = FindForbiddenCycles(orders, kLevel, options);
  if (!cycles.empty()) return NoteOf(orders, cycles.front());
  const auto findings = FindDirectAnomalies(orders, kLevel, options.examples_per_anomaly);
  if (!findings.empty()) return NoteOf(orders, findings.front());
  return std::nullopt;
}

}  // namespace fencepost::sim
