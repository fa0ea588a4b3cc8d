#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include "sim/core/leaks/interceptors/real.h"

#if FENCEPOST_INTERCEPTS

namespace fencepost::sim {
namespace {

void NoteWaiting(const char* function, const void* return_address) {
  LeakGuard::Note(LeakKind::kWaiting, function, return_address);
}

}  // namespace
}  // namespace fencepost::sim

using fencepost::sim::NoteWaiting;
using fencepost::sim::RealFunction;

extern "C" {

int nanosleep(const timespec* duration, timespec* left) {
  static constinit RealFunction<int(const timespec*, timespec*)> real("nanosleep");
  NoteWaiting("nanosleep", __builtin_return_address(0));
  return real(duration, left);
}

int clock_nanosleep(clockid_t clock_id, int flags, const timespec* until, timespec* left) {
  static constinit RealFunction<int(clockid_t, int, const timespec*, timespec*)> real("clock_nanosleep");
  NoteWaiting("clock_nanosleep", __builtin_return_address(0));
  return real(clock_id, flags, until, left);
}

unsigned sleep(unsigned seconds) {
  static constinit RealFunction<unsigned(unsigned)> real("sleep");
  NoteWaiting("sleep", __builtin_return_address(0));
  return real(seconds);
}

int usleep(useconds_t microseconds) {
  static constinit RealFunction<int(useconds_t)> real("usleep");
  NoteWaiting("usleep", __builtin_return_address(0));
  return real(microseconds);
}

int poll(pollfd* descriptors, nfds_t count, int timeout) {
  static constinit RealFunction<int(pollfd*, nfds_t, int)> real("poll");
  NoteWaiting("poll", __builtin_return_address(0));
  return real(descriptors, count, timeout);
}

int ppoll(pollfd* descriptors, nfds_t count, const timespec* timeout, const sigset_t* signals) {
  static constinit RealFunction<int(pollfd*, nfds_t, const timespec*, const sigset_t*)> real("ppoll");
  NoteWaiting("ppoll", __builtin_return_address(0));
  return real(descriptors, count, timeout, signals);
}

int select(int count, fd_set* reading, fd_set* writing, fd_set* failing, timeval* timeout) {
  static constinit RealFunction<int(int, fd_set*, fd_set*, fd_set*, timeval*)> real("select");
  NoteWaiting("select", __builtin_return_address(0));
  return real(count, reading, writing, failing, timeout);
}

int pselect(int count, fd_set* reading, fd_set* writing, fd_set* failing, const timespec* timeout,
            const sigset_t* signals) {
  static constinit RealFunction<int(int, fd_set*, fd_set*, fd_set*, const timespec*, const sigset_t*)> real(
      "pselect");
  NoteWaiting("pselect", __builtin_return_address(0));
  return real(count, reading, writing, failing, timeout, signals);
}

int epoll_wait(int epoll, epoll_event* events, int count, int timeout) {
  static constinit RealFunction<int(int, epoll_event*, int, int)> real("epoll_wait");
  NoteWaiting("epoll_wait", __builtin_return_address(0));
  return real(epoll, events, count, timeout);
}

int epoll_pwait(int epoll, epoll_event* events, int count, int timeout, const sigset_t* signals) {
  static constinit RealFunction<int(int, epoll_event*, int, int, const sigset_t*)> real("epoll_pwait");
  NoteWaiting("epoll_pwait", __builtin_return_address(0));
  return real(epoll, events, count, timeout, signals);
}

}  // extern "C"

#endif
