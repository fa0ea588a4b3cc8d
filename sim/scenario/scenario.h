// A scenario: what is in a world, what its actors do and how much of it, which faults at what odds, what is
// checked, and what is expected. Read from a TOML file (parse.h); plain data.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/faults/fault.h"
#include "sim/world/mark.h"

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
};
inline constexpr std::size_t kActionCount = static_cast<std::size_t>(ActionKind::kChangeDepth) + 1;

struct ActionDescription {
  ActionKind kind;
  std::string_view name;  // as in scenario files, e.g. "split"
  bool by_operator;       // else by a client
  std::string_view summary;
};

// All of them, in declaration order.
std::span<const ActionDescription> AllActions();

// Where a hot range is cut in this scenario's engines.
enum class SplitPolicy : std::uint8_t { kLoadHalving, kReference };

struct Scenario {
  std::string name;
  std::string summary;
  // "pass", or the name of the invariant that runs of this scenario must be seen to violate.
  std::string expect = "pass";

  CountRange nodes{1, 1};
  CountRange operators{0, 0};
  CountRange clients{0, 0};
  CountRange groups{2, 2};
  CountRange keys{8, 8};
  CountRange history_depth{32, 32};
  CountRange page_size{256, 256};
  CountRange hotspot_threshold{0, 0};
  std::vector<SplitPolicy> split_policies = {SplitPolicy::kLoadHalving};

  CountRange operator_actions{0, 0};  // per operator
  CountRange client_actions{0, 0};    // per client
  std::array<std::uint32_t, kActionCount> action_weights{};
  bool swarm = true;  // draw one more random weight per kind of action and of fault for each run

  std::chrono::milliseconds fault_window{2000};  // when actions start and faults happen
  std::chrono::milliseconds settle{5000};        // afterwards, healed: everything must come to rest in this
  std::chrono::milliseconds watcher_interval{100};

  PerFault<Ratio> faults{};
  std::vector<std::string> invariants;  // names; all of them when the file does not say
  std::vector<Mark> marks;              // those that a campaign must hit
};

}  // namespace fencepost::sim
