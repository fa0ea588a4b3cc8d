#include "sim/examples/http_orders/http_orders.h"

#include <fmt/format.h>

#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "sim/core/asio/sim_listener.h"
#include "sim/core/asio/sim_stream.h"
#include "sim/core/asio/sim_timer.h"
#include "sim/core/asio/stream_network.h"
#include "sim/core/leaks/leak_guard.h"
#include "sim/core/network/network_events.h"
#include "sim/core/runtime/awaitable.h"
#include "sim/core/simulation/stage.h"
#include "sim/examples/http_orders/order_service.h"

namespace fencepost::sim::examples {
namespace {

constexpr ActorKind kShop{"shop", "takes orders over HTTP"};
constexpr ActorKind kBuyer{"buyer", "places orders"};
constexpr InvariantKind kChargedOnce{"charged-once", "no order is charged more than once"};

struct SimNet {
  using Timer = SimTimer;
  using Stream = SimStream;
  using Listener = SimListener;
};

// The shop charged an order.
struct Charged {
  static constexpr EventKind kKind{"charged", "shop"};
  std::string order;
  int times = 0;
  void Fields(auto& visit) const {
    visit("order", order);
    visit("times", times);
  }
};

// What the buyer was left with.
struct OrderEnded {
  static constexpr EventKind kKind{"order-ended", "buyer"};
  std::string order;
  bool confirmed = false;
  void Fields(auto& visit) const {
    visit("order", order);
    visit("confirmed", confirmed);
  }
};

class OrdersRun {
 public:
  OrdersRun(const Vocabulary* words, Choices* choices, Trace* trace, const FaultOdds& odds, bool sends_key)
      : shop_([this](const std::string& order) { Charge(order); }),
        stage_(words, choices, trace, odds),
        streams_(&stage_.scheduler(), &stage_.network(), choices),
        sends_key_(sends_key) {
    const SimExecutor shop = Start(kShop, "shop");
    boost::asio::co_spawn(shop, shop_.Listen(SimListener(shop, "http")), boost::asio::detached);
    for (const char* const buyer : {"buyer-1", "buyer-2"}) PlanBuyer(buyer);
  }

  RunOutcome Run(const RunLimits& limits) {
    stage_.Run(limits, std::chrono::seconds(10), [] { return false; });
    return stage_.Outcome();
  }

 private:
  SimExecutor Start(const ActorKind& kind, const std::string& name) {
    SimRuntime& runtime = runtimes_.emplace_back(&stage_.scheduler(), stage_.AddActor(kind, name));
    stage_.network().Attach(ActorIdOf(name), &runtime);
    streams_.Attach(name, runtime.sim_executor());
    return runtime.sim_executor();
  }

  void PlanBuyer(const std::string& name) {
    const SimExecutor executor = Start(kBuyer, name);
    for (int item = 1; item <= 2; ++item) {
      const std::string order = fmt::format("{}/{}", name, item);
      Stream plan = stage_.choices().Open("plan/" + order);
      if (plan.Below(2, "present") == 0) continue;
      const std::chrono::milliseconds at(plan.Below(100, "at"));
      const auto make_stream = [executor, order] {
        SimStream stream(executor);
        stream.set_errand(order);
        return stream;
      };
      const StreamAddress shop{"shop", "http"};
      buyers_.emplace_back(make_stream, shop, sends_key_);
      boost::asio::co_spawn(executor, PlaceAt(&buyers_.back(), executor, order, at), boost::asio::detached);
    }
  }

  Awaitable<void> PlaceAt(orders::Buyer<SimNet>* buyer, SimExecutor executor, std::string order,
                          std::chrono::milliseconds at) {
    SimTimer timer(executor, at);
    co_await timer.async_wait(boost::asio::use_awaitable);
    const bool confirmed = co_await buyer->Place(order);
    stage_.events().Emit(executor.incarnation().actor(), OrderEnded{order, confirmed});
  }

  void Charge(const std::string& order) {
    const int times = ++charges_[order];
    stage_.events().Emit(ActorIdOf("shop"), Charged{order, times});
    if (times == 1) return;
    Violation violation;
    violation.invariant = kChargedOnce.name;
    violation.sentence = fmt::format("order {} was charged {} times", order, times);
    violation.subjects = {order};
    stage_.verdicts().Take(violation);
  }

  // These outlive the coroutines that are left on the stage.
  std::deque<SimRuntime> runtimes_;
  orders::Shop<SimNet> shop_;
  std::deque<orders::Buyer<SimNet>> buyers_;
  Stage stage_;
  StreamNetwork streams_;
  bool sends_key_;
  std::map<std::string, int> charges_;
};

}  // namespace

HttpOrders::HttpOrders(bool sends_key) : sends_key_(sends_key) {
  AddNetwork(&words_);
  words_.invariants.Add(kChargedOnce);
  words_.actors.Add(kShop);
  words_.actors.Add(kBuyer);
  words_.AddEvent<Charged>([](const Charged& charged, const TraceEvent&, const Trace&) {
    return fmt::format("the shop charges order {}{}", charged.order, charged.times > 1 ? " again" : "");
  });
  words_.AddEvent<OrderEnded>([](const OrderEnded& ended, const TraceEvent& told, const Trace& trace) {
    return fmt::format("{} {} order {}", trace.NameOf(told.actor),
                       ended.confirmed ? "has a confirmation of" : "gives up", ended.order);
  });
}

RunOutcome HttpOrders::Run(Choices& choices, Trace& trace, const RunLimits& limits) const {
  const LeakGuard guard(LeakPolicy::kAbort);
  FaultOdds odds(words_.faults);
  odds[faults::kNetworkDrop] = Ratio{1, 60};
  odds[faults::kNetworkDelay] = Ratio{1, 60};
  return OrdersRun(&words_, &choices, &trace, odds, sends_key_).Run(limits);
}

}  // namespace fencepost::sim::examples
