// A mover's process over a MoveWorld: its own way to the store and to the groups, which ends where a test
// wants it to.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/scripted_runtime.h"
#include "tests/unit/lib/move/move_world.h"

namespace fencepost {

class MoveProcess final : public MoveTransport, public MvccStore {
 public:
  using AtPoint = std::function<Fate(int point, const std::string& what)>;

  explicit MoveProcess(MoveWorld* world, int attempts = 8)
      : world_(*world), mover_(&catalog_, this, &runtime_, Options(attempts)) {}

  // Asked before each point, which are counted from 1.
  AtPoint at_point;

  RangeMover& mover() { return mover_; }
  int points() const { return points_; }
  const std::vector<std::string>& seen() const { return seen_; }
  ScriptedRuntime& runtime() { return runtime_; }

  absl::StatusOr<MoveRecord> Begin(const std::string& key, std::uint64_t target) {
    return RunAwaitable(mover_.Begin(key, GroupId(target)));
  }
  absl::Status Drive(OwnershipEpoch epoch) { return RunAwaitable(mover_.Drive(epoch)); }
  absl::StatusOr<MoveRecord> Undo(OwnershipEpoch epoch) { return RunAwaitable(mover_.Undo(epoch)); }
  std::vector<MoveRecord> OpenMoves() {
    const auto open = RunAwaitable(mover_.OpenMoves());
    EXPECT_TRUE(open.ok()) << open.status();
    return open.value_or(std::vector<MoveRecord>());
  }

  // MoveTransport.
  Awaitable<absl::Status> Propose(GroupId group, OwnershipEntry entry) override {
    const auto effect = [world = &world_, group, entry] { return world->Group(group).Log(entry); };
    world_.Remember([effect] { effect().IgnoreError(); });
    co_return Meet(FormatEntry(entry), effect);
  }
  Awaitable<absl::StatusOr<std::vector<RangeTenure>>> TenuresOf(GroupId group, KeyRange range) override {
    const auto read = [&]() -> absl::StatusOr<std::vector<RangeTenure>> {
      return world_.Group(group).ownership().In(range);
    };
    co_return Meet("tenures", read);
  }
  Awaitable<absl::StatusOr<Drain>> DrainOf(GroupId group, KeyRange range, OwnershipEpoch epoch) override {
    const auto read = [&] { return CheckDrain(world_.Group(group).ownership(), range, epoch); };
    co_return Meet("drain", read);
  }
  Awaitable<absl::StatusOr<std::vector<ReplicaReads>>> ReadsOf(GroupId group) override {
    const auto read = [&]() -> absl::StatusOr<std::vector<ReplicaReads>> {
      if (world_.replicas) return world_.replicas();
      return std::vector{ReplicaReads{world_.Group(group).ownership().applied_index(), true}};
    };
    co_return Meet("reads", read);
  }
  Awaitable<absl::Status> ResolvePrepared(GroupId group, TransactionId id) override {
    const auto effect = [this, group, id] {
      if (!world_.resolvable) return absl::UnavailableError("its home does not answer");
      world_.Resolve(world_.Group(group), id);
      return absl::OkStatus();
    };
    co_return Meet("resolve", effect);
  }
  Awaitable<absl::StatusOr<Timestamp>> Copy(CopyJob job) override {
    const MoveGroup::Values values = world_.Group(job.from).ValuesIn(job.range);
    const Timestamp floor(world_.clock());
    // In chunks, so that one can be there without the other.
    std::vector<KeyRange> parts = {job.range};
    if (job.range.start < "k" && Contains(job.range, "k")) {
      parts = {Between(job.range.start, "k"), KeyRange{"k", job.range.end}};
    }
    for (const KeyRange& part : parts) {
      MoveGroup::Values chunk;
      for (const auto& [key, value] : values) {
        if (Contains(part, key)) chunk[key] = value;
      }
      const auto effect = [world = &world_, job, part, chunk] {
        return world->Group(job.to).TakeChunk(part, job.epoch, chunk);
      };
      world_.Remember([effect] { effect().IgnoreError(); });
      if (absl::Status taken = Meet("copy", effect); !taken.ok()) co_return taken;
    }
    co_return floor;
  }
  Awaitable<absl::Status> DropCopied(GroupId group, KeyRange range, OwnershipEpoch epoch) override {
    const auto effect = [world = &world_, group, range, epoch] {
      return world->Group(group).DropCopied(range, epoch);
    };
    world_.Remember([effect] { effect().IgnoreError(); });
    co_return Meet("drop", effect);
  }
  Awaitable<absl::Status> ReadersDrained(GroupId, KeyRange, OwnershipEpoch) override {
    co_return Meet("readers", [] { return absl::OkStatus(); });
  }

  // MvccStore.
  Awaitable<absl::StatusOr<Timestamp>> LastCommitTs() override {
    if (dead_) co_return Dead();
    co_return world_.store.LastCommitTsNow();
  }
  Awaitable<absl::StatusOr<std::optional<std::string>>> GetAt(std::string key, Timestamp ts) override {
    if (dead_) co_return Dead();
    co_return world_.store.Get(key, ts);
  }
  Awaitable<absl::StatusOr<std::vector<KeyValue>>> ScanAt(KeyRange range, std::size_t limit,
                                                          Timestamp ts) override {
    if (dead_) co_return Dead();
    co_return world_.store.Scan(range, limit, ts);
  }
  Awaitable<absl::StatusOr<Timestamp>> Commit(WriteBatch batch) override {
    const auto effect = [&] { return world_.store.CommitNow(batch); };
    late_ = batch;
    co_return Meet("commit", effect);
  }

 private:
  static RangeMoverOptions Options(int attempts) {
    RangeMoverOptions options;
    options.attempts_per_step = attempts;
    return options;
  }
  static absl::Status Dead() { return absl::UnavailableError("the process is dead"); }

  // Comes to a point, and does with the call what the test wants.
  template <class Effect>
  auto Meet(const std::string& what, const Effect& effect) -> decltype(effect()) {
    if (dead_) return Dead();
    LandWhatIsLate();
    world_.WriteEverywhere();
    seen_.push_back(what);
    const Fate fate = at_point ? at_point(++points_, what) : (++points_, Fate::kGoesOn);
    world_.ExpectSafe("at point " + std::to_string(points_) + ", " + what);
    dead_ = fate == Fate::kDiesBefore || fate == Fate::kDiesAfter;
    if (fate == Fate::kDiesBefore) return Dead();
    if (fate == Fate::kFailsBefore) return absl::UnavailableError("the call was lost");
    if (fate == Fate::kLandsLate) {
      lands_late_ = late_;
      return absl::UnknownError("no answer in time");
    }
    auto answer = effect();
    if (fate == Fate::kDiesAfter) return Dead();
    if (fate == Fate::kFailsAfter) return absl::DeadlineExceededError("the answer was lost");
    return answer;
  }

  void LandWhatIsLate() {
    if (!lands_late_.has_value()) return;
    world_.store.CommitNow(*lands_late_).IgnoreError();
    lands_late_.reset();
  }

  MoveWorld& world_;
  CatalogStore catalog_{this};
  ScriptedRuntime runtime_{[](int) { return true; }};
  RangeMover mover_;
  int points_ = 0;
  std::vector<std::string> seen_;
  bool dead_ = false;
  WriteBatch late_;
  std::optional<WriteBatch> lands_late_;
};

}  // namespace fencepost
