// Invariant 4, engine version: one engine's version never goes back, and its content at version v is the
// durable content of v.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fencepost/base/ids.h"
#include "fencepost/engine/engine.h"
#include "model/invariants/durable_version.h"
#include "model/invariants/violation.h"

namespace fencepost::model {

// Watches one engine from its birth; an engine that a crash replaced gets a new checker. Single-threaded.
class EngineVersionInvariant {
 public:
  explicit EngineVersionInvariant(std::string who);

  // To be called after anything that may have applied a snapshot. Costs one version read when nothing did,
  // else O(routes).
  Verdict Check(const Engine& engine, const DurableVersionInvariant& durable);

 private:
  std::string who_;
  Version seen_;
};

// Whether the table is exactly these routes, in catalog order. Nothing, or the first difference.
std::optional<std::string> DifferenceFrom(const RouteTable& table, std::span<const RouteDescriptor> routes);

}  // namespace fencepost::model
