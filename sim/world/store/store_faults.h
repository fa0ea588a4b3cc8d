// One actor's link to the shared catalog store, with everything that can go wrong on it.
//
// Every operation takes simulated time on the way there and back, and each way is a suspension at which
// others may get in between. The faults of the "store" family are drawn from the streams of the errand that
// it is used for, or, without one, of its owner; one per purpose.
//
// Shows BatchLanded and AnswerLost (events/catalog_events.h).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "fencepost/base/error.h"
#include "fencepost/store/memory_store.h"
#include "sim/core/choices/errand.h"
#include "sim/core/runtime/scheduler.h"
#include "sim/core/runtime/sim_runtime.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/events/save_token.h"

namespace fencepost::sim {

// How long one way takes when nothing goes wrong: `base` plus a drawn number of `step`s.
struct LinkLatency {
  std::chrono::nanoseconds base{std::chrono::milliseconds(1)};
  std::chrono::nanoseconds step{std::chrono::milliseconds(1)};
  std::uint32_t steps = 4;
};

class CatalogLink final : public MvccStore {
 public:
  // Nothing is owned. `runtime` is that of the process at this end, `owner` the name that its streams begin
  // with.
  CatalogLink(Stage* stage, MemoryStore* store, SimRuntime* runtime, const std::string& owner,
              LinkLatency latency = {});

  Awaitable<absl::StatusOr<Timestamp>> LastCommitTs() override;
  Awaitable<absl::StatusOr<std::optional<std::string>>> GetAt(std::string key, Timestamp ts) override;
  Awaitable<absl::StatusOr<std::vector<KeyValue>>> ScanAt(KeyRange range, std::size_t limit,
                                                          Timestamp ts) override;
  Awaitable<absl::StatusOr<Timestamp>> Commit(WriteBatch batch) override;

  // What is done from now on draws from the streams of `errand`, link-latency and link-faults, and no longer
  // from those of the owner.
  void DrawFor(const Errand& errand);

  // Commits made from now on are shown under this token (store/save_token.h).
  void set_commit_token(SaveToken token) { commit_token_ = token; }

  // Called at every step of every operation, in the caller's process, which may die of it.
  void set_before_each_step(std::function<void()> before_each_step) {
    before_each_step_ = std::move(before_each_step);
  }

 private:
  Awaitable<void> Travel();
  static absl::StatusOr<Timestamp> Land(Stage* stage, MemoryStore* store, SaveToken token,
                                        const WriteBatch& batch);
  void LandLater(SaveToken token, WriteBatch batch);
  bool InConflictStorm();
  void CompactUnder(Timestamp ts);

  Stage* stage_;
  MemoryStore* store_;
  SimRuntime* runtime_;
  FaultInjector* faults_;
  LinkLatency latency_;
  std::string owner_;
  Stream latency_stream_;
  Stream fault_stream_;
  SaveToken commit_token_ = kNobodys;
  std::uint32_t storm_commits_left_ = 0;
  std::function<void()> before_each_step_;
};

}  // namespace fencepost::sim
