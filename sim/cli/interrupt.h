// Ctrl-C as a question that long work asks now and then, so that it can end with a summary.
//
// A second Ctrl-C ends the process at once, as if nobody had asked. One watch at a time, in the main thread;
// Requested may be called from any thread.
#pragma once

namespace fencepost::sim::cli {

class InterruptWatch {
 public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

  // Whether SIGINT or SIGTERM came since the watch began.
  bool Requested() const;

 private:
  using Handler = void (*)(int);

  Handler previous_interrupt_;
  Handler previous_terminate_;
};

}  // namespace fencepost::sim::cli
