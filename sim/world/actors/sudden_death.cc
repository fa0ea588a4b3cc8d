#include "sim/world/actors/sudden_death.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "sim/world/events/client_events.h"

namespace fencepost::sim {
namespace {

constexpr std::chrono::milliseconds kLongestDown(200);

Awaitable<void> ComeBack(SimRuntime* world, std::chrono::nanoseconds down, std::function<void()> start) {
  const absl::Status slept = co_await world->Sleep(down);
  slept.IgnoreError();
  start();
}

}  // namespace

void DieAndComeBack(Stage* stage, ActorId actor, Stream& choices, std::function<void()> start) {
  stage->events().Emit(actor, ActorDied{});
  stage->network().Detach(actor);
  stage->scheduler().Kill(actor);
  const auto thousandths = static_cast<std::int64_t>(choices.Below(1000, "down-for"));
  const std::chrono::nanoseconds down = kLongestDown * (1 + thousandths) / 1000;
  boost::asio::co_spawn(stage->world().Executor(), ComeBack(&stage->world(), down, std::move(start)),
                        boost::asio::detached);
}

}  // namespace fencepost::sim
