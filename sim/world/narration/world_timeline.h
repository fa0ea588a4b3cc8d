// A run of this world as its narrator sees it: the timeline that goes into reports, and beside it the typed
// events that it was made of, by which the story and the explanation of a violation decide.
//
// Beside the actors, the catalog and each group's log have a lane: the catalog's is the first, the groups'
// follow. Bands are versions (of the catalog, of the nodes' engines), spans are transactions, uses of
// registers, and moves.
//
// Refers to the trace: valid as long as it. Readable from anywhere once built.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/base/route.h"
#include "fencepost/fence/ownership_entry.h"
#include "sim/core/report/timeline.h"
#include "sim/core/runtime/trace.h"
#include "sim/core/simulation/simulation.h"
#include "sim/core/vocabulary/vocabulary.h"
#include "sim/world/groups/entry.h"

namespace fencepost::sim {

// The durable catalog from some moment on.
struct CatalogState {
  Moment time{0};
  Version version;
  const std::vector<RouteDescriptor>* routes = nullptr;
};

// An entry of a group's log; the moment at which it was agreed on.
struct LoggedEntry {
  Moment time{0};
  GroupId group;
  LogIndex index;
  const Entry* entry = nullptr;
};

struct WorldTimeline {
  static constexpr std::size_t kCatalogLane = 0;

  Timeline timeline;
  std::vector<TraceEvent> told;  // by place in timeline.events: the event that it tells

  std::vector<CatalogState> catalog;  // by time
  std::vector<LoggedEntry> entries;   // of all groups, by time
  // The spans of the list transactions, in the order in which they began: where a history's transaction of
  // some index is.
  std::vector<std::size_t> list_transactions;
  std::optional<Moment> audit;  // when the auditor began
  std::size_t groups = 0;       // how many have a lane

  // The event of that place as what it is; null when it is something else.
  template <class E>
  const E* As(std::size_t event) const {
    return told[event].As<E>();
  }

  std::size_t LaneOf(GroupId group) const { return static_cast<std::size_t>(group.value); }
  bool IsNode(std::size_t lane) const;
  bool IsAuditor(std::size_t lane) const;
};

// O(n log n) in what the trace keeps. REQUIRES: as for TimelineBuilder. The violation is told as its judge
// did.
WorldTimeline BuildWorldTimeline(const Vocabulary& vocabulary, const Trace& trace, const RunOutcome& outcome,
                                 RunTitle title);

}  // namespace fencepost::sim
