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
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/core/asio/sim_listener.h"
#include "sim/core/asio/sim_stream.h"
#include "sim/core/asio/sim_timer.h"
#include "sim/core/asio/stream_network.h"
#include "sim/core/choices/recorded_driver.h"
#include "sim/core/choices/seeded_driver.h"
#include "sim/core/network/network.h"

namespace fencepost::sim {

// Errors come as values: auto [error, bytes] = co_await stream.async_read_some(buffer, kTuple).
inline constexpr auto kTuple = boost::asio::experimental::as_tuple(boost::asio::use_awaitable);

struct StreamWorldSettings {
  std::optional<std::uint64_t> seed;  // without one, every choice is 0
  std::optional<Fault> fault;
  Ratio odds{1, 1};
  StreamOptions streams;
};

class StreamWorld {
 public:
  explicit StreamWorld(const StreamWorldSettings& settings = {})
      : choices(DriverFor(settings)),
        faults_(OddsOf(settings)),
        streams(&scheduler, &network, &choices, settings.streams) {}

  // Begins a life of that process; "client" and "server" are what most tests have.
  SimExecutor Start(const std::string& name) {
    const ActorId actor = ActorOf(name);
    lives_.push_back(std::make_unique<SimRuntime>(&scheduler, actor));
    network.Attach(actor, name, lives_.back().get());
    streams.Attach(name, lives_.back()->sim_executor());
    return lives_.back()->sim_executor();
  }
  void Kill(const std::string& name) {
    network.Detach(ActorOf(name));
    scheduler.Kill(ActorOf(name));
  }
  ActorId ActorOf(const std::string& name) {
    return actors_.try_emplace(name, static_cast<ActorId>(actors_.size() + 1)).first->second;
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
    scheduler.Suspend(world_.sim_executor().incarnation(), time, [](Wake) {});
    scheduler.RunUntil(time);
  }
  std::uint64_t Fired(Fault fault) const { return faults_.counts()[static_cast<std::size_t>(fault)]; }
  TraceHash hash() const { return trace_.hash(); }

 private:
  static std::unique_ptr<ChoiceDriver> DriverFor(const StreamWorldSettings& settings) {
    if (!settings.seed.has_value()) return RecordedDriver::Make({}).value();
    return std::make_unique<SeededDriver>(*settings.seed);
  }
  static PerFault<Ratio> OddsOf(const StreamWorldSettings& settings) {
    PerFault<Ratio> odds{};
    if (settings.fault.has_value()) odds[static_cast<std::size_t>(*settings.fault)] = settings.odds;
    return odds;
  }

 public:
  Choices choices;

 private:
  Trace trace_{TraceDetail::kHashOnly};
  FaultInjector faults_;
  std::map<std::string, ActorId> actors_;

 public:
  Scheduler scheduler{&choices, &trace_};

 private:
  SimRuntime world_{&scheduler, 0};
  std::vector<std::unique_ptr<SimRuntime>> lives_;

 public:
  Network network{&scheduler, &world_, &faults_, &trace_};
  StreamNetwork streams;
};

}  // namespace fencepost::sim
