#include "model/reference/naive_codec.h"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

#include "fencepost/base/error.h"

namespace fencepost::model {
namespace {

constexpr char kFormatByte = '\x01';

std::string EightBytes(std::uint64_t number) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) {
    bytes.insert(bytes.begin(), static_cast<char>(static_cast<unsigned char>(number % 256)));
    number /= 256;
  }
  return bytes;
}

// Takes fields off the front of `rest`; nothing once the input is too short.
struct Cursor {
  std::string_view rest;

  std::optional<std::string> Take(std::uint64_t count) {
    if (rest.size() < count) return std::nullopt;
    std::string bytes(rest.substr(0, static_cast<std::size_t>(count)));
    rest.remove_prefix(bytes.size());
    return bytes;
  }

  std::optional<std::uint64_t> TakeNumber() {
    const std::optional<std::string> bytes = Take(8);
    if (!bytes.has_value()) return std::nullopt;
    std::uint64_t number = 0;
    for (const char byte : *bytes) number = number * 256 + static_cast<unsigned char>(byte);
    return number;
  }

  std::optional<std::string> TakeLengthAndBytes() {
    const std::optional<std::uint64_t> length = TakeNumber();
    if (!length.has_value()) return std::nullopt;
    return Take(*length);
  }
};

// What an error says of a record: not what is in it, for it may be of any size.
std::string Shown(std::string_view raw) { return fmt::format("a record of {} bytes", raw.size()); }

std::optional<std::uint64_t> ParseNumberRecord(std::string_view raw) {
  Cursor cursor{raw};
  if (cursor.Take(1) != std::string(1, kFormatByte)) return std::nullopt;
  const std::optional<std::uint64_t> number = cursor.TakeNumber();
  if (!cursor.rest.empty()) return std::nullopt;
  return number;
}

std::optional<RouteDescriptor> ParseRoute(std::string_view raw) {
  Cursor cursor{raw};
  if (cursor.Take(1) != std::string(1, kFormatByte)) return std::nullopt;
  const auto route_id = cursor.TakeNumber();
  const auto group_id = cursor.TakeNumber();
  const auto state = cursor.Take(1);
  const auto parent = cursor.TakeNumber();
  if (!route_id || !group_id || !state || !parent) return std::nullopt;
  const auto start = cursor.TakeLengthAndBytes();
  if (!start) return std::nullopt;
  const auto end_flag = cursor.Take(1);
  if (!end_flag) return std::nullopt;
  std::optional<std::string> end;
  if (*end_flag == std::string(1, '\x01')) {
    end = cursor.TakeLengthAndBytes();
    if (!end) return std::nullopt;
  } else if (*end_flag != std::string(1, '\x00')) {
    return std::nullopt;
  }
  if (!cursor.rest.empty()) return std::nullopt;

  RouteDescriptor route;
  route.route_id = RouteId(*route_id);
  route.group_id = GroupId(*group_id);
  route.state = static_cast<RouteState>(static_cast<unsigned char>(state->front()));
  route.parent_route_id = RouteId(*parent);
  route.start = *start;
  route.end = end;
  return route;
}

}  // namespace

std::string NaiveRouteKey(RouteId route_id) {
  return std::string(kNaiveRoutePrefix) + EightBytes(route_id.value);
}

std::optional<RouteId> NaiveRouteIdFromKey(std::string_view key) {
  if (key.substr(0, kNaiveRoutePrefix.size()) != kNaiveRoutePrefix) return std::nullopt;
  Cursor cursor{key.substr(kNaiveRoutePrefix.size())};
  const std::optional<std::uint64_t> number = cursor.TakeNumber();
  if (!number.has_value() || !cursor.rest.empty()) return std::nullopt;
  return RouteId(*number);
}

std::string NaiveEncodeNumber(std::uint64_t number) {
  return std::string(1, kFormatByte) + EightBytes(number);
}

absl::StatusOr<Version> NaiveDecodeVersion(std::string_view raw) {
  const std::optional<std::uint64_t> number = ParseNumberRecord(raw);
  if (!number) return MakeError(Error::kCatalogInvalidVersionRecord, Shown(raw));
  return Version(*number);
}

absl::StatusOr<RouteId> NaiveDecodeNextRouteId(std::string_view raw) {
  const std::optional<std::uint64_t> number = ParseNumberRecord(raw);
  if (!number || *number == 0) return MakeError(Error::kCatalogInvalidNextRouteId, Shown(raw));
  return RouteId(*number);
}

absl::Status NaiveValidate(const RouteDescriptor& route) {
  const std::string subject = fmt::format("route {}", route.route_id.value);
  if (route.route_id.value == 0) return MakeError(Error::kCatalogRouteIdRequired, subject);
  if (route.group_id.value == 0) return MakeError(Error::kCatalogGroupIdRequired, subject);
  if (static_cast<unsigned>(route.state) > 3) return MakeError(Error::kCatalogInvalidRouteState, subject);
  if (route.end.has_value() && !(route.start < *route.end)) {
    return MakeError(Error::kCatalogInvalidRouteRange, subject);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> NaiveEncodeRoute(const RouteDescriptor& route) {
  if (absl::Status valid = NaiveValidate(route); !valid.ok()) return valid;
  std::string raw(1, kFormatByte);
  raw += EightBytes(route.route_id.value);
  raw += EightBytes(route.group_id.value);
  raw += static_cast<char>(route.state);
  raw += EightBytes(route.parent_route_id.value);
  raw += EightBytes(route.start.size()) + route.start;
  if (!route.end.has_value()) return raw + std::string(1, '\x00');
  return raw + std::string(1, '\x01') + EightBytes(route.end->size()) + *route.end;
}

absl::StatusOr<RouteDescriptor> NaiveDecodeRoute(std::string_view raw) {
  std::optional<RouteDescriptor> route = ParseRoute(raw);
  if (!route) return MakeError(Error::kCatalogInvalidRouteRecord, Shown(raw));
  if (absl::Status valid = NaiveValidate(*route); !valid.ok()) return valid;
  return *std::move(route);
}

}  // namespace fencepost::model
