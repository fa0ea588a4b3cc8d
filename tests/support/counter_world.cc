#include "tests/support/counter_world.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/network/network_events.h"
#include "sim/core/runtime/awaitable.h"
#include "sim/core/simulation/stage.h"

namespace fencepost::sim {
namespace {

constexpr ActorKind kServer{"server", "has the counter"};
constexpr ActorKind kClient{"client", "adds to it"};

struct CounterRead {
  static constexpr EventKind kKind{"counter-read", "client"};
  std::uint64_t value = 0;
  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("value", value);
  }
};

struct CounterWritten {
  static constexpr EventKind kKind{"counter-written", "client"};
  std::uint64_t value = 0;
  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("value", value);
  }
};

// One run.
class CounterRun {
 public:
  CounterRun(const Vocabulary* vocabulary, Choices* choices, Trace* trace, const FaultOdds& odds)
      : stage_(vocabulary, choices, trace, odds), server_(stage_.AddActor(kServer, "server")) {
    Start(server_);
    for (int client = 1; client <= CounterWorld::kClients; ++client) {
      AddClient(choices, fmt::format("client-{}", client));
    }
  }

  RunOutcome Run(const RunLimits& limits) {
    stage_.Run(limits, std::chrono::seconds(10), [] { return false; });
    if (counter_ < added_) {
      Violation violation;
      violation.invariant = CounterWorld::kNoLostUpdate.name;
      violation.sentence = fmt::format("{} additions were made, but the counter is at {}", added_, counter_);
      violation.subjects = {"counter"};
      stage_.verdicts().Take(violation);
    }
    return stage_.Outcome();
  }

 private:
  struct Item {
    ActorId client = 0;
    Errand* errand = nullptr;
    std::chrono::milliseconds at{0};
    bool is_added = false;
  };

  SimRuntime* Start(ActorId actor) {
    runtimes_.push_back(std::make_unique<SimRuntime>(&stage_.scheduler(), actor));
    stage_.network().Attach(actor, runtimes_.back().get());
    return runtimes_.back().get();
  }

  void AddClient(Choices* choices, const std::string& name) {
    const ActorId client = stage_.AddActor(kClient, name);
    SimRuntime* const runtime = Start(client);
    for (int number = 1; number <= CounterWorld::kItems; ++number) {
      Stream plan = choices->Open(fmt::format("plan/{}/{}", name, number));
      if (plan.Below(2, "present") == 0) continue;
      items_.push_back(std::make_unique<Item>());
      Item* const item = items_.back().get();
      item->client = client;
      item->errand = stage_.errands().OfItem(name, static_cast<std::uint64_t>(number));
      item->at = std::chrono::milliseconds(plan.Below(200, "at"));
      boost::asio::co_spawn(runtime->Executor(), Begin(runtime, item), boost::asio::detached);
    }
  }

  Awaitable<void> Begin(SimRuntime* runtime, Item* item) {
    const absl::Status slept = co_await runtime->Sleep(item->at);
    if (!slept.ok()) co_return;
    stage_.network().Send(item->client, server_, item->errand, [this, item] { Read(item); });
  }

  void Read(Item* item) {
    stage_.events().Emit(item->client, CounterRead{counter_});
    stage_.network().Send(server_, item->client, item->errand, [this, item, value = counter_] {
      stage_.network().Send(item->client, server_, item->errand, [this, item, value] { Write(item, value); });
    });
  }

  void Write(Item* item, std::uint64_t read) {
    if (read != counter_) stage_.marks().Hit(CounterWorld::kStaleWrite);
    counter_ = read + 1;
    if (!item->is_added) ++added_;
    item->is_added = true;
    stage_.events().Emit(item->client, CounterWritten{counter_});
  }

  // These outlive the stage, and so the coroutines that are left on it.
  std::vector<std::unique_ptr<SimRuntime>> runtimes_;
  std::vector<std::unique_ptr<Item>> items_;
  Stage stage_;
  ActorId server_;
  std::uint64_t counter_ = 0;
  std::uint64_t added_ = 0;
};

}  // namespace

CounterWorld::CounterWorld(const Register& before, const Register& after) : odds_(vocabulary_.faults) {
  if (before) before(&vocabulary_);
  AddNetwork(&vocabulary_);
  vocabulary_.marks.Add(kStaleWrite);
  vocabulary_.invariants.Add(kNoLostUpdate);
  vocabulary_.actors.Add(kServer);
  vocabulary_.actors.Add(kClient);
  vocabulary_.AddEvent<CounterRead>([](const CounterRead& event, const TraceEvent& told, const Trace& trace) {
    return fmt::format("{} reads {}", trace.NameOf(told.actor), event.value);
  });
  vocabulary_.events.Add(CounterWritten::kKind);  // and nobody has words for it
  if (after) after(&vocabulary_);
  odds_ = FaultOdds(vocabulary_.faults);
  odds_[faults::kNetworkDelay] = Ratio{1, 20};
  aims.faults = {&faults::kNetworkDelay};
  aims.marks = {&kStaleWrite};
}

RunOutcome CounterWorld::Run(Choices& choices, Trace& trace, const RunLimits& limits) const {
  return CounterRun(&vocabulary_, &choices, &trace, odds_).Run(limits);
}

}  // namespace fencepost::sim
