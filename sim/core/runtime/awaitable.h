// What every asynchronous operation of the simulator returns: await it from a coroutine of your own.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace fencepost::sim {

template <class T>
using Awaitable = boost::asio::awaitable<T>;

}  // namespace fencepost::sim
