// Who is told what: actors emit events, judges subscribe to them, and the trace has them all.
//
// An emitted event is folded into the trace first, then told to its subscribers in the order in which they
// subscribed. Telling draws nothing and may change nothing but the subscriber itself: a run is the same run
// whoever listens. What an event refers to is valid while it is told.
//
// Single-threaded.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <source_location>
#include <utility>
#include <vector>

#include "sim/core/choices/driver.h"
#include "sim/core/kinds/kinds.h"
#include "sim/core/runtime/scheduler.h"
#include "sim/core/runtime/trace.h"

namespace fencepost::sim {

class Events {
 public:
  // Neither is owned.
  Events(const Scheduler* scheduler, Trace* trace) : scheduler_(scheduler), trace_(trace) {}
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  // `judge` is called with each event of type E from now on, and with the actor that emitted it.
  template <class E>
  void Subscribe(std::function<void(ActorId actor, const E& event)> judge) {
    judges_.push_back(std::make_unique<JudgeOf<E>>(std::move(judge)));
    heard_ |= BitOf<E>();
  }

  // Something happened to `actor`, or was done by it.
  template <TypedEvent E>
  void Emit(ActorId actor, const E& event) {
    trace_->Event(scheduler_->now(), actor, event);
    Tell(actor, event);
  }

  // The same for what reports want to know and no hash may depend on.
  template <class E>
  void Note(ActorId actor, const E& event) {
    trace_->Note(scheduler_->now(), actor, event);
    Tell(actor, event);
  }

  // The same for what only judges want to know: the trace does not have it.
  template <class E>
  void Show(ActorId actor, const E& event) {
    Tell(actor, event);
  }

  const Scheduler& scheduler() const { return *scheduler_; }
  Trace& trace() { return *trace_; }

 private:
  // One for each type; only its address means something, and only equality of it.
  template <class E>
  static constexpr char kTypeOf = 0;

  // One of 64 bits, the same for one type in every run: most events have no listener, and are told to nobody
  // at the cost of one comparison.
  template <class E>
  static constexpr std::uint64_t BitOf() {
    return std::uint64_t{1} << (NameKey(std::source_location::current().function_name()) >> 58);
  }

  struct Judge {
    explicit Judge(const char* of_type) : type(of_type) {}
    virtual ~Judge() = default;
    const char* type;
  };
  template <class E>
  struct JudgeOf final : Judge {
    explicit JudgeOf(std::function<void(ActorId, const E&)> f) : Judge(&kTypeOf<E>), call(std::move(f)) {}
    std::function<void(ActorId, const E&)> call;
  };

  template <class E>
  void Tell(ActorId actor, const E& event) {
    constexpr std::uint64_t kBit = BitOf<E>();
    if ((heard_ & kBit) == 0) return;
    for (const std::unique_ptr<Judge>& judge : judges_) {
      if (judge->type == &kTypeOf<E>) static_cast<const JudgeOf<E>&>(*judge).call(actor, event);
    }
  }

  const Scheduler* scheduler_;
  Trace* trace_;
  std::vector<std::unique_ptr<Judge>> judges_;
  std::uint64_t heard_ = 0;  // the bits of all types that somebody listens to
};

}  // namespace fencepost::sim
