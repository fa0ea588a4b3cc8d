#include "model/invariants/engine_version.h"

#include <fmt/format.h>

#include <utility>

#include "model/invariants/invariants.h"

namespace fencepost::model {
namespace {

bool SameRoute(const RouteView& view, const RouteDescriptor& route) {
  const bool same_end = view.end.has_value() == route.end.has_value() &&
                        (!view.end.has_value() || *view.end == std::string_view(*route.end));
  return view.route_id == route.route_id && view.start == route.start && same_end &&
         view.group_id == route.group_id && view.state == route.state;
}

}  // namespace

std::optional<std::string> DifferenceFrom(const RouteTable& table, std::span<const RouteDescriptor> routes) {
  if (table.size() != routes.size()) {
    return fmt::format("it holds {} routes instead of {}", table.size(), routes.size());
  }
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (!SameRoute(table.At(i), routes[i])) {
      return fmt::format("it holds route {} of group {} where {} belongs", table.At(i).route_id.value,
                         table.At(i).group_id.value, FormatRoute(routes[i]));
    }
  }
  return std::nullopt;
}

EngineVersionInvariant::EngineVersionInvariant(std::string who) : who_(std::move(who)) {}

Verdict EngineVersionInvariant::Check(const Engine& engine, const DurableVersionInvariant& durable) {
  const Version version = engine.CurrentVersion();
  if (version == seen_) return std::nullopt;
  if (version < seen_) {
    return Violation{
        std::string(kEngineVersion),
        fmt::format("the engine of {} went back from version {} to {}", who_, seen_.value, version.value)};
  }
  seen_ = version;
  const std::vector<RouteDescriptor>* content = durable.ContentAt(version);
  if (content == nullptr) {
    return Violation{
        std::string(kEngineVersion),
        fmt::format("the engine of {} is at version {}, which was never durable", who_, version.value)};
  }
  const std::optional<RouteHistorySnapshot> current = engine.Current();
  if (!current.has_value()) {
    return Violation{
        std::string(kEngineVersion),
        fmt::format("the engine of {} is at version {} but has no snapshot of it", who_, version.value)};
  }
  if (const auto difference = DifferenceFrom(current->table(), *content)) {
    return Violation{std::string(kEngineVersion),
                     fmt::format("the engine of {} differs from the durable version {}: {}", who_,
                                 version.value, *difference)};
  }
  return std::nullopt;
}

}  // namespace fencepost::model
