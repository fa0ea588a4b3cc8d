// A small world for tests of timers and streams: processes by name, a network with at most one kind of fault,
// and streams over it.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/asio/sim_listener.h"
#include "sim/core/asio/sim_stream.h"
#include "sim/core/asio/sim_timer.h"
#include "sim/core/asio/stream_network.h"
#include "sim/core/choices/recorded_driver.h"
#include "sim/core/choices/seeded_driver.h"
#include "sim/core/network/network.h"
#include "sim/core/network/network_events.h"
#include "sim/core/simulation/stage.h"
#include "sim/core/vocabulary/vocabulary.h"

namespace fencepost::sim {

// Errors come as values: auto [error, bytes] = co_await stream.async_read_some(buffer, kTuple).
inline constexpr auto kTuple = boost::asio::experimental::as_tuple(boost::asio::use_awaitable);

struct StreamWorldSettings {
  std::optional<std::uint64_t> seed;  // without one, every choice is 0
  const FaultKind* fault = nullptr;
  Ratio odds{1, 1};
  StreamOptions streams;
};

class StreamWorld {
 public:
  static constexpr ActorKind kProcess{"process", "has streams"};

  explicit StreamWorld(const StreamWorldSettings& settings = {})
      : choices(DriverFor(settings)),
        stage_(&vocabulary_, &choices, &trace_, OddsOf(settings)),
        streams(&scheduler, &network, &choices, settings.streams) {}

  // Begins a life of that process; "client" and "server" are what most tests have.
  SimExecutor Start(const std::string& name) {
    if (stage_.NameOf(ActorIdOf(name)).empty()) stage_.AddActor(kProcess, name);
    lives_.push_back(std::make_unique<SimRuntime>(&scheduler, ActorIdOf(name)));
    network.Attach(ActorIdOf(name), lives_.back().get());
    streams.Attach(name, lives_.back()->sim_executor());
    return lives_.back()->sim_executor();
  }
  void Kill(const std::string& name) {
    network.Detach(ActorIdOf(name));
    scheduler.Kill(ActorIdOf(name));
  }
  // Of the latest life.
  SimRuntime& runtime() { return *lives_.back(); }

  // An exception out of it fails the test.
  template <class Coroutine>
  void Spawn(const SimExecutor& executor, Coroutine coroutine) {
    boost::asio::co_spawn(executor, std::move(coroutine), [](std::exception_ptr error) {
      if (error == nullptr) return;
      try {
        std::rethrow_exception(error);
      } catch (const std::exception& thrown) {
        ADD_FAILURE() << "a coroutine threw: " << thrown.what();
      }
    });
  }

  void RunAll() { scheduler.RunUntil(kNever); }
  // The clock gets there even if nothing happens until then.
  void RunTo(SimTime time) {
    scheduler.Suspend(stage_.world().sim_executor().incarnation(), time, [](Wake) {});
    scheduler.RunUntil(time);
  }
  std::uint64_t Fired(const FaultKind& fault) { return stage_.faults().counts()[fault]; }
  TraceHash hash() const { return trace_.hash(); }

 private:
  static std::unique_ptr<ChoiceDriver> DriverFor(const StreamWorldSettings& settings) {
    if (!settings.seed.has_value()) return RecordedDriver::Make({}).value();
    return std::make_unique<SeededDriver>(*settings.seed);
  }
  // Complete before anything is made with it: arguments have no order.
  struct ProcessVocabulary : Vocabulary {
    ProcessVocabulary() {
      AddNetwork(this);
      actors.Add(kProcess);
    }
  };
  FaultOdds OddsOf(const StreamWorldSettings& settings) const {
    FaultOdds odds(vocabulary_.faults);
    if (settings.fault != nullptr) odds[*settings.fault] = settings.odds;
    return odds;
  }

 public:
  Choices choices;

 private:
  ProcessVocabulary vocabulary_;
  Trace trace_{TraceDetail::kHashOnly};
  std::vector<std::unique_ptr<SimRuntime>> lives_;
  Stage stage_;

 public:
  Scheduler& scheduler = stage_.scheduler();
  Network& network = stage_.network();
  StreamNetwork streams;
};

}  // namespace fencepost::sim
