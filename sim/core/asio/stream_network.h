// Byte streams between the processes of a simulated world, over its network: what TCP is to a real one.
//
//     StreamNetwork streams(&scheduler, &network, &choices);    // one per world, after its network
//     streams.Attach("server", runtime.sim_executor());         // per life of a process, as to the network
//
// From then on, code on the process's executor may use SimStream and SimListener (sim_stream.h,
// sim_listener.h) and reach the others by name. Every piece of a stream is a message of Network::Send: it
// takes as long, and delays, drops, duplicates, clogs, partitions and slow processes strike it as they would
// any other.
//
// What a fault looks like from above:
//
//     a delayed, reordered or       later bytes wait for it: a stream keeps its order, and delivers each byte
//     duplicated message            once
//     a lost message                it is not sent again. Its sender gives up after `give_up_after`:
//     timed_out
//                                   there, and connection_reset at the other end once that hears of it.
//     a partition                   nothing at first. Writers go on until the window is full, and then wait;
//                                   after `give_up_after` they get timed_out. A reader waits for as long as
//                                   it cares to: give it a deadline.
//     a crash of the other process  nothing at first, likewise. Whoever sends to its next life is answered
//                                   with connection_reset; while it is down, they give up as above.
//     connecting to a process       connection_refused where nobody listens on the port, timed_out where
//                                   the process is down, host_not_found where there never was one
//
// Draws come from streams named after the connection: ERRAND/connection-N/there for what its connecting end
// sends, ERRAND/connection-N/back for the other, each with pace and faults of its own. ERRAND is what the
// connecting end was told (BasicSimStream::set_errand), or the names of both processes. So a connection that
// is made on behalf of an item of a plan takes its draws along with it.
//
// Single-threaded. Must outlive the last task of the world.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

#include "sim/core/choices/choices.h"
#include "sim/core/network/network.h"
#include "sim/core/runtime/scheduler.h"
#include "sim/core/runtime/sim_executor.h"

namespace fencepost::sim {

struct StreamOptions {
  // What has not been acknowledged by then is given up, and the connection with it. Longer than any delay
  // of the network there and back, or a delay becomes a reset.
  std::chrono::nanoseconds give_up_after = std::chrono::seconds(1);
  // How many bytes one end may have sent that the other end's user has not read. At least 2.
  std::size_t window = std::size_t{64} * 1024;
  // How many connections may wait to be accepted at a listener; further ones are refused. At least 1.
  std::size_t backlog = 16;
  // How often a write takes, or a read yields, fewer bytes than it could: 1 up to all but one, drawn.
  Ratio short_writes{1, 16};
  Ratio short_reads{1, 16};
};

class StreamRegistry;

class StreamNetwork {
 public:
  // Nothing is owned. Throws std::invalid_argument for options that make no sense.
  StreamNetwork(Scheduler* scheduler, Network* network, Choices* choices, const StreamOptions& options = {});
  StreamNetwork(const StreamNetwork&) = delete;
  StreamNetwork& operator=(const StreamNetwork&) = delete;
  ~StreamNetwork();

  // `process` is a new life of the actor of this name; it must be attached to the network as well. When it
  // is killed, its connections end without a word, as those of a machine without power. Throws
  // std::invalid_argument if this life is attached already, or another actor has the name.
  void Attach(std::string_view name, const SimExecutor& process);

 private:
  std::shared_ptr<StreamRegistry> registry_;  // shared with the processes, which may outlive this
};

}  // namespace fencepost::sim
