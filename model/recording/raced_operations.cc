// FORMAT.md section 5.7: operations during which other writes reach the store.
#include <utility>

#include "fencepost/catalog/watcher.h"
#include "model/recording/arguments.h"
#include "model/recording/catalog_answers.h"
#include "model/recording/operations.h"
#include "model/recording/raced_store.h"

namespace fencepost::model::recording {
namespace {

// Runs `act` on a catalog whose store is raced as the operation says.
template <class Act>
Answer Raced(const Race& race, CatalogChoice choice, Session& session, Act act) {
  RacedStore store(&session.store(), race.point, race.injections);
  CatalogStore catalog(choice == CatalogChoice::kOfSequence ? &store : nullptr, RecordedCatalogOptions());
  Answer answer = act(catalog);
  answer.out["injected"] = store.injected();
  answer.stands_in = race.point == RacePoint::kBeforeApply;
  return answer;
}

Step SaveRaced(const Field& in) {
  return [race = RaceIn(in), choice = CatalogIn(in), expected = Version(in.At("expected").U64()),
          routes = in.At("routes").Descriptors()](Session& session) {
    return Raced(race, choice, session, [&](CatalogStore& catalog) {
      const absl::StatusOr<SaveResult> saved = RunNow(catalog.Save(expected, routes));
      return SaveAnswer(saved, session.store());
    });
  };
}

Step SnapshotRaced(const Field& in) {
  return [race = RaceIn(in), choice = CatalogIn(in)](Session& session) {
    return Raced(race, choice, session,
                 [](CatalogStore& catalog) { return SnapshotAnswer(RunNow(catalog.Snapshot())); });
  };
}

Step SyncRaced(const Field& in) {
  return [race = RaceIn(in), choice = CatalogIn(in), name = EngineNameOrNoneIn(in)](Session& session) {
    Engine* const engine = name.has_value() ? session.FindEngine(*name) : nullptr;
    if (name.has_value() && engine == nullptr) {
      return NoSuchEngine(*name);
    }
    return Raced(race, choice, session, [engine](CatalogStore& catalog) {
      CatalogWatcher watcher(&catalog, engine);
      Answer answer;
      SetError(RunNow(watcher.SyncOnce()).status(), answer);
      if (engine != nullptr) {
        answer.out["engine_version"] = ToJson(engine->CurrentVersion().value);
      }
      return answer;
    });
  };
}

constexpr OperationKind kRacedOperations[] = {
    {"save_raced", Effect::kChangesState, kSaveMembers, SaveRaced},
    {"snapshot_raced", Effect::kChangesState, kSnapshotMembers, SnapshotRaced},
    {"sync_raced", Effect::kChangesState, kSyncMembers, SyncRaced},
};

}  // namespace

std::span<const OperationKind> RacedOperations() { return kRacedOperations; }

}  // namespace fencepost::model::recording
