// The models `composed` and `composed_lagging`: their bounds, gaps and names.
#include <absl/status/statusor.h>

#include <string_view>

#include "model/checker/check.h"
#include "model/specs/composed_machine.h"
#include "model/specs/model.h"
#include "model/specs/models.h"
#include "model/specs/production_composed.h"

namespace fencepost::model {
namespace {

constexpr std::string_view kNoObservedCheck = "no-observed-check";
constexpr std::string_view kNoCurrentFence = "no-current-fence";

absl::StatusOr<CheckResult> CheckComposed(const ModelInstance& instance, bool lagging) {
  ComposedBounds bounds;
  bounds.keys = instance.bound("keys");
  bounds.groups = instance.bound("groups");
  bounds.txns = instance.bound("txns");
  bounds.max_versions = instance.bound("max_versions");
  bounds.max_ts = instance.bound("max_ts");
  bounds.max_ops = instance.bound("max_ops");
  bounds.observed_check = !instance.has_gap(kNoObservedCheck);
  bounds.current_fence = !instance.has_gap(kNoCurrentFence);
  bounds.lagging = lagging;
  const std::size_t words = ComposedLayout(bounds).words;
  if (absl::Status status = CheckStateWidth(words); !status.ok()) return status;
  const bool production = instance.bound("production") == 1;
  if (production && !bounds.current_fence) {
    return absl::InvalidArgumentError(
        "production=1 has no gap no-current-fence: the library's fence always asks");
  }
  return VisitStateType(words, [&]<class State>(std::type_identity<State>) {
    if (production) return Check<State>(ProductionComposed<State>(bounds), instance.check);
    return Check<State>(ComposedMachine<State>(bounds), instance.check);
  });
}

// What both have. `max_ops` is the default of that bound.
Model ComposedFamily(std::uint64_t max_ops) {
  Model model;
  model.bounds = {
      {"keys", "keys", 2, 0, 64},
      {"groups", "groups; the first owns every key at version 0", 2, 1, 64},
      {"txns", "transactions, each of which begins at most once", 2, 0, 64},
      {"max_versions", "the highest durable version", 2, 0, 1'000},
      {"max_ts", "the highest timestamp, of a start or a commit", 4, 0, 1'000'000},
      {"max_ops", "proposals, begins, writes and polls; commits and aborts are free", max_ops, 0, 1'000'000},
      {"production", "1: the library itself makes the transitions", 0, 0, 1},
  };
  model.invariants = {
      {"C1", "a commit's group owned the written keys at the version the transaction observed"},
      {"C1a", "a commit's group owned the written keys at the durable version when it committed"},
      {"C3", "no two commits have one timestamp"},
  };
  return model;
}

}  // namespace

Model ComposedModel() {
  Model model = ComposedFamily(4);
  model.name = "composed";
  model.meaning = "transactions that commit while the keys they wrote move from group to group";
  model.gaps = {
      {kNoObservedCheck, "a commit does not ask who owned the keys when the transaction began"},
      {kNoCurrentFence, "a commit does not ask who owns the keys now"},
  };
  model.check = [](const ModelInstance& instance) { return CheckComposed(instance, false); };
  return model;
}

Model ComposedLaggingModel() {
  Model model = ComposedFamily(5);
  model.name = "composed_lagging";
  model.meaning = "composed, with groups that judge by the version they polled last: C1a breaks";
  model.check = [](const ModelInstance& instance) { return CheckComposed(instance, true); };
  return model;
}

}  // namespace fencepost::model
