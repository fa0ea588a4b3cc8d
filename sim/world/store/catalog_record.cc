#include "sim/world/store/catalog_record.h"

#include "fencepost/catalog/codec.h"
#include "sim/world/store/durable_reader.h"

namespace fencepost::sim {

CatalogRecord::CatalogRecord(Events* events, const MemoryStore* store, RecordVandal* vandal)
    : events_(events), store_(store), vandal_(vandal) {
  events->Subscribe<BatchLanded>([this](ActorId, const BatchLanded& landed) { OnLanded(landed); });
}

void CatalogRecord::OnLanded(const BatchLanded& landed) {
  // A save that lands over damage to this record met it missing: damaged otherwise, the save is refused.
  const bool next_id_was_lost = vandal_->damaged().contains(CatalogNextRouteIdKey());
  vandal_->OnCommitted(*landed.batch);
  const StoredRecords records = UndamagedRecords(*store_, vandal_->damaged());
  const absl::StatusOr<model::DurableCatalog> now = DecodeDurableCatalog(records);
  if (!now.ok()) {
    events_->Show(kWorldActor, CatalogUndecodable{landed.commit_ts, now.status()});
    return;
  }
  newest_ = now->version;
  content_[now->version] = now->routes;
  events_->Emit(kWorldActor, CatalogReached{now->version, now->routes});
  events_->Show(kWorldActor, CatalogStored{landed.token, &*now, &records, next_id_was_lost});
}

const std::vector<RouteDescriptor>* CatalogRecord::ContentAt(Version version) const {
  const auto found = content_.find(version);
  return found == content_.end() ? nullptr : &found->second;
}

}  // namespace fencepost::sim
