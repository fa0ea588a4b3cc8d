// What movers do; the actor is the mover.
#pragma once

#include <absl/status/status.h>

#include <string>

#include "fencepost/move/move_record.h"
#include "sim/world/events/categories.h"

namespace fencepost::sim {

struct MoveBegan {
  static constexpr EventKind kKind{"move-began", categories::kMove};
  MoveRecord move;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("epoch", move.epoch);
    visit("start", move.range.start);
    visit("source", move.source);
    visit("target", move.target);
  }
};

struct MoveRefused {
  static constexpr EventKind kKind{"move-refused", categories::kMove};
  std::string key;
  absl::Status status;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("key", key);
    visit("code", status.code());
  }
};

// Only shown: the mover begins to drive a move, which another one may be driving at the same time.
struct DriveBegan {
  OwnershipEpoch epoch;
};

// A mover has driven a move as far as it went: to its end, if the status is OK.
struct MoveDriven {
  static constexpr EventKind kKind{"move-driven", categories::kMove};
  MoveRecord move;
  absl::Status status;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("epoch", move.epoch);
    visit("code", status.code());
  }
};

// `move` is the new one, which takes another one back.
struct MoveUndone {
  static constexpr EventKind kKind{"move-undone", categories::kMove};
  MoveRecord move;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("epoch", move.epoch);
    visit("undoes", move.undoes);
  }
};

struct UndoRefused {
  static constexpr EventKind kKind{"undo-refused", categories::kMove};
  MoveRecord move;  // that was to be taken back
  absl::Status status;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("epoch", move.epoch);
    visit("code", status.code());
  }
};

// A mover has split the range of a key there, or was refused.
struct SplitEnded {
  static constexpr EventKind kKind{"split-ended", categories::kMove};
  std::string key;
  absl::Status status;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("key", key);
    visit("code", status.code());
  }
};

// A mover has merged the range of a key with its right neighbour, or was refused.
struct MergeEnded {
  static constexpr EventKind kKind{"merge-ended", categories::kMove};
  std::string key;
  absl::Status status;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("key", key);
    visit("code", status.code());
  }
};

}  // namespace fencepost::sim
