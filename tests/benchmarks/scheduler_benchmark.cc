// How many coroutine timer events a second the simulator's scheduler runs, beside the same coroutines on a
// plain boost::asio::io_context with steady timers that have already expired.
//
// One event is one sleep of one coroutine. "bare" coroutines are typed by the simulator's executor, "runtime"
// ones await Runtime::Sleep, as production code does, through Asio's type-erased executor. With _hash, every
// task is folded into the trace hash; with _uniform, the next task is any ready one instead of the first. The
// last lines give the ratios to io_context, measured in the same run.
#include <benchmark/benchmark.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/choices/recorded_driver.h"
#include "sim/core/choices/seeded_driver.h"
#include "sim/core/runtime/scheduler.h"
#include "sim/core/runtime/sim_executor.h"
#include "sim/core/runtime/sim_runtime.h"
#include "sim/core/runtime/suspend.h"

namespace fencepost::sim {
namespace {

namespace asio = boost::asio;

constexpr std::int64_t kSimulatedEvents = 400'000;
constexpr std::int64_t kRealEvents = 20'000;

enum class Coroutines { kBare, kRuntime };

// Different timers have different periods, so that the heap has work to do.
SimTime PeriodOf(std::int64_t timer) { return std::chrono::microseconds(900 + timer * 7919 % 200); }

asio::awaitable<void, SimExecutor> BareTicker(SimExecutor executor, SimTime period, std::int64_t ticks) {
  const Scheduler& scheduler = executor.incarnation().scheduler();
  for (std::int64_t i = 0; i < ticks; ++i) {
    co_await AsyncSleepUntil(executor, scheduler.now() + period, asio::deferred);
  }
}

Awaitable<void> RuntimeTicker(SimRuntime* runtime, SimTime period, std::int64_t ticks) {
  for (std::int64_t i = 0; i < ticks; ++i) {
    const absl::Status slept = co_await runtime->Sleep(period);
    benchmark::DoNotOptimize(slept);
  }
}

void RunSimulated(benchmark::State& state, Coroutines coroutines, bool hash, std::int64_t timers,
                  std::unique_ptr<ChoiceDriver> driver) {
  Choices choices(std::move(driver));
  Trace trace(TraceDetail::kHashOnly);
  Scheduler scheduler(&choices, hash ? &trace : nullptr);
  SimRuntime runtime(&scheduler, 1);
  for (std::int64_t timer = 0; timer < timers; ++timer) {
    const SimTime period = PeriodOf(timer);
    const std::int64_t ticks = kSimulatedEvents / timers;
    switch (coroutines) {
      case Coroutines::kBare:
        asio::co_spawn(runtime.sim_executor(), BareTicker(runtime.sim_executor(), period, ticks),
                       asio::detached);
        break;
      case Coroutines::kRuntime:
        asio::co_spawn(runtime.Executor(), RuntimeTicker(&runtime, period, ticks), asio::detached);
        break;
    }
  }
  state.ResumeTiming();
  if (scheduler.RunUntil(kNever) != Scheduler::RunResult::kIdle) state.SkipWithError("did not finish");
  state.PauseTiming();
  benchmark::DoNotOptimize(trace.hash());
}

void BM_Simulated(benchmark::State& state, Coroutines coroutines, bool hash, bool random_schedule) {
  const std::int64_t timers = state.range(0);
  for (auto _ : state) {
    state.PauseTiming();
    std::unique_ptr<ChoiceDriver> driver = RecordedDriver::Make({}).value();
    if (random_schedule) driver = std::make_unique<SeededDriver>(1, Strategy::kUniform);
    RunSimulated(state, coroutines, hash, timers, std::move(driver));
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * kSimulatedEvents);
}

asio::awaitable<void> RealTicker(std::int64_t ticks) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (std::int64_t i = 0; i < ticks; ++i) {
    timer.expires_after(std::chrono::nanoseconds(0));
    co_await timer.async_wait(asio::use_awaitable);
  }
}

void BM_IoContext(benchmark::State& state) {
  const std::int64_t timers = state.range(0);
  for (auto _ : state) {
    asio::io_context context(1);
    for (std::int64_t timer = 0; timer < timers; ++timer) {
      asio::co_spawn(context, RealTicker(kRealEvents / timers), asio::detached);
    }
    context.run();
  }
  state.SetItemsProcessed(state.iterations() * kRealEvents);
}

void TimerCounts(benchmark::internal::Benchmark* benchmark) {
  for (const std::int64_t timers : {1, 100, 10'000}) benchmark->Arg(timers);
}

BENCHMARK(BM_IoContext)->Apply(TimerCounts);
BENCHMARK_CAPTURE(BM_Simulated, bare, Coroutines::kBare, false, false)->Apply(TimerCounts);
BENCHMARK_CAPTURE(BM_Simulated, bare_hash, Coroutines::kBare, true, false)->Apply(TimerCounts);
BENCHMARK_CAPTURE(BM_Simulated, runtime, Coroutines::kRuntime, false, false)->Apply(TimerCounts);
BENCHMARK_CAPTURE(BM_Simulated, runtime_hash, Coroutines::kRuntime, true, false)->Apply(TimerCounts);
BENCHMARK_CAPTURE(BM_Simulated, runtime_hash_uniform, Coroutines::kRuntime, true, true)->Apply(TimerCounts);

void BM_SeededDraw(benchmark::State& state) {
  Choices choices(std::make_unique<SeededDriver>(1));
  Stream stream = choices.Open("net/1->2");
  for (auto _ : state) benchmark::DoNotOptimize(stream.Chance(Ratio{1, 1000}, "drop"));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_SeededDraw);

// Prints the usual table and keeps the rates, for the ratios.
class RatioReporter final : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      const auto rate = run.counters.find("items_per_second");
      if (rate != run.counters.end()) rates_[run.benchmark_name()] = rate->second.value;
    }
  }

  void PrintRatios() const {
    std::printf("\n%-44s %10s %14s\n", "coroutine timer events", "million/s", "x io_context");
    for (const auto& [name, rate] : rates_) {
      if (!name.starts_with("BM_Simulated")) continue;
      const auto real = rates_.find("BM_IoContext" + name.substr(name.rfind('/')));
      if (real != rates_.end()) {
        std::printf("%-44s %10.2f %14.0f\n", name.c_str(), rate / 1e6, rate / real->second);
      }
    }
  }

 private:
  std::map<std::string, double> rates_;
};

}  // namespace
}  // namespace fencepost::sim

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  fencepost::sim::RatioReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::Shutdown();
  reporter.PrintRatios();
  return 0;
}
