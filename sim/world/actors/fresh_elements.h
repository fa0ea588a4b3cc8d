// Where clients get what they append and write: numbers that nobody in the run has used before.
//
// Single-threaded.
#pragma once

#include <cstdint>

namespace fencepost::sim {

class FreshElements {
 public:
  std::int64_t Next() { return ++last_; }

 private:
  std::int64_t last_ = 0;
};

}  // namespace fencepost::sim
