// A run of our world as a trace of typed events, for what the kept failures do not show.
#pragma once

#include <absl/status/status.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/invariants/invariants.h"
#include "model/invariants/violation.h"
#include "sim/core/report/narrator.h"
#include "sim/world/actor_kinds.h"
#include "sim/world/events/call_events.h"
#include "sim/world/events/catalog_events.h"
#include "sim/world/events/client_events.h"
#include "sim/world/events/group_events.h"
#include "sim/world/events/move_events.h"
#include "sim/world/events/node_events.h"
#include "sim/world/events/world_events.h"
#include "sim/world/narration/world_narrator.h"
#include "sim/world/narration/world_timeline.h"
#include "sim/world/world_vocabulary.h"

namespace fencepost::sim {

inline KeyRange WholeSpace() { return KeyRange{"", std::nullopt}; }

inline RouteDescriptor RouteTo(std::uint64_t group, KeyRange range = WholeSpace()) {
  RouteDescriptor route;
  route.route_id = RouteId(1);
  route.start = range.start;
  route.end = range.end;
  route.group_id = GroupId(group);
  return route;
}

// append `element` to `key`
inline Participant AppendPart(const std::string& key, std::int64_t element) {
  KeyWrite write;
  write.key = key;
  write.epoch = OwnershipEpoch(1);
  Operation append;
  append.element = element;
  write.payload = FormatOperation(append);
  Participant part;
  part.writes.push_back(std::move(write));
  return part;
}

inline Entry CommitOf(std::uint64_t transaction, const std::string& key, std::int64_t element) {
  CommitEntry entry;
  entry.request.id = TransactionId(transaction);
  entry.request.commit_ts = Timestamp(2);
  entry.request.part = AppendPart(key, element);
  return entry;
}

inline Entry PrepareOf(std::uint64_t transaction, const std::string& key, std::int64_t element) {
  PrepareEntry entry;
  entry.request.id = TransactionId(transaction);
  entry.request.earliest_commit = Timestamp(1);
  entry.request.part = AppendPart(key, element);
  return entry;
}

inline TransactionRecord Committed(std::uint64_t transaction) {
  return CommittedRecord(TransactionId(transaction), Timestamp(2));
}
inline TransactionRecord Aborted(std::uint64_t transaction) {
  return AbortedRecord(TransactionId(transaction));
}

inline Entry CopyOf(KeyRange range) { return CopyEntry{std::move(range), OwnershipEpoch(2), {}}; }

inline Violation ViolationOf(std::string_view invariant, std::string sentence, model::ViolationDetail detail,
                             std::vector<std::string> keys = {}) {
  Violation violation;
  violation.invariant = invariant;
  violation.sentence = std::move(sentence);
  violation.subjects = std::move(keys);
  violation.detail = std::move(detail);
  return violation;
}

// client-1 appended 1 to k1, and it is there so many times.
inline Violation LostOne(std::uint64_t times = 0) {
  return ViolationOf(model::kLostWrite, "the 1 of k1 is gone",
                     model::LostWrite{"k1", 1, "client-1", times, GroupId(2)}, {"k1"});
}

class ToldRun {
 public:
  ToldRun() { trace_.NameActor(kWorldActor, "world", kWorld); }

  // Actors are made as they are named: node-1, transactor-1, mover-1, operator-1, auditor; "world".
  template <class E>
  ToldRun& Happens(std::chrono::milliseconds time, const std::string& actor, const E& event) {
    now_ = time;
    trace_.Event(time, IdOf(actor), event);
    return *this;
  }
  template <class E>
  ToldRun& Noted(std::chrono::milliseconds time, const std::string& actor, const E& event) {
    now_ = time;
    trace_.Note(time, IdOf(actor), event);
    return *this;
  }

  ToldRun& Version(std::chrono::milliseconds time, std::uint64_t version,
                   std::vector<RouteDescriptor> routes) {
    return Happens(time, "world", CatalogReached{fencepost::Version(version), std::move(routes)});
  }
  ToldRun& Agreed(std::chrono::milliseconds time, std::uint64_t group, Entry entry) {
    const LogIndex index(++log_ends_[group]);
    return Happens(time, "world", EntryAgreed::Kept{GroupId(group), index, std::move(entry)});
  }
  ToldRun& Applied(std::chrono::milliseconds time, const std::string& node, std::uint64_t group,
                   std::uint64_t index, absl::Status status = absl::OkStatus()) {
    return Happens(time, node, EntryApplied::Kept{GroupId(group), LogIndex(index), 0, std::move(status)});
  }

  // It ends a millisecond after what happened last.
  RunOutcome Outcome() const {
    RunOutcome outcome;
    outcome.simulated = outcome.violated_at = now_ + std::chrono::milliseconds(1);
    outcome.hash = trace_.hash();
    return outcome;
  }
  RunOutcome Outcome(Violation violation) const {
    RunOutcome outcome = Outcome();
    outcome.violation = std::move(violation);
    return outcome;
  }
  Narration Ends() const { return Told(Outcome()); }
  Narration Fails(Violation violation) const { return Told(Outcome(std::move(violation))); }

  // Valid as long as this run.
  WorldTimeline World() const {
    return BuildWorldTimeline(WorldVocabulary(), trace_, Outcome(), RunTitle{"told", "", ""});
  }
  WorldTimeline World(Violation violation) const {
    return BuildWorldTimeline(WorldVocabulary(), trace_, Outcome(std::move(violation)),
                              RunTitle{"told", "", ""});
  }

 private:
  static constexpr ActorKind kWorld{"world", "the world itself"};

  Narration Told(const RunOutcome& outcome) const {
    return WorldNarrator(&WorldVocabulary()).Narrate(trace_, outcome, RunTitle{"told", "", ""});
  }

  ActorId IdOf(const std::string& name) {
    if (name == "world") return kWorldActor;
    const ActorId id = ActorIdOf(name);
    if (!named_.insert(name).second) return id;
    for (const ActorKind* const kind : actors::kOfThisWorld) {
      if (name.starts_with(kind->name)) trace_.NameActor(id, name, *kind);
    }
    return id;
  }

  Trace trace_{TraceDetail::kEvents};
  std::set<std::string> named_;
  std::map<std::uint64_t, std::uint64_t> log_ends_;
  std::chrono::milliseconds now_{0};
};

}  // namespace fencepost::sim
