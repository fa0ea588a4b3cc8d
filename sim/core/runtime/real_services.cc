#include "sim/core/runtime/real_services.h"

#include <fmt/format.h>

#include <array>
#include <boost/asio/detail/scheduler.hpp>
#include <boost/asio/ip/icmp.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <span>
#include <string_view>

#include "sim/core/stack/stack_trace.h"

namespace fencepost::sim {
namespace {

namespace asio = boost::asio;

// A service of Asio as it shows on the stack, and what simulated code has instead.
struct RealService {
  std::string_view on_stack;
  std::string_view name;
  std::string_view instead;
};

constexpr std::array<RealService, 5> kRealServices = {
    RealService{"deadline_timer_service", "a timer of Asio (steady_timer, system_timer, deadline_timer)",
                "SimTimer or SimSystemTimer (sim/core/asio/sim_timer.h)"},
    RealService{"reactive_socket_service", "a socket or an acceptor of Asio",
                "SimStream and SimListener (sim/core/asio/sim_stream.h)"},
    RealService{"signal_set_service", "a signal_set of Asio",
                "a message or a SimTimer of the process that is to be told"},
    RealService{"reactive_descriptor_service", "a descriptor or a pipe of Asio",
                "SimStream (sim/core/asio/sim_stream.h)"},
    RealService{"", "a timer, a socket, a descriptor or a signal_set of Asio",
                "SimTimer (sim/core/asio/sim_timer.h) or SimStream (sim/core/asio/sim_stream.h)"},
};

// The last row where the stack does not tell, as in a stripped program.
const RealService& ServiceOn(std::span<const StackFrame> frames) {
  for (const RealService& service : kRealServices) {
    for (const StackFrame& frame : frames) {
      if (frame.function.find(service.on_stack) != std::string::npos) return service;
    }
  }
  return kRealServices.back();
}

// Asio calls this for the reactor, holding the scheduler's lock, which an exception releases.
asio::detail::scheduler_task* RefuseReactor(asio::execution_context&) {
  const std::vector<StackFrame> frames = StackTrace::Capture().Names();
  const RealService& service = ServiceOn(frames);
  const std::optional<StackFrame> own =
      FirstOwnFrame(std::span(frames).subspan(std::min<std::size_t>(1, frames.size())));
  throw RealServiceRefused(fmt::format(
      "{} was created on the executor of a simulated process{}: it would start a real thread and read the "
      "real clock. Use {} instead; sim/core/asio/README.md lists what has to be swapped.",
      service.name, own.has_value() ? fmt::format(", in {}", own->function) : std::string(),
      service.instead));
}

template <class Protocol>
bool HasResolver(asio::execution_context& process) {
  return asio::has_service<asio::detail::resolver_service<Protocol>>(process);
}

}  // namespace

void RefuseRealServices(asio::execution_context& process) {
  // Owned by the context from here on.
  auto* const scheduler =
      new asio::detail::scheduler(process, /*concurrency_hint=*/0, /*own_thread=*/false, &RefuseReactor);
  asio::add_service<asio::detail::scheduler>(process, scheduler);
}

std::vector<std::string> RealServicesOf(asio::execution_context& process) {
  std::vector<std::string> found;
  if (HasResolver<asio::ip::tcp>(process)) found.push_back("boost::asio::ip::tcp::resolver");
  if (HasResolver<asio::ip::udp>(process)) found.push_back("boost::asio::ip::udp::resolver");
  if (HasResolver<asio::ip::icmp>(process)) found.push_back("boost::asio::ip::icmp::resolver");
  return found;
}

void RequireNoRealServices(asio::execution_context& process) {
  const std::vector<std::string> found = RealServicesOf(process);
  if (found.empty()) return;
  fmt::print(
      stderr,
      "fencepost: {} was created on the executor of a simulated process: it asks the real network, from "
      "a thread of its own. Connect by name with SimStream instead (sim/core/asio/sim_stream.h).\n",
      found.front());
  std::abort();
}

}  // namespace fencepost::sim
