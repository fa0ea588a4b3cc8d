#include "fencepost/catalog/codec.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "fencepost/base/error.h"
#include "fencepost/base/internal/record_bytes.h"

namespace fencepost {
namespace {

constexpr std::string_view kCatalogPrefix = "!dist|";
constexpr std::string_view kMetadataPrefix = "!dist|meta|";
constexpr std::string_view kVersionKey = "!dist|meta|version";
constexpr std::string_view kNextRouteIdKey = "!dist|meta|next_route_id";
constexpr std::string_view kRoutePrefix = "!dist|route|";

constexpr std::uint8_t kFormat = 1;  // the first byte of every record
constexpr std::uint8_t kUnbounded = 0;
constexpr std::uint8_t kBounded = 1;

KeyRange PrefixRange(std::string_view prefix) {
  std::string end(prefix);
  ++end.back();  // every prefix here ends in '|', which has a successor
  return KeyRange{std::string(prefix), std::move(end)};
}

std::string EncodeNumber(std::uint64_t number) {
  std::string raw;
  raw.reserve(1 + kU64Size);
  AppendByte(raw, kFormat);
  AppendU64(raw, number);
  return raw;
}

std::optional<std::uint64_t> DecodeNumber(std::string_view raw) {
  RecordReader reader(raw);
  if (reader.Byte() != kFormat) return std::nullopt;
  const std::optional<std::uint64_t> number = reader.U64();
  if (reader.left() != 0) return std::nullopt;
  return number;
}

// Enough of an untrusted record to recognise it by, however long it is.
std::string DescribeRecord(std::string_view raw) {
  constexpr std::size_t kShown = 16;
  return std::to_string(raw.size()) + " bytes, beginning with " + QuoteKey(raw.substr(0, kShown));
}

absl::Status BadRoute(const std::string& what) {
  return MakeError(Error::kCatalogInvalidRouteRecord, "the route record " + what);
}

absl::Status DecodeEnd(RecordReader& reader, RouteDescriptor& route) {
  const std::optional<std::uint8_t> flag = reader.Byte();
  if (!flag.has_value()) return BadRoute("ends before its end flag");
  if (*flag == kUnbounded) return absl::OkStatus();
  if (*flag != kBounded) return BadRoute("has the end flag " + std::to_string(*flag));
  const std::optional<std::string_view> end = reader.Bytes();
  if (!end.has_value()) return BadRoute("is shorter than its end key claims");
  route.end.emplace(*end);
  return absl::OkStatus();
}

}  // namespace

std::string CatalogVersionKey() { return std::string(kVersionKey); }

std::string CatalogNextRouteIdKey() { return std::string(kNextRouteIdKey); }

std::string CatalogRouteKey(RouteId route_id) {
  std::string key;
  key.reserve(kRoutePrefix.size() + kU64Size);
  key.append(kRoutePrefix);
  AppendU64(key, route_id.value);
  return key;
}

bool IsCatalogRouteKey(std::string_view key) { return key.starts_with(kRoutePrefix); }

std::optional<RouteId> CatalogRouteIdFromKey(std::string_view key) {
  if (!IsCatalogRouteKey(key)) return std::nullopt;
  RecordReader reader(key.substr(kRoutePrefix.size()));
  const std::optional<std::uint64_t> id = reader.U64();
  if (!id.has_value() || reader.left() != 0) return std::nullopt;
  return RouteId(*id);
}

KeyRange CatalogRouteKeyRange() { return PrefixRange(kRoutePrefix); }

KeyRange CatalogKeyRange() { return PrefixRange(kCatalogPrefix); }

bool IsCatalogsOwnKey(std::string_view key) {
  return key.starts_with(kMetadataPrefix) || IsCatalogRouteKey(key);
}

std::string EncodeCatalogVersion(Version version) { return EncodeNumber(version.value); }

absl::StatusOr<Version> DecodeCatalogVersion(std::string_view raw) {
  const std::optional<std::uint64_t> number = DecodeNumber(raw);
  if (!number.has_value()) {
    return MakeError(
        Error::kCatalogInvalidVersionRecord,
        "a version record is the byte 01 and an 8-byte version; this one is " + DescribeRecord(raw));
  }
  return Version(*number);
}

std::string EncodeCatalogNextRouteId(RouteId next_route_id) { return EncodeNumber(next_route_id.value); }

absl::StatusOr<RouteId> DecodeCatalogNextRouteId(std::string_view raw) {
  const std::optional<std::uint64_t> number = DecodeNumber(raw);
  if (!number.has_value() || *number == 0) {
    return MakeError(
        Error::kCatalogInvalidNextRouteId,
        "a next-route-id record is the byte 01 and an 8-byte id above 0; this one is " + DescribeRecord(raw));
  }
  return RouteId(*number);
}

absl::StatusOr<std::string> EncodeRouteDescriptor(const RouteDescriptor& route) {
  if (absl::Status status = ValidateRouteDescriptor(route); !status.ok()) return status;
  std::string raw;
  raw.reserve(3 + 5 * kU64Size + route.start.size() + (route.end.has_value() ? route.end->size() : 0));
  AppendByte(raw, kFormat);
  AppendU64(raw, route.route_id.value);
  AppendU64(raw, route.group_id.value);
  AppendByte(raw, static_cast<std::uint8_t>(route.state));
  AppendU64(raw, route.parent_route_id.value);
  AppendBytes(raw, route.start);
  AppendByte(raw, route.end.has_value() ? kBounded : kUnbounded);
  if (route.end.has_value()) AppendBytes(raw, *route.end);
  return raw;
}

absl::StatusOr<RouteDescriptor> DecodeRouteDescriptor(std::string_view raw) {
  RecordReader reader(raw);
  if (reader.Byte() != kFormat) return BadRoute("does not begin with the format byte 01");
  const std::optional<std::uint64_t> route_id = reader.U64();
  const std::optional<std::uint64_t> group_id = reader.U64();
  const std::optional<std::uint8_t> state = reader.Byte();
  const std::optional<std::uint64_t> parent_route_id = reader.U64();
  if (!route_id || !group_id || !state || !parent_route_id) return BadRoute("ends within its fixed fields");
  const std::optional<std::string_view> start = reader.Bytes();
  if (!start.has_value()) return BadRoute("is shorter than its start key claims");

  RouteDescriptor route;
  route.route_id = RouteId(*route_id);
  route.group_id = GroupId(*group_id);
  route.state = static_cast<RouteState>(*state);
  route.parent_route_id = RouteId(*parent_route_id);
  route.start = *start;
  if (absl::Status status = DecodeEnd(reader, route); !status.ok()) return status;
  if (reader.left() != 0) return BadRoute("has " + std::to_string(reader.left()) + " bytes after its end");
  if (absl::Status status = ValidateRouteDescriptor(route); !status.ok()) return status;
  return route;
}

}  // namespace fencepost
