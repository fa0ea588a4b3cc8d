#include "model/history/list_append_history.h"

#include <algorithm>
#include <cassert>
#include <tuple>

namespace fencepost::model::history {

KeyId ListAppendHistory::InternKey(std::string_view name) {
  const auto [position, is_new] =
      key_ids_.try_emplace(std::string(name), static_cast<KeyId>(key_names_.size()));
  if (is_new) key_names_.emplace_back(name);
  return position->second;
}

TransactionId ListAppendHistory::Invoke(std::int64_t process, std::span<const Intent> intents, Line line) {
  assert(transactions_.size() < kMaxTransactions);
  assert(transactions_.empty() || line > transactions_.back().invoked);
  const auto id = static_cast<TransactionId>(transactions_.size());
  transactions_.push_back({.process = process,
                           .first_step = steps_.size(),
                           .step_count = static_cast<std::uint32_t>(intents.size()),
                           .invoked = line});
  for (const Intent& intent : intents) {
    const bool appends = intent.kind == StepKind::kAppend;
    steps_.push_back(
        {.kind = intent.kind, .key = intent.key, .size = appends ? 1U : 0U, .first = elements_.size()});
    if (appends) elements_.push_back(intent.element);
  }
  return id;
}

void ListAppendHistory::Commit(TransactionId id, std::span<const std::span<const std::int64_t>> observed,
                               Line line) {
  Complete(id, Outcome::kCommitted, line);
  commits_.push_back(id);
  const Transaction& transaction = transactions_[id];
  assert(observed.size() == transaction.step_count);
  for (std::size_t i = 0; i < observed.size(); ++i) {
    Step& step = steps_[transaction.first_step + i];
    if (step.kind == StepKind::kAppend) continue;
    step.first = elements_.size();
    step.size = static_cast<std::uint32_t>(observed[i].size());
    elements_.insert(elements_.end(), observed[i].begin(), observed[i].end());
  }
}

void ListAppendHistory::Fail(TransactionId id, Line line) { Complete(id, Outcome::kFailed, line); }

void ListAppendHistory::LeaveIndeterminate(TransactionId id, Line line) {
  Complete(id, Outcome::kIndeterminate, line);
}

void ListAppendHistory::Complete(TransactionId id, Outcome outcome, Line line) {
  Transaction& transaction = transactions_[id];
  assert(transaction.completed == kNeverCompleted);
  assert(line > transaction.invoked);
  transaction.completed = line;
  transaction.outcome = outcome;
}

std::optional<DuplicateAppend> FindDuplicateAppend(const ListAppendHistory& history) {
  struct Entry {
    KeyId key;
    TransactionId transaction;
    std::int64_t element;
  };
  const auto order = [](const Entry& a, const Entry& b) {
    return std::tie(a.key, a.element, a.transaction) < std::tie(b.key, b.element, b.transaction);
  };
  std::vector<std::uint64_t> begin(history.key_count() + 1, 0);
  for (const Step& step : history.steps()) begin[step.key + 1] += step.kind == StepKind::kAppend;
  for (std::size_t key = 0; key < history.key_count(); ++key) begin[key + 1] += begin[key];
  std::vector<Entry> entries(begin.back());
  for (TransactionId id = 0; id < history.transactions().size(); ++id) {
    for (const Step& step : history.StepsOf(history.transactions()[id])) {
      if (step.kind == StepKind::kAppend)
        entries[begin[step.key]++] = {step.key, id, history.AppendedBy(step)};
    }
  }
  // Grouped by key, so what is left to sort is each key's own elements, which usually grow already.
  for (auto from = entries.begin(); from != entries.end();) {
    const auto to = std::find_if(from, entries.end(), [&](const Entry& e) { return e.key != from->key; });
    if (!std::is_sorted(from, to, order)) std::sort(from, to, order);
    from = to;
  }
  std::optional<DuplicateAppend> found;
  for (std::size_t i = 1; i < entries.size(); ++i) {
    const Entry& a = entries[i - 1];
    const Entry& b = entries[i];
    if (a.key != b.key || a.element != b.element) continue;
    if (!found || b.transaction < found->second) found = {a.transaction, b.transaction, b.key, b.element};
  }
  return found;
}

}  // namespace fencepost::model::history
