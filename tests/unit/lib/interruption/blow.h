// What is done to a call of the library, and to all of its awaits and operations in turn: it is cancelled at
// one of its awaits, or one operation of a user's interface throws.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <functional>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/interrupt/interruption.h"
#include "sim/core/interrupt/throw_point.h"

namespace fencepost {

// What becomes of a request that is cancelled on its way there.
enum class CancelledRequest {
  kLost,
  kArrives,      // and takes effect, though its sender is told that it was cancelled
  kArrivesLate,  // after the call that sent it is over
};

// What a user's operation does once it is cancelled.
enum class Reaction {
  kAnswersCancelled,
  kThrowsAborted,              // as an Asio operation does that is awaited with use_awaitable
  kSwallowsIt,                 // it goes on as if nothing were
  kAnswersCancelledEverAfter,  // and so does every operation that the same call begins later
};

struct Blow {
  std::string words;
  sim::InterruptionPlan cancels;
  bool cancelled_before = false;  // before the call begins
  CancelledRequest request = CancelledRequest::kLost;
  Reaction reaction = Reaction::kAnswersCancelled;
  sim::ThrowPlan throws;
  sim::ThrowPoint::ExceptionMaker maker;

  bool is_cancellation() const { return !throws; }
};

// What a blow met.
struct Met {
  bool anything = false;                  // false: the call was over before
  bool a_request_with_an_effect = false;  // it was cancelled on its way there
};

// Makes a new world, strikes one call in it and judges what it answers.
using RunBlow = std::function<Met(const Blow&)>;

// Whether everything is tried at every place, or one kind of each thing.
enum class Thoroughness { kAll, kQuick };

// Tries the blow at the places n = 0, 1, 2, ..., or at those of them that `only` names, until it meets
// nothing any more. Answers which places had a request with an effect.
inline std::vector<bool> StrikeEachInTurn(const std::string& kind, Blow blow,
                                          const std::function<void(Blow&, std::uint64_t)>& aim,
                                          const RunBlow& run, const std::vector<bool>& only = {}) {
  constexpr std::uint64_t kNoCallIsThatLong = 100'000;
  std::vector<bool> with_effect;
  for (std::uint64_t n = 0; only.empty() || n < only.size(); ++n) {
    if (!only.empty() && !only[n]) continue;
    blow.words = kind + ", n = " + std::to_string(n);
    aim(blow, n);
    const testing::ScopedTrace trace("", 0, blow.words);
    const Met met = run(blow);
    if (testing::Test::HasFatalFailure()) break;
    if (!met.anything) {
      EXPECT_TRUE(only.empty()) << "the call went another way than before";
      EXPECT_GT(n, 0u) << "nothing was ever struck";
      break;
    }
    with_effect.push_back(met.a_request_with_an_effect);
    EXPECT_LT(n, kNoCallIsThatLong) << "the call does not come to an end";
    if (n == kNoCallIsThatLong) break;
  }
  return with_effect;
}

// Cancelled while it waits: what the operation that it waits for makes of it, and what became of its request,
// where that makes a difference.
inline void CancelWhileItWaits(Thoroughness thoroughness, const RunBlow& run) {
  const auto aim = [](Blow& blow, std::uint64_t n) {
    blow.cancels = sim::InterruptAt(n, sim::Interruption::kWhileWaiting);
  };
  const auto strike = [&](CancelledRequest request, Reaction reaction, const std::string& words,
                          const std::vector<bool>& only = {}) {
    Blow blow;
    blow.request = request;
    blow.reaction = reaction;
    return StrikeEachInTurn("cancelled while it waits; " + words, blow, aim, run, only);
  };
  const std::vector<bool> with_effect =
      strike(CancelledRequest::kLost, Reaction::kAnswersCancelled, "the operation answers Cancelled");
  const bool changes = std::ranges::count(with_effect, true) > 0;
  if (changes) {
    strike(CancelledRequest::kArrivesLate, Reaction::kThrowsAborted, "the operation throws and arrives late",
           with_effect);
  }
  if (thoroughness == Thoroughness::kQuick) return;
  strike(CancelledRequest::kLost, Reaction::kThrowsAborted, "the operation throws");
  strike(CancelledRequest::kArrives, Reaction::kSwallowsIt, "the operation swallows it");
  strike(CancelledRequest::kLost, Reaction::kAnswersCancelledEverAfter,
         "this operation and all later ones answer Cancelled");
  if (!changes) return;
  for (const CancelledRequest request : {CancelledRequest::kArrives, CancelledRequest::kArrivesLate}) {
    const std::string fate = request == CancelledRequest::kArrives ? " and arrives" : " and arrives late";
    strike(request, Reaction::kAnswersCancelled, "the operation answers Cancelled" + fate, with_effect);
    strike(request, Reaction::kThrowsAborted, "the operation throws" + fate, with_effect);
    strike(request, Reaction::kAnswersCancelledEverAfter,
           "this operation and all later ones answer Cancelled" + fate, with_effect);
  }
}

// Cancelled when what it waited for has come: the operation knows nothing of it, but a later one may.
inline void CancelWhenItGoesOn(Thoroughness thoroughness, const RunBlow& run) {
  const auto aim = [](Blow& blow, std::uint64_t n) {
    blow.cancels = sim::InterruptAt(n, sim::Interruption::kWhenDone);
  };
  const std::string moment = "cancelled when what it waited for has come";
  StrikeEachInTurn(moment, Blow(), aim, run);
  if (thoroughness == Thoroughness::kQuick) return;
  Blow ever_after;
  ever_after.reaction = Reaction::kAnswersCancelledEverAfter;
  StrikeEachInTurn(moment + "; all later operations answer Cancelled", ever_after, aim, run);
}

inline void CancelBeforeItBegins(const RunBlow& run) {
  for (const Reaction reaction : {Reaction::kAnswersCancelled, Reaction::kAnswersCancelledEverAfter}) {
    Blow blow;
    blow.words = "cancelled before it begins";
    blow.cancelled_before = true;
    blow.reaction = reaction;
    const testing::ScopedTrace trace("", 0, blow.words);
    EXPECT_TRUE(run(blow).anything) << "the call was not cancelled";
  }
}

inline void CancelAtEachAwait(Thoroughness thoroughness, const RunBlow& run) {
  CancelWhileItWaits(thoroughness, run);
  CancelWhenItGoesOn(thoroughness, run);
  CancelBeforeItBegins(run);
}

inline void ThrowAtEachOperation(Thoroughness thoroughness, const RunBlow& run) {
  const auto aim = [](Blow& blow, std::uint64_t n) { blow.throws = sim::ThrowAt(n); };
  StrikeEachInTurn("an operation throws std::runtime_error", Blow(), aim, run);
  if (thoroughness == Thoroughness::kQuick) return;
  Blow no_memory;
  no_memory.maker = [](std::string_view) { return std::make_exception_ptr(std::bad_alloc()); };
  StrikeEachInTurn("an operation throws std::bad_alloc", no_memory, aim, run);
  Blow no_exception;
  no_exception.maker = [](std::string_view) { return std::make_exception_ptr(42); };
  StrikeEachInTurn("an operation throws an int", no_exception, aim, run);
}

inline void StrikeEverywhere(Thoroughness thoroughness, const RunBlow& run) {
  CancelAtEachAwait(thoroughness, run);
  ThrowAtEachOperation(thoroughness, run);
}

}  // namespace fencepost
