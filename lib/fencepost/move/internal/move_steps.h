// The groups' side of a move: the steps of fence/PROTOCOL.md between its decision and its end, and which one
// follows which.
//
// A step may be taken at any time, any number of times, by several movers at once: it asks the groups, or
// puts an entry in a log that refuses it once something newer went on. What a mover believes about earlier
// steps is never taken for granted by a group. Threading: as MoveTransport.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <string>

#include "fencepost/base/ids.h"
#include "fencepost/base/runtime.h"
#include "fencepost/move/internal/guarded_move_transport.h"
#include "fencepost/move/move_record.h"

namespace fencepost {

enum class MoveStep : std::uint8_t {
  kLook,          // whether the target is the owner already, and the steps up to that can be left out
  kFence,         // 2: in the source's log
  kDecide,        // an undone move: whether there was anything to move back
  kDrop,          // an undone move: there was not; the copy is forgotten
  kDrain,         // 3: prepared transactions end, and replicas stop to serve what they have not seen fenced
  kReleaseFirst,  // an undone move: the original owner gives up what it still holds, fenced, of the old
                  // tenure
  kCopy,          // 4
  kActivate,      // 5: in the target's log
  kHandOver,      // 6: in the catalog
  kRelease,       // 7: in the source's log
  kClose,         // 8: in the catalog
  kDone,
};
inline constexpr std::size_t kMoveStepCount = static_cast<std::size_t>(MoveStep::kDone) + 1;

// For messages, e.g.: step 2 (fence).
std::string MoveStepName(MoveStep step);

// What the steps of one run leave behind for later ones.
struct MoveProgress {
  MoveStep next = MoveStep::kLook;
  Timestamp floor;  // of the ACTIVATE: what the copy answered, or 0 when nothing was copied
};

// Takes `progress.next` once, if it concerns groups, and moves on to the step that follows. On an error the
// progress is as it was, and nobody knows whether the step took effect.
// REQUIRES: kLook ... kActivate, or kRelease; a valid record.
Awaitable<absl::Status> TakeGroupStep(GuardedMoveTransport groups, const MoveRecord& move,
                                      MoveProgress& progress);

}  // namespace fencepost
