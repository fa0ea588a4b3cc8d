#include "sim/core/network/network.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <utility>

namespace fencepost::sim {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLatency(1);
constexpr std::chrono::microseconds kLatencyStep(500);
constexpr std::uint64_t kLatencySteps = 4;

// A delay reaches past every deadline of a request, and past a crash and a restart.
constexpr milliseconds kDelay(40);
constexpr milliseconds kDelayStep(60);
constexpr std::uint64_t kDelaySteps = 6;
// A reordered message is overtaken by the next few.
constexpr milliseconds kReorder(3);
constexpr milliseconds kReorderStep(2);
constexpr std::uint64_t kReorderSteps = 4;
// A duplicate is a retransmission: soon after the first, or long.
constexpr milliseconds kDuplicate(1);
constexpr milliseconds kDuplicateStep(25);
constexpr std::uint64_t kDuplicateSteps = 8;
constexpr milliseconds kClog(30);
constexpr milliseconds kClogStep(30);
constexpr std::uint64_t kClogSteps = 6;

}  // namespace

// One ordered pair of processes.
struct Network::Link {
  ActorId from;
  ActorId to;
  SimTime last_arrival{0};   // of what keeps the order
  SimTime blocked_until{0};  // partitioned
  SimTime clogged_until{0};
  std::uint64_t cuts = 0;  // how many partitions have begun
};

struct Network::InFlight {
  Message message;
  const Link* link;
  std::uint64_t cuts;  // of the link, when the message was sent
  std::uint64_t id;

  bool WasCutOff() const { return link->cuts != cuts; }
};

Network::Network(SimRuntime* world, FaultInjector* faults, Events* events)
    : world_(world), faults_(faults), events_(events) {}

Network::~Network() = default;

void Network::Attach(ActorId actor, SimRuntime* runtime) { ProcessOf(actor).runtime = runtime; }

void Network::Detach(ActorId actor) { ProcessOf(actor).runtime = nullptr; }

void Network::Send(ActorId from, ActorId to, Errand* errand, Message message) {
  Link& link = LinkOf(from, to);
  if (now() < link.blocked_until || Strikes(faults::kNetworkDrop, errand, link)) {
    NoteMessage(link, now(), /*lost=*/true);
    return;
  }
  if (Strikes(faults::kNetworkClog, errand, link)) {
    const SimTime clog = kClog + kClogStep * errand->faults().Below(kClogSteps, "clog");
    link.clogged_until = std::max(link.clogged_until, now() + clog);
  }

  const SimTime arrival = now() + DrawLatency(errand, link);
  if (Strikes(faults::kNetworkDuplicate, errand, link)) {
    const SimTime later = kDuplicate + kDuplicateStep * errand->faults().Below(kDuplicateSteps, "duplicate");
    DeliverLate(link, arrival + later, message);
  }
  if (Strikes(faults::kNetworkDelay, errand, link)) {
    const SimTime delay = kDelay + kDelayStep * errand->faults().Below(kDelaySteps, "delay");
    DeliverLate(link, arrival + delay, std::move(message));
  } else if (Strikes(faults::kNetworkReorder, errand, link)) {
    const SimTime delay = kReorder + kReorderStep * errand->faults().Below(kReorderSteps, "reorder");
    Deliver(link, arrival + delay, std::move(message));
  } else {
    Deliver(link, Queued(link, arrival), std::move(message));
  }
}

void Network::Partition(ActorId a, ActorId b, bool two_way, SimTime until) {
  events_->Emit(a, Partitioned{b, two_way, until});
  Block(a, b, until);
  if (two_way) Block(b, a, until);
}

void Network::SlowDown(ActorId actor, std::uint32_t factor, SimTime until) {
  assert(factor > 0);
  Process& process = ProcessOf(actor);
  process.slow_factor = factor;
  process.slow_until = until;
  events_->Emit(actor, SlowedDown{factor, until});
}

void Network::Heal() {
  for (auto& [actor, process] : processes_) process.slow_until = SimTime::zero();
  for (auto& [ends, link] : links_) {
    link->blocked_until = SimTime::zero();
    link->clogged_until = SimTime::zero();
  }
}

Network::Link& Network::LinkOf(ActorId from, ActorId to) {
  std::unique_ptr<Link>& link = links_[{from, to}];
  if (link == nullptr) link = std::make_unique<Link>(Link{from, to});
  return *link;
}

void Network::Block(ActorId from, ActorId to, SimTime until) {
  Link& link = LinkOf(from, to);
  link.blocked_until = std::max(link.blocked_until, until);
  ++link.cuts;
}

bool Network::Strikes(const FaultKind& fault, Errand* errand, const Link& link) {
  if (!faults_->Fires(fault, errand->faults())) return false;
  events_->Emit(link.from, MessageHit{link.to, &fault});
  return true;
}

std::chrono::nanoseconds Network::DrawLatency(Errand* errand, const Link& link) {
  SimTime latency = kLatency + kLatencyStep * errand->pace().Below(kLatencySteps, "latency");
  for (const ActorId end : {link.from, link.to}) {
    const Process& process = ProcessOf(end);
    if (now() < process.slow_until) latency *= process.slow_factor;
  }
  return latency;
}

// The arrival of what must not overtake anything on its link.
SimTime Network::Queued(Link& link, SimTime arrival) {
  const SimTime after_the_last = link.last_arrival + SimTime(1);
  link.last_arrival = std::max({arrival, after_the_last, link.clogged_until});
  return link.last_arrival;
}

std::uint64_t Network::NoteMessage(const Link& link, SimTime arrival, bool lost) {
  const std::uint64_t id = ++last_message_;
  events_->Note(link.from, MessageSent{id, link.to, arrival, lost});
  return id;
}

std::unique_ptr<Network::InFlight> Network::Dispatch(const Link& link, SimTime arrival, Message message) {
  const std::uint64_t id = NoteMessage(link, arrival, /*lost=*/false);
  return std::unique_ptr<InFlight>(new InFlight{std::move(message), &link, link.cuts, id});
}

// One task, of the life that the receiver has now: what is under way for a millisecond or two at its crash
// would find it down in any case.
void Network::Deliver(Link& link, SimTime arrival, Message message) {
  SimRuntime* const receiver = ProcessOf(link.to).runtime;
  if (receiver == nullptr) return DeliverLate(link, arrival, std::move(message));
  std::unique_ptr<InFlight> sent = Dispatch(link, arrival, std::move(message));
  scheduler().Suspend(receiver->sim_executor().incarnation(), arrival, [this, sent = std::move(sent)](Wake) {
    if (sent->WasCutOff()) return;
    events_->Note(sent->link->to, MessageArrived{sent->id});
    sent->message();
  });
}

// To whichever life of the receiver is up by then.
void Network::DeliverLate(Link& link, SimTime arrival, Message message) {
  std::unique_ptr<InFlight> sent = Dispatch(link, arrival, std::move(message));
  auto arrive = [this, sent = std::move(sent)](Wake) mutable {
    SimRuntime* const receiver = ProcessOf(sent->link->to).runtime;
    if (receiver == nullptr || sent->WasCutOff()) return;
    events_->Note(sent->link->to, MessageArrived{sent->id});
    scheduler().Submit(receiver->sim_executor().incarnation(),
                       [message = std::move(sent->message)] { message(); });
  };
  scheduler().Suspend(world_->sim_executor().incarnation(), arrival, std::move(arrive));
}

}  // namespace fencepost::sim
