// Invariant 3, durable version: each save that lands adds exactly one version, whose content is what its one
// winner wrote; a save that failed changed nothing; ids are never reused; the next id never goes down.
//
// The checker is told of every save attempt, of every commit that reached the store (with the catalog it left
// behind), and of how each attempt ended for its caller. Single-threaded.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/base/route.h"
#include "model/invariants/violation.h"

namespace fencepost::model {

// The durable catalog as an outside observer decodes it from the store, routes in catalog order.
struct DurableCatalog {
  Version version;
  std::vector<RouteDescriptor> routes;
  std::optional<RouteId> next_route_id;  // absent: no record
};

using AttemptId = std::uint64_t;

// How a save ended for its caller.
enum class SaveEnd { kSucceeded, kFailed, kUnknown };

class DurableVersionInvariant {
 public:
  // Somebody is about to save. Ids count from 1; `who` names the saver in sentences.
  AttemptId Begin(std::string who, Version expected, std::vector<RouteDescriptor> routes);

  // A commit of `attempt` (0: of nobody's save) reached the store and left `now` behind.
  Verdict Committed(AttemptId attempt, const DurableCatalog& now);

  // The next-id record was lost before the save that comes next: what only it knew, the ids retired so far,
  // is gone.
  void NextRouteIdLost();

  // `attempt` ended for its caller; with kSucceeded, `version` is the version it reported.
  Verdict Ended(AttemptId attempt, SaveEnd end, Version version);

  // The durable routes at `version`, or nothing when no commit made that version.
  const std::vector<RouteDescriptor>* ContentAt(Version version) const;
  Version newest() const { return newest_.version; }

 private:
  struct Attempt {
    std::string who;
    Version expected;
    std::vector<RouteDescriptor> routes;  // catalog order
    bool landed = false;
    bool failed = false;
  };

  Verdict CheckLanding(const Attempt& attempt, const DurableCatalog& now) const;
  Verdict CheckIds(const Attempt& attempt, const DurableCatalog& now);

  std::vector<Attempt> attempts_;
  std::map<Version, std::vector<RouteDescriptor>> content_;
  std::set<RouteId> retired_ids_;
  DurableCatalog newest_;
};

}  // namespace fencepost::model
