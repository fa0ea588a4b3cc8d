// The determinism check: one run, executed twice in one process with the heap perturbed in between, must
// leave the same trace. Made for the harness itself, and for anybody's simulation.
//
// A run that depends on anything but its choices (an address, an unordered container's order, a real clock,
// memory nobody initialised) differs between the two, and the first event that differs says where to look.
#pragma once

#include <absl/functional/function_ref.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/runtime/trace.h"

namespace fencepost::sim {

// One of the two executions at the event where they part.
struct TwinSide {
  std::uint64_t events = 0;  // how many it had in all
  TraceHash hash;
  std::optional<std::string> event;  // formatted; absent when it had ended, or when events were not kept
};

struct TwinMismatch {
  std::uint64_t first_different_event = 0;
  TwinSide first;
  TwinSide second;
};

// e.g. "the same choices gave two different runs; first difference:\n  first run:  event 17 at ...\n ...".
std::string FormatTwinMismatch(const TwinMismatch& mismatch);

// Executes `run`, which must build everything anew and fold what happens into the trace it is given, twice.
// Nothing when both executions left the same trace. At kEvents (REQUIRES: at least kHashes) the report names
// time, actor, kind and fields of the event on both sides.
std::optional<TwinMismatch> RunTwice(absl::FunctionRef<void(Trace&)> run,
                                     TraceDetail detail = TraceDetail::kEvents);

// While it lives, the heap is not what it was: memory handed out comes at other addresses, in another order
// and with other bytes in it than before. Addresses are changed on every allocator; under sanitizers, which
// keep freed memory apart, the bytes of fresh memory are not.
class HeapPerturbation {
 public:
  explicit HeapPerturbation(std::uint64_t seed);
  HeapPerturbation(const HeapPerturbation&) = delete;
  HeapPerturbation& operator=(const HeapPerturbation&) = delete;
  ~HeapPerturbation();

 private:
  std::vector<std::unique_ptr<unsigned char[]>> kept_;
};

}  // namespace fencepost::sim
