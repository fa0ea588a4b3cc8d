// How many distinct states per second the checker finds, and what it costs to remember one.
//
//   checker_benchmark                  (states/s is the rate; bytes_per_state the peak)
//
// With one thread the rate is per second of processor time, and so holds on a busy machine; with two it is
// per second of real time. The sizes are rows of known counts; a benchmark whose count is wrong reports an
// error instead of a rate.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "model/checker/check.h"
#include "model/checker/packed_state.h"
#include "model/specs/composed_machine.h"

namespace fencepost::model {
namespace {

struct Size {
  ComposedBounds bounds;
  std::uint64_t distinct;
};

constexpr Size kMedium = {{2, 2, 2, 3, 6, 8, true, true, false}, 266'034};
constexpr Size kLarge = {{2, 2, 3, 2, 6, 5, true, true, false}, 600'817};
constexpr Size kLargest = {{2, 2, 3, 3, 6, 7, true, true, false}, 16'432'528};

template <std::size_t kWords>
void Search(benchmark::State& run, const Size& size, unsigned threads, bool compact) {
  const ComposedMachine<PackedState<kWords>> machine(size.bounds);
  CheckOptions options;
  options.invariants = {0, 1, 2};
  options.threads = threads;
  if (compact) options.fingerprint_bits = 64;
  std::uint64_t peak_bytes = 0;
  for (auto _ : run) {
    const CheckResult result = Check<PackedState<kWords>>(machine, options);
    if (result.distinct != size.distinct) run.SkipWithError("wrong number of states");
    peak_bytes = result.peak_bytes;
  }
  const auto distinct = static_cast<double>(size.distinct);
  run.counters["states/s"] = benchmark::Counter(distinct, benchmark::Counter::kIsIterationInvariantRate,
                                                benchmark::Counter::kIs1000);
  run.counters["bytes_per_state"] = benchmark::Counter(static_cast<double>(peak_bytes) / distinct);
}

void Composed(benchmark::State& run, const Size& size, unsigned threads, bool compact) {
  Search<1>(run, size, threads, compact);
}

void ComposedIn128Bits(benchmark::State& run, const Size& size, unsigned threads, bool compact) {
  Search<2>(run, size, threads, compact);
}

BENCHMARK_CAPTURE(Composed, medium, kMedium, 1U, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Composed, large, kLarge, 1U, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ComposedIn128Bits, large, kLarge, 1U, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Composed, large_2_threads, kLarge, 2U, false)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(Composed, large_compact, kLarge, 1U, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Composed, largest, kLargest, 1U, false)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK_CAPTURE(Composed, largest_2_threads, kLargest, 2U, false)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(1);

}  // namespace
}  // namespace fencepost::model

BENCHMARK_MAIN();
