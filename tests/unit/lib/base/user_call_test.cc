#include "fencepost/base/internal/user_call.h"

#include <absl/status/statusor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <functional>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "fencepost/base/error.h"
#include "tests/support/run_awaitable.h"
#include "tests/support/scripted_runtime.h"

namespace fencepost {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Answer = absl::StatusOr<int>;
using UserOperation = std::function<Awaitable<Answer>()>;

Answer AnswerOf(UserEffect effect, UserOperation operation) {
  return RunAwaitable(
      WithoutCancellationThrow(CallUser<Answer>("the store's Op", effect, std::move(operation))));
}

// The same for a caller that is cancelled while the operation runs.
template <class T>
T WhenCancelledMeanwhile(const std::function<Awaitable<T>(const std::function<void()>& cancel)>& call) {
  boost::asio::io_context loop;
  boost::asio::cancellation_signal signal;
  std::optional<T> answer;
  std::exception_ptr thrown;
  const std::function<void()> cancel = [&] { signal.emit(boost::asio::cancellation_type::terminal); };
  boost::asio::co_spawn(loop, run_awaitable_detail::StoreResult(call(cancel), answer),
                        boost::asio::bind_cancellation_slot(
                            signal.slot(), [&](std::exception_ptr failure) { thrown = failure; }));
  loop.run();
  EXPECT_EQ(thrown, nullptr);
  return std::move(answer).value();
}

Awaitable<Answer> AnswerNow(Answer answer) { co_return answer; }

template <class Thrown>
UserOperation ThrowingBeforeItBegins(Thrown thrown) {
  return [thrown]() -> Awaitable<Answer> { throw thrown; };
}

template <class Thrown>
Awaitable<Answer> ThrowInside(Thrown thrown) {
  throw thrown;
  co_return 0;
}

std::string TextOf(const Answer& answer) { return std::string(answer.status().message()); }

TEST(UserCall, AnAnswerIsHandedOnAsItIs) {
  EXPECT_EQ(AnswerOf(UserEffect::kPossible, [] { return AnswerNow(7); }).value(), 7);
  const Answer refused = AnswerOf(UserEffect::kPossible, [] {
    return AnswerNow(MakeError(Error::kWriteConflict, "somebody was faster"));
  });
  EXPECT_TRUE(IsError(refused.status(), Error::kWriteConflict)) << refused.status();
}

TEST(UserCall, AReadThatThrowsIsUnavailableAndNamesTheOperationAndTheException) {
  const std::runtime_error reset("connection reset");
  for (const UserOperation& operation :
       {ThrowingBeforeItBegins(reset), UserOperation([reset] { return ThrowInside(reset); })}) {
    const Answer answer = AnswerOf(UserEffect::kNone, operation);
    EXPECT_TRUE(absl::IsUnavailable(answer.status())) << answer.status();
    EXPECT_EQ(TextOf(answer), "the store's Op threw: connection reset");
    EXPECT_FALSE(ErrorOf(answer.status()).has_value()) << "it is no answer of the store's";
  }
}

TEST(UserCall, AnOperationWithAnEffectThatThrowsIsOfUnknownOutcome) {
  const std::runtime_error reset("connection reset");
  for (const UserOperation& operation :
       {ThrowingBeforeItBegins(reset), UserOperation([reset] { return ThrowInside(reset); })}) {
    const Answer answer = AnswerOf(UserEffect::kPossible, operation);
    EXPECT_TRUE(IsError(answer.status(), Error::kCommitOutcomeUnknown)) << answer.status();
    EXPECT_FALSE(IsRetryable(answer.status()));
    EXPECT_THAT(TextOf(answer), HasSubstr("the store's Op threw: connection reset"));
  }
}

TEST(UserCall, WhateverIsThrownIsCaught) {
  const Answer no_memory = AnswerOf(UserEffect::kPossible, [] { return ThrowInside(std::bad_alloc()); });
  EXPECT_TRUE(IsError(no_memory.status(), Error::kCommitOutcomeUnknown)) << no_memory.status();
  const Answer an_int = AnswerOf(UserEffect::kNone, [] { return ThrowInside(42); });
  EXPECT_THAT(TextOf(an_int), HasSubstr("threw: something that is no std::exception"));
}

TEST(UserCall, AReadThatThrowsWhenItsCallerIsCancelledIsCancelled) {
  for (const UserEffect effect : {UserEffect::kNone, UserEffect::kPossible}) {
    const Answer answer = WhenCancelledMeanwhile<Answer>([&](const std::function<void()>& cancel) {
      const auto operation = [cancel]() -> Awaitable<Answer> {
        cancel();
        throw std::runtime_error("operation aborted");
        co_return 0;
      };
      return WithoutCancellationThrow(CallUser<Answer>("the store's Op", effect, operation));
    });
    if (effect == UserEffect::kNone) {
      EXPECT_TRUE(absl::IsCancelled(answer.status())) << answer.status();
      EXPECT_THAT(TextOf(answer), AllOf(HasSubstr("operation aborted"), HasSubstr("had been cancelled")));
    } else {
      EXPECT_TRUE(IsError(answer.status(), Error::kCommitOutcomeUnknown)) << answer.status();
    }
  }
}

Awaitable<Answer> TurnsThrowingOn(std::function<void()> cancel) {
  co_await boost::asio::this_coro::throw_if_cancelled(true);
  cancel();
  co_return 1;
}

Awaitable<Answer> CallTwice(std::function<void()> cancel) {
  const auto first = [&cancel] { return TurnsThrowingOn(cancel); };
  const auto second = [] { return AnswerNow(2); };
  const Answer one = co_await CallUser<Answer>("the store's Op", UserEffect::kNone, first);
  const Answer two = co_await CallUser<Answer>("the store's Op", UserEffect::kNone, second);
  co_return one.value() + two.value();
}

// Else the library's own next co_await would throw.
TEST(UserCall, AnOperationThatTurnsAsiosThrowingOnDoesSoForItselfAlone) {
  const auto call = [](const std::function<void()>& cancel) {
    return WithoutCancellationThrow(CallTwice(cancel));
  };
  EXPECT_EQ(WhenCancelledMeanwhile<Answer>(call).value(), 3);
}

TEST(SleepUnlessCancelled, SaysCancelledWhateverTheRuntimeSays) {
  ScriptedRuntime oblivious([](int) { return true; });
  const auto before = [&](const std::function<void()>& cancel) -> Awaitable<absl::Status> {
    const auto body = [](Runtime* runtime, std::function<void()> cancels) -> Awaitable<absl::Status> {
      cancels();
      co_return co_await SleepUnlessCancelled(runtime, std::chrono::seconds(1));
    };
    return WithoutCancellationThrow(body(&oblivious, cancel));
  };
  EXPECT_TRUE(absl::IsCancelled(WhenCancelledMeanwhile<absl::Status>(before)));
  EXPECT_TRUE(oblivious.sleeps().empty()) << "it was cancelled before it began";

  std::function<void()> cancel_now;
  ScriptedRuntime loses_the_race([&](int) {
    cancel_now();
    return true;
  });
  const auto meanwhile = [&](const std::function<void()>& cancel) -> Awaitable<absl::Status> {
    cancel_now = cancel;
    return WithoutCancellationThrow(SleepUnlessCancelled(&loses_the_race, std::chrono::seconds(1)));
  };
  EXPECT_TRUE(absl::IsCancelled(WhenCancelledMeanwhile<absl::Status>(meanwhile)));
}

TEST(SleepUnlessCancelled, ARuntimeThatThrowsIsUnavailable) {
  ScriptedRuntime broken([](int) -> bool { throw std::runtime_error("no timers left"); });
  const absl::Status slept =
      RunAwaitable(WithoutCancellationThrow(SleepUnlessCancelled(&broken, std::chrono::seconds(1))));
  EXPECT_TRUE(absl::IsUnavailable(slept)) << slept;
  EXPECT_EQ(std::string(slept.message()), "the runtime's Sleep threw: no timers left");
}

TEST(LogTo, DropsWhatALogThrows) {
  std::string heard;
  const LogSink log = [&](Severity, std::string_view message) {
    heard = message;
    throw std::runtime_error("the disk is full");
  };
  EXPECT_NO_THROW(LogTo(log, Severity::kInfo, "all is well"));
  EXPECT_EQ(heard, "all is well");
  EXPECT_NO_THROW(LogTo(LogSink(), Severity::kInfo, "nobody listens"));
}

}  // namespace
}  // namespace fencepost
