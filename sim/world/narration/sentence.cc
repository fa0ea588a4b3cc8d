#include "sim/world/narration/sentence.h"

#include <array>
#include <charconv>

namespace fencepost::sim {
namespace {

using Role = Sentence::Role;

constexpr std::string_view kLogOfGroup = "log of group ";
constexpr std::string_view kApplies = " applies [";
constexpr std::string_view kIsAtVersion = " is at version ";

// Where in the sentence a pattern's words stand. Sentences quote others (whoever is refused tells what he was
// told), so that as few as possible are told by words that may stand anywhere.
enum class Place : std::uint8_t { kBeginning, kAfterName, kAnywhere };

// Sentences are told by the first of these that they have in its place.
struct Pattern {
  std::string_view words;
  Place place = Place::kAnywhere;
  EventKind kind = EventKind::kWorld;
  Role role = Role::kNone;
};

constexpr std::array kPatterns = {
    Pattern{"violation of ", Place::kBeginning, EventKind::kViolation},
    Pattern{"every fault is healed", Place::kBeginning, EventKind::kWorld},
    // Clients.
    Pattern{" is told that it ", Place::kAfterName, EventKind::kClient, Role::kDone},
    Pattern{" is refused: ", Place::kAfterName, EventKind::kClient, Role::kRefused},
    Pattern{" is left without an answer", Place::kAfterName, EventKind::kClient, Role::kUnknown},
    Pattern{" begins: ", Place::kAfterName, EventKind::kClient, Role::kBegins},
    // Movers.
    Pattern{" begins move ", Place::kAfterName, EventKind::kMove, Role::kBegins},
    Pattern{" drove move ", Place::kAfterName, EventKind::kMove, Role::kDone},
    Pattern{" cannot move ", Place::kAfterName, EventKind::kMove},
    Pattern{" cannot undo ", Place::kAfterName, EventKind::kMove},
    Pattern{" undoes it: ", Place::kAfterName, EventKind::kMove},
    Pattern{" splits at ", Place::kAfterName, EventKind::kMove},
    Pattern{" merges at ", Place::kAfterName, EventKind::kMove},
    // The catalog. A node that bootstraps says so behind its name.
    Pattern{"the catalog is at version ", Place::kBeginning, EventKind::kCatalog},
    Pattern{"the save of ", Place::kBeginning, EventKind::kCatalog},
    Pattern{" routes over version ", Place::kAnywhere, EventKind::kCatalog},
    // Processes.
    Pattern{" leads group ", Place::kAfterName, EventKind::kProcess},
    Pattern{" cannot start: ", Place::kAfterName, EventKind::kProcess},
    Pattern{" starts from its snapshot ", Place::kAnywhere, EventKind::kProcess},
    Pattern{" damaged records were repaired", Place::kAfterName, EventKind::kWorld},
    // Faults.
    Pattern{" crashes", Place::kAfterName, EventKind::kFault},
    Pattern{" dies", Place::kAfterName, EventKind::kFault, Role::kDies},
    Pattern{" stands still", Place::kAfterName, EventKind::kFault},
    Pattern{" becomes slow", Place::kAfterName, EventKind::kFault},
    Pattern{" is told of version ", Place::kAfterName, EventKind::kFault},
    Pattern{"the messages of ", Place::kBeginning, EventKind::kFault},
    Pattern{"nothing gets from ", Place::kBeginning, EventKind::kFault},
    Pattern{": the clock of ", Place::kAfterName, EventKind::kFault},
    Pattern{": a message is dropped", Place::kAnywhere, EventKind::kFault},
    Pattern{": a message arrives twice", Place::kAnywhere, EventKind::kFault},
    Pattern{": a message is delayed", Place::kAnywhere, EventKind::kFault},
    Pattern{": a message is overtaken", Place::kAnywhere, EventKind::kFault},
    Pattern{": the link is clogged", Place::kAnywhere, EventKind::kFault},
    Pattern{" loses a proposal", Place::kAnywhere, EventKind::kFault},
    Pattern{" is reported failed", Place::kAnywhere, EventKind::kFault},
    Pattern{" lags by ", Place::kAnywhere, EventKind::kFault},
    Pattern{" takes a snapshot of another replica", Place::kAnywhere, EventKind::kFault},
    Pattern{" was cut to ", Place::kAnywhere, EventKind::kFault},
    Pattern{" was flipped", Place::kAnywhere, EventKind::kFault},
    Pattern{" disappeared", Place::kAnywhere, EventKind::kFault},
    Pattern{" appeared", Place::kAnywhere, EventKind::kFault},
    Pattern{" starts", Place::kAfterName, EventKind::kProcess},
    Pattern{" keys (", Place::kAnywhere, EventKind::kWorld},  // the configuration
};

// Where the words of `pattern` begin in `text`, if they are in their place. Names have no spaces.
std::optional<std::size_t> Find(const Pattern& pattern, std::string_view text) {
  const std::size_t at = text.find(pattern.words);
  if (at == std::string_view::npos) return std::nullopt;
  switch (pattern.place) {
    case Place::kBeginning:
      return at == 0 ? std::optional(at) : std::nullopt;
    case Place::kAfterName:
      return at > 0 && text.substr(0, at).find(' ') == std::string_view::npos ? std::optional(at)
                                                                              : std::nullopt;
    case Place::kAnywhere:
      return at;
  }
  return std::nullopt;
}

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
  if (!group.has_value() || *group == 0 || !Take(&text, " [")) return std::nullopt;
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
    const std::optional<std::size_t> at = Find(pattern, text);
    if (!at.has_value()) continue;
    sentence.kind = pattern.kind;
    sentence.role = pattern.role;
    sentence.what = text.substr(*at + pattern.words.size());
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
