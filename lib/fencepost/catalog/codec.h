// The durable layout of the catalog: keys and records, byte for byte.
//
//   record         key                              value (integers big-endian)
//   version        !dist|meta|version               01 version:u64
//   next route id  !dist|meta|next_route_id         01 id:u64, id never 0
//   route          !dist|route| route_id:u64        01 route_id:u64 group_id:u64 state:u8 parent_route_id:u64
//                                                   start_len:u64 start end_flag:u8 [end_len:u64 end]
//
// Records of others may lie beside these under !dist| and are saved along with them (riders of a save); the
// catalog does not look at them. Those of moves are in move/move_record.h.
//
// Decoders take untrusted bytes: they never read past their input, never allocate more than its size, accept
// no trailing bytes, and what they accept encodes to the same bytes again. Each way to be malformed has its
// own named error. All functions are pure and thread-safe; all are linear in the record's size.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <string_view>

#include "fencepost/base/ids.h"
#include "fencepost/base/key_range.h"
#include "fencepost/base/route.h"

namespace fencepost {

std::string CatalogVersionKey();
std::string CatalogNextRouteIdKey();
std::string CatalogRouteKey(RouteId route_id);

// Whether `key` lies in the route key space (has its prefix), well formed or not.
bool IsCatalogRouteKey(std::string_view key);

// The id in a route key; nothing unless the key is exactly the prefix and 8 bytes.
std::optional<RouteId> CatalogRouteIdFromKey(std::string_view key);

// The key space of the routes: every key for which IsCatalogRouteKey holds.
KeyRange CatalogRouteKeyRange();

// The key space of the whole catalog, metadata and riders included.
KeyRange CatalogKeyRange();

// Whether the catalog alone writes this key: metadata and routes, well formed or not.
bool IsCatalogsOwnKey(std::string_view key);

std::string EncodeCatalogVersion(Version version);
// CatalogInvalidVersionRecord unless `raw` is exactly a version record.
absl::StatusOr<Version> DecodeCatalogVersion(std::string_view raw);

// Does not check that the id is not 0; decoding does.
std::string EncodeCatalogNextRouteId(RouteId next_route_id);
// CatalogInvalidNextRouteId unless `raw` is exactly a next-id record with an id above 0.
absl::StatusOr<RouteId> DecodeCatalogNextRouteId(std::string_view raw);

// Validates first, then encodes.
absl::StatusOr<std::string> EncodeRouteDescriptor(const RouteDescriptor& route);
// CatalogInvalidRouteRecord for bytes that do not parse, else whatever ValidateRouteDescriptor answers.
absl::StatusOr<RouteDescriptor> DecodeRouteDescriptor(std::string_view raw);

}  // namespace fencepost
