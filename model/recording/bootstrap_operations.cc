// FORMAT.md section 5.6: bootstrap and watcher.
#include <utility>

#include "fencepost/catalog/bootstrap.h"
#include "fencepost/catalog/watcher.h"
#include "model/recording/arguments.h"
#include "model/recording/catalog_answers.h"
#include "model/recording/operations.h"

namespace fencepost::model::recording {
namespace {

// Runs `act` on the engine that the operation names, or on null where it says null, and reports the engine's
// version afterwards.
template <class Act>
Step OnEngineOrNone(const Field& in, Act act) {
  return [name = EngineNameOrNoneIn(in), act = std::move(act)](Session& session) {
    Engine* const engine = name.has_value() ? session.FindEngine(*name) : nullptr;
    if (name.has_value() && engine == nullptr) {
      return NoSuchEngine(*name);
    }
    Answer answer = act(session, engine);
    if (engine != nullptr) {
      answer.out["engine_version"] = ToJson(engine->CurrentVersion().value);
    }
    return answer;
  };
}

Step Ensure(const Field& in) {
  return OnEngineOrNone(in, [catalog = CatalogIn(in)](Session& session, Engine* engine) {
    Answer answer = SnapshotAnswer(RunNow(EnsureCatalogSnapshot(session.Catalog(catalog), engine)));
    answer.out["last_commit_ts"] = ToJson(session.store().LastCommitTsNow().value);
    return answer;
  });
}

Step Sync(const Field& in) {
  return OnEngineOrNone(in, [catalog = CatalogIn(in)](Session& session, Engine* engine) {
    CatalogWatcher watcher(session.Catalog(catalog), engine);
    Answer answer;
    SetError(RunNow(watcher.SyncOnce()).status(), answer);
    return answer;
  });
}

constexpr OutMember kEnsured[] = {{"err", Shape::kErrorName},      {"version", Shape::kU64},
                                  {"read_ts", Shape::kU64},        {"routes", Shape::kDescriptors},
                                  {"last_commit_ts", Shape::kU64}, {"engine_version", Shape::kU64}};

constexpr OperationKind kBootstrapOperations[] = {
    {"ensure", Effect::kChangesState, kEnsured, Ensure},
    {"sync", Effect::kChangesState, kSyncMembers, Sync},
};

}  // namespace

std::span<const OperationKind> BootstrapOperations() { return kBootstrapOperations; }

}  // namespace fencepost::model::recording
