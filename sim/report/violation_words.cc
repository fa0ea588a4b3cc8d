#include "sim/report/violation_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <utility>

#include "model/invariants/invariants.h"

namespace fencepost::sim {
namespace {

constexpr std::string_view kInfinity = "+inf)";

bool IsWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

bool NamesWord(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || !IsWordCharacter(text[at - 1]);
    const std::size_t end = at + word.size();
    if (begins && (end == text.size() || !IsWordCharacter(text[end]))) return true;
  }
  return false;
}

// A range as FormatRange writes it, at the beginning of `text`: ["a", "b") or ["a", +inf).
bool RangeContains(std::string_view text, std::string_view key) {
  if (!text.starts_with("[\"")) return false;
  text.remove_prefix(2);
  const std::size_t start_end = text.find('"');
  if (start_end == std::string_view::npos || text.substr(0, start_end) > key) return false;
  text.remove_prefix(start_end + 1);
  if (!text.starts_with(", ")) return false;
  text.remove_prefix(2);
  if (text.starts_with(kInfinity)) return true;
  if (!text.starts_with('"')) return false;
  text.remove_prefix(1);
  const std::size_t end = text.find('"');
  return end != std::string_view::npos && text.substr(end).starts_with("\")") && key < text.substr(0, end);
}

// Everything in double quotes, each once.
void AddQuoted(std::string_view text, std::vector<std::string>* keys) {
  while (true) {
    const std::size_t begin = text.find('"');
    if (begin == std::string_view::npos) return;
    const std::size_t end = text.find('"', begin + 1);
    if (end == std::string_view::npos) return;
    const std::string key(text.substr(begin + 1, end - begin - 1));
    if (!key.empty() && std::find(keys->begin(), keys->end(), key) == keys->end()) keys->push_back(key);
    text.remove_prefix(end + 1);
  }
}

std::string OwnerAt(const CatalogVersionNote& version, std::string_view key) {
  for (const TraceNotes::Route& route : version.routes) {
    if (RangeContains(route.range, key)) return fmt::format("group-{}", route.group);
  }
  return "";
}

// "5" of "... was told that 5 was appended to key ...".
std::string ElementOf(std::string_view sentence) {
  constexpr std::string_view kToldThat = " was told that ";
  const std::size_t at = sentence.find(kToldThat);
  if (at == std::string_view::npos) return "";
  sentence.remove_prefix(at + kToldThat.size());
  return std::string(sentence.substr(0, sentence.find(' ')));
}

bool AppendsTo(const TimelineEvent& event, std::string_view element, std::string_view key) {
  return event.kind == EventKind::kLog &&
         event.text.find(fmt::format("append {} to \"{}\"", element, key)) != std::string::npos;
}

// The last copy of the key's range into a group before that time.
const TimelineEvent* CopyBefore(const Timeline& timeline, std::string_view key, std::size_t not_into,
                                Moment time) {
  const TimelineEvent* found = nullptr;
  for (const TimelineEvent& event : timeline.events) {
    if (event.kind != EventKind::kLog || event.lane == not_into || event.time > time) continue;
    const std::size_t at = event.text.find("]: copy ");
    if (at == std::string::npos) continue;
    if (RangeContains(std::string_view(event.text).substr(at + std::string_view("]: copy ").size()), key))
      found = &event;
  }
  return found;
}

std::string ExplainLateWrite(const Timeline& timeline, const TimelineEvent& write, std::string_view key) {
  const std::string& source = timeline.lanes[write.lane].name;
  std::string text = fmt::format("It is entry [{}] in the log of {}, of {}.", write.position->index, source,
                                 FormatTime(write.time));
  const TimelineEvent* const copy = CopyBefore(timeline, key, write.lane, write.time);
  if (copy != nullptr) {
    text += fmt::format(
        " By then the keys around \"{}\" had been copied to {} ({}), so the copy does not have it.", key,
        timeline.lanes[copy->lane].name, FormatTime(copy->time));
  }
  for (const CatalogVersionNote& version : timeline.catalog) {
    if (version.time < write.time) continue;
    const std::string owner = OwnerAt(version, key);
    if (owner.empty() || owner == source) continue;
    text += fmt::format(" Version {} of the catalog made {} the owner ({}), and the write stayed behind.",
                        version.version, owner, FormatTime(version.time));
    break;
  }
  const std::string behind = NodesBehind(timeline, write.time);
  if (!behind.empty()) {
    const auto newest = VersionAt(timeline, 0, write.time);
    text += fmt::format(" When it was let in, the catalog was at version {}, but {}.", newest.value_or(0),
                        behind);
  }
  return text;
}

std::string ExplainLostWrite(const Timeline& timeline) {
  const std::string element = ElementOf(timeline.violation->sentence);
  const std::vector<std::string> keys = KeysOfViolation(timeline);
  if (element.empty() || keys.empty()) return "";
  std::vector<const TimelineEvent*> writes;
  for (const TimelineEvent& event : timeline.events) {
    if (AppendsTo(event, element, keys.front())) writes.push_back(&event);
  }
  const std::string key = keys.front();
  if (timeline.violation->sentence.find(" times:") != std::string::npos) {
    std::string where;
    for (const TimelineEvent* write : writes) {
      where += fmt::format("{}{} [{}]", where.empty() ? "" : ", ", timeline.lanes[write->lane].name,
                           write->position->index);
    }
    return fmt::format("One write took effect more than once: it entered the logs as {}.", where);
  }
  const std::string start = "A client was told that its write is durable, and it is gone.";
  if (writes.empty())
    return start + fmt::format(" No log has an entry that appends {} to \"{}\".", element, key);
  return start + " " + ExplainLateWrite(timeline, *writes.back(), key);
}

std::string ExplainDisagreement(const Timeline& timeline) {
  for (const EntryVerdicts& entry : VerdictsOf(timeline)) {
    if (!entry.disagree()) continue;
    std::string text = fmt::format(
        "Replicas of one log must be one state machine, yet entry [{}] of group {} was applied by {} and "
        "refused "
        "by {} ({}): the verdict depended on something that is not in the log.",
        entry.position.index, entry.position.group, fmt::join(entry.applied_by, ", "),
        fmt::join(entry.refused_by, ", "), entry.reason);
    const std::string behind = NodesBehind(timeline, entry.last);
    if (!behind.empty()) text += fmt::format(" Just then the catalog was ahead of {}.", behind);
    return text;
  }
  return "";
}

std::string ExplainIsolation(const Timeline& timeline) {
  if (!timeline.cycle.has_value()) return "";
  const Timeline::Cycle& cycle = *timeline.cycle;
  std::string text = ExplainAnomaly(cycle.anomaly);
  for (const std::string& sentence : cycle.sentences) text += (text.empty() ? "" : "\n") + sentence + ".";
  return text;
}

struct Meaning {
  std::string_view name;
  std::string_view meaning;
};

// Longest name first where one begins another.
constexpr std::array kMeanings = {
    Meaning{"G0", "a dirty write: transactions overwrote one another in opposite orders"},
    Meaning{"G1c", "circular information flow: each of these transactions saw something of the next one"},
    Meaning{"G1a", "an aborted read: a committed transaction saw a write of one that failed"},
    Meaning{"G1b", "an intermediate read: a transaction saw a write that its writer followed by another"},
    Meaning{"G-single", "read skew: a transaction missed a write that had to come before it"},
    Meaning{"G-nonadjacent", "a long fork or its like: transactions missed one another's writes in a circle"},
    Meaning{"G2-item", "write skew: each transaction missed the write of the next"},
    Meaning{"incompatible-order", "a list whose past has changed: two reads of one key cannot both be right"},
    Meaning{"duplicate-elements", "one append took effect twice"},
    Meaning{"lost-update",
            "a lost update: two transactions read the same and both wrote, neither having seen the other"},
    Meaning{"internal", "a transaction did not see its own writes"},
    Meaning{"dirty-update", "a committed write lies on top of one that was rolled back"},
};

}  // namespace

std::string ExplainAnomaly(std::string_view name) {
  for (const Meaning& meaning : kMeanings) {
    if (!name.starts_with(meaning.name)) continue;
    std::string text = fmt::format("{} is {}", name, meaning.meaning);
    if (name.ends_with("-realtime"))
      text += "; real time makes it one: what was complete before must be seen afterwards";
    if (name.ends_with("-process"))
      text += "; one client's own order makes it one: it must see what it has seen or done before";
    return text + ".";
  }
  return "";
}

std::vector<std::string> KeysOfViolation(const Timeline& timeline) {
  std::vector<std::string> keys;
  if (timeline.cycle.has_value()) {
    for (const std::string& sentence : timeline.cycle->sentences) AddQuoted(sentence, &keys);
  }
  if (keys.empty() && timeline.violation.has_value()) AddQuoted(timeline.violation->sentence, &keys);
  return keys;
}

bool Concerns(std::string_view text, std::string_view key) {
  if (NamesWord(text, key)) return true;
  for (std::size_t at = text.find("[\""); at != std::string_view::npos; at = text.find("[\"", at + 1)) {
    if (RangeContains(text.substr(at), key)) return true;
  }
  return false;
}

std::optional<std::uint64_t> VersionAt(const Timeline& timeline, std::size_t lane, Moment time) {
  std::optional<std::uint64_t> version;
  for (const Band& band : timeline.bands) {
    if (band.lane == lane && band.from <= time && time <= band.until) version = band.version;
  }
  return version;
}

std::string NodesBehind(const Timeline& timeline, Moment time) {
  const std::optional<std::uint64_t> newest = VersionAt(timeline, 0, time);
  std::string text;
  for (std::size_t lane = 0; lane < timeline.lanes.size() && newest.has_value(); ++lane) {
    if (timeline.lanes[lane].kind != LaneKind::kNode) continue;
    const std::optional<std::uint64_t> version = VersionAt(timeline, lane, time);
    if (!version.has_value() || *version >= *newest) continue;
    text += fmt::format("{}{} at version {}", text.empty() ? "" : ", ", timeline.lanes[lane].name, *version);
  }
  return text;
}

std::vector<EntryVerdicts> VerdictsOf(const Timeline& timeline) {
  std::vector<EntryVerdicts> verdicts;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::size_t> known;
  for (const TimelineEvent& event : timeline.events) {
    if (event.kind != EventKind::kApply || !event.position.has_value()) continue;
    const auto [place, is_new] =
        known.insert({{event.position->group, event.position->index}, verdicts.size()});
    if (is_new) verdicts.push_back(EntryVerdicts{*event.position, event.time, {}, {}, ""});
    EntryVerdicts& entry = verdicts[place->second];
    const std::string& name = timeline.lanes[event.lane].name;
    const auto has = [&name](const std::vector<std::string>& names) {
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    if (has(entry.applied_by) || has(entry.refused_by)) continue;
    entry.last = event.time;
    (event.refused ? entry.refused_by : entry.applied_by).push_back(name);
    if (event.refused && entry.reason.empty()) {
      entry.reason = event.text.substr(std::min(event.text.find(": ") + 2, event.text.size()));
    }
  }
  return verdicts;
}

std::string ExplainViolation(const Timeline& timeline) {
  if (!timeline.violation.has_value()) return "";
  const std::string& invariant = timeline.violation->invariant;
  std::string text;
  if (invariant == model::kLostWrite) text = ExplainLostWrite(timeline);
  if (invariant == model::kReplicaAgreement) text = ExplainDisagreement(timeline);
  if (invariant == model::kIsolation) text = ExplainIsolation(timeline);
  if (!text.empty()) return text;
  for (const model::InvariantDescription& one : model::AllInvariants()) {
    if (one.name == invariant) return fmt::format("What must hold: {}.", one.summary);
  }
  return "";
}

}  // namespace fencepost::sim
