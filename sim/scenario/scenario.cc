#include "sim/scenario/scenario.h"

namespace fencepost::sim {
namespace {

constexpr std::array<ActionDescription, kActionCount> kActions = {{
    {ActionKind::kSplit, "split", true, "split the route of a key at that key"},
    {ActionKind::kMerge, "merge", true, "merge the route of a key with its right neighbour"},
    {ActionKind::kMove, "move", true, "give the route of a key to another group"},
    {ActionKind::kChangeState, "change-state", true, "set the state of the route of a key"},
    {ActionKind::kAccess, "access", false, "access one key of a node's engine many times"},
    {ActionKind::kHold, "hold", false, "take a snapshot of a node's ring, hold it for long, look again"},
    {ActionKind::kChangeDepth, "change-depth", false, "change the depth of a node's ring"},
}};

constexpr bool InDeclarationOrder() {
  for (std::size_t i = 0; i < kActions.size(); ++i) {
    if (static_cast<std::size_t>(kActions[i].kind) != i) return false;
  }
  return true;
}
static_assert(InDeclarationOrder(), "kActions must list every ActionKind once, in declaration order");

}  // namespace

std::span<const ActionDescription> AllActions() { return kActions; }

}  // namespace fencepost::sim
