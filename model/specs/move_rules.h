// The rules of the logged move that the model `move` can leave out, one at a time or together.
//
// Each is a guard somewhere in the machine; a gap is a rule set to false. Values; thread-safe.
#pragma once

#include <span>
#include <string_view>

namespace fencepost::model {

struct MoveRules {
  // What a group does with an entry.
  bool verdict_from_log = true;
  bool epoch_in_entry = true;
  bool epoch_equal = true;
  bool fence_stops_writes = true;
  bool newer_entries_only = true;
  bool copy_checked = true;
  bool release_fenced_only = true;
  bool release_drained_only = true;
  bool resolve_by_prepare = true;
  bool lease_when_caught_up = true;
  // What a mover waits for, and what the catalog asks.
  bool fence_awaited = true;
  bool fence_of_own_epoch = true;
  bool copy_at_cut_off = true;
  bool prepared_drained = true;
  bool reads_stopped = true;
  bool copy_awaited = true;
  bool floor_above_copied = true;
  bool activate_awaited = true;
  bool readers_drained = true;
  bool release_awaited = true;
  bool hand_over_compares = true;
  bool undo_fences = true;
  bool undo_releases = true;
  bool undo_drains_readers = true;
  bool undo_takes_epoch = true;
};

struct MoveGap {
  std::string_view name;
  std::string_view meaning;
  bool MoveRules::* rule;
  bool in_library;  // the library keeps the rule by itself, and cannot leave it out
};

std::span<const MoveGap> MoveGaps();

}  // namespace fencepost::model
