#include "sim/core/asio/simulated_process.h"

#include <fmt/format.h>

#include <stdexcept>

#include "sim/core/runtime/incarnation.h"

namespace fencepost::sim {

SimExecutor RequireSimulated(boost::asio::execution_context& context, std::string_view what) {
  Incarnation* const process = Incarnation::Of(context);
  if (process == nullptr) {
    throw std::logic_error(fmt::format(
        "{} was created on an executor that is none of the simulator's: it needs that of a simulated process "
        "(SimRuntime::Executor()), or a strand of one.",
        what));
  }
  return SimExecutor(*process);
}

}  // namespace fencepost::sim
