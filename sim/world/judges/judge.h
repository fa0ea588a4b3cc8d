// Judges a run as it goes: every commit that reaches the store, every save that ends, every engine that
// moves.
//
// The first violation is kept and ends the run. Beside the invariants of model/invariants, the naive
// reference catalog is stepped with each save that lands and must come out with the same records, byte for
// byte.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fencepost/catalog/catalog_store.h"
#include "fencepost/store/memory_store.h"
#include "model/invariants/durable_version.h"
#include "model/invariants/violation.h"
#include "model/reference/naive_catalog.h"
#include "model/reference/naive_store.h"
#include "sim/core/runtime/scheduler.h"
#include "sim/core/runtime/trace.h"
#include "sim/world/mark_kinds.h"
#include "sim/world/store/record_faults.h"
#include "sim/world/store/store_faults.h"

namespace fencepost::sim {

class Judge final : public CommitObserver {
 public:
  // Nothing is owned. Only the `enabled` invariants (names) are judged.
  Judge(const std::vector<std::string>& enabled, const MemoryStore* store, RecordVandal* vandal,
        const Scheduler* scheduler, Trace* trace, Marks* marks);

  // `who` is about to save these routes. The token is for CatalogLink::set_commit_token.
  std::uint64_t BeginSave(ActorId actor, const std::string& who, Version expected,
                          const std::vector<RouteDescriptor>& routes);
  // That save ended for its caller.
  void EndSave(ActorId actor, std::uint64_t token, const absl::StatusOr<SaveResult>& result);

  void OnCommitted(std::uint64_t token, const WriteBatch& batch, Timestamp commit_ts) override;
  void OnAnswerLost(std::uint64_t token) override;

  // Takes a verdict: keeps it if it is the first violation of an enabled invariant.
  void Take(model::Verdict verdict);

  // Whether that invariant is judged at all.
  bool Judges(std::string_view invariant) const;

  // The catalog's records have been repaired: route records have new timestamps under unchanged versions.
  void OnRepaired() { repaired_ = true; }
  bool repaired() const { return repaired_; }
  bool CatalogIsDamaged() const { return !vandal_->damaged().empty(); }

  const model::DurableVersionInvariant& durable() const { return durable_; }
  bool Landed(std::uint64_t token) const { return landed_.contains(token); }

  const std::optional<model::Violation>& violation() const { return violation_; }
  SimTime violated_at() const { return violated_at_; }
  std::uint64_t violated_step() const { return violated_step_; }

 private:
  struct Save {
    std::string who;
    Version expected;
    std::vector<RouteDescriptor> routes;
    bool ended = false;
  };

  void StepReference(const Save& save);
  void MarkEnd(const Save& save, std::uint64_t token, const absl::StatusOr<SaveResult>& result);

  std::vector<std::string> enabled_;
  const MemoryStore* store_;
  RecordVandal* vandal_;
  const Scheduler* scheduler_;
  Trace* trace_;
  Marks* marks_;

  model::DurableVersionInvariant durable_;
  model::NaiveStore reference_store_;
  model::NaiveCatalog reference_;
  std::vector<Save> saves_;  // by token - 1
  std::set<std::uint64_t> landed_;
  std::set<std::uint64_t> answer_lost_;
  bool repaired_ = false;

  std::optional<model::Violation> violation_;
  SimTime violated_at_{0};
  std::uint64_t violated_step_ = 0;
};

}  // namespace fencepost::sim
