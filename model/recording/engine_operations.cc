// FORMAT.md section 5.3: the engine.
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "model/recording/arguments.h"
#include "model/recording/operations.h"

namespace fencepost::model::recording {
namespace {

// Runs `act` on the engine that the operation names.
template <class Act>
Step OnEngine(const Field& in, Act act) {
  return [name = EngineNameIn(in), act = std::move(act)](Session& session) {
    Engine* const engine = session.FindEngine(name);
    if (engine == nullptr) {
      return NoSuchEngine(name);
    }
    return Answer(act(*engine));
  };
}

absl::StatusOr<std::unique_ptr<Engine>> MakeEngine(bool default_route, std::uint64_t threshold) {
  EngineOptions options;
  options.compatibility = Compatibility::kReference;
  options.hotspot_threshold = threshold;
  return default_route ? NewEngineWithDefaultRoute(std::move(options)) : Engine::Create(std::move(options));
}

Step NewNamedEngine(const Field& in) {
  const Field ctor = in.At("ctor");
  const std::string constructor = ctor.Text();
  if (constructor != "empty" && constructor != "default_route" && constructor != "threshold") {
    ctor.Reject("is not empty, default_route or threshold");
  }
  const std::uint64_t threshold = constructor == "threshold" ? in.At("threshold").U64() : 0;
  const bool default_route = constructor == "default_route";
  return [name = EngineNameIn(in), default_route, threshold](Session& session) {
    absl::StatusOr<std::unique_ptr<Engine>> engine = MakeEngine(default_route, threshold);
    if (!engine.ok()) {
      return Failure(engine.status());
    }
    session.SetEngine(name, *std::move(engine));
    return Answer();
  };
}

Step ApplySnapshot(const Field& in) {
  CatalogSnapshot snapshot;
  snapshot.version = Version(in.At("version").U64());
  snapshot.routes = in.At("routes").Descriptors();
  return OnEngine(in, [snapshot = std::move(snapshot)](Engine& engine) {
    Answer answer;
    SetError(engine.ApplySnapshot(snapshot).status(), answer);
    answer.out["engine_version"] = ToJson(engine.CurrentVersion().value);
    return answer;
  });
}

Step UpdateRoute(const Field& in) {
  KeyRange range;
  range.start = in.At("start").Bytes();
  range.end = in.At("end").BytesOrAbsent();
  const GroupId group(in.At("group").U64());
  return OnEngine(in, [range = std::move(range), group](Engine& engine) {
    const absl::Status status = engine.UpdateRoute(range, group);
    return status.ok() ? Answer() : Failure(status);
  });
}

Step GetRoute(const Field& in) {
  return OnEngine(in, [key = in.At("key").Bytes()](Engine& engine) {
    const std::optional<Route> route = engine.GetRoute(key);
    Answer answer;
    answer.out["ok"] = route.has_value();
    if (route.has_value()) {
      answer.out["route"] = ToJson(*route);
    }
    return answer;
  });
}

Step Intersecting(const Field& in) {
  KeyRange range;
  range.start = in.At("start").Bytes();
  range.end = in.At("end").BytesOrAbsent();
  return OnEngine(in, [range = std::move(range)](Engine& engine) {
    Answer answer;
    answer.out["routes"] = ToJson(engine.GetIntersectingRoutes(range.start, range.end));
    return answer;
  });
}

Step Stats(const Field& in) {
  return OnEngine(in, [](Engine& engine) {
    Answer answer;
    answer.out["routes"] = ToJson(engine.Stats());
    return answer;
  });
}

Step RecordAccess(const Field& in) {
  return OnEngine(in, [key = in.At("key").Bytes()](Engine& engine) {
    engine.RecordAccess(key);
    return Answer();
  });
}

Step EngineVersion(const Field& in) {
  return OnEngine(in, [](Engine& engine) {
    Answer answer;
    answer.out["version"] = ToJson(engine.CurrentVersion().value);
    return answer;
  });
}

Step NextTimestamp(const Field& in) {
  return OnEngine(in, [](Engine& engine) {
    Answer answer;
    answer.out["ts"] = ToJson(engine.NextTimestamp());
    return answer;
  });
}

Step HistoryDepth(const Field& in) {
  return OnEngine(in, [](Engine& engine) {
    Answer answer;
    answer.out["depth"] = engine.HistoryDepth();
    return answer;
  });
}

Step SetHistoryDepth(const Field& in) {
  const Field field = in.At("depth");
  const std::uint64_t depth = field.Count();
  if (depth == 0) {
    field.Reject("is 0, expected at least 1");
  }
  return OnEngine(in, [depth](Engine& engine) {
    const absl::Status status = engine.SetHistoryDepthForTest(depth);
    return status.ok() ? Answer() : Failure(status);
  });
}

Answer Owners(const std::optional<RouteHistorySnapshot>& snapshot, const std::vector<std::string>& probes) {
  Answer answer;
  answer.out["ok"] = snapshot.has_value();
  if (!snapshot.has_value()) {
    return answer;
  }
  nlohmann::json owners = nlohmann::json::array();
  for (const std::string& probe : probes) {
    const std::optional<GroupId> owner = snapshot->OwnerOf(probe);
    owners.push_back(owner.has_value() ? ToJson(owner->value) : nlohmann::json(nullptr));
  }
  answer.out["version"] = ToJson(snapshot->version().value);
  answer.out["owners"] = std::move(owners);
  return answer;
}

Step SnapshotAt(const Field& in) {
  const Version version(in.At("version").U64());
  return OnEngine(in, [version, probes = in.At("probes").ListOfBytes()](Engine& engine) {
    return Owners(engine.SnapshotAt(version), probes);
  });
}

Step Current(const Field& in) {
  return OnEngine(in, [probes = in.At("probes").ListOfBytes()](Engine& engine) {
    return Owners(engine.Current(), probes);
  });
}

constexpr OutMember kApplied[] = {{"err", Shape::kErrorName}, {"engine_version", Shape::kU64}};
constexpr OutMember kFound[] = {{"ok", Shape::kBool}, {"route", Shape::kRoute}};
constexpr OutMember kRoutes[] = {{"routes", Shape::kRoutes}};
constexpr OutMember kEngineVersion[] = {{"version", Shape::kU64}};
constexpr OutMember kTimestamp[] = {{"ts", Shape::kU64}};
constexpr OutMember kDepth[] = {{"depth", Shape::kCount}};
constexpr OutMember kOwners[] = {{"ok", Shape::kBool}, {"version", Shape::kU64}, {"owners", Shape::kOwners}};

constexpr OperationKind kEngineOperations[] = {
    {"new_engine", Effect::kChangesState, {}, NewNamedEngine},
    {"apply_snapshot", Effect::kChangesState, kApplied, ApplySnapshot},
    {"update_route", Effect::kChangesState, {}, UpdateRoute},
    {"get_route", Effect::kReadsOnly, kFound, GetRoute},
    {"intersecting", Effect::kReadsOnly, kRoutes, Intersecting},
    {"stats", Effect::kReadsOnly, kRoutes, Stats},
    {"record_access", Effect::kChangesState, {}, RecordAccess},
    {"engine_version", Effect::kReadsOnly, kEngineVersion, EngineVersion},
    {"next_timestamp", Effect::kChangesState, kTimestamp, NextTimestamp},
    {"history_depth", Effect::kReadsOnly, kDepth, HistoryDepth},
    {"set_history_depth", Effect::kChangesState, {}, SetHistoryDepth},
    {"snapshot_at", Effect::kReadsOnly, kOwners, SnapshotAt},
    {"current", Effect::kReadsOnly, kOwners, Current},
};

}  // namespace

std::span<const OperationKind> EngineOperations() { return kEngineOperations; }

}  // namespace fencepost::model::recording
