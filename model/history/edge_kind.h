// The kinds of edges of the dependency graph (dependency_graph.h).
#pragma once

#include <cstdint>
#include <string_view>

namespace fencepost::model::history {

enum class EdgeKind : std::uint8_t { kWw, kWr, kRw, kProcess, kRealtime, kPass };

// As the field writes them: "ww", "wr", "rw", "process", "realtime". "pass" leads from a node that is no
// transaction, and is no edge of any cycle that is reported.
constexpr std::string_view EdgeKindName(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::kWw:
      return "ww";
    case EdgeKind::kWr:
      return "wr";
    case EdgeKind::kRw:
      return "rw";
    case EdgeKind::kProcess:
      return "process";
    case EdgeKind::kRealtime:
      return "realtime";
    case EdgeKind::kPass:
      break;
  }
  return "pass";
}

}  // namespace fencepost::model::history
