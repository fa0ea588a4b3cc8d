#include "sim/world/judges/data_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "fencepost/base/error.h"
#include "model/invariants/invariants.h"
#include "model/invariants/isolation.h"
#include "model/invariants/pin_judged.h"
#include "model/invariants/tenure_data.h"
#include "sim/world/judges/model_verdict.h"
#include "sim/world/scenario/plan.h"

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

}  // namespace

DataJudge::DataJudge(Stage* stage, const RunConfig* config, const CatalogRecord* catalog,
                     const Cluster* cluster, const HistoryRecorder* history)
    : stage_(stage), config_(config), catalog_(catalog), cluster_(cluster), history_(history) {
  Events& events = stage->events();
  events.Subscribe<EntryAgreed>([this](ActorId, const EntryAgreed& agreed) { OnAgreed(agreed); });
  events.Subscribe<EntryApplied>(
      [this](ActorId replica, const EntryApplied& applied) { OnApplied(replica, applied); });
  events.Subscribe<CallThrew>([this](ActorId caller, const CallThrew& threw) { OnThrew(caller, threw); });
}

void DataJudge::Take(model::Verdict verdict) {
  if (verdict.has_value()) stage_->verdicts().Take(AsViolation(std::move(verdict)));
}

void DataJudge::OnAgreed(const EntryAgreed& agreed) {
  const auto* ownership = std::get_if<OwnershipEntry>(agreed.entry);
  if (ownership == nullptr) return;
  const std::optional<model::OwnershipChange> change = ChangeOf(*ownership);
  if (change.has_value()) Take(owner_fence_.OnAgreed(agreed.group, agreed.index, *change));
}

void DataJudge::OnApplied(ActorId replica, const EntryApplied& applied) {
  const absl::Status& status = applied.applied->status;
  Take(agreement_.OnApplied(
      applied.group, applied.index, stage_->NameOf(replica), applied.applied->digest,
      [&applied] { return model::EntryInWords{DescribeEntry(*applied.entry), KeysOf(*applied.entry)}; }));
  if (const auto* prepare = std::get_if<PrepareEntry>(applied.entry); prepare != nullptr && status.ok()) {
    owner_fence_.OnPrepared(applied.group, applied.index, prepare->request.id);
  }
  if (IsError(status, Error::kObservedVersionEvicted)) JudgeRefusedPin(replica, applied);
  LogIndex& judged = judged_[applied.group];
  if (applied.index <= judged) return;
  judged = applied.index;
  JudgeWrites(applied);
  JudgeFloors(applied);
}

void DataJudge::OnThrew(ActorId caller, const CallThrew& threw) {
  Take(model::Violation{
      std::string(model::kNoThrow),
      fmt::format("{} called {}, and it threw: {}", stage_->NameOf(caller), threw.call, threw.thrown)});
}

void DataJudge::JudgeRefusedPin(ActorId replica, const EntryApplied& applied) {
  const auto* commit = std::get_if<CommitEntry>(applied.entry);
  const auto* prepare = std::get_if<PrepareEntry>(applied.entry);
  const Engine* const engine = cluster_->EngineOf(applied.node);
  if (engine == nullptr || (commit == nullptr && prepare == nullptr)) return;
  const ObservedVersion pin = commit != nullptr ? commit->pin : prepare->pin;
  const Participant& part = commit != nullptr ? commit->request.part : prepare->request.part;
  if (!pin.pinned()) return;
  const auto gap = engine->History().GapAround(pin.version());
  if (!gap.has_value()) return;
  model::RefusedPin refused;
  refused.replica = stage_->NameOf(replica);
  refused.pin = pin.version();
  refused.before = gap->before.version();
  refused.after = gap->after.version();
  for (const KeyWrite& write : part.writes) refused.keys.push_back(write.key);
  if (refused.keys.empty()) return;
  Take(model::CheckPinJudged(refused, [this](Version version) { return catalog_->ContentAt(version); }));
}

void DataJudge::JudgeFloor(const EntryApplied& applied, const std::string& key) {
  const auto value = applied.state->values().find(key);
  if (value == applied.state->values().end()) return;
  const bool copied = value->second.revision == kCopiedRevision;
  const model::HeldVersion held{applied.group, applied.index, key, value->second.written_at, copied};
  Take(model::CheckFloor(held, applied.state->ownership().At(key).floor));
}

void DataJudge::JudgeFloors(const EntryApplied& applied) {
  // A staged mistake is to be caught by what it does to somebody.
  const FenceRules& rules = config_->fence;
  const bool judges = rules.mode == FenceMode::kLogged && rules.mistake == Mistake::kNoMistake;
  if (!judges || !applied.applied->status.ok()) return;
  for (const EffectiveWrite& write : applied.applied->writes) JudgeFloor(applied, write.key);
  const auto* ownership = std::get_if<OwnershipEntry>(applied.entry);
  const auto* activate = ownership == nullptr ? nullptr : std::get_if<ActivateRange>(ownership);
  if (activate == nullptr) return;
  for (const auto& [key, value] : applied.state->values()) {
    const bool copied = value.revision == kCopiedRevision;
    if (copied && Contains(activate->range, key)) JudgeFloor(applied, key);
  }
}

void DataJudge::JudgeWrites(const EntryApplied& applied) {
  const bool logged = config_->fence.mode == FenceMode::kLogged;
  for (const EffectiveWrite& write : applied.applied->writes) {
    if (logged) {
      Take(owner_fence_.OnWrite(model::FencedWrite{applied.group, applied.index, write.key, write.epoch,
                                                   write.transaction, write.was_prepared}));
      continue;
    }
    model::PublishedWrite published{applied.group, applied.index, write.key, write.transaction, std::nullopt};
    std::span<const RouteDescriptor> at_pinned;
    if (write.pin.pinned()) {
      published.pinned = write.pin.version();
      const std::vector<RouteDescriptor>* pinned = catalog_->ContentAt(write.pin.version());
      if (pinned != nullptr) at_pinned = *pinned;
    }
    const std::vector<RouteDescriptor>* newest = catalog_->ContentAt(catalog_->newest());
    if (newest == nullptr) continue;
    Take(model::CheckPublishedOwner(published, at_pinned, catalog_->newest(), *newest));
  }
}

void DataJudge::JudgeTheEnd() {
  CompareReplicas();
  CheckNothingIsLeftBehind();
  Take(model::CheckNoLostWrite(history_->acknowledged(), FinalLists()));
  JudgeHistory();
}

void DataJudge::JudgeHistory() {
  if (!stage_->verdicts().Judges(model::kIsolation)) return;
  Take(model::CheckIsolation(history_->lists(), history_->registers()));
}

// The digests say so already, position by position; this looks at the states themselves.
void DataJudge::CompareReplicas() {
  for (std::uint64_t number = 1; number <= config_->groups; ++number) {
    const GroupId group(number);
    const GroupState* first = nullptr;
    std::string first_name;
    for (std::size_t node = 0; node < config_->nodes; ++node) {
      const GroupState* const state = cluster_->StateOf(group, node);
      if (state == nullptr) continue;
      const std::string name(stage_->NameOf(cluster_->ActorOf(node)));
      if (first == nullptr) {
        first = state;
        first_name = name;
      } else if (!(*state == *first)) {
        Take(model::Violation{
            std::string(model::kReplicaAgreement),
            fmt::format("at rest, the replicas of group {} on {} (at log index {}) and {} (at {}) hold "
                        "different states",
                        number, first_name, first->applied().value, name, state->applied().value),
            {},
            model::Disagreement{group, std::nullopt, first_name, name}});
      }
    }
  }
}

void DataJudge::CheckNothingIsLeftBehind() {
  if (config_->fence.mode != FenceMode::kLogged) return;
  for (std::uint64_t number = 1; number <= config_->groups; ++number) {
    const GroupState* const state = AnyStateOf(GroupId(number));
    if (state == nullptr) continue;
    std::map<std::string, Tenure> held;
    for (const auto& [key, value] : state->values()) held.emplace(key, state->ownership().At(key));
    Take(model::CheckNothingLeftBehind(GroupId(number), held));
  }
}

const GroupState* DataJudge::AnyStateOf(GroupId group) const {
  if (const GroupState* const leading = cluster_->StateOf(group, cluster_->LeaderOf(group))) return leading;
  for (std::size_t node = 0; node < config_->nodes; ++node) {
    if (const GroupState* const state = cluster_->StateOf(group, node)) return state;
  }
  return nullptr;
}

// The list of each key in the hands of its owner: by the log, or, without one, by the durable catalog.
std::map<std::string, model::FinalList> DataJudge::FinalLists() const {
  const bool logged = config_->fence.mode == FenceMode::kLogged;
  const std::vector<RouteDescriptor>* routes = catalog_->ContentAt(catalog_->newest());
  std::map<std::string, model::FinalList> finals;
  for (std::uint64_t number = 0; number < config_->keys - config_->registers; ++number) {
    const std::string key = KeyName(number);
    for (std::uint64_t group = 1; group <= config_->groups; ++group) {
      const GroupState* const state = AnyStateOf(GroupId(group));
      if (state == nullptr) continue;
      bool owns = logged && state->ownership().At(key).phase == OwnershipPhase::kActive;
      if (!logged && routes != nullptr) {
        owns = std::ranges::any_of(*routes, [&](const RouteDescriptor& route) {
          return Contains(route.range(), key) && route.group_id == GroupId(group);
        });
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
