// A connected byte stream between two simulated processes, in the place of boost::asio::ip::tcp::socket: the
// same operations, the same errors, with a process and a name in the place of an address and a port number.
//
//     SimStream stream(co_await asio::this_coro::executor);
//     co_await stream.async_connect({"server", "http"}, asio::use_awaitable);
//     co_await asio::async_write(stream, asio::buffer(request), asio::use_awaitable);
//
// It meets AsyncReadStream and AsyncWriteStream, so asio::async_read, async_write and async_read_until, and
// Beast's HTTP work on it. What the network does to it, and which errors that shows as: stream_network.h.
//
// One read and one write may be under way at a time; a second one completes with already_started. Operations
// can be cancelled one by one through their cancellation slots, and leave the stream as it was.
//
// Destroying or closing a stream finishes it: what was written still arrives, and the reader at the other end
// gets eof. Unless there is data that was not read: then the other end is reset.
//
// Single-threaded; must not be used once its scheduler is gone.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "sim/core/asio/simulated_process.h"
#include "sim/core/asio/stream_end.h"
#include "sim/core/asio/stream_host.h"
#include "sim/core/asio/stream_operation.h"

namespace fencepost::sim {

template <class Executor = boost::asio::any_io_executor>
class BasicSimStream {
 public:
  using executor_type = Executor;
  using endpoint_type = StreamAddress;
  using lowest_layer_type = BasicSimStream;
  using shutdown_type = boost::asio::socket_base::shutdown_type;
  using error_code = boost::system::error_code;

  template <class Other>
  struct rebind_executor {
    using other = BasicSimStream<Other>;
  };

  // Throws std::logic_error if `executor` is not that of a simulated process with a stream network.
  explicit BasicSimStream(const executor_type& executor)
      : executor_(executor), process_(SimExecutorOf(executor, kWhat)) {
    StreamHost::Of(process_, kWhat);
  }

  // An operation under way goes on; a stream that was moved from is closed.
  BasicSimStream(BasicSimStream&& other) noexcept
      : executor_(other.executor_),
        process_(other.process_),
        errand_(std::move(other.errand_)),
        end_(std::exchange(other.end_, nullptr)) {}
  template <class Other>
    requires std::is_convertible_v<Other, Executor>
  BasicSimStream(BasicSimStream<Other>&& other)
      : executor_(other.executor_),
        process_(other.process_),
        errand_(std::move(other.errand_)),
        end_(std::exchange(other.end_, nullptr)) {}
  BasicSimStream& operator=(BasicSimStream&& other) noexcept {
    if (this == &other) return *this;
    close();
    executor_ = other.executor_;
    process_ = other.process_;
    errand_ = std::move(other.errand_);
    end_ = std::exchange(other.end_, nullptr);
    return *this;
  }
  ~BasicSimStream() { close(); }

  executor_type get_executor() const noexcept { return executor_; }
  lowest_layer_type& lowest_layer() { return *this; }
  const lowest_layer_type& lowest_layer() const { return *this; }

  // What the next connection is made for: its draws come from streams whose names begin with `name`
  // (stream_network.h).
  void set_errand(std::string name) { errand_ = std::move(name); }

  bool is_open() const { return end_ != nullptr; }
  // How many bytes a read would find.
  std::size_t available() const { return end_ == nullptr ? 0 : end_->available(); }

  // Its own process and, where it was accepted, the port; the other's process and, where it connected, the
  // port. Throw system_error (bad_descriptor) if the stream is not open.
  StreamAddress local_endpoint() const { return RequireOpen().local(); }
  StreamAddress remote_endpoint() const { return RequireOpen().remote(); }

  // A stream that is open already is closed first. Signature: void(error_code).
  template <class Token = typename boost::asio::default_completion_token<Executor>::type>
  auto async_connect(const StreamAddress& to,
                     Token&& token = typename boost::asio::default_completion_token<Executor>::type()) {
    return boost::asio::async_initiate<Token, void(error_code)>(ConnectInitiation{this}, token, to);
  }

  // Completes with at least one byte, unless `buffers` have no room. Signature: void(error_code, size_t).
  template <class Buffers, class Token = typename boost::asio::default_completion_token<Executor>::type>
  auto async_read_some(const Buffers& buffers,
                       Token&& token = typename boost::asio::default_completion_token<Executor>::type()) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(ReadInitiation{this}, token,
                                                                             buffers);
  }

  // Completes once at least one byte was taken: it is on its way then, or lost. Signature:
  // void(error_code, size_t).
  template <class Buffers, class Token = typename boost::asio::default_completion_token<Executor>::type>
  auto async_write_some(const Buffers& buffers,
                        Token&& token = typename boost::asio::default_completion_token<Executor>::type()) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(WriteInitiation{this}, token,
                                                                             buffers);
  }

  // Nothing more will be written, or read. The peer's reader gets eof after all that was written.
  error_code shutdown(shutdown_type what, error_code& error) {
    error = boost::asio::error::not_connected;
    if (end_ == nullptr) return error;
    error = {};
    if (what != shutdown_type::shutdown_receive) error = end_->ShutDownSend();
    if (what != shutdown_type::shutdown_send) end_->ShutDownReceive();
    return error;
  }
  void shutdown(shutdown_type what) {
    error_code error;
    ThrowIf(shutdown(what, error), "shutdown");
  }

  // Operations under way complete with operation_aborted. May be called twice, and never fails.
  void close() {
    if (end_ != nullptr) std::exchange(end_, nullptr)->Close();
  }
  error_code close(error_code& error) {
    close();
    return error = {};
  }

  // The same without closing.
  void cancel() {
    if (end_ != nullptr) end_->CancelAll();
  }
  error_code cancel(error_code& error) {
    cancel();
    return error = {};
  }

 private:
  template <class Other>
  friend class BasicSimStream;
  template <class Other>
  friend class BasicSimListener;

  using Operation = StreamEnd::Operation;

  static constexpr const char* kWhat = "A SimStream";

  struct Initiation {
    using executor_type = Executor;
    executor_type get_executor() const noexcept { return stream->get_executor(); }
    BasicSimStream* stream;
  };

  struct ConnectInitiation : Initiation {
    template <class Handler>
    void operator()(Handler&& handler, const StreamAddress& to) const {
      this->stream->BeginConnect(std::forward<Handler>(handler), to);
    }
  };
  struct ReadInitiation : Initiation {
    template <class Handler, class Buffers>
    void operator()(Handler&& handler, const Buffers& buffers) const {
      this->stream->BeginRead(std::forward<Handler>(handler), buffers);
    }
  };
  struct WriteInitiation : Initiation {
    template <class Handler, class Buffers>
    void operator()(Handler&& handler, const Buffers& buffers) const {
      this->stream->BeginWrite(std::forward<Handler>(handler), buffers);
    }
  };

  // Accepted.
  BasicSimStream(const executor_type& executor, const SimExecutor& process, std::shared_ptr<StreamEnd> end)
      : executor_(executor), process_(process), end_(std::move(end)) {}

  const StreamEnd& RequireOpen() const {
    if (end_ == nullptr) ThrowIf(boost::asio::error::bad_descriptor, "endpoint");
    return *end_;
  }
  static void ThrowIf(error_code error, const char* what) {
    if (error) throw boost::system::system_error(error, what);
  }

  template <class Handler>
  void BeginConnect(Handler&& handler, const StreamAddress& to) {
    close();
    end_ = StreamHost::Of(process_, kWhat).Connect(to, errand_);
    const auto attempt = [end = end_]() -> std::optional<StreamResult> {
      if (end == nullptr) return StreamResult{boost::asio::error::host_not_found, 0};
      const std::optional<error_code> connected = end->TryConnect();
      if (!connected.has_value()) return std::nullopt;
      return StreamResult{*connected, 0};
    };
    const auto complete = [](auto& stored, const StreamResult& result) { std::move(stored)(result.error); };
    RunStreamOperation(executor_, process_, end_, Operation::kConnect, std::forward<Handler>(handler),
                       attempt, complete);
  }

  template <class Handler, class Buffers>
  void BeginRead(Handler&& handler, const Buffers& buffers) {
    const auto attempt = [end = end_, buffers]() -> std::optional<StreamResult> {
      if (end == nullptr) return StreamResult{boost::asio::error::bad_descriptor, 0};
      const std::optional<StreamResult> result = end->TryRead(boost::asio::buffer_size(buffers));
      if (!result.has_value() || result->bytes == 0) return result;
      boost::asio::buffer_copy(buffers, boost::asio::buffer(end->received()), result->bytes);
      end->Consume(result->bytes);
      return result;
    };
    RunStreamOperation(executor_, process_, end_, Operation::kRead, std::forward<Handler>(handler), attempt,
                       CompleteTransfer{});
  }

  template <class Handler, class Buffers>
  void BeginWrite(Handler&& handler, const Buffers& buffers) {
    const auto attempt = [end = end_, buffers]() -> std::optional<StreamResult> {
      if (end == nullptr) return StreamResult{boost::asio::error::bad_descriptor, 0};
      const std::optional<StreamResult> result = end->TryWrite(boost::asio::buffer_size(buffers));
      if (!result.has_value() || result->bytes == 0) return result;
      std::string data(result->bytes, '\0');
      boost::asio::buffer_copy(boost::asio::buffer(data), buffers);
      end->SendData(std::move(data));
      return result;
    };
    RunStreamOperation(executor_, process_, end_, Operation::kWrite, std::forward<Handler>(handler), attempt,
                       CompleteTransfer{});
  }

  Executor executor_;
  SimExecutor process_;
  std::string errand_;
  std::shared_ptr<StreamEnd> end_;  // null when closed
};

using SimStream = BasicSimStream<>;

}  // namespace fencepost::sim
