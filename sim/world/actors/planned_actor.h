// Somebody of whom the plan says what it does, as the world sees it. (Transactors and movers, who use the
// data of a world, are in data_users.h.)
//
// Single-threaded.
#pragma once

#include <string>
#include <utility>

namespace fencepost::sim {

class PlannedActor {
 public:
  explicit PlannedActor(std::string name) : name_(std::move(name)) {}
  PlannedActor(const PlannedActor&) = delete;  // its coroutines point at it
  PlannedActor& operator=(const PlannedActor&) = delete;
  virtual ~PlannedActor() = default;

  // Begins with its actions. Once.
  virtual void Start() = 0;
  // Whether it has done all of them.
  virtual bool finished() const = 0;

  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

}  // namespace fencepost::sim
