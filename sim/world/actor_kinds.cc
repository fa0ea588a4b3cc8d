#include "sim/world/actor_kinds.h"

namespace fencepost::sim {

const KindList<ActionKind>& AllActions() {
  static const KindList<ActionKind> actions = [] {
    KindList<ActionKind> all;
    for (const ActionKind* const action : actions::kAll) all.Add(*action);
    return all;
  }();
  return actions;
}

}  // namespace fencepost::sim
