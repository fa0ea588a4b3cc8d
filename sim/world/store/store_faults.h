// One actor's link to the shared catalog store, with everything that can go wrong on it.
//
// Every operation takes simulated time on the way there and back, and each way is a suspension at which
// others may get in between. The faults of the "store" family are drawn from the streams of the errand that
// it is used for, or, without one, of its owner; one per purpose.
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
#include "sim/world/fault_kinds.h"

namespace fencepost::sim {

// Told of every batch that reached the store, after it did and before anything else can run.
class CommitObserver {
 public:
  // The token of a save that nobody announces beforehand: its content is what it wrote.
  static constexpr std::uint64_t kUnannounced = UINT64_MAX;

  virtual ~CommitObserver() = default;
  // `token` is what the committing link's owner had set with set_commit_token when the commit was made.
  virtual void OnCommitted(std::uint64_t token, const WriteBatch& batch, Timestamp commit_ts) = 0;
  // The committer was told that nobody knows whether its batch landed.
  virtual void OnAnswerLost(std::uint64_t token) = 0;
};

// How long one way takes when nothing goes wrong: `base` plus a drawn number of `step`s.
struct LinkLatency {
  std::chrono::nanoseconds base{std::chrono::milliseconds(1)};
  std::chrono::nanoseconds step{std::chrono::milliseconds(1)};
  std::uint32_t steps = 4;
};

class CatalogLink final : public MvccStore {
 public:
  // Nothing is owned. `world_runtime` runs what outlives the caller: a late commit lands even if its sender
  // died.
  CatalogLink(MemoryStore* store, SimRuntime* runtime, SimRuntime* world_runtime, Choices* choices,
              const std::string& owner, FaultInjector* faults, CommitObserver* observer, LinkLatency latency);

  Awaitable<absl::StatusOr<Timestamp>> LastCommitTs() override;
  Awaitable<absl::StatusOr<std::optional<std::string>>> GetAt(std::string key, Timestamp ts) override;
  Awaitable<absl::StatusOr<std::vector<KeyValue>>> ScanAt(KeyRange range, std::size_t limit,
                                                          Timestamp ts) override;
  Awaitable<absl::StatusOr<Timestamp>> Commit(WriteBatch batch) override;

  // What is done from now on draws from the streams of `errand`, link-latency and link-faults, and no longer
  // from those of the owner.
  void DrawFor(const Errand& errand);

  // Commits made from now on are reported to the observer under this token; 0 means nobody's save.
  void set_commit_token(std::uint64_t token) { commit_token_ = token; }

  // Called at every step of every operation, in the caller's process, which may die of it.
  void set_before_each_step(std::function<void()> before_each_step) {
    before_each_step_ = std::move(before_each_step);
  }

 private:
  Awaitable<void> Travel();
  absl::StatusOr<Timestamp> Land(std::uint64_t token, const WriteBatch& batch);
  void LandLater(std::uint64_t token, WriteBatch batch);
  bool InConflictStorm();
  void CompactUnder(Timestamp ts);

  MemoryStore* store_;
  SimRuntime* runtime_;
  SimRuntime* world_runtime_;
  FaultInjector* faults_;
  CommitObserver* observer_;
  LinkLatency latency_;
  std::string owner_;
  Stream latency_stream_;
  Stream fault_stream_;
  std::uint64_t commit_token_ = 0;
  std::uint32_t storm_commits_left_ = 0;
  std::function<void()> before_each_step_;
};

}  // namespace fencepost::sim
