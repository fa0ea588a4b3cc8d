#include "sim/world/narration/lost_write_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include "model/invariants/invariants.h"
#include "sim/world/narration/timeline_lookup.h"
#include "sim/world/narration/violation_words.h"

namespace fencepost::sim {
namespace {

bool Says(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

// "5" of "... was told that 5 was appended to key ...".
std::string ElementOf(std::string_view sentence) {
  constexpr std::string_view kToldThat = " was told that ";
  const std::size_t at = sentence.find(kToldThat);
  if (at == std::string_view::npos) return "";
  sentence.remove_prefix(at + kToldThat.size());
  return std::string(sentence.substr(0, sentence.find(' ')));
}

// What the entry says, behind "log of group 2 [7]: ".
std::string_view EntryText(const TimelineEvent& event) {
  const std::string_view text = event.text;
  const std::size_t at = text.find("]: ");
  return at == std::string_view::npos ? "" : text.substr(at + 3);
}

std::optional<std::uint64_t> TransactionOf(const TimelineEvent& event) {
  constexpr std::string_view kTransaction = "transaction ";
  const std::string_view text = EntryText(event);
  const std::size_t at = text.find(kTransaction);
  if (at == std::string_view::npos) return std::nullopt;
  const char* const begin = text.data() + at + kTransaction.size();
  std::uint64_t number = 0;
  if (std::from_chars(begin, text.data() + text.size(), number).ec != std::errc()) return std::nullopt;
  return number;
}

// "entry [5] of group 2 (0.2390 s)"
std::string NameEntry(const TimelineEvent& entry) {
  return fmt::format("entry [{}] of group {} ({})", entry.position->index, entry.position->group,
                     FormatTime(entry.time));
}

// One write, followed through the logs.
class Pursuit {
 public:
  Pursuit(const Timeline& timeline, std::string element, std::string key)
      : timeline_(timeline), element_(std::move(element)), key_(std::move(key)) {
    for (const TimelineEvent& event : timeline.events) {
      if (event.kind != EventKind::kLog || !event.position.has_value()) continue;
      entries_.push_back(&event);
      if (Says(event.text, fmt::format("append {} to \"{}\"", element_, key_))) writes_.push_back(&event);
    }
    // A write that is tried again has several entries: the client was told of the last before it was told.
    if (!writes_.empty()) write_ = FirstOfLastTransaction();
  }

  std::optional<std::uint64_t> transaction() const {
    return write_ == nullptr ? std::nullopt : TransactionOf(*write_);
  }

  std::string TellTwice() const {
    std::string where;
    for (const TimelineEvent* write : writes_) {
      if (EntryText(*write).starts_with("prepare ")) continue;  // takes effect when it is resolved
      where += (where.empty() ? "" : ", and ") + NameEntry(*write);
    }
    return fmt::format("One append took effect more than once: it is in {}.", where);
  }

  std::string TellLost() const {
    std::string text = "A client was told that its write is durable, and it is gone.";
    if (write_ == nullptr) {
      return text + fmt::format(" No log has an entry that appends {} to \"{}\".", element_, key_);
    }
    text += fmt::format(" It is {}.", NameEntry(*write_));
    const std::string refused = TellRefused();
    if (!refused.empty()) return text + refused;
    const std::string undone = TellTwoDecisions();
    if (!undone.empty()) return text + undone;
    return text + TellWhereItWent();
  }

 private:
  const TimelineEvent* FirstOfLastTransaction() const {
    const auto last = TransactionOf(*writes_.back());
    for (const TimelineEvent* write : writes_) {
      if (last.has_value() && TransactionOf(*write) == last) return write;
    }
    return writes_.back();
  }

  bool IsPrepared() const { return EntryText(*write_).starts_with("prepare "); }

  // The first entry of the transaction that begins and ends so; in that group, unless 0.
  const TimelineEvent* EntryOfTransaction(std::string_view verb, std::string_view verdict,
                                          std::uint64_t group) const {
    for (const TimelineEvent* entry : entries_) {
      const bool is_there = group == 0 || entry->position->group == group;
      const bool is_it = EntryText(*entry).starts_with(verb) && Says(EntryText(*entry), verdict);
      if (is_there && is_it && TransactionOf(*entry) == transaction()) return entry;
    }
    return nullptr;
  }

  std::string TellRefused() const {
    for (const EntryVerdicts& verdicts : VerdictsOf(timeline_)) {
      if (verdicts.position != *write_->position || !verdicts.refused_by_all()) continue;
      return fmt::format(
          " Every replica refused that entry ({}), and yet the client was told that it had committed.",
          verdicts.reason);
    }
    return "";
  }

  std::string TellTwoDecisions() const {
    const TimelineEvent* const committed = EntryOfTransaction("decide ", " is committed", 0);
    const TimelineEvent* const aborted = EntryOfTransaction("decide ", " is aborted", 0);
    if (!IsPrepared() || committed == nullptr || aborted == nullptr) return "";
    std::string text = fmt::format(
        " Its transaction, number {}, was decided twice: committed by {}, aborted by {}. A transaction has "
        "one "
        "record, in one group's log, and whoever decides has to find the other's decision there.",
        transaction().value_or(0), NameEntry(*committed), NameEntry(*aborted));
    const TimelineEvent* const dropped =
        EntryOfTransaction("resolve: ", " is aborted", write_->position->group);
    const TimelineEvent* const kept =
        EntryOfTransaction("resolve: ", " is committed", write_->position->group);
    if (dropped != nullptr && (kept == nullptr || dropped->time < kept->time)) {
      text += fmt::format(" The write was dropped by {}.", NameEntry(*dropped));
    }
    return text;
  }

  // The last copy of the key's range into another group in that time.
  const TimelineEvent* CopyAway(Moment from, Moment until) const {
    const TimelineEvent* found = nullptr;
    for (const TimelineEvent* entry : entries_) {
      if (entry->lane != write_->lane && IsCopyOfKey(*entry) && entry->time >= from && entry->time <= until) {
        found = entry;
      }
    }
    return found;
  }

  // The first copy of the key's range into the write's own group behind `time`.
  const TimelineEvent* CopyOverIt(Moment time) const {
    for (const TimelineEvent* entry : entries_) {
      if (entry->lane == write_->lane && IsCopyOfKey(*entry) && entry->time > time) return entry;
    }
    return nullptr;
  }

  bool IsCopyOfKey(const TimelineEvent& entry) const {
    constexpr std::string_view kCopy = "copy ";
    const std::string_view text = EntryText(entry);
    return text.starts_with(kCopy) && BeginsWithRangeOf(text.substr(kCopy.size()), key_);
  }

  std::string TellWhereItWent() const {
    Moment effect = write_->time;
    std::string text;
    if (IsPrepared()) {
      const TimelineEvent* const resolved =
          EntryOfTransaction("resolve: ", " is committed", write_->position->group);
      if (resolved != nullptr) {
        effect = resolved->time;
        text += TellPreparedOverCopy(*resolved);
      }
    }
    if (!text.empty()) return text + TellOwners();
    text += TellCopies(effect) + TellOwners();
    const std::string behind = NodesBehind(timeline_, write_->time);
    if (!behind.empty()) {
      text += fmt::format(" When it entered the log, the catalog was at version {}, but {}.",
                          VersionAt(timeline_, kCatalogLane, write_->time).value_or(0), behind);
    }
    return text;
  }

  std::string TellPreparedOverCopy(const TimelineEvent& resolved) const {
    const TimelineEvent* const copy = CopyAway(write_->time, resolved.time);
    if (copy == nullptr) return "";
    return fmt::format(
        " It was prepared there, and took effect only with {}: the keys around \"{}\" had been copied to "
        "group "
        "{} in between ({}), so the copy does not have it.",
        NameEntry(resolved), key_, copy->position->group, FormatTime(copy->time));
  }

  std::string TellCopies(Moment effect) const {
    const TimelineEvent* const away = CopyAway(Moment::zero(), effect);
    if (away != nullptr) {
      return fmt::format(
          " By then the keys around \"{}\" had been copied to group {} ({}), so the copy does not have it.",
          key_, away->position->group, FormatTime(away->time));
    }
    const TimelineEvent* const over = CopyOverIt(effect);
    if (over == nullptr) return "";
    return fmt::format(
        " Later {} copied those keys into group {} once more, as they had been before the write.",
        NameEntry(*over), over->position->group);
  }

  // Who owned the key when it was written, if another group did; and who came to own it later.
  std::string TellOwners() const {
    const std::uint64_t group = write_->position->group;
    const CatalogVersionNote* then = nullptr;
    for (const CatalogVersionNote& version : timeline_.catalog) {
      const std::optional<std::uint64_t> owner = OwnerIn(version, key_);
      if (version.time <= write_->time) {
        then = &version;
        continue;
      }
      if (!owner.has_value() || *owner == group) continue;
      return fmt::format(
          " Version {} of the catalog made group {} the owner ({}), and the write stayed behind.",
          version.version, *owner, FormatTime(version.time));
    }
    if (then == nullptr || OwnerIn(*then, key_).value_or(group) == group) return "";
    return fmt::format(" But \"{}\" belonged to group {} then, by version {} of the catalog.", key_,
                       *OwnerIn(*then, key_), then->version);
  }

  const Timeline& timeline_;
  std::string element_;
  std::string key_;
  std::vector<const TimelineEvent*> entries_;  // of all logs
  std::vector<const TimelineEvent*> writes_;   // those among them that have the write
  const TimelineEvent* write_ = nullptr;
};

std::optional<Pursuit> PursuitOf(const Timeline& timeline) {
  if (!timeline.violation.has_value() || timeline.violation->invariant != model::kLostWrite) {
    return std::nullopt;
  }
  std::string element = ElementOf(timeline.violation->sentence);
  const std::vector<std::string> keys = KeysOfViolation(timeline);
  if (element.empty() || keys.empty()) return std::nullopt;
  return Pursuit(timeline, std::move(element), keys.front());
}

}  // namespace

std::string ExplainLostWrite(const Timeline& timeline) {
  const std::optional<Pursuit> pursuit = PursuitOf(timeline);
  if (!pursuit.has_value()) return "";
  return Says(timeline.violation->sentence, " times:") ? pursuit->TellTwice() : pursuit->TellLost();
}

std::optional<std::uint64_t> TransactionOfLostWrite(const Timeline& timeline) {
  const std::optional<Pursuit> pursuit = PursuitOf(timeline);
  return pursuit.has_value() ? pursuit->transaction() : std::nullopt;
}

}  // namespace fencepost::sim
