#include "sim/core/interrupt/interruption.h"

namespace fencepost::sim {

InterruptionPlan InterruptAt(std::uint64_t await, Interruption how) {
  return [await, how](std::uint64_t at) { return at == await ? how : Interruption::kNone; };
}

bool Interrupts(Stream& stream, Ratio odds) { return stream.Chance(odds, "call-cancelled"); }

Interruption DrawMoment(Stream& stream) {
  const bool when_done = stream.Below(2, "cancelled-when") == 1;
  return when_done ? Interruption::kWhenDone : Interruption::kWhileWaiting;
}

InterruptionPlan DrawInterruptions(Stream stream, Ratio odds) {
  return [stream, odds](std::uint64_t) mutable {
    return Interrupts(stream, odds) ? DrawMoment(stream) : Interruption::kNone;
  };
}

}  // namespace fencepost::sim
