// When a call is cancelled: at which of its awaits, and at which moment of that await.
//
// A plan is asked at each await of a call. InterruptAt picks one await, for a test that goes through all of
// them, n = 0, 1, 2, ..., until the call ends before it reaches n. In a simulated world the plan draws, and
// cancellation is a fault like any other.
//
// Single-threaded.
#pragma once

#include <cstdint>
#include <functional>

#include "sim/core/choices/choices.h"

namespace fencepost::sim {

// What happens to a call at one of its awaits.
enum class Interruption : std::uint8_t {
  kNone,
  // Cancelled as soon as it waits. What it waits for is told and ends early, if it heeds cancellation.
  kWhileWaiting,
  // Cancelled when what it waited for has come, just before it goes on. The operation succeeded; only the
  // call itself can notice.
  kWhenDone,
};

// Asked once at each await of a call, which are counted from 0. After the first answer that is not kNone it
// is not asked again: a call is cancelled once. An empty plan interrupts nothing.
using InterruptionPlan = std::function<Interruption(std::uint64_t await)>;

// `how`, at the await with this index and at no other.
InterruptionPlan InterruptAt(std::uint64_t await, Interruption how);

// Whether a call is cancelled at this await; drawn. The default is that it is not.
bool Interrupts(Stream& stream, Ratio odds);
// At which moment of the await, once it is certain that the call is cancelled there; drawn. The default is
// kWhileWaiting.
Interruption DrawMoment(Stream& stream);
// Both at each await.
InterruptionPlan DrawInterruptions(Stream stream, Ratio odds);

}  // namespace fencepost::sim
