// Steps and states of the model `move` in words. Groups and writes count from 1, replicas are letters.
#include <fmt/format.h>

#include "model/specs/move_machine.h"

namespace fencepost::model {
namespace {

std::string ReplicaName(std::size_t group, std::size_t replica) {
  return fmt::format("g{}{}", group + 1, static_cast<char>('a' + replica));
}

std::string WritesIn(std::uint32_t writes) {
  std::string text = "{";
  for (std::uint32_t i = 0; writes >> i != 0; ++i) {
    if (((writes >> i) & 1) != 0) text += fmt::format("{}w{}", text.size() > 1 ? " " : "", i + 1);
  }
  return text + "}";
}

std::string Describe(const MoveEntry& entry) {
  switch (entry.kind) {
    case MoveEntryKind::kNone:
      return "";
    case MoveEntryKind::kCommit:
      return fmt::format("WRITE(w{})", entry.subject + 1);
    case MoveEntryKind::kPrepare:
      return fmt::format("PREPARE(w{})", entry.subject + 1);
    case MoveEntryKind::kResolve:
      return fmt::format("RESOLVE(w{}, {})", entry.subject + 1, entry.value == 1 ? "commit" : "abort");
    case MoveEntryKind::kFence:
      return fmt::format("FENCE(e{})", entry.subject);
    case MoveEntryKind::kCopy:
      return fmt::format("COPY(e{}, {})", entry.subject, WritesIn(entry.value));
    case MoveEntryKind::kActivate:
      return fmt::format("ACTIVATE(e{}, floor {})", entry.subject, entry.value);
    case MoveEntryKind::kRelease:
      return fmt::format("RELEASE(e{})", entry.subject);
  }
  return "";
}

std::string_view NameOf(MoveMessage message) {
  switch (message) {
    case MoveMessage::kFence:
      return "FENCE";
    case MoveMessage::kCopy:
      return "COPY";
    case MoveMessage::kActivate:
      return "ACTIVATE";
    case MoveMessage::kRelease:
      return "RELEASE";
  }
  return "";
}

std::string_view NameOf(MoverStep step) {
  switch (step) {
    case MoverStep::kIdle:
      return "idle";
    case MoverStep::kFencing:
      return "fencing";
    case MoverStep::kClearing:
      return "clearing";
    case MoverStep::kCopying:
      return "copying";
    case MoverStep::kActivating:
      return "activating";
    case MoverStep::kHandingOver:
      return "handing over";
    case MoverStep::kHandedOver:
      return "handed over";
    case MoverStep::kReleasing:
      return "releasing";
  }
  return "";
}

std::string Describe(const MoveReplica& replica, const MoveGroup& group) {
  const MoveTenure& tenure = replica.tenure;
  std::string text;
  switch (tenure.phase) {
    case MovePhase::kAbsent:
      text = tenure.highest == 0 ? "absent" : fmt::format("absent (e{} named)", tenure.highest);
      if (replica.copied != 0)
        text += fmt::format(", copy for e{} {}", replica.copied, WritesIn(replica.data));
      break;
    case MovePhase::kActive:
      text = fmt::format("active e{} {}", tenure.epoch, WritesIn(replica.data));
      break;
    case MovePhase::kFenced:
      text = fmt::format("fenced e{} by e{} {}", tenure.epoch, tenure.highest, WritesIn(replica.data));
      break;
  }
  if (tenure.floor != 0) text += fmt::format(" floor {}", tenure.floor);
  if (tenure.prepared != 0) text += fmt::format(", locked by w{}", tenure.prepared);
  if (group.length > replica.offset) text += fmt::format(", {} behind", group.length - replica.offset);
  if (!replica.lease) text += ", no lease";
  return text;
}

std::string_view NameOf(MoveClientStatus status) {
  switch (status) {
    case MoveClientStatus::kIdle:
      return "idle";
    case MoveClientStatus::kSent:
      return "sent";
    case MoveClientStatus::kArrived:
      return "arrived";
    case MoveClientStatus::kCommitted:
      return "acknowledged";
    case MoveClientStatus::kAborted:
      return "aborted";
  }
  return "";
}

}  // namespace

std::string MoveProtocol::DescribeStep(Step step) const {
  const auto place_name = [&](std::uint32_t place) {
    return ReplicaName((place - 1) / bounds_.replicas, (place - 1) % bounds_.replicas);
  };
  const std::uint32_t first = step.first + 1U;
  const char letter = static_cast<char>('a' + step.second);
  const std::string replica = ReplicaName(step.first, step.second);
  switch (static_cast<MoveAction>(step.action)) {
    case MoveAction::kDecideMove:
      return "Move";
    case MoveAction::kDecideUndo:
      return "Undo";
    case MoveAction::kStart:
      return fmt::format("Start(m{})", first);
    case MoveAction::kAwaitFence:
      return fmt::format("FenceStands(m{}, by the source's {})", first, letter);
    case MoveAction::kAwaitClear:
      return fmt::format("Cleared(m{}, copies the source's {})", first, letter);
    case MoveAction::kAwaitCopy:
      return fmt::format("Copied(m{})", first);
    case MoveAction::kAwaitActivate:
      return fmt::format("Activated(m{})", first);
    case MoveAction::kHandOver:
      return fmt::format("HandOver(m{})", first);
    case MoveAction::kRelease:
      return fmt::format("Release(m{})", first);
    case MoveAction::kClose:
      return fmt::format("Close(m{})", first);
    case MoveAction::kGiveUp:
      return fmt::format("GiveUp(m{})", first);
    case MoveAction::kMoverCrash:
      return fmt::format("Crash(m{})", first);
    case MoveAction::kArrive:
    case MoveAction::kArriveAgain: {
      const bool again = static_cast<MoveAction>(step.action) == MoveAction::kArriveAgain;
      return fmt::format("Arrive{}({}, decision {})", again ? "Again" : "",
                         NameOf(static_cast<MoveMessage>(step.second)), step.first);
    }
    case MoveAction::kApply:
      return fmt::format("Apply({})", replica);
    case MoveAction::kReplicaCrash:
      return fmt::format("Crash({})", replica);
    case MoveAction::kLease:
      return fmt::format("Lease({})", replica);
    case MoveAction::kPoll:
      return fmt::format("Poll({})", replica);
    case MoveAction::kBegin:
      return fmt::format("Begin(w{}, reads {})", first, place_name(step.second));
    case MoveAction::kSubmit:
      return fmt::format("Submit(w{})", first);
    case MoveAction::kSubmitAgain:
      return fmt::format("SubmitAgain(w{})", first);
    case MoveAction::kAcknowledge:
      return fmt::format("Acknowledge(w{})", first);
    case MoveAction::kAbort:
      return fmt::format("Abort(w{})", first);
    case MoveAction::kResolve:
      return fmt::format("Resolve(w{})", first);
    case MoveAction::kResolveAgain:
      return fmt::format("ResolveAgain(w{})", first);
    case MoveAction::kOpenRead:
      return fmt::format("OpenRead({})", place_name(step.first));
    case MoveAction::kCloseRead:
      return "CloseRead";
  }
  return "";
}

std::string MoveProtocol::DescribeWorld(const MoveWorld& world) const {
  std::string text = fmt::format("route g{}", world.owner + 1);
  if (world.stage != MoveStage::kNone) {
    const MoveDecision& record = world.decisions[world.decided];
    text += fmt::format(", record {}: {}g{} to g{}{}", world.decided, record.undoes ? "undone, " : "",
                        record.source + 1, record.target() + 1,
                        world.stage == MoveStage::kHandedOver ? ", handed over" : "");
  }
  for (std::size_t i = 0; i < bounds_.movers; ++i) {
    if (world.movers[i].step == MoverStep::kIdle) continue;
    text += fmt::format("; m{} {} {}", i + 1, NameOf(world.movers[i].step), world.movers[i].decision);
  }
  for (std::size_t group = 0; group < kMoveGroups; ++group) {
    const MoveGroup& one = world.groups[group];
    for (std::size_t i = 0; i < bounds_.replicas; ++i) {
      text += fmt::format("; {} {}", ReplicaName(group, i), Describe(one.replicas[i], one));
    }
    for (std::size_t i = 0; i < one.length; ++i) {
      text += fmt::format("{}{}", i == 0 ? fmt::format("; g{} log ", group + 1) : " ", Describe(one.log[i]));
    }
  }
  for (std::size_t i = 0; i < bounds_.clients(); ++i) {
    const MoveClient& client = world.clients[i];
    if (client.status == MoveClientStatus::kIdle) continue;
    text += fmt::format("; w{} {} e{}", i + 1, NameOf(client.status), client.claim);
  }
  if (world.reader.replica != 0) {
    text += fmt::format("; read open, must show {}", WritesIn(world.reader.required));
  }
  if (world.buried != 0) text += fmt::format("; buried {}", WritesIn(world.buried));
  return text;
}

}  // namespace fencepost::model
