// FORMAT.md section 5.5: the catalog.
#include <utility>

#include "model/recording/arguments.h"
#include "model/recording/catalog_answers.h"
#include "model/recording/operations.h"

namespace fencepost::model::recording {
namespace {

Step Save(const Field& in) {
  return [catalog = CatalogIn(in), expected = Version(in.At("expected").U64()),
          routes = in.At("routes").Descriptors()](Session& session) {
    const absl::StatusOr<SaveResult> saved = RunNow(session.CatalogObject(catalog).Save(expected, routes));
    return SaveAnswer(saved, session.store());
  };
}

Step Snapshot(const Field& in) {
  return [catalog = CatalogIn(in)](Session& session) {
    return SnapshotAnswer(RunNow(session.CatalogObject(catalog).Snapshot()));
  };
}

Step CatalogVersion(const Field& in) {
  return [catalog = CatalogIn(in)](Session& session) {
    const absl::StatusOr<Version> version = RunNow(session.CatalogObject(catalog).DurableVersion());
    Answer answer;
    SetError(version.status(), answer);
    if (version.ok()) {
      answer.out["version"] = ToJson(version->value);
    }
    return answer;
  };
}

Answer NextRouteIdAnswerOf(const absl::StatusOr<NextRouteIdAnswer>& next) {
  Answer answer;
  SetError(next.status(), answer);
  if (next.ok()) {
    answer.out["value"] = ToJson(next->next.value);
  }
  return answer;
}

Step NextRouteId(const Field& in) {
  return [catalog = CatalogIn(in)](Session& session) {
    return NextRouteIdAnswerOf(RunNow(session.CatalogObject(catalog).NextRouteId()));
  };
}

Step NextRouteIdAt(const Field& in) {
  return [catalog = CatalogIn(in), ts = Timestamp(in.At("ts").U64())](Session& session) {
    return NextRouteIdAnswerOf(RunNow(session.CatalogObject(catalog).NextRouteIdAt(ts)));
  };
}

Step Dump(const Field&) {
  return [](Session& session) {
    Answer answer;
    answer.out["last_commit_ts"] = ToJson(session.store().LastCommitTsNow().value);
    AddVisiblePairs(session.store(), answer);
    return answer;
  };
}

constexpr OutMember kVersion[] = {{"err", Shape::kErrorName}, {"version", Shape::kU64}};
constexpr OutMember kNextId[] = {{"err", Shape::kErrorName}, {"value", Shape::kU64}};
constexpr OutMember kDump[] = {{"last_commit_ts", Shape::kU64},
                               {"kv_count", Shape::kCount},
                               {"kv_digest", Shape::kBytes},
                               {"kv", Shape::kPairs, /*may_be_missing=*/true}};

constexpr OperationKind kCatalogOperations[] = {
    {"save", Effect::kChangesState, kSaveMembers, Save},
    {"snapshot", Effect::kReadsOnly, kSnapshotMembers, Snapshot},
    {"catalog_version", Effect::kReadsOnly, kVersion, CatalogVersion},
    {"next_route_id", Effect::kReadsOnly, kNextId, NextRouteId},
    {"next_route_id_at", Effect::kReadsOnly, kNextId, NextRouteIdAt},
    {"dump", Effect::kReadsOnly, kDump, Dump},
};

}  // namespace

std::span<const OperationKind> CatalogOperations() { return kCatalogOperations; }

}  // namespace fencepost::model::recording
