#include <fmt/format.h>

#include <string>
#include <string_view>

#include "fencepost/base/key_range.h"
#include "sim/world/events/catalog_events.h"
#include "sim/world/fault_kinds.h"
#include "sim/world/narration/event_words.h"

namespace fencepost::sim {
namespace {

std::string_view PurposeInWords(SavePurpose purpose) {
  switch (purpose) {
    case SavePurpose::kChange:
    case SavePurpose::kSeed:
    case SavePurpose::kMove:
      return "";
    case SavePurpose::kAgain:
      return " (again)";
    case SavePurpose::kBack:
      return " (back)";
    case SavePurpose::kBootstrap:
      return " (bootstrap)";
  }
  return "";
}

std::string TellSaveBegan(const SaveBegan::Kept& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("{}{} saves {} over version {}", NameIn(trace, told.actor),
                     PurposeInWords(event.purpose), Counted(event.routes, "route"), event.expected.value);
}

std::string TellSaveEnded(const SaveEnded& event, const TraceEvent& told, const Trace& trace) {
  const std::string save =
      fmt::format("the save of {}{}", NameIn(trace, told.actor), PurposeInWords(event.purpose));
  if (!event.status.ok()) return fmt::format("{} ended: {}", save, std::string(event.status.message()));
  if (!event.result.has_value()) return save + " is done";
  if (event.result->no_op) return save + " changed nothing";
  return fmt::format("{} made version {}", save, event.result->snapshot.version.value);
}

std::string TellCatalogReached(const CatalogReached& event, const TraceEvent&, const Trace&) {
  return fmt::format("the catalog is at version {} with {}", event.version.value,
                     Counted(event.routes.size(), "route"));
}

std::string TellRecordDamaged(const RecordDamaged& event, const TraceEvent&, const Trace&) {
  const std::string key = QuoteKey(event.key);
  if (event.fault->key == faults::kRecordBitFlip.key) {
    return fmt::format("bit {} of the record of {} was flipped", event.place, key);
  }
  if (event.fault->key == faults::kRecordTruncation.key) {
    return fmt::format("the record of {} was cut to {}", key, Counted(event.place, "byte"));
  }
  if (event.fault->key == faults::kRecordForeignKey.key) {
    return fmt::format("the key {}, which is no route's, appeared among the routes", key);
  }
  if (event.fault->key == faults::kRecordMissingMetadata.key) {
    return fmt::format("the record of {} disappeared", key);
  }
  return fmt::format("the record of {} was damaged: {}", key, event.fault->summary);
}

std::string TellRecordsRepaired(const RecordsRepaired& event, const TraceEvent&, const Trace&) {
  return fmt::format("{} {} repaired", Counted(event.records, "damaged record"),
                     event.records == 1 ? "was" : "were");
}

}  // namespace

void AddCatalogWords(Vocabulary* vocabulary) {
  vocabulary->AddEvent<SaveBegan::Kept>(TellSaveBegan);
  vocabulary->AddEvent<SaveEnded>(TellSaveEnded);
  vocabulary->AddEvent<CatalogReached>(TellCatalogReached);
  vocabulary->AddEvent<RecordDamaged>(TellRecordDamaged);
  vocabulary->AddEvent<RecordsRepaired>(TellRecordsRepaired);
}

}  // namespace fencepost::sim
