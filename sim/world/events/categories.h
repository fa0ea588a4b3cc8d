// What reports colour and filter the events of this world by, beside the categories of the core.
#pragma once

#include <string_view>

#include "sim/core/runtime/core_events.h"

namespace fencepost::sim::categories {

inline constexpr std::string_view kClient = "client";    // a client begins, is told, or is refused
inline constexpr std::string_view kMove = "move";        // what a mover does
inline constexpr std::string_view kCatalog = "catalog";  // a save of the catalog, or a new version of it
inline constexpr std::string_view kLog = "log";          // an entry enters a group's log
inline constexpr std::string_view kApply = "apply";      // a replica applies an entry
inline constexpr std::string_view kVersion = "version";  // an engine reaches a version

}  // namespace fencepost::sim::categories
