#include "sim/cli/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <tuple>

namespace fencepost::sim::cli {
namespace {

// A signal handler has nothing but globals to talk to.
std::atomic<bool> requested{false};
bool on_terminal = false;  // set before there is a handler that reads it
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void Request(int signal) {
  constexpr char kNote[] = "\nstopping after what is being run; once more to stop at once\n";
  requested.store(true, std::memory_order_relaxed);
  std::signal(signal, SIG_DFL);
  // To a person at a terminal; a failure to write changes nothing.
  if (on_terminal) std::ignore = ::write(STDERR_FILENO, kNote, sizeof(kNote) - 1);
}

}  // namespace

InterruptWatch::InterruptWatch() {
  requested.store(false, std::memory_order_relaxed);
  on_terminal = ::isatty(STDERR_FILENO) == 1;
  previous_interrupt_ = std::signal(SIGINT, Request);
  previous_terminate_ = std::signal(SIGTERM, Request);
}

InterruptWatch::~InterruptWatch() {
  std::signal(SIGINT, previous_interrupt_);
  std::signal(SIGTERM, previous_terminate_);
}

bool InterruptWatch::Requested() const { return requested.load(std::memory_order_relaxed); }

}  // namespace fencepost::sim::cli
