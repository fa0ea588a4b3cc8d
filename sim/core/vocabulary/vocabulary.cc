#include "sim/core/vocabulary/vocabulary.h"

#include <algorithm>

namespace fencepost::sim {

Vocabulary::Vocabulary() { AddCoreEvents(); }

std::string Vocabulary::Tell(const TraceEvent& event, const Trace& trace) const {
  if (event.is_step()) return "";
  const auto found = std::ranges::find_if(
      words_, [&event](const Words& words) { return words.kind->name == event.kind()->name; });
  std::string text = found == words_.end() ? std::string() : found->tell(event, trace);
  if (!text.empty()) return text;
  text = trace.NameOf(event.actor) + ": " + std::string(event.kind()->name);
  const std::string fields = event.event->FieldsAsText();
  return fields.empty() ? text : text + " " + fields;
}

}  // namespace fencepost::sim
