#include "sim/core/faults/fault_injector.h"

#include "sim/core/runtime/core_events.h"

namespace fencepost::sim {

bool FaultInjector::Fires(const FaultKind& fault, Stream& stream) {
  if (healed_) return false;
  if (!stream.Chance(odds_[fault], fault.label)) return false;
  Count(fault);
  return true;
}

void FaultInjector::Count(const FaultKind& fault) {
  ++counts_[fault];
  events_->Note(events_->scheduler().running_actor(), FaultStruck{&fault});
}

}  // namespace fencepost::sim
