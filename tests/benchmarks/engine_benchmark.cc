// What a lookup, a look at the current picture, and a new snapshot cost, each beside a plain alternative
// measured in the same run: absolute times depend on the machine, the `x_...` counters (how many times faster
// than that alternative) much less so.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fencepost/engine/engine.h"

namespace fencepost {
namespace {

std::uint64_t Mix(std::uint64_t number) {
  number += 0x9e3779b97f4a7c15;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
  number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
  return number ^ (number >> 31);
}

// 25 bytes of text, in the order of `number`.
std::string TextKey(std::uint64_t number) {
  char text[48];
  std::snprintf(text, sizeof text, "tenant/0042/row/%09llu", static_cast<unsigned long long>(number));
  return text;
}

// A partition of the keyspace in `size` routes.
CatalogSnapshot PartitionOf(std::uint64_t size) {
  CatalogSnapshot snapshot;
  snapshot.version = Version(1);
  snapshot.routes.reserve(size);
  for (std::uint64_t i = 0; i < size; ++i) {
    RouteDescriptor route;
    route.route_id = RouteId(i + 1);
    if (i > 0) route.start = TextKey(i * 10);
    if (i + 1 < size) route.end = TextKey((i + 1) * 10);
    route.group_id = GroupId(1 + i % 16);
    route.epoch = RangeEpoch(1);
    snapshot.routes.push_back(std::move(route));
  }
  return snapshot;
}

// What the lookups of one size work on; made once.
struct Subject {
  explicit Subject(std::uint64_t size) : engine(NewEngine()) {
    const CatalogSnapshot partition = PartitionOf(size);
    if (!engine->ApplySnapshot(partition).ok()) std::abort();
    snapshot = engine->Current();
    for (const RouteDescriptor& route : partition.routes) map.emplace(route.start, route);
    for (std::uint64_t i = 0; i < 65536; ++i) keys.push_back(TextKey(Mix(i) % (size * 10)));
  }

  static Subject& OfSize(std::uint64_t size) {
    static std::mutex mutex;
    static std::map<std::uint64_t, std::unique_ptr<Subject>> subjects;
    const std::lock_guard lock(mutex);
    std::unique_ptr<Subject>& subject = subjects[size];
    if (subject == nullptr) subject = std::make_unique<Subject>(size);
    return *subject;
  }

  std::unique_ptr<Engine> engine;
  std::optional<RouteHistorySnapshot> snapshot;
  std::map<std::string, RouteDescriptor, std::less<>> map;
  std::vector<std::string> keys;
};

// Nanoseconds per iteration of the measured alternatives, by name and argument.
double& AlternativeNs(const std::string& name, std::int64_t argument) {
  static std::map<std::pair<std::string, std::int64_t>, double> measured;
  return measured[{name, argument}];
}

// Processor time of this thread: the ratios then hold on a busy machine too.
double ThreadCpuNs() {
  std::timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

template <class Body>
double NsPerIteration(benchmark::State& state, Body body) {
  const double begin = ThreadCpuNs();
  for ([[maybe_unused]] auto iteration : state) body();
  return (ThreadCpuNs() - begin) / static_cast<double>(state.iterations());
}

template <class Lookup>
double NsPerLookup(benchmark::State& state, const Subject& subject, Lookup lookup) {
  std::size_t next = 0;
  return NsPerIteration(state, [&] {
    benchmark::DoNotOptimize(lookup(subject.keys[next]));
    next = (next + 1) % subject.keys.size();
  });
}

Subject& SubjectOf(const benchmark::State& state) {
  return Subject::OfSize(static_cast<std::uint64_t>(state.range(0)));
}

void LookupInStdMap(benchmark::State& state) {
  const Subject& subject = SubjectOf(state);
  AlternativeNs("std_map", state.range(0)) = NsPerLookup(state, subject, [&subject](const std::string& key) {
    return std::prev(subject.map.upper_bound(key))->second.group_id;
  });
}

void EngineGetRoute(benchmark::State& state) {
  const Subject& subject = SubjectOf(state);
  const double ns = NsPerLookup(state, subject,
                                [&subject](const std::string& key) { return subject.engine->GetRoute(key); });
  state.counters["x_std_map"] = AlternativeNs("std_map", state.range(0)) / ns;
}

void SnapshotOwnerOf(benchmark::State& state) {
  const Subject& subject = SubjectOf(state);
  const double ns = NsPerLookup(
      state, subject, [&subject](const std::string& key) { return subject.snapshot->OwnerOf(key); });
  state.counters["x_std_map"] = AlternativeNs("std_map", state.range(0)) / ns;
}

// What the engine publishes, behind the two usual ways to share it.
class SharedBehindMutex {
 public:
  Version Read() const {
    const std::shared_lock lock(mutex_);
    return snapshot_->version();
  }

 private:
  mutable std::shared_mutex mutex_;
  std::shared_ptr<const RouteHistorySnapshot> snapshot_ =
      std::make_shared<RouteHistorySnapshot>(Version(1), RouteTable());
};

class SharedAtomically {
 public:
  Version Read() const { return snapshot_.load()->version(); }

 private:
  std::atomic<std::shared_ptr<const RouteHistorySnapshot>> snapshot_{
      std::make_shared<const RouteHistorySnapshot>(Version(1), RouteTable())};
};

void CurrentVersionBehindSharedMutex(benchmark::State& state) {
  static const SharedBehindMutex shared;
  const double ns = NsPerIteration(state, [] { benchmark::DoNotOptimize(shared.Read()); });
  if (state.thread_index() == 0) AlternativeNs("shared_mutex", state.threads()) = ns;
}

void CurrentVersionInAtomicSharedPtr(benchmark::State& state) {
  static const SharedAtomically shared;
  const double ns = NsPerIteration(state, [] { benchmark::DoNotOptimize(shared.Read()); });
  if (state.thread_index() == 0) AlternativeNs("atomic_shared_ptr", state.threads()) = ns;
}

void CompareWithSharing(benchmark::State& state, double ns) {
  if (state.thread_index() != 0) return;
  for (const char* way : {"shared_mutex", "atomic_shared_ptr"}) {
    state.counters[std::string("x_") + way] = AlternativeNs(way, state.threads()) / ns;
  }
}

void EngineCurrentVersion(benchmark::State& state) {
  const Engine& engine = *Subject::OfSize(100).engine;
  CompareWithSharing(state,
                     NsPerIteration(state, [&] { benchmark::DoNotOptimize(engine.CurrentVersion()); }));
}

// A picture to keep, not just to look at.
void EngineHistory(benchmark::State& state) {
  const Engine& engine = *Subject::OfSize(100).engine;
  CompareWithSharing(state, NsPerIteration(state, [&] { benchmark::DoNotOptimize(engine.History()); }));
}

void CopyDescriptors(benchmark::State& state) {
  const CatalogSnapshot snapshot = PartitionOf(static_cast<std::uint64_t>(state.range(0)));
  AlternativeNs("copy", state.range(0)) = NsPerIteration(state, [&] {
    const CatalogSnapshot copy = snapshot;
    benchmark::DoNotOptimize(copy.routes.data());
  });
}

void EngineApplySnapshot(benchmark::State& state) {
  CatalogSnapshot snapshot = PartitionOf(static_cast<std::uint64_t>(state.range(0)));
  EngineOptions options;
  options.history_depth = 2;
  const std::unique_ptr<Engine> engine = Engine::Create(std::move(options)).value();
  snapshot.version = Version(0);
  const double ns = NsPerIteration(state, [&] {
    ++snapshot.version.value;
    if (!engine->ApplySnapshot(snapshot).ok()) std::abort();
  });
  state.counters["x_copy"] = AlternativeNs("copy", state.range(0)) / ns;
}

// Each alternative stands before what is compared with it.
BENCHMARK(LookupInStdMap)->Arg(100)->Arg(10'000)->Arg(1'000'000);
BENCHMARK(EngineGetRoute)->Arg(100)->Arg(10'000)->Arg(1'000'000);
BENCHMARK(SnapshotOwnerOf)->Arg(100)->Arg(10'000)->Arg(1'000'000);
BENCHMARK(CurrentVersionBehindSharedMutex)->Threads(1)->Threads(2)->UseRealTime();
BENCHMARK(CurrentVersionInAtomicSharedPtr)->Threads(1)->Threads(2)->UseRealTime();
BENCHMARK(EngineCurrentVersion)->Threads(1)->Threads(2)->UseRealTime();
BENCHMARK(EngineHistory)->Threads(1)->Threads(2)->UseRealTime();
BENCHMARK(CopyDescriptors)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK(EngineApplySnapshot)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace fencepost

BENCHMARK_MAIN();
