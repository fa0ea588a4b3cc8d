#include "sim/world/groups/group_server.h"

namespace fencepost::sim {
namespace {

// What `values` hold of the key, under the epoch that `ownership` gives it.
KeyView ViewOf(const std::string& key, const StoredValues& values, const GroupOwnership& ownership) {
  KeyView view;
  view.key = key;
  view.epoch = ownership.At(key).epoch;
  const auto found = values.find(key);
  if (found == values.end()) return view;
  view.version = found->second.revision.value;
  view.elements = found->second.elements;
  return view;
}

}  // namespace

bool ReadsWithoutWaiting(Mistake mistake, bool leads) {
  return mistake == Mistake::kBehindTheClient || (mistake == Mistake::kFollowerReads && !leads);
}

absl::StatusOr<std::vector<KeyView>> ServeRead(Mistake mistake, const Replica& replica,
                                               std::span<const std::string> keys) {
  const GroupState& state = *replica.state();
  if (mistake == Mistake::kBehindTheClient) {
    std::vector<KeyView> views;
    for (const std::string& key : keys) views.push_back(ViewOf(key, state.values(), state.ownership()));
    return views;
  }
  absl::StatusOr<std::vector<KeyView>> views = state.Read(keys);
  if (mistake != Mistake::kDataOlderThanOwnership || !views.ok()) return views;
  const GroupState snapshot = replica.SnapshotState();
  for (KeyView& view : *views) {
    KeyView older = ViewOf(view.key, snapshot.values(), state.ownership());
    older.write_locked_by = view.write_locked_by;
    view = older;
  }
  return views;
}

}  // namespace fencepost::sim
