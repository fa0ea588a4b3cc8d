#include <fmt/format.h>

#include <chrono>
#include <string>

#include "sim/world/groups/group_events.h"
#include "sim/world/narration/event_words.h"

namespace fencepost::sim {
namespace {

std::string NameReplica(GroupId group, const TraceEvent& told, const Trace& trace) {
  return fmt::format("the replica of group {} on {}", group.value, NameIn(trace, told.actor));
}

std::string TellEntryAgreed(const EntryAgreed::Kept& event, const TraceEvent&, const Trace&) {
  return fmt::format("log of group {} [{}]: {}", event.group.value, event.index.value,
                     DescribeEntry(event.entry));
}

std::string TellEntryApplied(const EntryApplied::Kept& event, const TraceEvent& told, const Trace& trace) {
  const std::string name = NameIn(trace, told.actor);
  if (event.status.ok()) {
    return fmt::format("{} applies [{}] of group {}", name, event.index.value, event.group.value);
  }
  return fmt::format("{} refuses [{}] of group {}: {}", name, event.index.value, event.group.value,
                     std::string(event.status.message()));
}

std::string TellLeaderChanged(const LeaderChanged& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("{} leads group {} in term {}", NameIn(trace, told.actor), event.group.value,
                     event.term);
}

std::string TellProposalLost(const ProposalLost& event, const TraceEvent&, const Trace&) {
  return fmt::format("group {} loses a proposal", event.group.value);
}

std::string TellProposalReportedFailed(const ProposalReportedFailed& event, const TraceEvent&, const Trace&) {
  return fmt::format("entry [{}] of group {} was agreed on and is reported failed", event.index.value,
                     event.group.value);
}

std::string TellReplicaRestored(const ReplicaRestored& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("{} starts from its snapshot at entry [{}]", NameReplica(event.group, told, trace),
                     event.index.value);
}

std::string TellReplicaLagged(const ReplicaLagged& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("{} lags by {} ms", NameReplica(event.group, told, trace),
                     std::chrono::duration_cast<std::chrono::milliseconds>(event.lag).count());
}

std::string TellSnapshotInstalled(const SnapshotInstalled& event, const TraceEvent& told,
                                  const Trace& trace) {
  return fmt::format("{} takes the snapshot of another replica, at entry [{}]",
                     NameReplica(event.group, told, trace), event.index.value);
}

}  // namespace

void AddGroupWords(Vocabulary* vocabulary) {
  vocabulary->AddEvent<EntryAgreed::Kept>(TellEntryAgreed);
  vocabulary->AddEvent<EntryApplied::Kept>(TellEntryApplied);
  vocabulary->AddEvent<LeaderChanged>(TellLeaderChanged);
  vocabulary->AddEvent<ProposalLost>(TellProposalLost);
  vocabulary->AddEvent<ProposalReportedFailed>(TellProposalReportedFailed);
  vocabulary->AddEvent<ReplicaRestored>(TellReplicaRestored);
  vocabulary->AddEvent<ReplicaLagged>(TellReplicaLagged);
  vocabulary->AddEvent<SnapshotInstalled>(TellSnapshotInstalled);
}

}  // namespace fencepost::sim
