// The model `move`: its bounds, gaps and names.
#include <absl/status/statusor.h>
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "model/checker/check.h"
#include "model/specs/model.h"
#include "model/specs/models.h"
#include "model/specs/move_machine.h"
#include "model/specs/move_rules.h"
#include "model/specs/production_move.h"

namespace fencepost::model {
namespace {

std::uint32_t BoundOf(const ModelInstance& instance, std::string_view name) {
  return static_cast<std::uint32_t>(instance.bound(name));
}

MoveBounds BoundsOf(const ModelInstance& instance) {
  MoveBounds bounds;
  bounds.replicas = BoundOf(instance, "replicas");
  bounds.movers = BoundOf(instance, "movers");
  bounds.moves = BoundOf(instance, "moves");
  bounds.undos = BoundOf(instance, "undos");
  bounds.writes = BoundOf(instance, "writes");
  bounds.txns = BoundOf(instance, "txns");
  bounds.readers = BoundOf(instance, "readers");
  bounds.crashes = BoundOf(instance, "crashes");
  bounds.repeats = BoundOf(instance, "repeats");
  bounds.max_log = BoundOf(instance, "max_log");
  return bounds;
}

absl::StatusOr<CheckResult> CheckMove(const ModelInstance& instance) {
  const MoveBounds bounds = BoundsOf(instance);
  if (bounds.clients() > kMostMoveClients) {
    return absl::InvalidArgumentError(fmt::format("writes and txns are {} together, and may be {} at most",
                                                  bounds.clients(), kMostMoveClients));
  }
  const bool production = instance.bound("production") == 1;
  MoveRules rules;
  for (const MoveGap& gap : MoveGaps()) {
    if (!instance.has_gap(gap.name)) continue;
    if (production && gap.in_library) {
      return absl::InvalidArgumentError(
          fmt::format("production=1 has no gap {}: the library keeps that rule by itself", gap.name));
    }
    rules.*gap.rule = false;
  }
  const std::size_t words = MoveLayout(bounds).words();
  if (absl::Status status = CheckStateWidth(words); !status.ok()) return status;
  std::unique_ptr<MoveOwnership> ownership;
  if (production) {
    ownership = std::make_unique<LibraryOwnership>();
  } else {
    ownership = std::make_unique<MoveOwnership>(rules);
  }
  return VisitStateType(words, [&]<class State>(std::type_identity<State>) {
    return Check<State>(MoveMachine<State>(MoveProtocol(bounds, rules, std::move(ownership))),
                        instance.check);
  });
}

}  // namespace

Model MoveModel() {
  Model model;
  model.name = "move";
  model.meaning =
      "a key that moves between two groups under the logged fence, while clients write and read it";
  model.bounds = {
      {"replicas", "replicas of each group", 2, 1, kMostMoveReplicas},
      {"movers", "movers at once", 1, 1, kMostMovers},
      {"moves", "decisions of the catalog, undone moves among them", 2, 1, kMostMoveDecisions},
      {"undos", "how many of the decisions may undo the one before", 1, 0, kMostMoveDecisions},
      {"writes", "clients that read, and write in one step", 1, 0, kMostMoveClients},
      {"txns", "clients that read, prepare, decide and resolve", 0, 0, kMostMoveClients},
      {"readers", "whether somebody reads", 1, 0, 1},
      {"crashes", "crashes, of movers and replicas together", 1, 0, 15},
      {"repeats", "messages that arrive again", 0, 0, 15},
      {"max_log", "entries that the slowest replica of a group is behind at most", 2, 1, kMostMoveLag},
      {"production", "1: the library itself judges and applies", 0, 0, 1},
  };
  for (const MoveGap& gap : MoveGaps()) model.gaps.push_back({gap.name, gap.meaning});
  model.invariants = {
      {"NoLostWrite",
       "whoever lets writes in shows every acknowledged write, and somebody always has them all"},
      {"OneOwner", "no two groups let writes of the key in at once"},
      {"ReplicasAgree", "replicas of a group at the same position of its log are equal"},
      {"EpochOnce", "no epoch has two tenures"},
      {"NoStaleRead", "a read shows every write that was acknowledged before it began"},
      {"RouteTellsOwner", "when no move is open, the route names the group that lets writes in"},
  };
  model.liveness = {"MovesEnd", "in the end no move is open"};
  model.check = CheckMove;
  return model;
}

}  // namespace fencepost::model
