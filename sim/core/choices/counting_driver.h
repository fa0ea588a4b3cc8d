// A driver that counts what the choices of a run are spent on, and leaves the answering to another.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "sim/core/choices/driver.h"

namespace fencepost::sim {

// How many draws were made, and how many of them deviated from the default.
struct DrawCount {
  std::uint64_t draws = 0;
  std::uint64_t deviations = 0;
};

// By label: what a draw decides.
using DrawCounts = std::map<std::string, DrawCount>;

class CountingDriver final : public ChoiceDriver {
 public:
  // `counts` is not owned and outlives the driver; it is added to.
  CountingDriver(std::unique_ptr<ChoiceDriver> driver, DrawCounts* counts)
      : driver_(std::move(driver)), counts_(counts) {}

  std::uint64_t Choose(const ChoiceRequest& request) override {
    const std::uint64_t answer = driver_->Choose(request);
    DrawCount& count = (*counts_)[request.label];
    ++count.draws;
    if (answer != 0) ++count.deviations;
    return answer;
  }

 private:
  std::unique_ptr<ChoiceDriver> driver_;
  DrawCounts* counts_;
};

}  // namespace fencepost::sim
