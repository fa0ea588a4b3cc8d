// The clocks of a simulated process, in the place of std::chrono's: same interface, same duration, but the
// time is the simulation's, as the process that asks believes it to be.
//
//     SimClock          for std::chrono::steady_clock    faults let it drift, it never jumps
//     SimSystemClock    for std::chrono::system_clock    faults also set it forward or back
//
// The run begins at time_point{}, for the system clock that is 1970. now() answers for the process whose task
// is running, and REQUIRES one: elsewhere, ask with NowOf.
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>

#include "sim/core/runtime/incarnation.h"
#include "sim/core/runtime/scheduler.h"

namespace fencepost::sim {

struct SimClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<SimClock>;
  static constexpr bool is_steady = true;

  static time_point now() noexcept;
  static time_point NowOf(const Incarnation& process) {
    return time_point(process.clock().SteadyTime(process.scheduler().now()));
  }
};

struct SimSystemClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<SimSystemClock>;
  static constexpr bool is_steady = false;

  static time_point now() noexcept;
  static time_point NowOf(const Incarnation& process) {
    return time_point(process.clock().WallTime(process.scheduler().now()));
  }

  static std::time_t to_time_t(const time_point& time) noexcept {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  }
  static time_point from_time_t(std::time_t seconds) noexcept {
    return time_point(std::chrono::seconds(seconds));
  }
};

}  // namespace fencepost::sim
