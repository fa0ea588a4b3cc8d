#include "model/specs/move_rules.h"

#include <array>

namespace fencepost::model {
namespace {

using R = MoveRules;

constexpr std::array kGaps = {
    MoveGap{"verdict-from-cache", "a replica judges writes by the routes it polled last",
            &R::verdict_from_log, false},
    MoveGap{"no-epoch-in-entry", "whatever an active group is asked to write, it writes", &R::epoch_in_entry,
            true},
    MoveGap{"epoch-at-least", "a claim holds under any later epoch too", &R::epoch_equal, true},
    MoveGap{"fence-stops-nothing", "a fenced group goes on letting writes in", &R::fence_stops_writes, true},
    MoveGap{"stale-entries", "entries take effect below the highest epoch named before",
            &R::newer_entries_only, true},
    MoveGap{"late-copy", "a copy is taken in without asking whether the range waits for it", &R::copy_checked,
            false},
    MoveGap{"release-any-epoch", "RELEASE needs no FENCE of its own epoch", &R::release_fenced_only, true},
    MoveGap{"release-with-prepared", "RELEASE takes a range with a prepared transaction in it",
            &R::release_drained_only, true},
    MoveGap{"resolve-by-ownership", "a resolution counts only while the group is active",
            &R::resolve_by_prepare, true},
    MoveGap{"lease-while-behind", "a replica gets a read lease before it has caught up",
            &R::lease_when_caught_up, false},
    MoveGap{"fence-not-awaited", "the copy begins before FENCE is in the source's log", &R::fence_awaited,
            false},
    MoveGap{"fence-of-any-move", "a mover goes by whatever fence it finds, or by none where nothing is held",
            &R::fence_of_own_epoch, true},
    MoveGap{"copy-before-cut-off", "the copy is taken from a replica that has not reached the cut-off",
            &R::copy_at_cut_off, false},
    MoveGap{"no-drain", "the copy does not wait for prepared transactions", &R::prepared_drained, false},
    MoveGap{"reads-not-stopped", "the target begins while replicas of the source still serve reads",
            &R::reads_stopped, false},
    MoveGap{"activate-before-copy", "ACTIVATE is sent before the copy has arrived", &R::copy_awaited, false},
    MoveGap{"no-floor", "the target's timestamps may be below copied writes", &R::floor_above_copied, false},
    MoveGap{"routes-lead", "the catalog hands over first, ownership follows", &R::activate_awaited, false},
    MoveGap{"release-under-readers", "RELEASE does not wait for the source's readers", &R::readers_drained,
            false},
    MoveGap{"close-before-release", "the record is closed before the source has released",
            &R::release_awaited, false},
    MoveGap{"blind-hand-over", "handing over does not ask whether the record is still this one",
            &R::hand_over_compares, false},
    MoveGap{"undo-without-fence", "an undone move does not close the target first", &R::undo_fences, false},
    MoveGap{"undo-without-release", "an undone move copies back over what the source still holds",
            &R::undo_releases, false},
    MoveGap{"undo-under-readers", "an undone move's first RELEASE does not wait for readers",
            &R::undo_drains_readers, false},
    MoveGap{"undo-reuses-epoch", "an undone move has the epoch of the move it undoes", &R::undo_takes_epoch,
            false},
};

}  // namespace

std::span<const MoveGap> MoveGaps() { return kGaps; }

}  // namespace fencepost::model
