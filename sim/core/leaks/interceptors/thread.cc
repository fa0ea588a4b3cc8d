#include <pthread.h>
#include <sched.h>
#include <sys/sysinfo.h>
#include <threads.h>
#include <unistd.h>

#include "sim/core/leaks/interceptors/real.h"

#if FENCEPOST_INTERCEPTS

namespace fencepost::sim {
namespace {

void NoteThread(const char* function, const void* return_address) {
  LeakGuard::Note(LeakKind::kThread, function, return_address);
}

void NoteMachine(const char* function, const void* return_address) {
  LeakGuard::Note(LeakKind::kMachine, function, return_address);
}

}  // namespace
}  // namespace fencepost::sim

using fencepost::sim::NoteMachine;
using fencepost::sim::NoteThread;
using fencepost::sim::RealFunction;

extern "C" {

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*),
                   void* argument) noexcept {
  static constinit RealFunction<int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*)> real(
      "pthread_create");
  NoteThread("pthread_create", __builtin_return_address(0));
  return real(thread, attributes, start, argument);
}

int thrd_create(thrd_t* thread, thrd_start_t start, void* argument) {
  static constinit RealFunction<int(thrd_t*, thrd_start_t, void*)> real("thrd_create");
  NoteThread("thrd_create", __builtin_return_address(0));
  return real(thread, start, argument);
}

pid_t fork() noexcept {
  static constinit RealFunction<pid_t()> real("fork");
  NoteThread("fork", __builtin_return_address(0));
  return real();
}

int get_nprocs() noexcept {
  static constinit RealFunction<int()> real("get_nprocs");
  NoteMachine("get_nprocs", __builtin_return_address(0));
  return real();
}

int sched_getcpu() noexcept {
  static constinit RealFunction<int()> real("sched_getcpu");
  NoteMachine("sched_getcpu", __builtin_return_address(0));
  return real();
}

pid_t getpid() noexcept {
  static constinit RealFunction<pid_t()> real("getpid");
  NoteMachine("getpid", __builtin_return_address(0));
  return real();
}

}  // extern "C"

#endif
