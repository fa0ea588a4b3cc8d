// A scenario: what is in a world, what its actors do and how much of it, which faults at what odds, what is
// checked, and what is expected. Read from a TOML file (parse.h); plain data.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fencepost/base/compatibility.h"
#include "sim/core/faults/fault_injector.h"
#include "sim/core/kinds/kind_list.h"
#include "sim/core/kinds/kinds.h"
#include "sim/core/vocabulary/vocabulary.h"
#include "sim/world/actor_kinds.h"
#include "sim/world/fault_kinds.h"
#include "sim/world/mark_kinds.h"
#include "sim/world/scenario/fence_mode.h"
#include "sim/world/world_vocabulary.h"

namespace fencepost::sim {

// How many; drawn per run, both ends included.
struct CountRange {
  std::uint64_t min = 0;
  std::uint64_t max = 0;

  friend bool operator==(const CountRange&, const CountRange&) = default;
};

// Where a hot range is cut in this scenario's engines.
enum class SplitPolicy : std::uint8_t { kLoadHalving, kReference };

struct Scenario {
  // In the words of `words`, which outlives it.
  explicit Scenario(const Vocabulary& words = WorldVocabulary())
      : vocabulary(&words), actors(words.actors), actions(words.actors), faults(words.faults) {}

  const Vocabulary* vocabulary;
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
  // With groups: the world has been there for a while. Every node is at the first catalog when the run
  // begins, and no node serves clients before it has bootstrapped. Otherwise all nodes start as the run
  // begins, and serve from their default route until they know better.
  bool founded = true;

  PerKind<ActorKind, CountRange> actors;   // how many; nodes are counted above
  PerKind<ActorKind, CountRange> actions;  // for how many actions each of them has room
  PerKind<ActionKind, std::uint32_t> action_weights{AllActions()};
  bool swarm = true;  // draw one more random weight per kind of action and of fault for each run

  std::chrono::milliseconds fault_window{2000};  // when actions start and faults happen
  std::chrono::milliseconds settle{5000};        // afterwards, healed: everything must come to rest in this
  std::chrono::milliseconds watcher_interval{100};

  FaultOdds faults;
  std::vector<std::string> invariants;  // names, at least one; all of them when the file does not say
  std::vector<const MarkKind*> marks;   // those that a campaign must hit

  // Whether a node must have bootstrapped to serve clients.
  bool begins_founded() const { return fence.has_value() && founded; }
};

// "pass", or the invariants of which it is to violate one, e.g. "lost-write or replica-agreement".
std::string FormatExpectation(const Scenario& scenario);

}  // namespace fencepost::sim
