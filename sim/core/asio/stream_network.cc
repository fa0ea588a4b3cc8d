#include "sim/core/asio/stream_network.h"

#include <stdexcept>
#include <utility>

#include "sim/core/asio/stream_host.h"

namespace fencepost::sim {

StreamNetwork::StreamNetwork(Scheduler* scheduler, Network* network, Choices* choices,
                             const StreamOptions& options)
    : registry_(std::make_shared<StreamRegistry>(scheduler, network, choices, options)) {
  if (options.window < 2) throw std::invalid_argument("StreamOptions::window must be at least 2");
  if (options.backlog < 1) throw std::invalid_argument("StreamOptions::backlog must be at least 1");
  if (options.give_up_after <= std::chrono::nanoseconds::zero()) {
    throw std::invalid_argument("StreamOptions::give_up_after must be positive");
  }
}

StreamNetwork::~StreamNetwork() { registry_->Close(); }

void StreamNetwork::Attach(std::string_view name, const SimExecutor& process) {
  boost::asio::use_service<StreamHost>(process.incarnation()).Attach(registry_, process, name);
}

}  // namespace fencepost::sim
