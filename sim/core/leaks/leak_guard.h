// Catches what a run must not depend on: the real clock, entropy, threads, real waiting, the kernel's
// network, the machine. While a LeakGuard lives, a call of these that reaches libc from its thread is a leak:
// it is noted with the calls that led to it, and then carried out as always.
//
//     LeakGuard guard;
//     ... one run ...
//     if (!guard.leaks().empty()) std::cerr << guard.Report();
//
// The calls themselves are intercepted by a library of its own, which an executable opts into by linking
// `fencepost::sim_leaks`. Without it, and under AddressSanitizer, ThreadSanitizer and MemorySanitizer, which
// intercept the same calls, a guard catches nothing; state() says so. Guards may be nested: the innermost one
// catches.
//
//     clock      clock_gettime (so std::chrono's clocks), gettimeofday, time, clock, timespec_get
//     entropy    std::random_device (also where it asks the processor), getrandom, getentropy, arc4random,
//                rand, random, the drand48 family, opening /dev/random or /dev/urandom
//     thread     pthread_create (so std::thread, asio::thread_pool), thrd_create, fork
//     waiting    nanosleep (so std::this_thread::sleep_for), clock_nanosleep, sleep, usleep, poll, ppoll,
//     select,
//                pselect, epoll_wait, epoll_pwait
//     kernel     socket, getaddrinfo, epoll_create, epoll_create1, eventfd, timerfd_create
//     machine    get_nprocs (so std::thread::hardware_concurrency), sched_getcpu, getpid
//
// What reaches no libc cannot be caught: reading the time stamp counter, system calls in assembly, and above
// all an order that depends on addresses. For those, run twice with the heap perturbed: campaign/twin.h.
//
// A guard belongs to the thread that made it; what other threads call is nobody's leak.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/stack/stack_trace.h"

namespace fencepost::sim {

enum class LeakKind : std::uint8_t { kClock, kEntropy, kThread, kWaiting, kKernel, kMachine };

struct Leak {
  LeakKind kind;
  std::string_view function;  // of libc, e.g. "clock_gettime"
  StackTrace stack;           // from its caller on
  std::uint64_t times = 0;    // how often from this very stack, as far as was counted
};

enum class LeakPolicy : std::uint8_t {
  kRecord,  // for leaks() and Report()
  kAbort,   // the first leak ends the program, after a report of it
};

class LeakGuard {
 public:
  // Whether leaks are caught in this program.
  enum class State : std::uint8_t { kCatches, kNotLinked, kSanitizer };
  static State state();
  // "leaks are caught", or why they are not and what to do.
  static std::string_view DescribeState();

  explicit LeakGuard(LeakPolicy policy = LeakPolicy::kRecord);
  LeakGuard(const LeakGuard&) = delete;
  LeakGuard& operator=(const LeakGuard&) = delete;
  ~LeakGuard();

  // The first kMostKept different ones, in the order in which they came. Two are the same when their whole
  // stacks are.
  std::span<const Leak> leaks() const { return leaks_; }
  static constexpr std::size_t kMostKept = 16;

  // All calls that were caught.
  std::uint64_t calls() const { return calls_; }

  // For people: every kept leak with its stack, files and lines if they can be found, and what to use
  // instead. Empty if there was none. Takes a second or two.
  std::string Report() const;

  // While it lives, nothing that this thread calls is a leak: for code whose effect stays outside of the run,
  // as that of a logger does.
  class Pause {
   public:
    Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;
    ~Pause();

   private:
    LeakGuard* paused_;
  };

  // For what intercepts. `return_address`: where the intercepted call returns to. Keeps errno.
  static void Note(LeakKind kind, const char* function, const void* return_address) noexcept;

 private:
  void Keep(LeakKind kind, const char* function, const void* return_address);

  static constexpr std::uint64_t kMostCompared = 1000;

  LeakPolicy policy_;
  LeakGuard* outer_;
  std::vector<Leak> leaks_;
  std::uint64_t calls_ = 0;
};

// The part of a report that is about one leak.
std::string FormatLeak(const Leak& leak, std::span<const StackFrame> frames);

}  // namespace fencepost::sim
