// A shop that takes orders over HTTP, and its buyers: plain Asio coroutines and Boost.Beast, as anybody would
// write them. Nothing here knows of a simulator. `Net` says which timer, stream and listener are meant:
//
//     struct RealNet {
//       using Timer = boost::asio::steady_timer;
//       using Stream = boost::asio::ip::tcp::socket;
//       using Listener = boost::asio::ip::tcp::acceptor;
//     };
//
// A buyer gives each attempt a deadline and tries again after it. That is the planted mistake: an attempt
// whose answer is late or lost may have been charged. With an Idempotency-Key the shop knows it again.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <utility>

namespace orders {

namespace asio = boost::asio;
namespace http = boost::beast::http;

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

inline constexpr auto kAsTuple = asio::experimental::as_tuple(asio::use_awaitable);

template <class Net>
class Shop {
 public:
  // `charge` is called for each order that is charged.
  explicit Shop(std::function<void(const std::string& order)> charge) : charge_(std::move(charge)) {}

  // Forever. The shop must outlive it, and the connections that it accepts.
  asio::awaitable<void> Listen(typename Net::Listener listener) {
    const auto executor = co_await asio::this_coro::executor;
    while (true) {
      auto [error, stream] = co_await listener.async_accept(kAsTuple);
      if (error) co_return;
      asio::co_spawn(executor, Serve(std::move(stream)), asio::detached);
    }
  }

 private:
  asio::awaitable<void> Serve(typename Net::Stream stream) {
    boost::beast::flat_buffer buffer;
    while (true) {
      Request request;
      const auto [failed, read] = co_await http::async_read(stream, buffer, request, kAsTuple);
      if (failed) co_return;
      typename Net::Timer work(stream.get_executor(), std::chrono::milliseconds(2));
      co_await work.async_wait(asio::use_awaitable);
      Response response(Take(request), request.version());
      response.keep_alive(request.keep_alive());
      response.prepare_payload();
      const auto [broken, written] = co_await http::async_write(stream, response, kAsTuple);
      if (broken) co_return;
    }
  }

  http::status Take(const Request& request) {
    if (request.method() != http::verb::post || request.target() != "/orders") return http::status::not_found;
    const std::string key(request["Idempotency-Key"]);
    if (!key.empty() && !keys_.insert(key).second) return http::status::ok;
    charge_(request.body());
    return http::status::created;
  }

  std::function<void(const std::string& order)> charge_;
  std::set<std::string> keys_;
};

template <class Net>
class Buyer {
 public:
  using Stream = typename Net::Stream;
  using Address = typename Stream::endpoint_type;

  // `make_stream` makes an unconnected one; `sends_key`: without the mistake.
  Buyer(std::function<Stream()> make_stream, Address shop, bool sends_key)
      : make_stream_(std::move(make_stream)), shop_(std::move(shop)), sends_key_(sends_key) {}

  // Whether the shop has confirmed the order. The buyer must outlive it.
  asio::awaitable<bool> Place(std::string order) {
    using namespace asio::experimental::awaitable_operators;
    typename Net::Timer timer(co_await asio::this_coro::executor);
    for (int attempt = 1; attempt <= 3; ++attempt) {
      timer.expires_after(std::chrono::milliseconds(50));
      const auto first = co_await (Try(order) || timer.async_wait(asio::use_awaitable));
      if (first.index() == 0 && std::get<0>(first)) co_return true;
      timer.expires_after(std::chrono::milliseconds(10));
      co_await timer.async_wait(asio::use_awaitable);
    }
    co_return false;
  }

 private:
  asio::awaitable<bool> Try(const std::string& order) {
    Stream stream = make_stream_();
    const auto [refused] = co_await stream.async_connect(shop_, kAsTuple);
    if (refused) co_return false;
    Request request(http::verb::post, "/orders", 11);
    request.set(http::field::host, "shop");
    if (sends_key_) request.set("Idempotency-Key", order);
    request.body() = order;
    request.prepare_payload();
    const auto [broken, written] = co_await http::async_write(stream, request, kAsTuple);
    if (broken) co_return false;
    boost::beast::flat_buffer buffer;
    Response response;
    const auto [failed, read] = co_await http::async_read(stream, buffer, response, kAsTuple);
    co_return !failed && http::to_status_class(response.result()) == http::status_class::successful;
  }

  std::function<Stream()> make_stream_;
  Address shop_;
  bool sends_key_;
};

}  // namespace orders
