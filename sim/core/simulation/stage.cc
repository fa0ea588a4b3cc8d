#include "sim/core/simulation/stage.h"

#include <cassert>
#include <utility>

namespace fencepost::sim {
namespace {

constexpr ActorKind kWorldKind{"world", "the world itself"};

std::vector<std::string> AllOf(const KindList<InvariantKind>& invariants) {
  std::vector<std::string> names;
  for (const InvariantKind* const kind : invariants.all()) names.emplace_back(kind->name);
  return names;
}

}  // namespace

Stage::Stage(const Vocabulary* vocabulary, Choices* choices, Trace* trace, const FaultOdds& odds,
             std::vector<std::string> judged)
    : vocabulary_(vocabulary),
      choices_(choices),
      trace_(trace),
      errands_(choices),
      scheduler_(choices, trace),
      events_(&scheduler_, trace),
      faults_(odds, &events_),
      marks_(vocabulary->marks, &events_),
      verdicts_(judged.empty() ? AllOf(vocabulary->invariants) : std::move(judged), &events_),
      world_(&scheduler_, kWorldActor),
      network_(&world_, &faults_, &events_) {
  actors_.emplace(kWorldActor, kWorldKind.name);
  trace_->NameActor(kWorldActor, kWorldKind.name, kWorldKind);
}

ActorId Stage::AddActor(const ActorKind& kind, std::string_view name) {
  assert(vocabulary_->actors.PositionOf(kind) != KindList<ActorKind>::kNone);
  const ActorId actor = ActorIdOf(name);
  const bool is_new = actors_.emplace(actor, name).second;
  assert(is_new && "two actors of one name, or of names that hash alike: call one otherwise");
  if (is_new) trace_->NameActor(actor, name, kind);
  return actor;
}

std::string_view Stage::NameOf(ActorId actor) const {
  const auto found = actors_.find(actor);
  return found == actors_.end() ? std::string_view() : std::string_view(found->second);
}

Stage::End Stage::Run(const RunLimits& limits, SimTime deadline, absl::FunctionRef<bool()> over) {
  while (true) {
    if (verdicts_.violation().has_value()) return End::kViolated;
    if (scheduler_.executed() >= limits.steps) return End::kLimit;
    if (!scheduler_.RunOne(deadline)) return scheduler_.now() >= deadline ? End::kDeadline : End::kIdle;
    if (over()) return End::kOver;
  }
}

void Stage::Heal() {
  faults_.Heal();
  network_.Heal();
}

RunOutcome Stage::Outcome() const {
  RunOutcome outcome;
  outcome.violation = verdicts_.violation();
  outcome.violated_at = verdicts_.violated_at();
  outcome.violated_step = verdicts_.violated_step();
  outcome.hash = trace_->hash();
  outcome.steps = scheduler_.executed();
  outcome.simulated = scheduler_.now();
  outcome.faults.assign(faults_.counts().values().begin(), faults_.counts().values().end());
  outcome.marks.assign(marks_.counts().values().begin(), marks_.counts().values().end());
  return outcome;
}

}  // namespace fencepost::sim
