#include "fencepost/catalog/internal/catalog_reader.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "fencepost/base/error.h"
#include "fencepost/catalog/codec.h"

namespace fencepost {
namespace {

// `status` again, its message prefixed with the key of the record it speaks of.
absl::Status AtKey(const absl::Status& status, std::string_view key) {
  const std::optional<Error> error = ErrorOf(status);
  if (!error.has_value()) return status;
  std::string_view reason(status.message().data(), status.message().size());
  const std::string prefix = std::string(ErrorName(*error)) + ": ";
  if (reason.starts_with(prefix)) reason.remove_prefix(prefix.size());  // MakeError puts it back
  return MakeError(*error, "key " + QuoteKey(key) + ": " + std::string(reason));
}

absl::StatusOr<RouteDescriptor> DecodeRoute(const KeyValue& pair) {
  const std::optional<RouteId> id = CatalogRouteIdFromKey(pair.key);
  if (!id.has_value()) {
    return MakeError(Error::kCatalogInvalidRouteKey,
                     "key " + QuoteKey(pair.key) + " is not the route prefix and an 8-byte id");
  }
  absl::StatusOr<RouteDescriptor> route = DecodeRouteDescriptor(pair.value);
  if (!route.ok()) return AtKey(route.status(), pair.key);
  if (route->route_id != *id) {
    return MakeError(Error::kCatalogRouteKeyIdMismatch, "key " + QuoteKey(pair.key) + " of route " +
                                                            std::to_string(id->value) + " holds " +
                                                            FormatRoute(*route));
  }
  route->epoch = pair.written_at;
  return route;
}

// The smallest key above `key`.
std::string Successor(std::string key) {
  key.push_back('\0');
  return key;
}

}  // namespace

CatalogReader::CatalogReader(MvccStore* store, std::size_t page_size)
    : store_(store), page_size_(std::max<std::size_t>(page_size, 1)) {}

Awaitable<absl::StatusOr<Version>> CatalogReader::VersionAt(Timestamp ts) const {
  const absl::StatusOr<std::optional<std::string>> raw = co_await store_.GetAt(CatalogVersionKey(), ts);
  if (!raw.ok()) co_return raw.status();
  if (!raw->has_value()) co_return Version(0);
  absl::StatusOr<Version> version = DecodeCatalogVersion(**raw);
  if (!version.ok()) co_return AtKey(version.status(), CatalogVersionKey());
  co_return version;
}

// A scan of one key, because only a scan tells when the record was written.
Awaitable<absl::StatusOr<VersionStamp>> CatalogReader::VersionStampAt(Timestamp ts) const {
  KeyRange only_version;
  only_version.start = CatalogVersionKey();
  only_version.end = Successor(CatalogVersionKey());
  const absl::StatusOr<std::vector<KeyValue>> pairs = co_await store_.ScanAt(std::move(only_version), 1, ts);
  if (!pairs.ok()) co_return pairs.status();
  if (pairs->empty()) co_return VersionStamp();
  const absl::StatusOr<Version> version = DecodeCatalogVersion(pairs->front().value);
  if (!version.ok()) co_return AtKey(version.status(), CatalogVersionKey());
  co_return VersionStamp{*version, pairs->front().written_at};
}

Awaitable<absl::StatusOr<std::optional<RouteId>>> CatalogReader::NextRouteIdRecordAt(Timestamp ts) const {
  const absl::StatusOr<std::optional<std::string>> raw = co_await store_.GetAt(CatalogNextRouteIdKey(), ts);
  if (!raw.ok()) co_return raw.status();
  if (!raw->has_value()) co_return std::optional<RouteId>();
  const absl::StatusOr<RouteId> next = DecodeCatalogNextRouteId(**raw);
  if (!next.ok()) co_return AtKey(next.status(), CatalogNextRouteIdKey());
  co_return std::optional<RouteId>(*next);
}

Awaitable<absl::StatusOr<std::vector<RouteDescriptor>>> CatalogReader::RoutesAt(Timestamp ts) const {
  std::vector<RouteDescriptor> routes;
  KeyRange rest = CatalogRouteKeyRange();
  while (true) {
    KeyRange page_range = rest;
    const absl::StatusOr<std::vector<KeyValue>> page =
        co_await store_.ScanAt(std::move(page_range), page_size_, ts);
    if (!page.ok()) co_return page.status();
    // A page may be short for the store's own reasons; taking that for the end would lose the routes behind
    // it.
    if (page->empty()) co_return routes;
    for (const KeyValue& pair : *page) {
      absl::StatusOr<RouteDescriptor> route = DecodeRoute(pair);
      if (!route.ok()) co_return route.status();
      routes.push_back(*std::move(route));
    }
    rest.start = Successor(page->back().key);
  }
}

Awaitable<absl::StatusOr<std::vector<KeyValue>>> CatalogReader::PairsAt(KeyRange range, Timestamp ts) const {
  std::vector<KeyValue> pairs;
  while (true) {
    KeyRange rest = range;
    absl::StatusOr<std::vector<KeyValue>> page = co_await store_.ScanAt(std::move(rest), page_size_, ts);
    if (!page.ok()) co_return page.status();
    if (page->empty()) co_return pairs;  // as for routes: a short page is not the end
    range.start = Successor(page->back().key);
    std::move(page->begin(), page->end(), std::back_inserter(pairs));
  }
}

}  // namespace fencepost
