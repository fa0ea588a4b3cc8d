#include "sim/core/simulation/verdicts.h"

#include <algorithm>
#include <utility>

#include "sim/core/runtime/core_events.h"

namespace fencepost::sim {

bool Verdicts::Judges(std::string_view invariant) const {
  return std::ranges::find(judged_, invariant) != judged_.end();
}

void Verdicts::Take(std::optional<Violation> violation) {
  if (!violation.has_value() || violation_.has_value() || !Judges(violation->invariant)) return;
  violation_ = std::move(violation);
  violated_at_ = events_->scheduler().now();
  violated_step_ = events_->scheduler().executed();
  events_->Emit(kWorldActor, InvariantBroken{violation_->invariant, violation_->sentence});
}

}  // namespace fencepost::sim
