#include "sim/core/runtime/incarnation.h"

#include "sim/core/runtime/real_services.h"

namespace fencepost::sim {
namespace {

// Tells a process of the simulator from any other execution context.
class ProcessIdentity final : public boost::asio::execution_context::service {
 public:
  static inline boost::asio::execution_context::id id;

  explicit ProcessIdentity(boost::asio::execution_context& owner) : service(owner) {}

  Incarnation* incarnation = nullptr;

 private:
  void shutdown() override {}
};

}  // namespace

Incarnation::Incarnation(Scheduler* scheduler, ActorId actor, std::chrono::nanoseconds world_now)
    : scheduler_(scheduler), actor_(actor), clock_(world_now) {
  RefuseRealServices(*this);
  boost::asio::use_service<ProcessIdentity>(*this).incarnation = this;
}

Incarnation* Incarnation::Of(boost::asio::execution_context& context) {
  return boost::asio::use_service<ProcessIdentity>(context).incarnation;
}

void Incarnation::ShutDownServices() {
  const CurrentScope current(this);
  RequireNoRealServices(*this);
  shutdown();
}

}  // namespace fencepost::sim
