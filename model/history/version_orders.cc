#include "model/history/version_orders.h"

#include <algorithm>
#include <cassert>
#include <tuple>

namespace fencepost::model::history {

VersionOrders::VersionOrders(const ListAppendHistory& history)
    : history_(&history),
      keys_(history.key_count()),
      append_of_step_(history.steps().size(), kNobody),
      is_live_(history.transactions().size(), false) {
  for (const TransactionId id : history.commits()) is_live_[id] = true;
  GroupAppendsByKey();
  FindLongestReads();
  for (KeyId key = 0; key < keys_.size(); ++key) {
    SortByElement(&keys_[key]);
    ResolveLongestRead(key);
  }
  FindIncompatibleReads();
  // Only now is it known which of the indeterminate transactions are live.
  for (KeyId key = 0; key < keys_.size(); ++key) RankOrder(key);
  CollectUnread();
}

std::span<const std::int64_t> VersionOrders::LongestRead(KeyId key) const {
  return history_->ElementsOf({StepKind::kRead, key, keys_[key].longest_size, keys_[key].longest_first});
}

std::span<const AppendId> VersionOrders::Order(KeyId key) const {
  return std::span(order_).subspan(keys_[key].slot_begin, keys_[key].order_size);
}

std::span<const TransactionId> VersionOrders::UnreadWriters(KeyId key) const {
  return std::span(unread_).subspan(keys_[key].unread_begin, keys_[key].unread_end - keys_[key].unread_begin);
}

const Append& VersionOrders::AppendOf(TransactionId id, std::uint32_t step) const {
  return appends_[append_of_step_[history_->transactions()[id].first_step + step]];
}

AppendId VersionOrders::Find(KeyId key, std::int64_t element) const {
  const auto from = appends_.begin() + keys_[key].append_begin;
  const auto to = appends_.begin() + keys_[key].append_end;
  const auto found =
      std::lower_bound(from, to, element, [](const Append& a, std::int64_t e) { return a.element < e; });
  if (found == to || found->element != element) return kNobody;
  return static_cast<AppendId>(found - appends_.begin());
}

bool VersionOrders::IsIncompatible(TransactionId id, std::uint32_t step) const {
  if (incompatible_.empty()) return false;
  return std::binary_search(incompatible_.begin(), incompatible_.end(),
                            history_->transactions()[id].first_step + step);
}

ReadPoint VersionOrders::PointOf(const Step& step) const {
  const Key& key = keys_[step.key];
  ReadPoint point{.rank = slot_rank_[key.slot_begin + step.size]};
  if (point.rank > 0) point.last_writer = appends_[order_[key.slot_begin + point.rank - 1]].transaction;
  if (point.rank < key.order_size)
    point.next_writer = appends_[order_[key.slot_begin + point.rank]].transaction;
  return point;
}

std::span<const AppendId> VersionOrders::AppendsInTransactionOrder(KeyId key,
                                                                   std::vector<AppendId>* scratch) const {
  scratch->clear();
  for (AppendId id = keys_[key].append_begin; id < keys_[key].append_end; ++id) scratch->push_back(id);
  std::sort(scratch->begin(), scratch->end(), [&](AppendId a, AppendId b) {
    return std::tie(appends_[a].transaction, appends_[a].step) <
           std::tie(appends_[b].transaction, appends_[b].step);
  });
  return *scratch;
}

void VersionOrders::GroupAppendsByKey() {
  for (const Step& step : history_->steps()) keys_[step.key].append_end += step.kind == StepKind::kAppend;
  std::uint32_t total = 0;
  for (Key& key : keys_) {
    const std::uint32_t count = key.append_end;
    key.append_begin = key.append_end = total;
    total += count;
  }
  appends_.resize(total);
  for (TransactionId id = 0; id < history_->transactions().size(); ++id) {
    const std::span<const Step> steps = history_->StepsOf(history_->transactions()[id]);
    for (std::uint32_t i = 0; i < steps.size(); ++i) {
      if (steps[i].kind != StepKind::kAppend) continue;
      Key& key = keys_[steps[i].key];
      if (key.append_end > key.append_begin && appends_[key.append_end - 1].transaction == id) {
        appends_[key.append_end - 1].is_final = false;
      }
      appends_[key.append_end++] = {.element = history_->AppendedBy(steps[i]), .transaction = id, .step = i};
    }
  }
  for (KeyId id = 0; id < keys_.size(); ++id) {
    const auto group =
        std::span(appends_).subspan(keys_[id].append_begin, keys_[id].append_end - keys_[id].append_begin);
    if (std::ranges::any_of(group, [](const Append& a) { return !a.is_final; })) {
      repeatedly_appended_.push_back(id);
      keys_[id].is_appended_repeatedly = true;
    }
  }
}

void VersionOrders::FindLongestReads() {
  for (const TransactionId id : history_->commits()) {
    for (const Step& step : history_->StepsOf(history_->transactions()[id])) {
      if (step.kind != StepKind::kRead || step.size <= keys_[step.key].longest_size) continue;
      keys_[step.key].longest_size = step.size;
      keys_[step.key].longest_first = step.first;
    }
  }
  std::uint64_t slots = 0;
  for (Key& key : keys_) {
    key.slot_begin = slots;
    slots += key.longest_size + 1;
  }
  order_.resize(slots, kNobody);
  slot_rank_.resize(slots, 0);
}

void VersionOrders::SortByElement(Key* key) {
  const auto from = appends_.begin() + key->append_begin;
  const auto to = appends_.begin() + key->append_end;
  const auto by_element = [](const Append& a, const Append& b) { return a.element < b.element; };
  if (!std::is_sorted(from, to, by_element)) std::sort(from, to, by_element);
  for (AppendId id = key->append_begin; id < key->append_end; ++id) {
    append_of_step_[history_->transactions()[appends_[id].transaction].first_step + appends_[id].step] = id;
  }
}

void VersionOrders::ResolveLongestRead(KeyId id) {
  Key& key = keys_[id];
  const std::span<const std::int64_t> list = LongestRead(id);
  AppendId guess = key.append_begin;
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    // Elements mostly grow along the list as they do among the appends, so the next append is a good guess.
    const bool hit = guess < key.append_end && appends_[guess].element == list[i];
    const AppendId writer = hit ? guess : Find(id, list[i]);
    if (writer == kNobody) {
      key.first_garbage = std::min(key.first_garbage, i + 1);
      continue;
    }
    guess = writer + 1;
    order_[key.slot_begin + i] = writer;
    if (appends_[writer].position != kNotInOrder) {
      key.first_repeat = std::min(key.first_repeat, i + 1);
      continue;
    }
    appends_[writer].position = i;
    MarkShown(writer);
    const TransactionId transaction = appends_[writer].transaction;
    if (history_->transactions()[transaction].outcome == Outcome::kFailed) {
      key.first_failed = std::min(key.first_failed, i + 1);
    }
  }
}

void VersionOrders::FindIncompatibleReads() {
  for (const TransactionId id : history_->commits()) {
    const Transaction& transaction = history_->transactions()[id];
    const std::span<const Step> steps = history_->StepsOf(transaction);
    for (std::uint32_t i = 0; i < steps.size(); ++i) {
      if (steps[i].kind != StepKind::kRead) continue;
      const std::span<const std::int64_t> list = history_->ElementsOf(steps[i]);
      if (std::equal(list.begin(), list.end(), LongestRead(steps[i].key).begin())) continue;
      incompatible_.push_back(transaction.first_step + i);
      for (const std::int64_t element : list) {
        const AppendId writer = Find(steps[i].key, element);
        if (writer != kNobody) MarkShown(writer);
      }
    }
  }
  std::sort(incompatible_.begin(), incompatible_.end());
}

void VersionOrders::MarkShown(AppendId id) {
  appends_[id].is_shown = true;
  const TransactionId writer = appends_[id].transaction;
  if (history_->transactions()[writer].outcome != Outcome::kFailed) is_live_[writer] = true;
}

void VersionOrders::RankOrder(KeyId id) {
  Key& key = keys_[id];
  std::uint32_t rank = 0;
  for (std::uint32_t i = 0; i < key.longest_size; ++i) {
    slot_rank_[key.slot_begin + i] = rank;
    const AppendId writer = order_[key.slot_begin + i];
    if (writer == kNobody || appends_[writer].position != i || !is_live_[appends_[writer].transaction])
      continue;
    order_[key.slot_begin + rank++] = writer;
  }
  slot_rank_[key.slot_begin + key.longest_size] = rank;
  key.order_size = rank;
}

void VersionOrders::CollectUnread() {
  for (Key& key : keys_) {
    key.unread_begin = static_cast<std::uint32_t>(unread_.size());
    for (AppendId id = key.append_begin; id < key.append_end; ++id) {
      const Append& append = appends_[id];
      if (!append.is_shown && is_live_[append.transaction]) unread_.push_back(append.transaction);
    }
    const auto from = unread_.begin() + key.unread_begin;
    std::sort(from, unread_.end());
    unread_.erase(std::unique(from, unread_.end()), unread_.end());
    key.unread_end = static_cast<std::uint32_t>(unread_.size());
  }
}

}  // namespace fencepost::model::history
