// A second, independent reading of the durable layout: a cursor over bytes, one field after another.
//
// It exists to be compared with fencepost/catalog/codec.h and therefore shares no code with it, nor with
// anything that validates or orders routes in lib/. All functions are pure.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <string_view>

#include "fencepost/base/ids.h"
#include "fencepost/base/route.h"

namespace fencepost::model {

inline constexpr std::string_view kNaiveVersionKey = "!dist|meta|version";
inline constexpr std::string_view kNaiveNextRouteIdKey = "!dist|meta|next_route_id";
inline constexpr std::string_view kNaiveRoutePrefix = "!dist|route|";

std::string NaiveRouteKey(RouteId route_id);
std::optional<RouteId> NaiveRouteIdFromKey(std::string_view key);

// The layout of version and next-id records: one byte 01, then the number.
std::string NaiveEncodeNumber(std::uint64_t number);
absl::StatusOr<Version> NaiveDecodeVersion(std::string_view raw);
absl::StatusOr<RouteId> NaiveDecodeNextRouteId(std::string_view raw);

// Id, group, state, range, in this order.
absl::Status NaiveValidate(const RouteDescriptor& route);

absl::StatusOr<std::string> NaiveEncodeRoute(const RouteDescriptor& route);
absl::StatusOr<RouteDescriptor> NaiveDecodeRoute(std::string_view raw);

}  // namespace fencepost::model
