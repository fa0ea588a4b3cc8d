#include "sim/core/runtime/process_clock.h"

#include <cassert>

namespace fencepost::sim {
namespace {

using std::chrono::nanoseconds;

__extension__ typedef __int128 WideCount;

constexpr std::int64_t kMillion = 1'000'000;

nanoseconds SaturateTime(WideCount count) {
  constexpr nanoseconds kLeast = nanoseconds::min();
  constexpr nanoseconds kMost = nanoseconds::max();
  if (count <= kLeast.count()) return kLeast;
  if (count >= kMost.count()) return kMost;
  return nanoseconds(static_cast<std::int64_t>(count));
}

// For a positive dividend and divisor.
WideCount DivideRoundingUp(WideCount dividend, WideCount divisor) {
  return (dividend + divisor - 1) / divisor;
}

}  // namespace

nanoseconds ProcessClock::WallTime(nanoseconds world_now) const {
  const WideCount elapsed = (world_now - world_anchor_).count();
  return SaturateTime(local_anchor_.count() +
                      elapsed * (kMillion + distortion_.drift_per_million) / kMillion);
}

nanoseconds ProcessClock::SteadyTime(nanoseconds world_now) const {
  const WideCount wall = WallTime(world_now).count();
  return SaturateTime(wall - distortion_.offset.count());
}

nanoseconds ProcessClock::WorldTimeAfter(nanoseconds world_now, nanoseconds duration) const {
  if (duration.count() <= 0) return world_now;
  const WideCount now = WallTime(world_now).count();
  const WideCount gain = now + duration.count() - local_anchor_.count();
  const WideCount rate = kMillion + distortion_.drift_per_million;
  return SaturateTime(world_anchor_.count() + DivideRoundingUp(gain * kMillion, rate));
}

void ProcessClock::Distort(nanoseconds world_now, ClockDistortion distortion) {
  assert(distortion.drift_per_million > -kMillion);
  const nanoseconds jump = distortion.offset - distortion_.offset;
  local_anchor_ = SaturateTime(static_cast<WideCount>(WallTime(world_now).count()) + jump.count());
  world_anchor_ = world_now;
  distortion_ = distortion;
}

}  // namespace fencepost::sim
