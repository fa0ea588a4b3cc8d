#include "sim/core/network/network.h"

#include <fmt/format.h>

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

struct Network::Process {
  std::string name;
  SimRuntime* runtime = nullptr;  // null when down
  SimTime slow_until{0};
  std::uint32_t slow_factor = 1;
  std::vector<std::unique_ptr<Link>> links;  // by receiver
};

struct Network::InFlight {
  Message message;
  const Link* link;
  std::uint64_t cuts;  // of the link, when the message was sent
  Trace* trace;
  std::size_t note;  // of the message, where notes are kept

  void NoteArrival(SimTime now) const {
    TraceNotes* const notes = trace->notes();
    if (notes == nullptr) return;
    notes->messages[note].fate = TraceNotes::Fate::kArrived;
    notes->messages[note].arrives = now;
  }
  bool WasCutOff() const { return link->cuts != cuts; }
};

Network::Network(Scheduler* scheduler, SimRuntime* world_runtime, FaultInjector* faults, Trace* trace)
    : scheduler_(scheduler), world_runtime_(world_runtime), faults_(faults), trace_(trace) {}

Network::~Network() = default;

void Network::Attach(ActorId actor, const std::string& name, SimRuntime* runtime) {
  Process& process = ProcessOf(actor);
  process.name = name;
  process.runtime = runtime;
}

void Network::Detach(ActorId actor) { ProcessOf(actor).runtime = nullptr; }

void Network::Send(ActorId from, ActorId to, Errand* errand, Message message) {
  Link& link = LinkOf(from, to);
  const SimTime now = scheduler_->now();
  if (now < link.blocked_until || Strikes(Fault::kNetworkDrop, errand, link, "a message is dropped")) {
    NoteMessage(link, now, TraceNotes::Fate::kNeverSent);
    return;
  }
  if (Strikes(Fault::kNetworkClog, errand, link, "the link is clogged")) {
    const SimTime clog = kClog + kClogStep * errand->faults().Below(kClogSteps, "clog");
    link.clogged_until = std::max(link.clogged_until, now + clog);
  }

  const SimTime arrival = now + DrawLatency(errand, link);
  if (Strikes(Fault::kNetworkDuplicate, errand, link, "a message arrives twice")) {
    const SimTime later = kDuplicate + kDuplicateStep * errand->faults().Below(kDuplicateSteps, "duplicate");
    DeliverLate(link, arrival + later, message);
  }
  if (Strikes(Fault::kNetworkDelay, errand, link, "a message is delayed")) {
    const SimTime delay = kDelay + kDelayStep * errand->faults().Below(kDelaySteps, "delay");
    DeliverLate(link, arrival + delay, std::move(message));
  } else if (Strikes(Fault::kNetworkReorder, errand, link, "a message is overtaken")) {
    const SimTime delay = kReorder + kReorderStep * errand->faults().Below(kReorderSteps, "reorder");
    Deliver(link, arrival + delay, std::move(message));
  } else {
    Deliver(link, Queued(link, arrival), std::move(message));
  }
}

void Network::Partition(ActorId a, ActorId b, bool two_way, SimTime until) {
  trace_->Event(scheduler_->now(), a,
                fmt::format("nothing gets from {} to {}{}", ProcessOf(a).name, ProcessOf(b).name,
                            two_way ? ", nor back" : ""));
  Block(a, b, until);
  if (two_way) Block(b, a, until);
}

void Network::SlowDown(ActorId actor, std::uint32_t factor, SimTime until) {
  assert(factor > 0);
  Process& process = ProcessOf(actor);
  process.slow_factor = factor;
  process.slow_until = until;
  trace_->Event(scheduler_->now(), actor,
                fmt::format("the messages of {} take {} times as long", process.name, factor));
}

void Network::Heal() {
  for (const std::unique_ptr<Process>& process : processes_) {
    if (process == nullptr) continue;
    process->slow_until = SimTime::zero();
    for (const std::unique_ptr<Link>& link : process->links) {
      if (link == nullptr) continue;
      link->blocked_until = SimTime::zero();
      link->clogged_until = SimTime::zero();
    }
  }
}

Network::Process& Network::ProcessOf(ActorId actor) {
  if (actor >= processes_.size()) processes_.resize(actor + 1);
  std::unique_ptr<Process>& process = processes_[actor];
  if (process == nullptr) {
    process = std::make_unique<Process>();
    process->name = fmt::format("actor-{}", actor);
  }
  return *process;
}

Network::Link& Network::LinkOf(ActorId from, ActorId to) {
  std::vector<std::unique_ptr<Link>>& links = ProcessOf(from).links;
  if (to >= links.size()) links.resize(to + 1);
  std::unique_ptr<Link>& link = links[to];
  if (link == nullptr) {
    link = std::make_unique<Link>(Link{from, to});
  }
  return *link;
}

void Network::Block(ActorId from, ActorId to, SimTime until) {
  Link& link = LinkOf(from, to);
  link.blocked_until = std::max(link.blocked_until, until);
  ++link.cuts;
}

bool Network::Strikes(Fault fault, Errand* errand, const Link& link, std::string_view what) {
  if (!faults_->Fires(fault, errand->faults())) return false;
  trace_->Event(scheduler_->now(), link.from,
                fmt::format("{} to {}: {}", ProcessOf(link.from).name, ProcessOf(link.to).name, what));
  return true;
}

std::chrono::nanoseconds Network::DrawLatency(Errand* errand, const Link& link) {
  const SimTime now = scheduler_->now();
  SimTime latency = kLatency + kLatencyStep * errand->pace().Below(kLatencySteps, "latency");
  for (const ActorId end : {link.from, link.to}) {
    const Process& process = ProcessOf(end);
    if (now < process.slow_until) latency *= process.slow_factor;
  }
  return latency;
}

// The arrival of what must not overtake anything on its link.
SimTime Network::Queued(Link& link, SimTime arrival) {
  const SimTime after_the_last = link.last_arrival + SimTime(1);
  link.last_arrival = std::max({arrival, after_the_last, link.clogged_until});
  return link.last_arrival;
}

std::size_t Network::NoteMessage(const Link& link, SimTime arrival, TraceNotes::Fate fate) {
  TraceNotes* const notes = trace_->notes();
  if (notes == nullptr) return 0;
  notes->messages.push_back(TraceNotes::Message{link.from, link.to, scheduler_->now(), arrival, fate});
  return notes->messages.size() - 1;
}

std::unique_ptr<Network::InFlight> Network::Dispatch(const Link& link, SimTime arrival, Message message) {
  const std::size_t note = NoteMessage(link, arrival, TraceNotes::Fate::kUnderWay);
  return std::unique_ptr<InFlight>(new InFlight{std::move(message), &link, link.cuts, trace_, note});
}

// One task, of the receiver's life of now: what is under way for a millisecond or two at its crash would find
// it down anyhow.
void Network::Deliver(Link& link, SimTime arrival, Message message) {
  SimRuntime* const receiver = ProcessOf(link.to).runtime;
  if (receiver == nullptr) return DeliverLate(link, arrival, std::move(message));
  std::unique_ptr<InFlight> sent = Dispatch(link, arrival, std::move(message));
  scheduler_->Suspend(receiver->sim_executor().incarnation(), arrival, [this, sent = std::move(sent)](Wake) {
    if (sent->WasCutOff()) return;
    sent->NoteArrival(scheduler_->now());
    sent->message();
  });
}

// To whichever life of the receiver is up by then.
void Network::DeliverLate(Link& link, SimTime arrival, Message message) {
  std::unique_ptr<InFlight> sent = Dispatch(link, arrival, std::move(message));
  auto arrive = [this, sent = std::move(sent)](Wake) mutable {
    SimRuntime* const receiver = ProcessOf(sent->link->to).runtime;
    if (receiver == nullptr || sent->WasCutOff()) return;
    sent->NoteArrival(scheduler_->now());
    scheduler_->Submit(receiver->sim_executor().incarnation(),
                       [message = std::move(sent->message)] { message(); });
  };
  scheduler_->Suspend(world_runtime_->sim_executor().incarnation(), arrival, std::move(arrive));
}

}  // namespace fencepost::sim
