// What a group holds fits the tenures it holds it under: part of the owner fence, seen from the data.
//
// Two rules of the logged fence. The floor of a tenure divides the versions of a key: what was copied in when
// the tenure began lies at or below it, what was written under the tenure above it; otherwise a reader at a
// timestamp in between sees a different past at the new owner than at the old one. And at rest, with no move
// open, a group has the data of what it owns and of nothing else: a copy that stays behind is found again,
// and served, when the range comes back.
#pragma once

#include <map>
#include <string>

#include "fencepost/base/ids.h"
#include "fencepost/fence/ownership.h"
#include "model/invariants/violation.h"

namespace fencepost::model {

// The newest version of a key in a group's data, after an entry was applied.
struct HeldVersion {
  GroupId group;
  LogIndex index;  // of the entry
  std::string key;
  Timestamp at;         // when it was committed
  bool copied = false;  // brought by a move; else written here
};

// A violation when `held` is on the wrong side of `floor`, the floor of the key's tenure. O(1).
Verdict CheckFloor(const HeldVersion& held, Timestamp floor);

// `held` are the keys that `group` has data of, each with its tenure there; a violation for the first that is
// not active. REQUIRES: everything is at rest and no move is open. O(keys).
Verdict CheckNothingLeftBehind(GroupId group, const std::map<std::string, Tenure>& held);

}  // namespace fencepost::model
