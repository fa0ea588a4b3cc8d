#include "sim/core/interrupt/call_progress.h"

#include <cassert>
#include <utility>

namespace fencepost::sim {

CallProgress::CallProgress(const Incarnation* caller, InterruptionPlan plan)
    : caller_(caller), plan_(std::move(plan)) {}

void CallProgress::BeginPiece() {
  ++depth_;
  if (depth_ == 1 && std::exchange(cancel_before_it_goes_on_, false)) Interrupt();
}

void CallProgress::EndPiece() {
  assert(depth_ > 0);
  // A call whose process was killed under it never goes on, and does not wait either.
  const bool waits = depth_ == 1 && !ended_ && caller_->alive();
  if (waits) {
    const std::uint64_t await = awaits_++;
    const bool may_strike = plan_ != nullptr && !interrupted_ && !cancel_before_it_goes_on_;
    switch (may_strike ? plan_(await) : Interruption::kNone) {
      case Interruption::kNone:
        break;
      case Interruption::kWhileWaiting:
        Interrupt();  // within this piece: what the signal runs at once counts as no await of its own
        break;
      case Interruption::kWhenDone:
        cancel_before_it_goes_on_ = true;
        break;
    }
  }
  --depth_;
}

void CallProgress::Interrupt() {
  interrupted_ = true;
  signal_.emit(boost::asio::cancellation_type::terminal);
}

}  // namespace fencepost::sim
