// How far a call that may be cancelled has come: whether it runs or waits, how often it has waited, and the
// signal that cancels it. Internal to interrupt/.
//
// A call waits whenever it has given control back without having ended, whatever it waits for: a timer, a
// parking place, a channel, its turn. So its awaits are counted where its pieces of work begin and end, and
// not where they are made; an await that does not suspend is none.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <cstdint>

#include "sim/core/interrupt/interruption.h"
#include "sim/core/runtime/incarnation.h"

namespace fencepost::sim {

class CallProgress {
 public:
  // `caller` outlives the call's executor; not owned.
  CallProgress(const Incarnation* caller, InterruptionPlan plan);
  CallProgress(const CallProgress&) = delete;
  CallProgress& operator=(const CallProgress&) = delete;

  boost::asio::cancellation_slot slot() { return signal_.slot(); }
  // Somebody else cancels the call.
  void Cancel(boost::asio::cancellation_type type) { signal_.emit(type); }

  // Around each piece of the call's work. They nest: a piece may run another one inside of it.
  void BeginPiece();
  void EndPiece();
  // A piece ended by an exception, which is on its way through.
  void AbandonPiece() { --depth_; }

  void SetEnded() { ended_ = true; }

  std::uint64_t awaits() const { return awaits_; }
  bool interrupted() const { return interrupted_; }

 private:
  void Interrupt();

  const Incarnation* caller_;
  InterruptionPlan plan_;
  boost::asio::cancellation_signal signal_;
  int depth_ = 0;  // of pieces that run inside one another
  std::uint64_t awaits_ = 0;
  bool cancel_before_it_goes_on_ = false;
  bool interrupted_ = false;
  bool ended_ = false;
};

}  // namespace fencepost::sim
