// The way from a process to whatever its users' interfaces stand for. Every operation waits twice, once on
// the way there and once on the way back, and may be struck at either.
#pragma once

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fencepost/base/runtime.h"
#include "sim/core/interrupt/throw_point.h"
#include "tests/unit/lib/interruption/blow.h"

namespace fencepost {

// Whether an operation that nobody waits for any more could have done something.
enum class OperationKind { kRead, kHasEffect };

// Whether all goes well apart from the blow. A rough line answers Unavailable now and then, before anything
// has happened, so that calls come to repeat steps and to wait in between.
enum class LineQuality { kSmooth, kRough };

class Line {
 public:
  // The runtime is not owned.
  Line(Runtime* runtime, const Blow& blow, LineQuality quality)
      : runtime_(*runtime), blow_(blow), quality_(quality), throws_(blow.throws, blow.maker) {}

  // Told when an operation was cancelled on its way there, before anything else can happen.
  std::function<void(const std::string& operation)> on_cancelled;

  // One operation: `effect` is what it does at the other end, and its answer.
  template <class Answer>
  Awaitable<Answer> Do(std::string operation, OperationKind kind, std::function<Answer()> effect) {
    throws_.Pass(operation + ", before it began");
    return Travel<Answer>(std::move(operation), kind, std::move(effect));
  }

  // What was cancelled and arrives late arrives now.
  void DeliverWhatIsLate() {
    const std::vector<std::function<void()>> late = std::exchange(late_, {});
    for (const auto& effect : late) effect();
  }

  // From here on nothing goes wrong.
  void Heal() {
    has_thrown_ = has_thrown();
    throws_ = sim::ThrowPoint();
    quality_ = LineQuality::kSmooth;
  }

  bool has_thrown() const { return has_thrown_ || throws_.has_thrown(); }
  // Whether what was cancelled on its way there could have had an effect.
  bool cancelled_an_effect() const { return cancelled_an_effect_; }
  sim::ThrowPoint& throws() { return throws_; }
  // Those whose answer came back, in that order.
  const std::vector<std::string>& answered() const { return answered_; }

 private:
  template <class Answer>
  Awaitable<Answer> Travel(std::string operation, OperationKind kind, std::function<Answer()> effect) {
    throws_.Pass(operation + ", on its way there");
    if (blow_.reaction == Reaction::kAnswersCancelledEverAfter) {
      const boost::asio::cancellation_state state = co_await boost::asio::this_coro::cancellation_state;
      if (state.cancelled() != boost::asio::cancellation_type::none) co_return Cancelled(operation);
    }
    const absl::Status there = co_await runtime_.Sleep(std::chrono::milliseconds(1));
    const bool cancelled_there = !there.ok() && blow_.reaction != Reaction::kSwallowsIt;
    if (cancelled_there) {
      cancelled_an_effect_ = kind == OperationKind::kHasEffect;
      if (blow_.request == CancelledRequest::kArrives) static_cast<void>(effect());
      if (blow_.request == CancelledRequest::kArrivesLate) {
        late_.push_back([effect] { static_cast<void>(effect()); });
      }
      if (on_cancelled) on_cancelled(operation);
      co_return Cancelled(operation);
    }
    if (FailsNow()) co_return absl::UnavailableError("the line is rough");
    Answer answer = effect();
    throws_.Pass(operation + ", on its way back");
    const absl::Status back = co_await runtime_.Sleep(std::chrono::milliseconds(1));
    const bool cancelled_back = !back.ok() && blow_.reaction != Reaction::kSwallowsIt;
    if (cancelled_back) co_return Cancelled(operation);
    answered_.push_back(operation);
    co_return answer;
  }

  absl::Status Cancelled(const std::string& operation) const {
    if (blow_.reaction == Reaction::kThrowsAborted) {
      throw boost::system::system_error(boost::asio::error::operation_aborted, operation);
    }
    return absl::CancelledError("the request was cancelled");
  }

  bool FailsNow() {
    static const std::set<int> kFailing = {1, 4, 10, 22, 46, 94};
    return quality_ == LineQuality::kRough && kFailing.contains(operations_++);
  }

  Runtime& runtime_;
  Blow blow_;
  LineQuality quality_;
  sim::ThrowPoint throws_;
  bool has_thrown_ = false;
  bool cancelled_an_effect_ = false;
  int operations_ = 0;
  std::vector<std::function<void()>> late_;
  std::vector<std::string> answered_;
};

}  // namespace fencepost
