#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/leaks/leak_guard.h"

namespace fencepost::sim {
namespace {

struct LeakWords {
  std::string_view what;
  std::string_view instead;
};

LeakWords WordsOf(LeakKind kind) {
  switch (kind) {
    case LeakKind::kClock:
      return {"reads a real clock", "SimClock::now() or SimSystemClock::now() (sim/core/asio/sim_clock.h)"};
    case LeakKind::kEntropy:
      return {"is random", "a stream of the run's Choices"};
    case LeakKind::kThread:
      return {"starts a thread or a process", "co_spawn or post on the simulated process's executor"};
    case LeakKind::kWaiting:
      return {"waits in real time", "a SimTimer (sim/core/asio/sim_timer.h)"};
    case LeakKind::kKernel:
      return {"asks the kernel for something that lives outside of the simulation",
              "SimTimer, SimStream and SimListener (sim/core/asio/README.md)"};
    case LeakKind::kMachine:
      return {"differs from machine to machine", "a setting that is passed in"};
  }
  return {};
}

// Objects of Asio by what shows of them on the stack, as nobody calls libc through them knowingly.
struct KnownCulprit {
  std::string_view on_stack;
  std::string_view name;
  std::string_view instead;
};

constexpr std::array<KnownCulprit, 6> kCulprits = {
    KnownCulprit{"boost::asio::thread_pool::", "asio::thread_pool", "the simulated process's executor"},
    KnownCulprit{"resolver_service", "a resolver of Asio", "SimStream, which connects by name"},
    KnownCulprit{"deadline_timer_service", "a timer of Asio", "SimTimer (sim/core/asio/sim_timer.h)"},
    KnownCulprit{"reactive_socket_service", "a socket or an acceptor of Asio", "SimStream and SimListener"},
    KnownCulprit{"signal_set_service", "a signal_set of Asio", "a message to the process"},
    KnownCulprit{"boost::asio::io_context::", "asio::io_context", "the simulated process's executor"},
};

const KnownCulprit* CulpritOn(std::span<const StackFrame> frames) {
  for (const KnownCulprit& culprit : kCulprits) {
    for (const StackFrame& frame : frames) {
      if (frame.function.find(culprit.on_stack) != std::string::npos) return &culprit;
    }
  }
  return nullptr;
}

}  // namespace

std::string FormatLeak(const Leak& leak, std::span<const StackFrame> frames) {
  const LeakWords words = WordsOf(leak.kind);
  const KnownCulprit* const culprit = CulpritOn(frames);
  std::string out = fmt::format("{}, which {}, was called", leak.function, words.what);
  if (const auto own = FirstOwnFrame(frames); own.has_value()) {
    out += fmt::format(" in {}", own->function);
    if (!own->place.empty()) out += fmt::format(" at {}", own->place);
  }
  if (leak.times > 1) out += fmt::format(" ({} times)", leak.times);
  if (culprit != nullptr) out += fmt::format(", by {}", culprit->name);
  out += fmt::format(". Use {} instead.\n", culprit != nullptr ? culprit->instead : words.instead);
  return out + FormatStack(frames);
}

std::string LeakGuard::Report() const {
  if (leaks_.empty()) return {};
  const Pause pause;
  std::string out = "this run depends on more than its choices:\n";
  for (const Leak& leak : leaks_) out += FormatLeak(leak, leak.stack.NamesAndPlaces());
  if (calls_ > kMostCompared) out += fmt::format("{} calls in all, the last of them not looked at\n", calls_);
  return out;
}

}  // namespace fencepost::sim
