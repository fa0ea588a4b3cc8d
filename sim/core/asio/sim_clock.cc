#include "sim/core/asio/sim_clock.h"

#include <cstdio>
#include <cstdlib>

namespace fencepost::sim {
namespace {

// now() is noexcept, as every clock's is, so a mistake ends the program.
const Incarnation& CurrentProcess(const char* clock) {
  const Incarnation* const process = Incarnation::Current();
  if (process == nullptr) {
    std::fprintf(
        stderr,
        "fencepost: %s::now() was called outside of the tasks of a simulated process, so there is no "
        "process to tell the time of. Use %s::NowOf(process) there.\n",
        clock, clock);
    std::abort();
  }
  return *process;
}

}  // namespace

SimClock::time_point SimClock::now() noexcept { return NowOf(CurrentProcess("SimClock")); }

SimSystemClock::time_point SimSystemClock::now() noexcept { return NowOf(CurrentProcess("SimSystemClock")); }

}  // namespace fencepost::sim
