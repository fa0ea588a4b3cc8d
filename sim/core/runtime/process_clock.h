// A process's own idea of time. At first it is the world's; faults shift it and let it run fast or slow.
//
// It shows two times, as an operating system does. The steady time gains or loses by drift alone and never
// jumps: waiting is measured by it. The wall time is the steady time plus an offset, and jumps with it.
//
// Single-threaded.
#pragma once

#include <chrono>
#include <cstdint>

namespace fencepost::sim {

// How a process's clock differs from the world's.
struct ClockDistortion {
  std::chrono::nanoseconds offset{0};  // added to the world's time
  std::int64_t drift_per_million = 0;  // gained per million units of the world's time; above -1,000,000
};

class ProcessClock {
 public:
  // The clock shows the world's time, which is `world_now`.
  explicit ProcessClock(std::chrono::nanoseconds world_now)
      : world_anchor_(world_now), local_anchor_(world_now) {}

  // Never goes back, but for a Distort that sets it back. Both saturate.
  std::chrono::nanoseconds WallTime(std::chrono::nanoseconds world_now) const;
  // Never goes back.
  std::chrono::nanoseconds SteadyTime(std::chrono::nanoseconds world_now) const;

  // The first instant of the world at which this clock will have gained `duration`; `world_now` if that is
  // not positive.
  std::chrono::nanoseconds WorldTimeAfter(std::chrono::nanoseconds world_now,
                                          std::chrono::nanoseconds duration) const;

  // From now on the clock is off by `distortion.offset` instead of the former offset: it jumps by the
  // difference. What it has gained by a former drift it keeps. REQUIRES: drift_per_million > -1,000,000.
  void Distort(std::chrono::nanoseconds world_now, ClockDistortion distortion);

  const ClockDistortion& distortion() const { return distortion_; }

 private:
  ClockDistortion distortion_;
  // The wall time was local_anchor_ when the world's time was world_anchor_, and has drifted since.
  std::chrono::nanoseconds world_anchor_;
  std::chrono::nanoseconds local_anchor_;
};

}  // namespace fencepost::sim
