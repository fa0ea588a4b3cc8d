#include "sim/world/scenario/scenario.h"

namespace fencepost::sim {
namespace {

constexpr std::array<ActionDescription, kActionCount> kActions = {{
    {ActionKind::kSplit, "split", ActorKind::kOperator, "split the route of a key at that key"},
    {ActionKind::kMerge, "merge", ActorKind::kOperator, "merge the route of a key with its right neighbour"},
    {ActionKind::kMove, "move", ActorKind::kOperator, "give the route of a key to another group"},
    {ActionKind::kChangeState, "change-state", ActorKind::kOperator, "set the state of the route of a key"},
    {ActionKind::kAccess, "access", ActorKind::kClient, "access one key of a node's engine many times"},
    {ActionKind::kHold, "hold", ActorKind::kClient,
     "take a snapshot of a node's ring, hold it for long, look again"},
    {ActionKind::kChangeDepth, "change-depth", ActorKind::kClient, "change the depth of a node's ring"},
    {ActionKind::kTransact, "transact", ActorKind::kTransactor,
     "append to lists and read lists, all or nothing"},
    {ActionKind::kRegister, "register", ActorKind::kTransactor,
     "read, write or compare-and-set one register"},
    {ActionKind::kMoveRange, "move-range", ActorKind::kMover,
     "move the route of a key to another group, data and all"},
    {ActionKind::kUndoMove, "undo-move", ActorKind::kMover, "take back whatever move is open"},
    {ActionKind::kSplitRange, "split-range", ActorKind::kMover, "split the route of a key at that key"},
    {ActionKind::kMergeRange, "merge-range", ActorKind::kMover,
     "merge the route of a key with its right neighbour, if both are of one group"},
}};

constexpr bool ActionsAreInOrder() {
  for (std::size_t i = 0; i < kActions.size(); ++i) {
    if (static_cast<std::size_t>(kActions[i].kind) != i) return false;
  }
  return true;
}
static_assert(ActionsAreInOrder(), "kActions must list every ActionKind once, in declaration order");

}  // namespace

std::span<const ActionDescription> AllActions() { return kActions; }

std::string_view ActorKindName(ActorKind kind) {
  switch (kind) {
    case ActorKind::kOperator:
      return "operator";
    case ActorKind::kClient:
      return "client";
    case ActorKind::kTransactor:
      return "transactor";
    case ActorKind::kMover:
      return "mover";
  }
  return "unknown";
}

std::string FormatExpectation(const Scenario& scenario) {
  if (scenario.expect.empty()) return "pass";
  std::string text;
  for (const std::string& invariant : scenario.expect) {
    if (!text.empty()) text += " or ";
    text += invariant;
  }
  return text;
}

}  // namespace fencepost::sim
