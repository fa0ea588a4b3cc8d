// A call into the library that its caller may cancel, once, at any of its awaits: the fault call-cancelled.
//
// A cancelled call is to answer all the same, and what it answers is to be true; the clients' history and the
// other judges see to that. A call that throws is told of as CallThrew.
//
// Single-threaded; for coroutines of the caller's own executor.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "sim/core/choices/errand.h"
#include "sim/core/interrupt/interruptible.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/events/call_events.h"
#include "sim/world/fault_kinds.h"
#include "sim/world/library_runtime.h"

namespace fencepost::sim {

// Who calls what. Nothing is owned; all outlive the call.
struct CallSite {
  Stage* stage;
  ActorId caller;
  LibraryRuntime* runtime;  // of the caller's life
  Errand* errand;           // for which it calls: NAME/cancellations is the stream that is drawn from
  std::string_view call;    // e.g. "TransactionCoordinator::Commit"
};

// What was thrown, for people.
std::string DescribeThrown(const std::exception_ptr& thrown);

// When the call is cancelled: at each await the fault may strike.
InterruptionPlan CancellationsOf(const CallSite& site);

template <class T>
Awaitable<T> CancelAtSomeAwait(CallSite site, Awaitable<T> call, T if_it_throws) {
  InterruptionPlan plan = CancellationsOf(site);
  CallEnd<T> end =
      co_await Interruptible(site.runtime->sim().sim_executor(), std::move(plan), std::move(call));
  if (end.answer.has_value()) co_return *std::move(end.answer);
  const CallThrew threw{std::string(site.call), DescribeThrown(end.thrown)};
  site.stage->events().Emit(site.caller, threw);
  co_return if_it_throws;
}

// `call` itself where the fault is off.
template <class T>
Awaitable<T> CancellableCall(const CallSite& site, Awaitable<T> call, T if_it_throws) {
  if (site.stage->faults().odds(faults::kCallCancelled).numerator == 0) return call;
  return CancelAtSomeAwait(site, std::move(call), std::move(if_it_throws));
}

}  // namespace fencepost::sim
