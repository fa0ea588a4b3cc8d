#include "sim/world/narration/lost_write_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/world/narration/violation_words.h"
#include "sim/world/narration/world_lookup.h"

namespace fencepost::sim {
namespace {

bool IsAppend(const KeyWrite& write, const model::LostWrite& lost) {
  if (write.key != lost.key) return false;
  const Operation operation = ParseOperation(write.payload);
  return operation.kind == Operation::Kind::kAppend && operation.element == lost.element;
}

bool IsDecision(const Entry& entry, TransactionOutcome outcome) {
  const auto* const decide = std::get_if<DecideEntry>(&entry);
  return decide != nullptr && decide->proposed.outcome == outcome;
}

bool IsResolution(const Entry& entry, TransactionOutcome outcome) {
  const auto* const resolve = std::get_if<ResolveEntry>(&entry);
  return resolve != nullptr && resolve->record.outcome == outcome;
}

// "entry [5] of group 2 (0.2390 s)"
std::string NameEntry(const LoggedEntry& entry) {
  return fmt::format("entry [{}] of group {} ({})", entry.index.value, entry.group.value,
                     FormatTime(entry.time));
}

// One write, followed through the logs.
class Pursuit {
 public:
  // Neither is owned.
  Pursuit(const WorldTimeline* world, const model::LostWrite* lost) : world_(*world), lost_(*lost) {
    for (const LoggedEntry& entry : world_.entries) {
      const std::vector<KeyWrite>& writes = WritesOf(*entry.entry);
      if (std::ranges::any_of(writes, [this](const KeyWrite& one) { return IsAppend(one, lost_); }))
        writes_.push_back(&entry);
    }
    // A write that is tried again has several entries: the client was told of the last before it was told.
    if (!writes_.empty()) write_ = FirstOfLastTransaction();
  }

  std::optional<TransactionId> transaction() const {
    return write_ == nullptr ? std::nullopt : TransactionOf(*write_->entry);
  }

  std::string TellTwice() const {
    std::string where;
    for (const LoggedEntry* const write : writes_) {
      if (std::holds_alternative<PrepareEntry>(*write->entry)) continue;  // takes effect when it is resolved
      where += (where.empty() ? "" : ", and ") + NameEntry(*write);
    }
    return fmt::format("One append took effect more than once: it is in {}.", where);
  }

  std::string TellLost() const {
    std::string text = "A client was told that its write is durable, and it is gone.";
    if (write_ == nullptr) {
      return text + fmt::format(" No log has an entry that appends {} to {}.", lost_.element, Key());
    }
    text += fmt::format(" It is {}.", NameEntry(*write_));
    const std::string refused = TellRefused();
    if (!refused.empty()) return text + refused;
    const std::string undone = TellTwoDecisions();
    if (!undone.empty()) return text + undone;
    return text + TellWhereItWent();
  }

 private:
  std::string Key() const { return QuoteKey(lost_.key); }

  const LoggedEntry* FirstOfLastTransaction() const {
    const std::optional<TransactionId> last = TransactionOf(*writes_.back()->entry);
    const auto first = std::ranges::find_if(
        writes_, [&last](const LoggedEntry* write) { return TransactionOf(*write->entry) == last; });
    return *first;
  }

  bool IsPrepared() const { return std::holds_alternative<PrepareEntry>(*write_->entry); }

  // The first entry of the write's transaction that is like that; null when there is none.
  template <class Predicate>
  const LoggedEntry* EntryOfTransaction(Predicate is_wanted) const {
    for (const LoggedEntry& entry : world_.entries) {
      if (TransactionOf(*entry.entry) == transaction() && is_wanted(entry)) return &entry;
    }
    return nullptr;
  }
  const LoggedEntry* Decision(TransactionOutcome outcome) const {
    return EntryOfTransaction(
        [outcome](const LoggedEntry& entry) { return IsDecision(*entry.entry, outcome); });
  }
  // In the write's own group.
  const LoggedEntry* Resolution(TransactionOutcome outcome) const {
    return EntryOfTransaction([this, outcome](const LoggedEntry& entry) {
      return entry.group == write_->group && IsResolution(*entry.entry, outcome);
    });
  }

  std::string TellRefused() const {
    for (const EntryVerdicts& verdicts : VerdictsOf(world_)) {
      const bool is_it = verdicts.group == write_->group && verdicts.index == write_->index;
      if (!is_it || !verdicts.refused_by_all()) continue;
      return fmt::format(
          " Every replica refused that entry ({}), and yet the client was told that it had committed.",
          verdicts.reason);
    }
    return "";
  }

  std::string TellTwoDecisions() const {
    const LoggedEntry* const committed = Decision(TransactionOutcome::kCommitted);
    const LoggedEntry* const aborted = Decision(TransactionOutcome::kAborted);
    if (!IsPrepared() || committed == nullptr || aborted == nullptr) return "";
    std::string text = fmt::format(
        " Its transaction, number {}, was decided twice: committed by {}, aborted by {}. A transaction has "
        "one "
        "record, in one group's log, and whichever actor decides has to find the other's decision there.",
        transaction()->value, NameEntry(*committed), NameEntry(*aborted));
    const LoggedEntry* const dropped = Resolution(TransactionOutcome::kAborted);
    const LoggedEntry* const kept = Resolution(TransactionOutcome::kCommitted);
    if (dropped != nullptr && (kept == nullptr || dropped->time < kept->time)) {
      text += fmt::format(" The write was dropped by {}.", NameEntry(*dropped));
    }
    return text;
  }

  // The last copy of the key's range into another group in that time.
  const LoggedEntry* CopyAway(Moment from, Moment until) const {
    const LoggedEntry* found = nullptr;
    for (const LoggedEntry& entry : world_.entries) {
      if (entry.group != write_->group && IsCopyOfKey(entry) && entry.time >= from && entry.time <= until)
        found = &entry;
    }
    return found;
  }

  // The first copy of the key's range into the write's own group behind `time`.
  const LoggedEntry* CopyOverIt(Moment time) const {
    for (const LoggedEntry& entry : world_.entries) {
      if (entry.group == write_->group && IsCopyOfKey(entry) && entry.time > time) return &entry;
    }
    return nullptr;
  }

  bool IsCopyOfKey(const LoggedEntry& entry) const {
    const auto* const copy = std::get_if<CopyEntry>(entry.entry);
    return copy != nullptr && Contains(copy->range, lost_.key);
  }

  std::string TellWhereItWent() const {
    Moment effect = write_->time;
    std::string text;
    const LoggedEntry* const resolved = IsPrepared() ? Resolution(TransactionOutcome::kCommitted) : nullptr;
    if (resolved != nullptr) {
      effect = resolved->time;
      text += TellPreparedOverCopy(*resolved);
    }
    if (!text.empty()) return text + TellOwners();
    text += TellCopies(effect) + TellOwners();
    const std::string behind = NodesBehind(world_, write_->time);
    if (!behind.empty()) {
      text += fmt::format(" When it entered the log, the catalog was at version {}, but {}.",
                          CatalogVersionAt(world_, write_->time), behind);
    }
    return text;
  }

  std::string TellPreparedOverCopy(const LoggedEntry& resolved) const {
    const LoggedEntry* const copy = CopyAway(write_->time, resolved.time);
    if (copy == nullptr) return "";
    return fmt::format(
        " It was prepared there, and took effect only with {}: the keys around {} had been copied to group "
        "{} "
        "in between ({}), so the copy does not have it.",
        NameEntry(resolved), Key(), copy->group.value, FormatTime(copy->time));
  }

  std::string TellCopies(Moment effect) const {
    const LoggedEntry* const away = CopyAway(Moment::zero(), effect);
    if (away != nullptr) {
      return fmt::format(
          " By then the keys around {} had been copied to group {} ({}), so the copy does not have it.",
          Key(), away->group.value, FormatTime(away->time));
    }
    const LoggedEntry* const over = CopyOverIt(effect);
    if (over == nullptr) return "";
    return fmt::format(
        " Later {} copied those keys into group {} once more, as they had been before the write.",
        NameEntry(*over), over->group.value);
  }

  // Who owned the key when it was written, if another group did; and who came to own it later.
  std::string TellOwners() const {
    const CatalogState* then = nullptr;
    for (const CatalogState& state : world_.catalog) {
      const std::optional<GroupId> owner = OwnerIn(state, lost_.key);
      if (state.time <= write_->time) {
        then = &state;
        continue;
      }
      if (!owner.has_value() || *owner == write_->group) continue;
      return fmt::format(
          " Version {} of the catalog made group {} the owner ({}), and the write stayed behind.",
          state.version.value, owner->value, FormatTime(state.time));
    }
    if (then == nullptr) return "";
    const GroupId owner = OwnerIn(*then, lost_.key).value_or(write_->group);
    if (owner == write_->group) return "";
    return fmt::format(" But {} belonged to group {} at that time, by version {} of the catalog.", Key(),
                       owner.value, then->version.value);
  }

  const WorldTimeline& world_;
  const model::LostWrite& lost_;
  std::vector<const LoggedEntry*> writes_;  // the entries that have the write
  const LoggedEntry* write_ = nullptr;
};

}  // namespace

std::string ExplainLostWrite(const WorldTimeline& world, const model::LostWrite& lost) {
  const Pursuit pursuit(&world, &lost);
  return lost.times > 1 ? pursuit.TellTwice() : pursuit.TellLost();
}

std::optional<TransactionId> TransactionOfLostWrite(const WorldTimeline& world) {
  if (!world.timeline.violation.has_value()) return std::nullopt;
  const auto* const lost = DetailOf<model::LostWrite>(*world.timeline.violation);
  if (lost == nullptr) return std::nullopt;
  return Pursuit(&world, lost).transaction();
}

}  // namespace fencepost::sim
