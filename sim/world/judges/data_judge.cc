#include "sim/world/judges/data_judge.h"

#include <fmt/format.h>

#include "fencepost/base/error.h"
#include "model/invariants/invariants.h"
#include "model/invariants/isolation.h"
#include "model/invariants/lost_write.h"
#include "model/invariants/pin_judged.h"
#include "model/invariants/tenure_data.h"
#include "sim/world/actors/node.h"
#include "sim/world/judges/anomaly_note.h"

namespace fencepost::sim {
namespace {

// The entry in plain terms, if it is about ownership of a range.
std::optional<model::OwnershipChange> ChangeOf(const OwnershipEntry& entry) {
  using Kind = model::OwnershipChange::Kind;
  if (const auto* fence = std::get_if<FenceRange>(&entry))
    return model::OwnershipChange{Kind::kFence, fence->range, fence->epoch};
  if (const auto* activate = std::get_if<ActivateRange>(&entry))
    return model::OwnershipChange{Kind::kActivate, activate->range, activate->epoch};
  if (const auto* release = std::get_if<ReleaseRange>(&entry))
    return model::OwnershipChange{Kind::kRelease, release->range, release->epoch};
  return std::nullopt;
}

std::uint64_t AppendDigest(GroupId group, LogIndex index, const Entry& entry) {
  return group.value << 48 ^ index.value << 8 ^ entry.index();
}

}  // namespace

DataJudge::DataJudge(const Surroundings& world, MoveBoard* board) : world_(world), board_(board) {}

void DataJudge::OnAppended(GroupId group, LogIndex index, const Entry& entry) {
  world_.trace->Event(world_.scheduler->now(), 0, AppendDigest(group, index, entry), [&] {
    return fmt::format("log of group {} [{}]: {}", group.value, index.value, DescribeEntry(entry));
  });
  const auto* ownership = std::get_if<OwnershipEntry>(&entry);
  if (ownership == nullptr) return;
  const std::optional<model::OwnershipChange> change = ChangeOf(*ownership);
  if (change.has_value()) world_.judge->Take(owner_fence_.OnAgreed(group, index, *change));
}

void DataJudge::OnApplied(GroupId group, std::size_t node, LogIndex index, const Entry& entry,
                          const Applied& applied, const GroupState& state) {
  const std::string& replica = (*world_.nodes)[node]->name();
  world_.trace->Event(world_.scheduler->now(), world_.cluster->ActorOf(node), applied.digest, [&] {
    return fmt::format("{} applies [{}] of group {}: {}", replica, index.value, group.value,
                       applied.status.ok() ? "OK" : std::string(applied.status.message()));
  });
  world_.judge->Take(
      agreement_.OnApplied(group, index, replica, applied.digest, [&entry] { return DescribeEntry(entry); }));
  if (const auto* prepare = std::get_if<PrepareEntry>(&entry); prepare != nullptr && applied.status.ok()) {
    owner_fence_.OnPrepared(group, index, prepare->request.id);
  }
  if (IsError(applied.status, Error::kObservedVersionEvicted)) JudgeRefusedPin(node, entry);
  LogIndex& judged = judged_[group];
  if (index <= judged) return;
  judged = index;
  if (const auto* ownership = std::get_if<OwnershipEntry>(&entry)) NoteOwnership(group, *ownership, applied);
  JudgeWrites(group, index, applied);
  JudgeFloors(group, index, entry, applied, state);
}

void DataJudge::JudgeRefusedPin(std::size_t node, const Entry& entry) {
  const auto* commit = std::get_if<CommitEntry>(&entry);
  const auto* prepare = std::get_if<PrepareEntry>(&entry);
  Engine* const engine = (*world_.nodes)[node]->engine();
  if (engine == nullptr || (commit == nullptr && prepare == nullptr)) return;
  const ObservedVersion pin = commit != nullptr ? commit->pin : prepare->pin;
  const Participant& part = commit != nullptr ? commit->request.part : prepare->request.part;
  if (!pin.pinned()) return;
  const auto gap = engine->History().GapAround(pin.version());
  if (!mistake.has_value()) return;
  model::RefusedPin refused;
  refused.replica = (*world_.nodes)[node]->name();
  refused.pin = pin.version();
  refused.before = gap->before.version();
  refused.after = gap->after.version();
  for (const KeyWrite& write : part.writes) refused.keys.push_back(write.key);
  if (refused.keys.empty()) return;
  world_.judge->Take(model::CheckPinJudged(
      refused, [this](Version version) { return world_.judge->durable().ContentAt(version); }));
}

void DataJudge::NoteOwnership(GroupId group, const OwnershipEntry& entry, const Applied& applied) {
  const auto* activate = std::get_if<ActivateRange>(&entry);
  if (activate == nullptr || !applied.status.ok()) return;
  board_->activated.insert(activate->epoch);
  for (std::uint64_t number = 0; number < world_.config->keys; ++number) {
    const std::string key = KeyName(number);
    if (!Contains(activate->range, key)) continue;
    if (!had_owned_[key].insert(group).second) world_.marks->Hit(marks::kRangeCameBack);
  }
}

void DataJudge::JudgeFloor(GroupId group, LogIndex index, const std::string& key, const GroupState& state) {
  const auto value = state.values().find(key);
  if (value == state.values().end()) return;
  const bool copied = value->second.revision == kCopiedRevision;
  world_.judge->Take(
      model::CheckFloor(model::HeldVersion{group, index, key, value->second.written_at, copied},
                        state.ownership().At(key).floor));
}

void DataJudge::JudgeFloors(GroupId group, LogIndex index, const Entry& entry, const Applied& applied,
                            const GroupState& state) {
  // A staged mistake is to be caught by what it does to somebody.
  const FenceRules& rules = world_.config->fence;
  if (rules.mode != FenceMode::kLogged || rules.mistake != Mistake::kNoMistake || !applied.status.ok())
    return;
  for (const EffectiveWrite& write : applied.writes) JudgeFloor(group, index, write.key, state);
  const auto* ownership = std::get_if<OwnershipEntry>(&entry);
  const auto* activate = ownership == nullptr ? nullptr : std::get_if<ActivateRange>(ownership);
  if (activate == nullptr) return;
  for (const auto& [key, value] : state.values()) {
    const bool copied = value.revision == kCopiedRevision;
    if (copied && Contains(activate->range, key)) JudgeFloor(group, index, key, state);
  }
}

void DataJudge::JudgeWrites(GroupId group, LogIndex index, const Applied& applied) {
  const bool logged = world_.config->fence.mode == FenceMode::kLogged;
  const model::DurableVersionInvariant& durable = world_.judge->durable();
  for (const EffectiveWrite& write : applied.writes) {
    if (logged) {
      world_.judge->Take(owner_fence_.OnWrite(
          model::FencedWrite{group, index, write.key, write.epoch, write.transaction, write.was_prepared}));
      continue;
    }
    model::PublishedWrite published{group, index, write.key, write.transaction, std::nullopt};
    std::span<const RouteDescriptor> at_pinned;
    if (write.pin.pinned()) {
      published.pinned = write.pin.version();
      const std::vector<RouteDescriptor>* pinned = durable.ContentAt(write.pin.version());
      if (pinned != nullptr) at_pinned = *pinned;
    }
    const std::vector<RouteDescriptor>* newest = durable.ContentAt(durable.newest());
    if (newest == nullptr) continue;
    world_.judge->Take(model::CheckPublishedOwner(published, at_pinned, durable.newest(), *newest));
  }
}

void DataJudge::JudgeTheEnd(const Cluster& cluster, const HistoryRecorder& history) {
  CompareReplicas(cluster);
  CheckNothingIsLeftBehind(cluster);
  world_.judge->Take(model::CheckNoLostWrite(history.acknowledged(), FinalLists(cluster)));
  JudgeHistory(history);
}

void DataJudge::JudgeHistory(const HistoryRecorder& history) {
  if (!world_.judge->Judges(model::kIsolation)) return;
  world_.judge->Take(model::CheckIsolation(history.lists(), history.registers()));
  TraceNotes* const notes = world_.trace->notes();
  const std::optional<model::Violation>& violation = world_.judge->violation();
  if (notes == nullptr || !violation.has_value() || violation->invariant != model::kIsolation) return;
  notes->anomaly = NoteOfAnomaly(history.lists());
}

// The digests say so already, position by position; this looks at the states themselves.
void DataJudge::CompareReplicas(const Cluster& cluster) {
  for (std::uint64_t number = 1; number <= world_.config->groups; ++number) {
    const GroupId group(number);
    const GroupState* first = nullptr;
    std::string first_name;
    for (std::size_t node = 0; node < world_.nodes->size(); ++node) {
      const GroupState* const state = cluster.StateOf(group, node);
      if (state == nullptr) continue;
      const std::string& name = (*world_.nodes)[node]->name();
      if (first == nullptr) {
        first = state;
        first_name = name;
      } else if (!(*state == *first)) {
        world_.judge->Take(model::Violation{
            std::string(model::kReplicaAgreement),
            fmt::format("at rest, the replicas of group {} on {} (at log index {}) and {} (at {}) hold "
                        "different states",
                        number, first_name, first->applied().value, name, state->applied().value)});
      }
    }
  }
}

void DataJudge::CheckNothingIsLeftBehind(const Cluster& cluster) {
  if (world_.config->fence.mode != FenceMode::kLogged) return;
  for (std::uint64_t number = 1; number <= world_.config->groups; ++number) {
    const GroupState* const state = AnyStateOf(cluster, GroupId(number));
    if (state == nullptr) continue;
    std::map<std::string, Tenure> held;
    for (const auto& [key, value] : state->values()) held.emplace(key, state->ownership().At(key));
    world_.judge->Take(model::CheckNothingLeftBehind(GroupId(number), held));
  }
}

const GroupState* DataJudge::AnyStateOf(const Cluster& cluster, GroupId group) const {
  if (const GroupState* const leading = cluster.StateOf(group, cluster.LeaderOf(group))) return leading;
  for (std::size_t node = 0; node < world_.nodes->size(); ++node) {
    if (const GroupState* const state = cluster.StateOf(group, node)) return state;
  }
  return nullptr;
}

// The list of each key in the hands of its owner: by the log, or, without one, by the durable catalog.
std::map<std::string, model::FinalList> DataJudge::FinalLists(const Cluster& cluster) const {
  const bool logged = world_.config->fence.mode == FenceMode::kLogged;
  const model::DurableVersionInvariant& durable = world_.judge->durable();
  const std::vector<RouteDescriptor>* routes = durable.ContentAt(durable.newest());
  std::map<std::string, model::FinalList> finals;
  for (std::uint64_t number = 0; number < world_.config->keys - world_.config->registers; ++number) {
    const std::string key = KeyName(number);
    for (std::uint64_t group = 1; group <= world_.config->groups; ++group) {
      const GroupState* const state = AnyStateOf(cluster, GroupId(group));
      if (state == nullptr) continue;
      bool owns = logged && state->ownership().At(key).phase == OwnershipPhase::kActive;
      for (std::size_t i = 0; !logged && routes != nullptr && i < routes->size(); ++i) {
        const RouteDescriptor& route = (*routes)[i];
        owns = owns || (Contains(route.range(), key) && route.group_id == GroupId(group));
      }
      if (!owns) continue;
      const auto value = state->values().find(key);
      model::FinalList list;
      list.owner = GroupId(group);
      if (value != state->values().end()) list.elements = value->second.elements;
      finals[key] = std::move(list);
    }
  }
  return finals;
}

}  // namespace fencepost::sim
