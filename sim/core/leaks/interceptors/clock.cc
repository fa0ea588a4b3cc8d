#include <sys/time.h>
#include <time.h>

#include "sim/core/leaks/interceptors/real.h"

#if FENCEPOST_INTERCEPTS

namespace fencepost::sim {
namespace {

void NoteClock(const char* function, const void* return_address) {
  LeakGuard::Note(LeakKind::kClock, function, return_address);
}

}  // namespace
}  // namespace fencepost::sim

using fencepost::sim::NoteClock;
using fencepost::sim::RealFunction;

extern "C" {

int clock_gettime(clockid_t clock_id, timespec* time) noexcept {  // determinism: caught here
  static constinit RealFunction<int(clockid_t, timespec*)> real("clock_gettime");
  NoteClock("clock_gettime", __builtin_return_address(0));
  return real(clock_id, time);
}

int gettimeofday(timeval* time, void* zone) noexcept {  // determinism: caught here
  static constinit RealFunction<int(timeval*, void*)> real("gettimeofday");
  NoteClock("gettimeofday", __builtin_return_address(0));
  return real(time, zone);
}

time_t time(time_t* seconds) noexcept {
  static constinit RealFunction<time_t(time_t*)> real("time");
  NoteClock("time", __builtin_return_address(0));
  return real(seconds);
}

clock_t clock() noexcept {
  static constinit RealFunction<clock_t()> real("clock");
  NoteClock("clock", __builtin_return_address(0));
  return real();
}

int timespec_get(timespec* time, int base) noexcept {
  static constinit RealFunction<int(timespec*, int)> real("timespec_get");
  NoteClock("timespec_get", __builtin_return_address(0));
  return real(time, base);
}

}  // extern "C"

#endif
