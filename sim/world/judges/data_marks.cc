#include "sim/world/judges/data_marks.h"

#include <algorithm>
#include <variant>

#include "fencepost/base/error.h"
#include "sim/world/mark_kinds.h"
#include "sim/world/scenario/plan.h"

namespace fencepost::sim {

DataMarks::DataMarks(Stage* stage, const RunConfig* config, const CatalogRecord* catalog)
    : stage_(stage), config_(config), catalog_(catalog) {
  Events& events = stage->events();
  events.Subscribe<ClientRefused>([this](ActorId, const ClientRefused& refused) { OnRefused(refused); });
  events.Subscribe<ClientLeftUnknown>(
      [this](ActorId, const ClientLeftUnknown&) { stage_->marks().Hit(marks::kCommitLeftUnknown); });
  events.Subscribe<EntryApplied>([this](ActorId, const EntryApplied& applied) { OnApplied(applied); });
  events.Subscribe<DriveBegan>(
      [this](ActorId mover, const DriveBegan& began) { OnDriveBegan(mover, began); });
  events.Subscribe<MoveDriven>([this](ActorId mover, const MoveDriven& driven) { OnDriven(mover, driven); });
  events.Subscribe<ActorDied>([this](ActorId actor, const ActorDied&) { OnDied(actor); });
}

void DataMarks::OnRefused(const ClientRefused& refused) {
  if (!IsError(refused.status, Error::kOwnershipMoved)) return;
  if (refused.pin.pinned() && refused.pin.version() == catalog_->newest()) {
    stage_->marks().Hit(marks::kFenceRefusedAtCurrentVersion);
  }
}

// Once per entry, whichever replica is the first to apply it.
void DataMarks::OnApplied(const EntryApplied& applied) {
  LogIndex& seen = seen_[applied.group];
  if (applied.index <= seen) return;
  seen = applied.index;
  const auto* const ownership = std::get_if<OwnershipEntry>(applied.entry);
  const auto* const activate = ownership == nullptr ? nullptr : std::get_if<ActivateRange>(ownership);
  if (activate == nullptr || !applied.applied->status.ok()) return;
  activated_.insert(activate->epoch);
  for (std::uint64_t number = 0; number < config_->keys; ++number) {
    const std::string key = KeyName(number);
    if (!Contains(activate->range, key)) continue;
    if (!had_owned_[key].insert(applied.group).second) stage_->marks().Hit(marks::kRangeCameBack);
  }
}

void DataMarks::OnDriveBegan(ActorId mover, const DriveBegan& began) {
  driving_.insert({began.epoch, mover});
  const auto is_another = [&](const auto& one) { return one.first == began.epoch && one.second != mover; };
  if (std::ranges::any_of(driving_, is_another)) stage_->marks().Hit(marks::kTwoMoversAtOnce);
}

void DataMarks::OnDriven(ActorId mover, const MoveDriven& driven) {
  driving_.erase({driven.move.epoch, mover});
  if (!driven.status.ok()) return;
  if (driven.move.undoes == OwnershipEpoch(0)) return stage_->marks().Hit(marks::kMoveEnded);
  const bool was_active = activated_.contains(driven.move.undoes);
  stage_->marks().Hit(was_active ? marks::kMoveUndoneAfterActivate : marks::kMoveUndone);
}

void DataMarks::OnDied(ActorId actor) {
  std::erase_if(driving_, [actor](const auto& one) { return one.second == actor; });
}

}  // namespace fencepost::sim
