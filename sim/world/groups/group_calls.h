// One process's requests to the groups: finds out who leads, waits for answers, and asks again.
//
// A request that was not answered in time may have taken effect, or may yet do so. It is sent again all the
// same, to the next node: every entry is idempotent. So a definite answer is the state machine's, whichever
// of the requests brought it about; DeadlineExceeded and Unavailable say nothing.
//
// Single-threaded; for coroutines of the process's own executor.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/base/runtime.h"
#include "sim/core/choices/errand.h"
#include "sim/core/network/network.h"
#include "sim/core/runtime/parking.h"
#include "sim/core/runtime/sim_runtime.h"
#include "sim/world/groups/cluster.h"

namespace fencepost::sim {

// From what a replica shows its state.
enum class LookFrom {
  kAgreed,       // a position not before anything that was agreed on when the request arrived
  kWhatIsThere,  // wherever the replica is
};

class GroupCalls {
 public:
  // Nothing is owned. `runtime` is that of the process's life.
  GroupCalls(Cluster* cluster, Network* network, ActorId actor, SimRuntime* runtime);

  // What the requests from now on are made for: they and their answers draw from its streams. Not owned;
  // REQUIRED before the first.
  void set_errand(Errand* errand) { errand_ = errand; }

  // Called before and after each request. When the process was killed in it, nothing is sent and nobody
  // resumed.
  void set_before_each_step(std::function<void()> hook) { before_each_step_ = std::move(hook); }

  // The answer of whoever leads; Unavailable when nobody was found to, DeadlineExceeded when a request
  // remained unanswered. leader_hint is never set.
  Awaitable<ProposalAnswer> Propose(GroupId group, Entry entry);

  // At the leader, as far as is known, or at the replica of that node. DeadlineExceeded, or what the replica
  // says.
  Awaitable<absl::StatusOr<std::vector<KeyView>>> Read(GroupId group, std::vector<std::string> keys,
                                                       std::optional<std::size_t> at_node);

  // What `look` makes of the state of a replica: the leader's, as far as is known. DeadlineExceeded. `look`
  // runs in the replica's process, perhaps after this one has died: it must refer to nothing of this one's.
  template <class T>
  Awaitable<absl::StatusOr<T>> Look(GroupId group, LookFrom from, std::function<T(const GroupState&)> look) {
    absl::StatusOr<T> answer = absl::DeadlineExceededError("no replica answered");
    for (int attempt = 0; attempt < kAttempts && !answer.ok(); ++attempt) {
      const std::size_t node = LeaderOf(group);
      AtNode<T> at_node = [cluster = cluster_, node, group, from, look](std::function<void(T)> reply) {
        auto show = [look, reply = std::move(reply)](const GroupState& state) { reply(look(state)); };
        if (from == LookFrom::kWhatIsThere) return cluster->OnLookAtOnce(node, group, show);
        cluster->OnLook(node, group, std::move(show));
      };
      answer = co_await Ask<T>(node, std::move(at_node));
      if (!answer.ok()) TryAnother(group, node);
    }
    co_return answer;
  }

 private:
  // What a request does in the process of the node it is sent to.
  template <class T>
  using AtNode = std::function<void(std::function<void(T)> reply)>;

  static constexpr int kAttempts = 6;

  // One request to one node.
  template <class T>
  Awaitable<absl::StatusOr<T>> Ask(std::size_t node, AtNode<T> at_node) {
    if (before_each_step_) co_await Step();
    Parking<T> parking(runtime_->sim_executor());
    const ActorId there = cluster_->ActorOf(node);
    auto request = [network = network_, here = actor_, there, errand = errand_, handle = parking.handle(),
                    at_node = std::move(at_node)] {
      at_node([network, here, there, errand, handle](T answer) {
        network->Send(there, here, errand, [handle, answer = std::move(answer)] { handle.Deliver(answer); });
      });
    };
    network_->Send(actor_, there, errand_, std::move(request));
    absl::StatusOr<T> answer = co_await parking.Wait(Deadline());
    if (before_each_step_) co_await Step();
    co_return answer;
  }

  Awaitable<void> Step();
  SimTime now() const { return runtime_->sim_executor().incarnation().scheduler().now(); }  // the world's
  SimTime Deadline() const;

  std::size_t LeaderOf(GroupId group) const;
  void TryAnother(GroupId group, std::size_t instead_of);

  Cluster* cluster_;
  Network* network_;
  ActorId actor_;
  SimRuntime* runtime_;
  Errand* errand_ = nullptr;
  std::function<void()> before_each_step_;
  std::map<GroupId, std::size_t> leaders_;  // as far as is known
};

}  // namespace fencepost::sim
