// Boost.Beast's HTTP over simulated streams: a server and a client as somebody would write them for sockets,
// with every fault of the network.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "tests/unit/sim/core/asio/stream_world.h"

namespace fencepost::sim {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using namespace std::chrono_literals;
using namespace boost::asio::experimental::awaitable_operators;

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

// Any stream will do: nothing below knows that it is simulated.
template <class Stream>
asio::awaitable<void> ServeHttp(Stream stream) {
  beast::flat_buffer buffer;
  while (true) {
    Request request;
    const auto [error, bytes] = co_await http::async_read(stream, buffer, request, kTuple);
    if (error) co_return;  // end_of_stream, or broken
    Response response(http::status::ok, request.version());
    response.body() = "you asked for " + std::string(request.target()) + " with " + request.body();
    response.keep_alive(request.keep_alive());
    response.prepare_payload();
    const auto [failed, written] = co_await http::async_write(stream, response, kTuple);
    if (failed) co_return;
  }
}

template <class Listener>
asio::awaitable<void> ListenForHttp(Listener listener) {
  while (true) {
    auto stream = co_await listener.async_accept(asio::use_awaitable);
    const auto executor = co_await asio::this_coro::executor;
    asio::co_spawn(executor, ServeHttp(std::move(stream)), asio::detached);
  }
}

// What came of one request.
struct Exchange {
  error_code error;
  std::string expected;
  std::string answer;
};

template <class Stream>
asio::awaitable<void> Ask(Stream& stream, beast::flat_buffer& buffer, std::string target, std::string body,
                          Exchange& exchange) {
  Request request(http::verb::post, target, 11);
  request.set(http::field::host, "server");
  request.body() = std::move(body);
  request.prepare_payload();
  exchange.expected = "you asked for " + target + " with " + request.body();
  const auto [error, written] = co_await http::async_write(stream, request, kTuple);
  exchange.error = error;
  if (error) co_return;
  Response response;
  const auto [failed, read] = co_await http::async_read(stream, buffer, response, kTuple);
  exchange.error = failed;
  exchange.answer = response.body();
}

// `requests` over one connection after another, five per connection, each with a deadline.
asio::awaitable<void> AskMany(int requests, std::vector<Exchange>& exchanges) {
  const auto executor = co_await asio::this_coro::executor;
  const StreamAddress server{"server", "http"};
  int asked = 0;
  while (asked < requests) {
    SimStream stream(executor);
    beast::flat_buffer buffer;
    const auto [error] = co_await stream.async_connect(server, kTuple);
    if (error) exchanges.push_back(Exchange{error, "", ""});
    for (int i = 0; i < 5; ++i, ++asked) {
      if (error) continue;
      Exchange exchange;
      SimTimer deadline(executor, 3s);
      std::string target = "/" + std::to_string(asked);
      std::string body(static_cast<std::size_t>(asked * 37), 'x');
      const auto done = co_await (Ask(stream, buffer, std::move(target), std::move(body), exchange) ||
                                  deadline.async_wait(asio::use_awaitable));
      if (done.index() == 1) exchange.error = asio::error::timed_out;
      exchanges.push_back(exchange);
      if (exchange.error) i = 5;
    }
  }
}

struct HttpRun {
  std::vector<Exchange> exchanges;
  TraceHash hash;
  bool client_ended = false;
};

HttpRun RunHttp(const StreamWorldSettings& settings) {
  StreamWorld world(settings);
  const SimExecutor server = world.Start("server");
  const SimExecutor client = world.Start("client");
  HttpRun run;
  world.Spawn(server,
              [&]() -> asio::awaitable<void> { co_await ListenForHttp(SimListener(server, "http")); });
  world.Spawn(client, [&]() -> asio::awaitable<void> {
    co_await AskMany(30, run.exchanges);
    run.client_ended = true;
  });
  world.RunAll();
  run.hash = world.hash();
  return run;
}

TEST(BeastHttp, RequestsAreAnsweredOverAHealthyNetwork) {
  const HttpRun run = RunHttp({});
  EXPECT_EQ(run.exchanges.size(), 30u);
  for (const Exchange& exchange : run.exchanges) {
    EXPECT_FALSE(exchange.error) << exchange.error.message();
    EXPECT_EQ(exchange.answer, exchange.expected);
  }
}

class BeastHttpUnder : public testing::TestWithParam<const FaultKind*> {};

TEST_P(BeastHttpUnder, EveryRequestGetsTheRightAnswerOrAnErrorAndEveryRunIsRepeatable) {
  int errors = 0;
  int answers = 0;
  for (std::uint64_t seed = 1; seed <= 15; ++seed) {
    StreamWorldSettings settings;
    settings.seed = seed;
    settings.fault = GetParam();
    settings.odds = Ratio{1, 20};
    settings.streams.short_reads = Ratio{1, 4};
    settings.streams.short_writes = Ratio{1, 4};
    const HttpRun run = RunHttp(settings);
    EXPECT_TRUE(run.client_ended) << "seed " << seed;
    for (const Exchange& exchange : run.exchanges) {
      if (exchange.error) {
        ++errors;
      } else {
        ++answers;
        EXPECT_EQ(exchange.answer, exchange.expected) << "seed " << seed;
      }
    }
    EXPECT_EQ(RunHttp(settings).hash, run.hash) << "seed " << seed;
  }
  EXPECT_GT(answers, 100);
  if (GetParam() == &faults::kNetworkDrop) {
    EXPECT_GT(errors, 10);
  }
  if (GetParam() == &faults::kNetworkDuplicate) {
    EXPECT_EQ(errors, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(EachFault, BeastHttpUnder,
                         testing::Values(&faults::kNetworkDrop, &faults::kNetworkDelay,
                                         &faults::kNetworkDuplicate, &faults::kNetworkReorder,
                                         &faults::kNetworkClog),
                         [](const auto& parameter) {
                           std::string name(parameter.param->name);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(BeastHttp, ACrashOfTheServerShowsAsAnErrorAndItsNextLifeAnswers) {
  StreamWorld world;
  const SimExecutor client = world.Start("client");
  const auto serve = [&] {
    const SimExecutor server = world.Start("server");
    world.Spawn(server,
                [server]() -> asio::awaitable<void> { co_await ListenForHttp(SimListener(server, "http")); });
  };
  serve();
  std::vector<Exchange> exchanges;
  world.Spawn(client, [&]() -> asio::awaitable<void> { co_await AskMany(30, exchanges); });
  world.RunTo(20ms);
  world.Kill("server");
  world.RunTo(40ms);
  serve();
  world.RunAll();
  const auto failed = std::ranges::count_if(exchanges, [](const Exchange& exchange) {
    return exchange.error == asio::error::connection_reset || exchange.error == asio::error::timed_out;
  });
  EXPECT_EQ(failed, 1);
  EXPECT_FALSE(exchanges.back().error);
  EXPECT_EQ(exchanges.back().answer, exchanges.back().expected);
}

}  // namespace
}  // namespace fencepost::sim
