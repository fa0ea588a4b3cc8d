// The same shop and buyer over real sockets, on the loopback interface: one order, placed and charged once.
#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <string>

#include "sim/examples/http_orders/order_service.h"

namespace {

struct RealNet {
  using Timer = boost::asio::steady_timer;  // determinism: this program is no simulation
  using Stream = boost::asio::ip::tcp::socket;
  using Listener = boost::asio::ip::tcp::acceptor;
};

}  // namespace

int main() {
  using boost::asio::ip::tcp;
  boost::asio::io_context context;  // determinism: this program is no simulation
  int charges = 0;
  orders::Shop<RealNet> shop([&](const std::string&) { ++charges; });
  const tcp::endpoint any_port(boost::asio::ip::address_v4::loopback(), 0);
  tcp::acceptor acceptor(context, any_port);
  const tcp::endpoint address = acceptor.local_endpoint();
  boost::asio::co_spawn(context, shop.Listen(std::move(acceptor)), boost::asio::detached);
  orders::Buyer<RealNet> buyer([&] { return tcp::socket(context); }, address, /*sends_key=*/true);
  bool is_confirmed = false;
  boost::asio::co_spawn(context, buyer.Place("order-1"), [&](std::exception_ptr error, bool confirmed) {
    is_confirmed = error == nullptr && confirmed;
    context.stop();
  });
  context.run();
  fmt::print("order-1 is {}, and was charged {} time(s)\n", is_confirmed ? "confirmed" : "not confirmed",
             charges);
  return is_confirmed && charges == 1 ? 0 : 1;
}
