#include "model/history/dependency_graph.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <cassert>

namespace fencepost::model::history {

class DependencyGraph::Builder {
 public:
  Builder(const VersionOrders& orders, const GraphOptions& options)
      : orders_(orders),
        history_(orders.history()),
        options_(options),
        next_node_(static_cast<NodeId>(history_.transactions().size())) {
    edges_.reserve(4 * history_.transactions().size());
  }

  void AddEverything() {
    AddUnreadChains();
    if (Wants(EdgeKind::kWw)) AddWriteOrder();
    if (Wants(EdgeKind::kWr) || Wants(EdgeKind::kRw)) AddReads();
    if (Wants(EdgeKind::kProcess)) AddProcessOrder();
    if (Wants(EdgeKind::kRealtime)) AddRealtimeOrder();
  }

  // A counting sort by source, which keeps the order within one source.
  void MoveTo(DependencyGraph* graph) {
    graph->transaction_count_ = history_.transactions().size();
    graph->begin_.assign(std::size_t{next_node_} + 1, 0);
    for (const Pending& edge : edges_) ++graph->begin_[edge.source + 1];
    for (std::size_t i = 1; i < graph->begin_.size(); ++i) graph->begin_[i] += graph->begin_[i - 1];
    graph->edges_.resize(edges_.size());
    std::vector<std::uint32_t> cursor(graph->begin_.begin(), graph->begin_.end() - 1);
    for (const Pending& edge : edges_) graph->edges_[cursor[edge.source]++] = edge.edge;
  }

 private:
  struct Pending {
    NodeId source;
    Edge edge;
  };

  bool Wants(EdgeKind kind) const { return (options_.kinds & MaskOf(kind)) != 0; }

  void Add(NodeId source, NodeId target, EdgeKind kind) {
    assert(source != target);
    edges_.push_back({source, Edge(target, kind)});
  }

  // Chains for keys with many unread writers: node `down + i` leads to writers 0..i, `up + i` to i and above.
  void AddUnreadChains() {
    for (KeyId key = 0; key < history_.key_count(); ++key) {
      const std::span<const TransactionId> writers = orders_.UnreadWriters(key);
      if (writers.size() <= options_.direct_unread_limit) continue;
      const NodeId down = next_node_;
      const NodeId up = down + static_cast<NodeId>(writers.size());
      next_node_ = up + static_cast<NodeId>(writers.size());
      chains_.emplace(key, down);
      for (NodeId i = 0; i < writers.size(); ++i) {
        Add(down + i, writers[i], EdgeKind::kPass);
        Add(up + i, writers[i], EdgeKind::kPass);
        if (i == 0) continue;
        Add(down + i, down + i - 1, EdgeKind::kPass);
        Add(up + i - 1, up + i, EdgeKind::kPass);
      }
    }
  }

  // To every unread writer of the key but `source` itself.
  void AddToUnread(TransactionId source, KeyId key, EdgeKind kind) {
    const std::span<const TransactionId> writers = orders_.UnreadWriters(key);
    if (writers.size() <= options_.direct_unread_limit) {
      for (const TransactionId writer : writers) {
        if (writer != source) Add(source, writer, kind);
      }
      return;
    }
    const auto count = static_cast<NodeId>(writers.size());
    const NodeId down = chains_.find(key)->second;
    const NodeId up = down + count;
    const auto at = static_cast<NodeId>(std::ranges::lower_bound(writers, source) - writers.begin());
    const bool is_one_of_them = at < count && writers[at] == source;
    const NodeId above = is_one_of_them ? at + 1 : at;
    if (at > 0) Add(source, down + at - 1, kind);
    if (above < count) Add(source, up + above, kind);
  }

  void AddWriteOrder() {
    for (KeyId key = 0; key < history_.key_count(); ++key) {
      const std::span<const AppendId> order = orders_.Order(key);
      if (order.empty()) continue;
      TransactionId last = orders_.append(order[0]).transaction;
      for (const AppendId id : order.subspan(1)) {
        const TransactionId next = orders_.append(id).transaction;
        if (next != last) Add(last, next, EdgeKind::kWw);
        last = next;
      }
      AddToUnread(last, key, EdgeKind::kWw);
    }
  }

  void AddReads() {
    for (TransactionId id = 0; id < history_.transactions().size(); ++id) {
      const Transaction& transaction = history_.transactions()[id];
      if (transaction.outcome != Outcome::kCommitted) continue;
      const std::span<const Step> steps = history_.StepsOf(transaction);
      for (std::uint32_t i = 0; i < steps.size(); ++i) {
        if (steps[i].kind == StepKind::kRead) AddRead(id, i, steps[i]);
      }
    }
  }

  void AddRead(TransactionId reader, std::uint32_t index, const Step& step) {
    if (orders_.IsIncompatible(reader, index)) {
      const AppendId last = orders_.Find(step.key, history_.ElementsOf(step).back());
      if (last == kNobody) return;
      const TransactionId writer = orders_.append(last).transaction;
      if (writer != reader && orders_.IsLive(writer) && Wants(EdgeKind::kWr))
        Add(writer, reader, EdgeKind::kWr);
      return;
    }
    const ReadPoint point = orders_.PointOf(step);
    // What follows a transaction's own append follows it by ww, too.
    if (point.last_writer == reader) return;
    if (point.last_writer != kNoTransaction && Wants(EdgeKind::kWr)) {
      Add(point.last_writer, reader, EdgeKind::kWr);
    }
    if (!Wants(EdgeKind::kRw) || point.next_writer == reader) return;
    if (point.next_writer != kNoTransaction) {
      Add(reader, point.next_writer, EdgeKind::kRw);
    } else {
      AddToUnread(reader, step.key, EdgeKind::kRw);
    }
  }

  // Nothing follows an indeterminate transaction, not even in a process that goes on after it.
  void AddProcessOrder() {
    absl::flat_hash_map<std::int64_t, TransactionId> last_commit;  // determinism: looked up only
    for (TransactionId id = 0; id < history_.transactions().size(); ++id) {
      const Transaction& transaction = history_.transactions()[id];
      if (!orders_.IsLive(id)) continue;
      const auto last = last_commit.find(transaction.process);
      if (last != last_commit.end()) Add(last->second, id, EdgeKind::kProcess);
      if (transaction.outcome == Outcome::kCommitted) last_commit[transaction.process] = id;
    }
  }

  void AddRealtimeOrder() {
    const std::span<const TransactionId> commits = history_.commits();
    std::size_t completed = 0;
    bool has_moment = false;
    for (TransactionId id = 0; id < history_.transactions().size(); ++id) {
      if (!orders_.IsLive(id)) continue;
      const std::size_t known = completed;
      const Line invoked = history_.transactions()[id].invoked;
      while (completed < commits.size() && history_.transactions()[commits[completed]].completed < invoked) {
        Add(commits[completed], next_node_, EdgeKind::kRealtime);
        ++completed;
      }
      if (completed > known) {
        if (has_moment) Add(next_node_ - 1, next_node_, EdgeKind::kPass);
        ++next_node_;
        has_moment = true;
      }
      if (has_moment) Add(next_node_ - 1, id, EdgeKind::kPass);
    }
  }

  const VersionOrders& orders_;
  const ListAppendHistory& history_;
  const GraphOptions options_;
  NodeId next_node_;
  std::vector<Pending> edges_;
  absl::flat_hash_map<KeyId, NodeId> chains_;  // determinism: looked up only, the `down` node of a key
};

DependencyGraph::DependencyGraph(const VersionOrders& orders, const GraphOptions& options) {
  Builder builder(orders, options);
  builder.AddEverything();
  builder.MoveTo(this);
}

}  // namespace fencepost::model::history
