// A counter on three replicas. To add one, a client asks all of them for their values, takes the highest that
// a majority knows of, and has them keep one more; the addition counts once a majority has confirmed. The
// planted mistake: a replica confirms a value that it has already, as if its sender could only be the same.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "sim/core/leaks/leak_guard.h"
#include "sim/core/network/network_events.h"
#include "sim/core/runtime/parking.h"
#include "sim/core/simulation/stage.h"
#include "sim/examples/replicated_counter/replicated_counter.h"

namespace fencepost::sim::examples {
namespace {

using namespace std::chrono_literals;

constexpr ActorKind kReplica{"replica", "keeps a copy of the counter"};
constexpr ActorKind kClient{"client", "adds one to it"};
constexpr InvariantKind kNoLostUpdate{"no-lost-update", "the counter shows every confirmed addition"};

struct Added {  // a majority confirmed an addition of the client
  static constexpr EventKind kKind{"added", "client"};
  int value = 0;
  void Fields(auto& visit) const { visit("value", value); }
};

class CounterRun {
 public:
  CounterRun(const Vocabulary* words, Choices* choices, Trace* trace, const FaultOdds& odds, bool careful)
      : careful_(careful), stage_(words, choices, trace, odds) {
    for (int i = 1; i <= 3; ++i) Start(kReplica, fmt::format("replica-{}", i));
    for (int i = 1; i <= 3; ++i) PlanClient(fmt::format("client-{}", i));
  }

  RunOutcome Run(const RunLimits& limits) {
    stage_.Run(limits, 10s, [] { return false; });
    const int value = std::ranges::max(copies_);
    if (value < added_) {
      Violation violation;
      violation.invariant = kNoLostUpdate.name;
      violation.sentence = fmt::format("{} additions were confirmed, the counter is at {}", added_, value);
      stage_.verdicts().Take(violation);
    }
    return stage_.Outcome();
  }

 private:
  struct Process {
    ActorId id;
    SimRuntime runtime;
  };
  using Question = std::function<int(int& copy)>;  // what a replica does, and answers: below 0 for no

  Process* Start(const ActorKind& kind, const std::string& name) {
    const ActorId id = stage_.AddActor(kind, name);
    Process* const process = new Process{id, SimRuntime(&stage_.scheduler(), id)};
    processes_.emplace_back(process);
    stage_.network().Attach(id, &process->runtime);
    return process;
  }

  // Up to two additions, each some time, each with streams of its own to draw from.
  void PlanClient(const std::string& name) {
    Process* const client = Start(kClient, name);
    for (int item = 1; item <= 2; ++item) {
      Stream plan = stage_.choices().Open(fmt::format("plan/{}/{}", name, item));
      if (plan.Below(2, "present") == 0) continue;
      const std::chrono::milliseconds at(plan.Below(100, "at"));
      Errand* const errand = stage_.errands().Open(fmt::format("{}/{}", name, item));
      boost::asio::co_spawn(client->runtime.Executor(), Add(client, errand, at), boost::asio::detached);
    }
  }

  Awaitable<void> Add(Process* client, Errand* errand, std::chrono::milliseconds at) {
    const absl::Status slept = co_await client->runtime.Sleep(at);
    for (int attempt = 1; slept.ok() && attempt <= 3; ++attempt) {
      const Question read = [](int& copy) { return copy; };
      const absl::StatusOr<int> value = co_await AskAll(client, errand, read);
      if (!value.ok()) continue;
      const Question keep = [next = *value + 1, careful = careful_](int& copy) {
        const bool confirms = careful ? next > copy : next >= copy;
        copy = std::max(copy, next);
        return confirms ? next : -1;
      };
      const absl::StatusOr<int> kept = co_await AskAll(client, errand, keep);
      if (!kept.ok()) continue;
      ++added_;
      stage_.events().Emit(client->id, Added{*kept});
      co_return;
    }
  }

  // The highest answer of a majority, or an error if there is none in time.
  Awaitable<absl::StatusOr<int>> AskAll(Process* client, Errand* errand, Question question) {
    Parking<int> majority(client->runtime.sim_executor());
    const auto answers = std::make_shared<std::array<int, 3>>(std::array<int, 3>{-1, -1, -1});
    for (std::size_t i = 0; i < copies_.size(); ++i) {
      const ActorId replica = processes_[i]->id;
      const auto hear = [answers, i, handle = majority.handle()](int answer) {
        (*answers)[i] = answer;
        const auto yes = std::ranges::count_if(*answers, [](int each) { return each >= 0; });
        if (yes >= 2) handle.Deliver(std::ranges::max(*answers));
      };
      stage_.network().Send(client->id, replica, errand, [=, this] {
        const int answer = question(copies_[i]);
        stage_.network().Send(replica, client->id, errand, [=] { hear(answer); });
      });
    }
    co_return co_await majority.Wait(stage_.now() + 30ms);
  }

  std::deque<std::unique_ptr<Process>> processes_;  // the replicas first; they outlive what is on the stage
  bool careful_;
  Stage stage_;
  std::array<int, 3> copies_{};
  int added_ = 0;
};

}  // namespace

ReplicatedCounter::ReplicatedCounter(bool careful) : careful_(careful) {
  AddNetwork(&words_);
  words_.invariants.Add(kNoLostUpdate);
  words_.actors.Add(kReplica);
  words_.actors.Add(kClient);
  words_.AddEvent<Added>([](const Added& added, const TraceEvent& told, const Trace& trace) {
    return fmt::format("{} is told that it made the counter {}", trace.NameOf(told.actor), added.value);
  });
}

RunOutcome ReplicatedCounter::Run(Choices& choices, Trace& trace, const RunLimits& limits) const {
  const LeakGuard guard(LeakPolicy::kAbort);
  FaultOdds odds(words_.faults);
  odds[faults::kNetworkDelay] = Ratio{1, 50};
  return CounterRun(&words_, &choices, &trace, odds, careful_).Run(limits);
}

}  // namespace fencepost::sim::examples
