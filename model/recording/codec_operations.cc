// FORMAT.md sections 5.1 and 5.2: the start of a sequence, and the codec, which has no state.
#include <utility>

#include "fencepost/catalog/catalog_store.h"
#include "fencepost/catalog/codec.h"
#include "model/recording/operations.h"

namespace fencepost::model::recording {
namespace {

// The replayer makes the new session; here only the arguments are checked.
Step Begin(const Field& in) {
  in.At("seq").Count();
  in.At("kind").Text();
  return [](Session&) { return Answer(); };
}

Step MetaKeys(const Field&) {
  return [](Session&) {
    Answer answer;
    answer.out["version_key"] = HexOf(CatalogVersionKey());
    answer.out["next_route_id_key"] = HexOf(CatalogNextRouteIdKey());
    return answer;
  };
}

Step EncodeVersion(const Field& in) {
  return [version = Version(in.At("value").U64())](Session&) {
    Answer answer;
    answer.out["raw"] = HexOf(EncodeCatalogVersion(version));
    return answer;
  };
}

Step EncodeNextRouteId(const Field& in) {
  return [id = RouteId(in.At("value").U64())](Session&) {
    Answer answer;
    answer.out["raw"] = HexOf(EncodeCatalogNextRouteId(id));
    return answer;
  };
}

Step DecodeVersion(const Field& in) {
  return [raw = in.At("raw").Bytes()](Session&) {
    const absl::StatusOr<Version> version = DecodeCatalogVersion(raw);
    if (!version.ok()) {
      return Failure(version.status());
    }
    Answer answer = Success();
    answer.out["value"] = ToJson(version->value);
    return answer;
  };
}

Step DecodeNextRouteId(const Field& in) {
  return [raw = in.At("raw").Bytes()](Session&) {
    const absl::StatusOr<RouteId> id = DecodeCatalogNextRouteId(raw);
    if (!id.ok()) {
      return Failure(id.status());
    }
    Answer answer = Success();
    answer.out["value"] = ToJson(id->value);
    return answer;
  };
}

Step EncodeRoute(const Field& in) {
  return [route = in.At("route").Descriptor()](Session&) {
    const absl::StatusOr<std::string> raw = EncodeRouteDescriptor(route);
    if (!raw.ok()) {
      return Failure(raw.status());
    }
    Answer answer = Success();
    answer.out["raw"] = HexOf(*raw);
    return answer;
  };
}

Step DecodeRoute(const Field& in) {
  return [raw = in.At("raw").Bytes()](Session&) {
    const absl::StatusOr<RouteDescriptor> route = DecodeRouteDescriptor(raw);
    if (!route.ok()) {
      return Failure(route.status());
    }
    Answer answer = Success();
    answer.out["route"] = ToJson(*route);
    return answer;
  };
}

Step RouteKey(const Field& in) {
  return [id = RouteId(in.At("id").U64())](Session&) {
    Answer answer;
    answer.out["key"] = HexOf(CatalogRouteKey(id));
    return answer;
  };
}

Step RouteIdFromKey(const Field& in) {
  return [key = in.At("key").Bytes()](Session&) {
    const std::optional<RouteId> id = CatalogRouteIdFromKey(key);
    Answer answer;
    answer.out["ok"] = id.has_value();
    if (id.has_value()) {
      answer.out["id"] = ToJson(id->value);
    }
    return answer;
  };
}

Step IsRouteKey(const Field& in) {
  return [key = in.At("key").Bytes()](Session&) {
    Answer answer;
    answer.out["is"] = IsCatalogRouteKey(key);
    return answer;
  };
}

Step NextRouteIdFloor(const Field& in) {
  return [routes = in.At("routes").Descriptors()](Session&) {
    const absl::StatusOr<RouteId> floor = NextRouteIdFloor(routes);
    if (!floor.ok()) {
      return Failure(floor.status());
    }
    Answer answer = Success();
    answer.out["value"] = ToJson(floor->value);
    return answer;
  };
}

constexpr OutMember kMetaKeys[] = {{"version_key", Shape::kBytes}, {"next_route_id_key", Shape::kBytes}};
constexpr OutMember kRaw[] = {{"raw", Shape::kBytes}};
constexpr OutMember kNumber[] = {{"err", Shape::kErrorName}, {"value", Shape::kU64}};
constexpr OutMember kEncoded[] = {{"err", Shape::kErrorName}, {"raw", Shape::kBytes}};
constexpr OutMember kDecoded[] = {{"err", Shape::kErrorName}, {"route", Shape::kDescriptor}};
constexpr OutMember kKey[] = {{"key", Shape::kBytes}};
constexpr OutMember kIdInKey[] = {{"ok", Shape::kBool}, {"id", Shape::kU64}};
constexpr OutMember kIsKey[] = {{"is", Shape::kBool}};

constexpr OperationKind kCodecOperations[] = {
    {"begin", Effect::kBeginsSequence, {}, Begin},
    {"meta_keys", Effect::kReadsOnly, kMetaKeys, MetaKeys},
    {"encode_version", Effect::kReadsOnly, kRaw, EncodeVersion},
    {"encode_next_route_id", Effect::kReadsOnly, kRaw, EncodeNextRouteId},
    {"decode_version", Effect::kReadsOnly, kNumber, DecodeVersion},
    {"decode_next_route_id", Effect::kReadsOnly, kNumber, DecodeNextRouteId},
    {"encode_route", Effect::kReadsOnly, kEncoded, EncodeRoute},
    {"decode_route", Effect::kReadsOnly, kDecoded, DecodeRoute},
    {"route_key", Effect::kReadsOnly, kKey, RouteKey},
    {"route_id_from_key", Effect::kReadsOnly, kIdInKey, RouteIdFromKey},
    {"is_route_key", Effect::kReadsOnly, kIsKey, IsRouteKey},
    {"next_route_id_floor", Effect::kReadsOnly, kNumber, NextRouteIdFloor},
};

}  // namespace

std::span<const OperationKind> CodecOperations() { return kCodecOperations; }

}  // namespace fencepost::model::recording
