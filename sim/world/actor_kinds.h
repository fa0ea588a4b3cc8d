// Who acts in this world and what the plan can ask of them: one constant each, and the lists that register
// them.
//
// A *planned* actor has actions. Its counts in a scenario file are called after it ("movers",
// "mover_actions"), its streams too (plan/mover-1/3). The others are there by themselves.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sim/core/kinds/kind_list.h"
#include "sim/core/kinds/kinds.h"

namespace fencepost::sim {

namespace actors {

// actors/NAME.h
inline constexpr ActorKind kNode{"node", "a process with an engine, a watcher and a replica of each group"};
inline constexpr ActorKind kOperator{"operator", "changes the catalog, racing others"};
inline constexpr ActorKind kClient{"client", "uses a node's engine: accesses, snapshots, the ring's depth"};
inline constexpr ActorKind kTransactor{"transactor", "a client of the groups: transactions and registers"};
inline constexpr ActorKind kMover{"mover", "moves, splits and merges ranges"};
// A transactor as well.
inline constexpr ActorKind kAuditor{"auditor", "reads every key at the end, as any client would"};

inline constexpr std::array kOfThisWorld = {&kNode, &kOperator, &kClient, &kTransactor, &kMover, &kAuditor};

// An actor of which the plan says what it does.
struct Planned {
  const ActorKind* kind;
  bool needs_groups;
};
inline constexpr std::array kPlanned = {Planned{&kOperator, false}, Planned{&kClient, false},
                                        Planned{&kTransactor, true}, Planned{&kMover, true}};

}  // namespace actors

// What an actor can be asked to do by the plan. `looks_at`: which of the drawn numbers mean something to it.
struct ActionKind {
  constexpr ActionKind(const char* the_name, const ActorKind* the_actor, std::string_view the_summary,
                       bool looks_at_the_key, bool looks_at_the_node, bool has_the_steps = false)
      : name(the_name),
        by(the_actor),
        summary(the_summary),
        looks_at_key(looks_at_the_key),
        looks_at_node(looks_at_the_node),
        has_steps(has_the_steps),
        key(NameKey(the_name)) {}

  std::string_view name;  // as in scenario files
  const ActorKind* by;
  std::string_view summary;
  bool looks_at_key;
  bool looks_at_node;  // clients go through a node; whoever changes routes does not
  bool has_steps;      // a transaction: its steps have keys of their own
  std::uint64_t key;
};

namespace actions {

inline constexpr ActionKind kSplit{"split", &actors::kOperator, "split the route of a key at that key", true,
                                   false};
inline constexpr ActionKind kMerge{"merge", &actors::kOperator,
                                   "merge the route of a key with its right neighbour", true, false};
inline constexpr ActionKind kMove{"move", &actors::kOperator, "give the route of a key to another group",
                                  true, false};
inline constexpr ActionKind kChangeState{"change-state", &actors::kOperator,
                                         "set the state of the route of a key", true, false};

inline constexpr ActionKind kAccess{"access", &actors::kClient,
                                    "access one key of a node's engine many times", true, true};
inline constexpr ActionKind kHold{
    "hold", &actors::kClient, "take a snapshot of a node's ring, hold it for long, look again", false, true};
inline constexpr ActionKind kChangeDepth{"change-depth", &actors::kClient,
                                         "change the depth of a node's ring", false, true};

inline constexpr ActionKind kTransact{
    "transact", &actors::kTransactor, "append to lists and read lists, all or nothing", false, true, true};
inline constexpr ActionKind kRegister{"register", &actors::kTransactor,
                                      "read, write or compare-and-set one register", true, true};

inline constexpr ActionKind kMoveRange{"move-range", &actors::kMover,
                                       "move the route of a key to another group, data and all", true, false};
inline constexpr ActionKind kUndoMove{"undo-move", &actors::kMover, "take back one of the open moves", false,
                                      false};
inline constexpr ActionKind kSplitRange{"split-range", &actors::kMover,
                                        "split the route of a key at that key", true, false};
inline constexpr ActionKind kMergeRange{
    "merge-range", &actors::kMover,
    "merge the route of a key with its right neighbour, if both are of one group", true, false};

inline constexpr std::array kAll = {&kSplit,    &kMerge,       &kMove,      &kChangeState, &kAccess,
                                    &kHold,     &kChangeDepth, &kTransact,  &kRegister,    &kMoveRange,
                                    &kUndoMove, &kSplitRange,  &kMergeRange};

}  // namespace actions

// The actions, by name; built on first use. Thread-safe.
const KindList<ActionKind>& AllActions();

}  // namespace fencepost::sim
