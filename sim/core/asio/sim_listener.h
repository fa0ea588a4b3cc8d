// Listens for connections to a port of its simulated process, in the place of boost::asio::ip::tcp::acceptor.
//
//     SimListener listener(executor, "http");
//     while (true) Serve(co_await listener.async_accept(asio::use_awaitable));
//
// The port is a name of the process's own choosing. Connections are established before they are accepted, up
// to StreamOptions::backlog of them. Closing or destroying the listener resets those that nobody accepted;
// when the process is killed they are left half-open, like all of its connections.
//
// One accept may be under way at a time; a second one completes with already_started. Single-threaded; must
// not be used once its scheduler is gone.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution/executor.hpp>
#include <boost/asio/is_executor.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "sim/core/asio/sim_stream.h"
#include "sim/core/asio/simulated_process.h"
#include "sim/core/asio/stream_host.h"

namespace fencepost::sim {

template <class Executor = boost::asio::any_io_executor>
class BasicSimListener {
 public:
  using executor_type = Executor;
  using endpoint_type = StreamAddress;
  using error_code = boost::system::error_code;

  template <class Other>
  struct rebind_executor {
    using other = BasicSimListener<Other>;
  };

  // Throws std::logic_error if `executor` is not that of a simulated process with a stream network, and
  // system_error (address_in_use) if somebody listens on the port already.
  BasicSimListener(const executor_type& executor, std::string port)
      : executor_(executor), process_(SimExecutorOf(executor, kWhat)), name_(std::move(port)) {
    port_ = StreamHost::Of(process_, kWhat).Listen(name_);
    if (port_ == nullptr) throw boost::system::system_error(boost::asio::error::address_in_use, name_);
  }
  BasicSimListener(BasicSimListener&& other) noexcept
      : executor_(other.executor_),
        process_(other.process_),
        name_(std::move(other.name_)),
        port_(std::exchange(other.port_, nullptr)) {}
  BasicSimListener& operator=(BasicSimListener&& other) noexcept {
    if (this == &other) return *this;
    close();
    executor_ = other.executor_;
    process_ = other.process_;
    name_ = std::move(other.name_);
    port_ = std::exchange(other.port_, nullptr);
    return *this;
  }
  ~BasicSimListener() { close(); }

  executor_type get_executor() const noexcept { return executor_; }
  bool is_open() const { return port_ != nullptr; }
  StreamAddress local_endpoint() const { return {StreamHost::Of(process_, kWhat).name(), name_}; }

  // Signature: void(error_code, BasicSimStream<Executor>).
  template <class Token = typename boost::asio::default_completion_token<Executor>::type>
    requires(!boost::asio::is_executor<std::decay_t<Token>>::value &&
             !boost::asio::execution::is_executor<std::decay_t<Token>>::value)
  auto async_accept(Token&& token = typename boost::asio::default_completion_token<Executor>::type()) {
    return async_accept(executor_, std::forward<Token>(token));
  }

  // The new stream runs on `executor`, which must be of the same process: a strand, for instance. Signature:
  // void(error_code, BasicSimStream<Other>).
  template <class Other, class Token = typename boost::asio::default_completion_token<Executor>::type>
    requires(boost::asio::is_executor<Other>::value || boost::asio::execution::is_executor<Other>::value)
  auto async_accept(const Other& executor,
                    Token&& token = typename boost::asio::default_completion_token<Executor>::type()) {
    return boost::asio::async_initiate<Token, void(error_code, BasicSimStream<Other>)>(
        AcceptInitiation<Other>{this, executor}, token);
  }

  // An accept under way completes with operation_aborted. May be called twice, and never fails.
  void close() {
    if (port_ == nullptr) return;
    StreamHost::Of(process_, kWhat).StopListening(name_, std::exchange(port_, nullptr));
  }
  error_code close(error_code& error) {
    close();
    return error = {};
  }
  // The same without closing.
  void cancel() {
    if (port_ == nullptr) return;
    process_.incarnation().scheduler().Resume(port_->acceptor, Wake::kCancelled);
  }
  error_code cancel(error_code& error) {
    cancel();
    return error = {};
  }

 private:
  template <class Other>
  friend class BasicSimListener;

  static constexpr const char* kWhat = "A SimListener";

  // Marks the port as being accepted from until the accept completes or its handler is dropped unrun.
  class Claim {
   public:
    explicit Claim(std::shared_ptr<StreamPort> port) : port_(std::move(port)) {
      if (port_ != nullptr && std::exchange(port_->is_accepting, true)) port_ = nullptr;
    }
    Claim(Claim&& other) noexcept : port_(std::exchange(other.port_, nullptr)) {}
    Claim& operator=(Claim&&) = delete;
    ~Claim() { Release(); }

    bool holds() const { return port_ != nullptr; }
    void Release() {
      if (port_ == nullptr) return;
      port_->is_accepting = false;
      port_->acceptor = WaitId{};
      port_ = nullptr;
    }

   private:
    std::shared_ptr<StreamPort> port_;
  };

  template <class Other>
  struct AcceptInitiation {
    using executor_type = Executor;
    executor_type get_executor() const noexcept { return listener->get_executor(); }

    template <class Handler>
    void operator()(Handler&& handler) const {
      listener->BeginAccept(std::forward<Handler>(handler), executor);
    }

    BasicSimListener* listener;
    Other executor;
  };

  template <class Handler, class Other>
  void BeginAccept(Handler&& handler, const Other& executor) {
    const std::shared_ptr<StreamPort> port = port_;
    Claim claim(port);
    error_code refusal;
    if (port == nullptr) refusal = boost::asio::error::bad_descriptor;
    if (port != nullptr && !claim.holds()) refusal = boost::asio::error::already_started;
    const bool waits = !refusal && port->established.empty();

    auto finish = [port, refusal, executor, process = process_, claim = std::move(claim)](auto& stored,
                                                                                          Wake wake) mutable {
      error_code error = refusal;
      std::shared_ptr<StreamEnd> end;
      if (!error && (wake == Wake::kCancelled || port->established.empty())) {
        error = boost::asio::error::operation_aborted;
      }
      if (!error) {
        end = std::move(port->established.front());
        port->established.pop_front();
      }
      claim.Release();
      std::move(stored)(error, BasicSimStream<Other>(executor, process, std::move(end)));
    };
    const SimTime deadline = waits ? kNever : SimTime::zero();
    const WaitId wait =
        SuspendOn(executor_, process_, deadline, std::forward<Handler>(handler), std::move(finish));
    if (waits) port->acceptor = wait;
  }

  Executor executor_;
  SimExecutor process_;
  std::string name_;
  std::shared_ptr<StreamPort> port_;  // null when closed
};

using SimListener = BasicSimListener<>;

}  // namespace fencepost::sim
