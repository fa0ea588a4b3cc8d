#include "sim/world/narration/violation_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "model/invariants/invariants.h"
#include "sim/world/narration/anomaly_words.h"
#include "sim/world/narration/lost_write_words.h"
#include "sim/world/narration/timeline_lookup.h"

namespace fencepost::sim {
namespace {

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

std::string ExplainDisagreement(const Timeline& timeline) {
  for (const EntryVerdicts& entry : VerdictsOf(timeline)) {
    if (!entry.disagree()) continue;
    std::string text = fmt::format(
        "Replicas of one log must be one state machine, yet entry [{}] of group {} was applied by {} and "
        "refused by {} ({}): the verdict depended on something that is not in the log.",
        entry.position.index, entry.position.group, fmt::join(entry.applied_by, ", "),
        fmt::join(entry.refused_by, ", "), entry.reason);
    const std::string behind = NodesBehind(timeline, entry.last);
    if (!behind.empty()) text += fmt::format(" Just then the catalog was ahead of {}.", behind);
    return text;
  }
  return "";
}

std::string ExplainIsolation(const Timeline& timeline) {
  if (timeline.violation->sentence.find("not-linearizable") != std::string::npos) {
    return "Each operation on a register must look as if it took effect at one moment between its call and "
           "its answer: "
           "a read may not miss a write that was acknowledged before the read began. (A process is a client, "
           "a line a "
           "call or an answer, counted from the beginning of the run.)";
  }
  if (!timeline.cycle.has_value()) return "";
  const Timeline::Cycle& cycle = *timeline.cycle;
  std::string text = ExplainAnomaly(cycle.anomaly);
  for (const std::string& sentence : cycle.sentences) text += (text.empty() ? "" : "\n") + sentence + ".";
  for (const std::size_t span : cycle.spans) {
    const std::string answered = TellWhoAnswered(timeline, timeline.spans[span]);
    if (!answered.empty()) text += (text.empty() ? "" : "\n") + answered + ".";
  }
  return text;
}

// What is wrong with a write, by the words that the invariant has for where it came in.
struct Trespass {
  std::string_view words;
  std::string_view meaning;
};

constexpr std::array kTrespasses = {
    Trespass{"still has data of key",
             "A group that has given a range away has to drop its data: what it keeps, it takes for its own "
             "when the "
             "range comes back."},
    Trespass{"and the floor of its tenure is",
             "Whatever a group writes has to have a later timestamp than whatever was copied into it: else a "
             "write of "
             "the last owner lies on top of one of the next."},
    Trespass{"two groups own key",
             "Two groups that own one key each let writes in that the other knows nothing of."},
    Trespass{
        "the key is fenced by",
        "The move copies what lies before the fence: a write behind it stays in this group, and its next "
        "owner never has it."},
    Trespass{"the key is not owned",
             "The key has gone to another group: a write here is one that nobody reads any more."},
    Trespass{"the key is owned under epoch",
             "The group owns the key under another epoch than the writer claims, so the writer decided by a "
             "route that is gone; what others wrote in between, it cannot have seen."},
};

std::string ExplainTrespass(const Timeline& timeline) {
  const std::string& sentence = timeline.violation->sentence;
  for (const Trespass& one : kTrespasses) {
    if (sentence.find(one.words) != std::string::npos) return std::string(one.meaning);
  }
  return "";
}

std::string ExplainStandstill(const Timeline& timeline) {
  if (timeline.violation->sentence.find(" through one cache") == std::string::npos) return "";
  std::string text =
      "Trying again cannot help while every attempt asks the same stale cache: a client has to wait for "
      "newer "
      "routes first.";
  const auto newest = VersionAt(timeline, kCatalogLane, timeline.violated_at);
  const std::string behind = NodesBehind(timeline, timeline.violated_at);
  if (newest.has_value() && !behind.empty()) {
    text += fmt::format(" The catalog was at version {} then, but {}.", *newest, behind);
  }
  return text;
}

std::string ExplainByInvariant(const Timeline& timeline) {
  const std::string& invariant = timeline.violation->invariant;
  if (invariant == model::kLostWrite) return ExplainLostWrite(timeline);
  if (invariant == model::kReplicaAgreement) return ExplainDisagreement(timeline);
  if (invariant == model::kIsolation) return ExplainIsolation(timeline);
  if (invariant == model::kOwnerFence) return ExplainTrespass(timeline);
  if (invariant == model::kLiveness) return ExplainStandstill(timeline);
  return "";
}

}  // namespace

std::string SentenceOfViolation(const Timeline& timeline) {
  if (!timeline.violation.has_value()) return "";
  // The judge's own sentence calls clients by the processes and lines of their history.
  if (timeline.cycle.has_value()) {
    return fmt::format("what clients saw of lists has no explanation: {}", timeline.cycle->anomaly);
  }
  return timeline.violation->sentence;
}

std::vector<std::string> KeysOfViolation(const Timeline& timeline) {
  std::vector<std::string> keys;
  if (timeline.cycle.has_value()) {
    for (const std::string& sentence : timeline.cycle->sentences) AddQuoted(sentence, &keys);
  }
  if (keys.empty() && timeline.violation.has_value()) AddQuoted(timeline.violation->sentence, &keys);
  return keys;
}

std::string ExplainViolation(const Timeline& timeline) {
  if (!timeline.violation.has_value()) return "";
  std::string text = ExplainByInvariant(timeline);
  if (!text.empty()) return text;
  for (const model::InvariantDescription& one : model::AllInvariants()) {
    if (one.name == timeline.violation->invariant) return fmt::format("What must hold: {}.", one.summary);
  }
  return "";
}

}  // namespace fencepost::sim
