// Where a test double of a user's interface throws: at one of its operations, for a test that goes through
// all of them, or at drawn ones, as a fault of a simulated world.
//
//     absl::StatusOr<Timestamp> commit_ts = ...;
//     throws.Pass("Commit, on its way there");  // nothing has happened yet
//     commit_ts = store.CommitNow(batch);
//     throws.Pass("Commit, on its way back");   // it took effect all the same
//
// Single-threaded.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "sim/core/choices/choices.h"

namespace fencepost::sim {

// What is thrown unless something else is asked for.
class PlantedException final : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Asked at each place, which are counted from 0: whether it throws there. An empty plan never throws.
using ThrowPlan = std::function<bool(std::uint64_t place)>;

// At the place with this index and at no other.
ThrowPlan ThrowAt(std::uint64_t place);

// Whether an interface throws at this place; drawn. The default is that it does not.
bool Throws(Stream& stream, Ratio odds);
ThrowPlan DrawThrows(Stream stream, Ratio odds);

class ThrowPoint {
 public:
  // Makes what is thrown at `place`, whose description it is given.
  using ExceptionMaker = std::function<std::exception_ptr(std::string_view place)>;

  explicit ThrowPoint(ThrowPlan plan = {}, ExceptionMaker maker = {});

  // The double has come to the next place. `place` says which, for people.
  void Pass(std::string_view place);

  std::uint64_t passed() const { return passed_; }
  bool has_thrown() const { return has_thrown_; }

 private:
  ThrowPlan plan_;
  ExceptionMaker maker_;
  std::uint64_t passed_ = 0;
  bool has_thrown_ = false;
};

}  // namespace fencepost::sim
