#include "sim/world/narration/event_words.h"

#include <fmt/format.h>

namespace fencepost::sim {

void AddEventWords(Vocabulary* vocabulary) {
  AddCatalogWords(vocabulary);
  AddClientWords(vocabulary);
  AddGroupWords(vocabulary);
  AddMoveWords(vocabulary);
  AddNodeWords(vocabulary);
  AddWorldWords(vocabulary);
}

std::string NameIn(const Trace& trace, ActorId actor) {
  return actor == kWorldActor ? "the world" : trace.NameOf(actor);
}

std::string Counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace fencepost::sim
