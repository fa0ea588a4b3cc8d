#include "sim/cli/interrupt.h"

#include <atomic>
#include <csignal>

namespace fencepost::sim::cli {
namespace {

// A signal handler has nothing but globals to talk to.
std::atomic<bool> requested{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void Request(int signal) {
  requested.store(true, std::memory_order_relaxed);
  std::signal(signal, SIG_DFL);
}

}  // namespace

InterruptWatch::InterruptWatch() {
  requested.store(false, std::memory_order_relaxed);
  previous_interrupt_ = std::signal(SIGINT, Request);
  previous_terminate_ = std::signal(SIGTERM, Request);
}

InterruptWatch::~InterruptWatch() {
  std::signal(SIGINT, previous_interrupt_);
  std::signal(SIGTERM, previous_terminate_);
}

bool InterruptWatch::Requested() const { return requested.load(std::memory_order_relaxed); }

}  // namespace fencepost::sim::cli
