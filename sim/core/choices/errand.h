// What is done for one item of an actor's plan, whichever actor performs it: an errand names the streams that
// all of it draws from.
//
//     transactor-1/3               what the actor itself decides: whether it dies, how long it waits
//     transactor-1/3/pace          how long its messages, and the agreement on what it proposes, take
//     transactor-1/3/faults        what goes wrong with those
//     transactor-1/3/replica-2     when the replicas on that node apply what it proposed
//     transactor-1/3/...           any other purpose of those who work for it
//
// The item itself is planned by the stream plan/transactor-1/3. So leaving an item out shifts no draw of
// anything done for another, and an item that gets another number takes all of its draws along.
//
// Invariant: Errands hands out one errand per name, which lives as long as it does. Single-threaded.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/choices/choices.h"

namespace fencepost::sim {

class Errand {
 public:
  // `choices` is not owned.
  Errand(Choices* choices, std::string name);
  Errand(const Errand&) = delete;  // what is under way points at it
  Errand& operator=(const Errand&) = delete;

  const std::string& name() const { return name_; }

  Stream& own() { return own_; }
  Stream& pace() { return pace_; }
  Stream& faults() { return faults_; }
  // Of the replicas on node number `node`, from 0.
  Stream& OfReplica(std::size_t node);
  // NAME/PURPOSE; opens it by name, so keep it.
  Stream Of(std::string_view purpose) const;

 private:
  Choices* choices_;
  std::string name_;
  Stream own_;
  Stream pace_;
  Stream faults_;
  std::vector<std::optional<Stream>> replicas_;
};

// All errands of a world.
class Errands {
 public:
  explicit Errands(Choices* choices) : choices_(choices) {}
  Errands(const Errands&) = delete;
  Errands& operator=(const Errands&) = delete;

  // That of this name; the same name gives the same errand. O(errands).
  Errand* Open(std::string_view name);
  // Of item `slot`, from 1, of this actor's plan.
  Errand* OfItem(std::string_view actor, std::uint64_t slot);

 private:
  Choices* choices_;
  std::deque<Errand> errands_;
};

}  // namespace fencepost::sim
