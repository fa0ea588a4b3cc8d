// The driver of a fuzzer: bytes decide, and the fuzzer changes bytes by what they made the run do.
//
// The bytes are read front to back and in two parts, so that a change to what is planned does not shift what
// happens while running, nor the other way round:
//
//     plan_length:u16 (big-endian, modulo the bytes that follow)  plan  schedule
//
//   plan      answers the streams "config/..." and "plan/...", draw by draw. A draw with weights follows
//   them. schedule  answers everything else, as the deviations from the default: one byte says how many draws
//   go by
//             first, and the byte after it what the next one answers. Odds are left aside, so a rare fault is
//             as near as a likely one; an answer of weight 0 is never given.
//
// Total: any bytes do, and where they have run out every answer is the default 0. So the empty input is the
// plainest run, and few bytes are few deviations. An answer depends on all draws before it. Single-threaded.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/choices/driver.h"

namespace fencepost::sim {

class BytesDriver final : public ChoiceDriver {
 public:
  // Copies the bytes.
  explicit BytesDriver(std::span<const std::uint8_t> bytes);

  std::uint64_t Choose(const ChoiceRequest& request) override;

 private:
  // Bytes yet to be read; past the end it reads zeros.
  struct Tape {
    std::span<const std::uint8_t> rest;

    bool empty() const { return rest.empty(); }
    std::uint8_t Byte();
    // As many bytes as `bound` has, modulo it. REQUIRES: bound > 0.
    std::uint64_t Below(std::uint64_t bound);
  };

  std::uint64_t ChoosePlanned(const ChoiceRequest& request);
  std::uint64_t ChooseScheduled(const ChoiceRequest& request);
  void ReadGap();

  std::vector<std::uint8_t> bytes_;  // what the tapes point into
  Tape plan_;
  Tape schedule_;
  std::uint64_t gap_ = 0;  // how many draws of the schedule go by before the next deviation
};

}  // namespace fencepost::sim
