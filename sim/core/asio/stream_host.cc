#include "sim/core/asio/stream_host.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace fencepost::sim {

bool StreamRegistry::Enter(ActorId actor, std::string_view name, StreamHost* host) {
  const auto [named, is_new] = actors_.try_emplace(std::string(name), actor);
  if (named->second != actor) return false;
  const auto [known, is_first_life] = names_.try_emplace(actor, name);
  if (known->second != name) return false;
  living_[actor] = host;
  return true;
}

void StreamRegistry::Leave(ActorId actor, const StreamHost* host) {
  const auto found = living_.find(actor);
  if (found != living_.end() && found->second == host) living_.erase(found);
}

std::optional<ActorId> StreamRegistry::ActorOf(std::string_view name) const {
  const auto found = actors_.find(name);
  if (found == actors_.end()) return std::nullopt;
  return found->second;
}

StreamConnection* StreamRegistry::NewConnection(const std::string& errand) {
  const std::uint64_t number = ++connections_of_[errand];
  return &connections_.emplace_back(choices_, fmt::format("{}/connection-{}", errand, number));
}

void StreamRegistry::Send(ActorId from, ActorId to, StreamFrame frame) {
  if (network_ == nullptr) return;
  // An answer draws from the streams of what it answers: those of the sender's direction, but for what only
  // acknowledges.
  StreamConnection& connection = *frame.connection;
  const bool is_there = frame.goes_there;
  StreamDirection& own = is_there ? connection.there : connection.back;
  StreamDirection& other = is_there ? connection.back : connection.there;
  Errand* const errand = IsNumbered(frame.kind) ? &own.frames : &other.acknowledgements;
  // A message may run twice, and must be copyable.
  auto shared = std::make_shared<const StreamFrame>(std::move(frame));
  network_->Send(from, to, errand, [this, from, to, shared] {
    const auto host = living_.find(to);
    if (host != living_.end()) host->second->Receive(from, *shared);
  });
}

StreamHost::StreamHost(boost::asio::execution_context& process) : service(process) {}

StreamHost& StreamHost::Of(const SimExecutor& executor, std::string_view what) {
  StreamHost& host = boost::asio::use_service<StreamHost>(executor.incarnation());
  if (host.registry_ == nullptr) {
    throw std::logic_error(
        fmt::format("{} was created in a simulated process that has no stream network: call "
                    "StreamNetwork::Attach for each "
                    "life of the process.",
                    what));
  }
  return host;
}

void StreamHost::Attach(std::shared_ptr<StreamRegistry> registry, const SimExecutor& process,
                        std::string_view name) {
  if (registry_ != nullptr) {
    throw std::invalid_argument(
        fmt::format("this life of '{}' is attached to a stream network already", name));
  }
  if (!registry->Enter(process.incarnation().actor(), name, this)) {
    throw std::invalid_argument(
        fmt::format("the name '{}' belongs to another actor, or this actor has another name", name));
  }
  registry_ = std::move(registry);
  process_ = process;
}

std::shared_ptr<StreamEnd> StreamHost::Connect(const StreamAddress& to, const std::string& errand) {
  const std::optional<ActorId> peer = registry_->ActorOf(to.host);
  if (!peer.has_value()) return nullptr;
  StreamConnection* const connection =
      registry_->NewConnection(errand.empty() ? fmt::format("{}/to-{}", name(), to.host) : errand);
  auto end = std::make_shared<StreamEnd>(this, connection, *peer, to);
  ends_.emplace(end->id(), end);
  end->Connect();
  return end;
}

std::shared_ptr<StreamPort> StreamHost::Listen(const std::string& port) {
  const auto [found, is_new] = ports_.try_emplace(port);
  if (!is_new) return nullptr;
  found->second = std::make_shared<StreamPort>();
  return found->second;
}

void StreamHost::StopListening(const std::string& name, const std::shared_ptr<StreamPort>& port) {
  if (!port->is_open) return;  // it went with the process
  ports_.erase(name);
  port->is_open = false;
  if (port->acceptor.ticket != 0) registry_->scheduler().Resume(port->acceptor, Wake::kCancelled);
  for (const std::shared_ptr<StreamEnd>& end : std::exchange(port->established, {})) end->Abandon();
}

void StreamHost::Receive(ActorId from, const StreamFrame& frame) {
  if (frame.kind == StreamFrame::Kind::kConnect) {
    ReceiveConnect(from, frame);
    return;
  }
  const auto found = ends_.find(frame.to);
  const bool is_known =
      found != ends_.end() && (found->second->peer() == frame.from || found->second->peer() == 0);
  if (is_known) {
    const std::shared_ptr<StreamEnd> end = found->second;  // which may have itself forgotten
    end->Receive(frame);
  } else if (frame.kind != StreamFrame::Kind::kReset) {
    Refuse(from, frame);
  }
}

void StreamHost::ReceiveConnect(ActorId from, const StreamFrame& frame) {
  for (const auto& known : ends_) {
    if (known.second->peer() == frame.from) return;  // a duplicate
  }
  const auto found = ports_.find(frame.port);
  const auto is_full = [this](const StreamPort& port) {
    return port.established.size() + port.half_open >= registry_->options().backlog;
  };
  if (found == ports_.end() || is_full(*found->second)) {
    Refuse(from, frame);
    return;
  }
  StreamAddress local{name(), frame.port};
  StreamAddress remote{registry_->NameOf(from), ""};
  auto end =
      std::make_shared<StreamEnd>(this, found->second, std::move(local), from, frame, std::move(remote));
  ends_.emplace(end->id(), end);
  end->Receive(frame);
}

void StreamHost::Refuse(ActorId to, const StreamFrame& frame) {
  StreamFrame reset;
  reset.kind = StreamFrame::Kind::kReset;
  reset.connection = frame.connection;
  reset.goes_there = !frame.goes_there;
  reset.from = frame.to;
  reset.to = frame.from;
  Send(to, std::move(reset));
}

void StreamHost::shutdown() {
  if (registry_ == nullptr) return;
  registry_->Leave(actor(), this);
  for (const auto& known : ends_) known.second->Die();
  ends_.clear();
  for (const auto& known : ports_) known.second->is_open = false;
  ports_.clear();
}

}  // namespace fencepost::sim
