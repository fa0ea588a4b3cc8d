#include <netdb.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include "sim/core/leaks/interceptors/real.h"

#if FENCEPOST_INTERCEPTS

namespace fencepost::sim {
namespace {

void NoteKernel(const char* function, const void* return_address) {
  LeakGuard::Note(LeakKind::kKernel, function, return_address);
}

}  // namespace
}  // namespace fencepost::sim

using fencepost::sim::NoteKernel;
using fencepost::sim::RealFunction;

extern "C" {

int socket(int domain, int type, int protocol) noexcept {
  static constinit RealFunction<int(int, int, int)> real("socket");
  NoteKernel("socket", __builtin_return_address(0));
  return real(domain, type, protocol);
}

int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
  static constinit RealFunction<int(const char*, const char*, const addrinfo*, addrinfo**)> real(
      "getaddrinfo");
  NoteKernel("getaddrinfo", __builtin_return_address(0));
  return real(node, service, hints, result);
}

int epoll_create(int size) noexcept {
  static constinit RealFunction<int(int)> real("epoll_create");
  NoteKernel("epoll_create", __builtin_return_address(0));
  return real(size);
}

int epoll_create1(int flags) noexcept {
  static constinit RealFunction<int(int)> real("epoll_create1");
  NoteKernel("epoll_create1", __builtin_return_address(0));
  return real(flags);
}

int eventfd(unsigned value, int flags) noexcept {
  static constinit RealFunction<int(unsigned, int)> real("eventfd");
  NoteKernel("eventfd", __builtin_return_address(0));
  return real(value, flags);
}

int timerfd_create(clockid_t clock_id, int flags) noexcept {
  static constinit RealFunction<int(clockid_t, int)> real("timerfd_create");
  NoteKernel("timerfd_create", __builtin_return_address(0));
  return real(clock_id, flags);
}

}  // extern "C"

#endif
