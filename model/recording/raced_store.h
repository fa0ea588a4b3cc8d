// A store in which other writes happen at one chosen point inside one operation (FORMAT.md section 5.7).
//
// It forwards to a MemoryStore; when the point is passed for the first time, the injected writes run before
// the operation goes on. So a race of the recordings is replayed on production code without a thread.
//
// One operation uses one RacedStore; single-threaded.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fencepost/store/memory_store.h"

namespace fencepost::model::recording {

// A write that reaches the store from elsewhere.
struct InjectedPut {
  std::string key;
  std::string value;
  Timestamp ts;
};
struct InjectedDelete {
  std::string key;
  Timestamp ts;
};
struct InjectedCompaction {
  Timestamp floor;
};
using Injection = std::variant<InjectedPut, InjectedDelete, InjectedCompaction>;

// Where the injected writes come in.
enum class RacePoint {
  kAfterReadTs,     // before the first point read
  kBeforeScan,      // before the first scan
  kBeforeCommitTs,  // before the commit, which is where the store assigns the commit timestamp
  // Between the choice of the commit timestamp and the commit at it. Our stores have no such place: they
  // choose and commit in one step. Here the window of the reference is held open: the timestamp is the one
  // after the last, then come the injected writes, then the batch at that timestamp. This reproduces what
  // the reference left behind; it says nothing about the store of this library.
  kBeforeApply,
};

// The point as recordings call it ("after_read_ts"), or nothing.
std::optional<RacePoint> RacePointFromName(std::string_view name);

class RacedStore final : public MvccStore {
 public:
  // `store` is not owned and must outlive this object.
  RacedStore(MemoryStore* store, RacePoint point, std::vector<Injection> injections);

  Awaitable<absl::StatusOr<Timestamp>> LastCommitTs() override;
  Awaitable<absl::StatusOr<std::optional<std::string>>> GetAt(std::string key, Timestamp ts) override;
  Awaitable<absl::StatusOr<std::vector<KeyValue>>> ScanAt(KeyRange range, std::size_t limit,
                                                          Timestamp ts) override;
  Awaitable<absl::StatusOr<Timestamp>> Commit(WriteBatch batch) override;

  // Whether the point was passed.
  bool injected() const { return injected_; }

 private:
  void Pass(RacePoint point);
  absl::StatusOr<Timestamp> CommitWithOpenWindow(const WriteBatch& batch);

  MemoryStore* store_;
  RacePoint point_;
  std::vector<Injection> injections_;
  bool injected_ = false;
};

}  // namespace fencepost::model::recording
