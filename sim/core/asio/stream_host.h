// The streams of one life of a process, as its kernel would keep them: the ends of its connections, by id,
// and who listens on which port. Internal to the streams.
//
// It is a service of the process's execution context, so it is found through any executor of the process, and
// is shut down when the process is killed: nothing is said to anybody then.
#pragma once

#include <boost/asio/execution_context.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/core/asio/stream_end.h"
#include "sim/core/asio/stream_frame.h"
#include "sim/core/asio/stream_network.h"

namespace fencepost::sim {

class StreamHost;

// What the processes of a world know of each other.
class StreamRegistry {
 public:
  StreamRegistry(Scheduler* scheduler, Network* network, Choices* choices, const StreamOptions& options)
      : scheduler_(scheduler), network_(network), choices_(choices), options_(options) {}

  const StreamOptions& options() const { return options_; }
  Scheduler& scheduler() { return *scheduler_; }

  // The host is the actor's only one from now on. False if another actor goes by this name.
  bool Enter(ActorId actor, std::string_view name, StreamHost* host);
  void Leave(ActorId actor, const StreamHost* host);

  std::optional<ActorId> ActorOf(std::string_view name) const;
  const std::string& NameOf(ActorId actor) const { return names_.at(actor); }

  StreamEndId NextEndId() { return ++last_end_id_; }
  // A new connection for this errand, named after how many there were before. Lives as long as the registry.
  StreamConnection* NewConnection(const std::string& errand);

  // Goes through the network; whoever is `to` by then receives it.
  void Send(ActorId from, ActorId to, StreamFrame frame);

  // The world's network is gone: nothing can be sent any more.
  void Close() { network_ = nullptr; }

 private:
  Scheduler* scheduler_;
  Network* network_;
  Choices* choices_;
  StreamOptions options_;
  std::map<std::string, ActorId, std::less<>> actors_;
  std::map<ActorId, std::string> names_;
  std::map<ActorId, StreamHost*> living_;
  StreamEndId last_end_id_ = 0;
  std::map<std::string, std::uint64_t> connections_of_;  // by errand
  std::deque<StreamConnection> connections_;
};

// A port that somebody listens on.
struct StreamPort {
  std::deque<std::shared_ptr<StreamEnd>> established;  // not accepted yet
  std::size_t half_open = 0;                           // on the way there
  bool is_open = true;
  bool is_accepting = false;  // by one async_accept
  WaitId acceptor;
};

class StreamHost final : public boost::asio::execution_context::service {
 public:
  static inline boost::asio::execution_context::id id;

  // Of a process that no network was attached to.
  explicit StreamHost(boost::asio::execution_context& process);

  // That of the process that `executor` runs on. Throws std::logic_error, which names `what`, if it has no
  // network.
  static StreamHost& Of(const SimExecutor& executor, std::string_view what);

  // Throws std::invalid_argument if it is attached already, or another actor goes by the name.
  void Attach(std::shared_ptr<StreamRegistry> registry, const SimExecutor& process, std::string_view name);

  StreamRegistry& registry() { return *registry_; }
  const std::string& name() const { return registry_->NameOf(actor()); }
  ActorId actor() const { return process_->incarnation().actor(); }
  const SimExecutor& process() const { return *process_; }

  // An end that connects; or none, if there never was a process of that name.
  std::shared_ptr<StreamEnd> Connect(const StreamAddress& to, const std::string& errand);

  // A new port; none if it is taken.
  std::shared_ptr<StreamPort> Listen(const std::string& port);
  // Those who wait to be accepted are reset.
  void StopListening(const std::string& name, const std::shared_ptr<StreamPort>& port);

  void Receive(ActorId from, const StreamFrame& frame);

  // For ends.
  void Send(ActorId to, StreamFrame frame) { registry_->Send(actor(), to, std::move(frame)); }
  void Forget(StreamEndId end) { ends_.erase(end); }

 private:
  void shutdown() override;

  void ReceiveConnect(ActorId from, const StreamFrame& frame);
  void Refuse(ActorId to, const StreamFrame& frame);

  std::shared_ptr<StreamRegistry> registry_;  // null until attached
  std::optional<SimExecutor> process_;
  std::map<StreamEndId, std::shared_ptr<StreamEnd>> ends_;
  std::map<std::string, std::shared_ptr<StreamPort>> ports_;
};

}  // namespace fencepost::sim
