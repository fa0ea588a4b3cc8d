// Asio's timers, sockets, resolvers and signal sets need the real machine: they start a thread, read the real
// clock and wait for the kernel. On the executor of a simulated process they are refused.
//
// Asio gives every execution context that is not an io_context a "scheduler" of its own, which starts a
// thread, once something asks for its reactor. A process of the simulator brings a scheduler that starts none
// and whose reactor cannot be had: asking for it throws RealServiceRefused, out of the constructor of the
// timer, socket, acceptor, descriptor or signal set that asked. A resolver asks for no reactor until it is
// used, and then starts its own thread: it is found when its process ends. A program that links
// fencepost::sim_leaks is told at once, and where.
//
// What to use instead: sim/core/asio/README.md.
#pragma once

#include <boost/asio/execution_context.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace fencepost::sim {

// what() names what was refused, whose code asked for it, and what to use instead.
class RealServiceRefused : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

// From now on, nothing gets a reactor on `process`. REQUIRES: nothing has yet.
void RefuseRealServices(boost::asio::execution_context& process);

// The real services that `process` has all the same, e.g. "boost::asio::ip::tcp::resolver". Not many lines,
// for it is asked at the end of every process's life.
std::vector<std::string> RealServicesOf(boost::asio::execution_context& process);

// Ends the program with a message that names them; does nothing if there are none.
void RequireNoRealServices(boost::asio::execution_context& process);

}  // namespace fencepost::sim
