#include "sim/report/sentence.h"

#include <array>
#include <charconv>

namespace fencepost::sim {
namespace {

using Role = Sentence::Role;

constexpr std::string_view kLogOfGroup = "log of group ";
constexpr std::string_view kApplies = " applies [";
constexpr std::string_view kIsAtVersion = " is at version ";

// Sentences are told by the first of these that they contain, or begin with.
struct Pattern {
  std::string_view words;
  bool at_start = false;
  EventKind kind = EventKind::kWorld;
  Role role = Role::kNone;
};

constexpr std::array kPatterns = {
    Pattern{"violation of ", true, EventKind::kViolation},
    Pattern{"every fault is healed", true, EventKind::kWorld},
    // Clients. Before everything else: what they are told quotes others.
    Pattern{" is told that it ", false, EventKind::kClient, Role::kDone},
    Pattern{" is refused: ", false, EventKind::kClient, Role::kRefused},
    Pattern{" is left without an answer", false, EventKind::kClient, Role::kUnknown},
    Pattern{" begins: ", false, EventKind::kClient, Role::kBegins},
    // Movers.
    Pattern{" begins move ", false, EventKind::kMove, Role::kBegins},
    Pattern{" drove move ", false, EventKind::kMove, Role::kDone},
    Pattern{" cannot move ", false, EventKind::kMove}, Pattern{" cannot undo ", false, EventKind::kMove},
    Pattern{" undoes it: ", false, EventKind::kMove}, Pattern{" splits at ", false, EventKind::kMove},
    Pattern{" merges at ", false, EventKind::kMove},
    // The catalog.
    Pattern{"the catalog is at version ", true, EventKind::kCatalog},
    Pattern{"the save of ", true, EventKind::kCatalog},
    Pattern{" routes over version ", false, EventKind::kCatalog},
    // Processes.
    Pattern{" leads group ", false, EventKind::kProcess}, Pattern{"leads group ", true, EventKind::kProcess},
    Pattern{" starts from its snapshot ", false, EventKind::kProcess},
    Pattern{" cannot start: ", false, EventKind::kProcess},
    Pattern{" damaged records were repaired", false, EventKind::kWorld},
    // Faults.
    Pattern{" crashes", false, EventKind::kFault}, Pattern{" dies", false, EventKind::kFault, Role::kDies},
    Pattern{" stands still", false, EventKind::kFault}, Pattern{" becomes slow", false, EventKind::kFault},
    Pattern{"the messages of ", true, EventKind::kFault},
    Pattern{": the clock of ", false, EventKind::kFault}, Pattern{" again", false, EventKind::kFault},
    Pattern{"nothing gets from ", true, EventKind::kFault},
    Pattern{": a message is dropped", false, EventKind::kFault},
    Pattern{": a message arrives twice", false, EventKind::kFault},
    Pattern{": a message is delayed", false, EventKind::kFault},
    Pattern{": a message is overtaken", false, EventKind::kFault},
    Pattern{": the link is clogged", false, EventKind::kFault},
    Pattern{" loses a proposal", false, EventKind::kFault},
    Pattern{" is reported failed", false, EventKind::kFault}, Pattern{" lags by ", false, EventKind::kFault},
    Pattern{" takes a snapshot of another replica", false, EventKind::kFault},
    Pattern{" was cut to ", false, EventKind::kFault}, Pattern{" was flipped", false, EventKind::kFault},
    Pattern{" disappeared", false, EventKind::kFault}, Pattern{" appeared", false, EventKind::kFault},
    Pattern{" starts", false, EventKind::kProcess},
    Pattern{" keys (", false, EventKind::kWorld},  // the configuration
};

// The number that `text` begins with, which is cut off it.
std::optional<std::uint64_t> TakeNumber(std::string_view* text) {
  std::uint64_t number = 0;
  const auto [rest, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc()) return std::nullopt;
  text->remove_prefix(static_cast<std::size_t>(rest - text->data()));
  return number;
}

bool Take(std::string_view* text, std::string_view words) {
  if (!text->starts_with(words)) return false;
  text->remove_prefix(words.size());
  return true;
}

// "log of group 2 [7]: commit ..."
std::optional<Sentence> ReadLog(std::string_view text) {
  if (!Take(&text, kLogOfGroup)) return std::nullopt;
  const auto group = TakeNumber(&text);
  if (!group.has_value() || !Take(&text, " [")) return std::nullopt;
  const auto index = TakeNumber(&text);
  if (!index.has_value() || !Take(&text, "]: ")) return std::nullopt;
  Sentence sentence;
  sentence.kind = EventKind::kLog;
  sentence.position = LogPosition{*group, *index};
  sentence.what = text;
  return sentence;
}

// "node-1 applies [7] of group 2: OK"
std::optional<Sentence> ReadApply(std::string_view text) {
  const std::size_t at = text.find(kApplies);
  if (at == std::string_view::npos || text.substr(0, at).find(' ') != std::string_view::npos)
    return std::nullopt;
  text.remove_prefix(at + kApplies.size());
  const auto index = TakeNumber(&text);
  if (!index.has_value() || !Take(&text, "] of group ")) return std::nullopt;
  const auto group = TakeNumber(&text);
  if (!group.has_value() || !Take(&text, ": ")) return std::nullopt;
  Sentence sentence;
  sentence.kind = EventKind::kApply;
  sentence.position = LogPosition{*group, *index};
  sentence.what = text;
  sentence.refused = text != "OK";
  return sentence;
}

// "node-3 is at version 4"
std::optional<Sentence> ReadVersion(std::string_view text) {
  const std::size_t at = text.find(kIsAtVersion);
  if (at == std::string_view::npos || text.substr(0, at).find(' ') != std::string_view::npos)
    return std::nullopt;
  text.remove_prefix(at + kIsAtVersion.size());
  Sentence sentence;
  sentence.kind = EventKind::kVersion;
  sentence.version = TakeNumber(&text);
  if (!sentence.version.has_value()) return std::nullopt;
  return sentence;
}

Sentence ReadByPattern(std::string_view text) {
  Sentence sentence;
  for (const Pattern& pattern : kPatterns) {
    const std::size_t at = text.find(pattern.words);
    if (at == std::string_view::npos || (pattern.at_start && at != 0)) continue;
    sentence.kind = pattern.kind;
    sentence.role = pattern.role;
    sentence.what = text.substr(at + pattern.words.size());
    sentence.refused = pattern.role == Role::kRefused;
    return sentence;
  }
  sentence.known = false;
  return sentence;
}

}  // namespace

Sentence ReadSentence(std::string_view text) {
  if (const auto log = ReadLog(text)) return *log;
  if (const auto apply = ReadApply(text)) return *apply;
  if (const auto version = ReadVersion(text)) return *version;
  return ReadByPattern(text);
}

}  // namespace fencepost::sim
