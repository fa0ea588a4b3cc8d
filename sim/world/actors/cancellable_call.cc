#include "sim/world/actors/cancellable_call.h"

namespace fencepost::sim {

std::string DescribeThrown(const std::exception_ptr& thrown) {
  if (!thrown) return "nothing";
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& known) {
    return known.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

InterruptionPlan CancellationsOf(const CallSite& site) {
  return
      [injector = &site.stage->faults(), stream = site.errand->Of("cancellations")](std::uint64_t) mutable {
        if (!injector->Fires(faults::kCallCancelled, stream)) return Interruption::kNone;
        return DrawMoment(stream);
      };
}

}  // namespace fencepost::sim
