// A scenario: what is in a world, what its actors do and how much of it, which faults at what odds, what is
// checked, and what is expected. Read from a TOML file (parse.h); plain data.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fencepost/base/compatibility.h"
#include "sim/world/fault_kinds.h"
#include "sim/world/mark_kinds.h"
#include "sim/world/scenario/fence_mode.h"

namespace fencepost::sim {

// How many; drawn per run, both ends included.
struct CountRange {
  std::uint64_t min = 0;
  std::uint64_t max = 0;

  friend bool operator==(const CountRange&, const CountRange&) = default;
};

// What an actor can be asked to do by the plan.
enum class ActionKind : std::uint8_t {
  kSplit,        // operator: split the route of a key at that key
  kMerge,        // operator: merge the route of a key with its right neighbour
  kMove,         // operator: give the route of a key to another group
  kChangeState,  // operator: set the state of the route of a key
  kAccess,       // client: access one key of a node's engine many times
  kHold,         // client: take a snapshot of a node's ring, hold it for long, look again
  kChangeDepth,  // client: change the depth of a node's ring
  kTransact,     // transactor: append to lists and read lists, all or nothing
  kRegister,     // transactor: read, write or compare-and-set one register
  kMoveRange,    // mover: move the route of a key to another group, data and all
  kUndoMove,     // mover: take back whatever move is open
  kSplitRange,   // mover: split the route of a key at that key
  kMergeRange,   // mover: merge the route of a key with its right neighbour, if both are of one group
};
inline constexpr std::size_t kActionCount = static_cast<std::size_t>(ActionKind::kMergeRange) + 1;

// Who acts.
enum class ActorKind : std::uint8_t { kOperator, kClient, kTransactor, kMover };
inline constexpr std::array<ActorKind, 4> kActorKinds = {ActorKind::kOperator, ActorKind::kClient,
                                                         ActorKind::kTransactor, ActorKind::kMover};
// "operator", "client", "transactor" or "mover".
std::string_view ActorKindName(ActorKind kind);

struct ActionDescription {
  ActionKind kind;
  std::string_view name;  // as in scenario files, e.g. "split"
  ActorKind by;
  std::string_view summary;
};

// All of them, in declaration order.
std::span<const ActionDescription> AllActions();

// Where a hot range is cut in this scenario's engines.
enum class SplitPolicy : std::uint8_t { kLoadHalving, kReference };

struct Scenario {
  std::string name;
  std::string summary;
  // Empty for "pass", or the invariants of which this scenario must be seen to violate one, and no other.
  std::vector<std::string> expect;

  CountRange nodes{1, 1};
  CountRange groups{2, 2};
  CountRange keys{8, 8};
  CountRange history_depth{32, 32};
  CountRange page_size{256, 256};
  CountRange hotspot_threshold{0, 0};
  Compatibility operators_save = Compatibility::kNone;  // as the catalog does, or as the reference did
  std::vector<SplitPolicy> split_policies = {SplitPolicy::kLoadHalving};
  // Whether there are groups with data in them, and how they decide what they let in.
  std::optional<FenceRules> fence;
  CountRange ranges{1, 1};  // with groups: routes of the catalog at first, owned by the groups in turn
  CountRange registers{
      0, 0};  // with groups: how many of the keys, the last ones, are registers; the others are lists

  // How many of each kind of actor, and for how many actions each has room; by ActorKind.
  std::array<CountRange, kActorKinds.size()> actors{};
  std::array<CountRange, kActorKinds.size()> actions{};
  std::array<std::uint32_t, kActionCount> action_weights{};
  bool swarm = true;  // draw one more random weight per kind of action and of fault for each run

  std::chrono::milliseconds fault_window{2000};  // when actions start and faults happen
  std::chrono::milliseconds settle{5000};        // afterwards, healed: everything must come to rest in this
  std::chrono::milliseconds watcher_interval{100};

  PerFault<Ratio> faults{};
  std::vector<std::string> invariants;  // names; all of them when the file does not say
  std::vector<Mark> marks;              // those that a campaign must hit

  const CountRange& actors_of(ActorKind kind) const { return actors[static_cast<std::size_t>(kind)]; }
  const CountRange& actions_of(ActorKind kind) const { return actions[static_cast<std::size_t>(kind)]; }
};

// "pass", or the invariants it is to violate, e.g. "lost-write or replica-agreement".
std::string FormatExpectation(const Scenario& scenario);

}  // namespace fencepost::sim
