// How groups decide what they let in, and the mistakes that can be staged in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace fencepost::sim {

enum class FenceMode : std::uint8_t {
  kNone,       // no check
  kObserved,   // the owner at the pinned version, by the applying process's route history
  kPublished,  // plus the owner at the applying process's current version
  kLogged,     // replicated ownership, and nothing else
};

struct FenceModeDescription {
  FenceMode mode;
  std::string_view name;  // as in scenario files
  std::string_view summary;
};
std::span<const FenceModeDescription> AllFenceModes();
std::optional<FenceMode> FenceModeFromName(std::string_view name);

// A rule of the protocol that an embedding store gets wrong on purpose: each was somebody's real bug. A
// scenario names at most one. The library is the same in all of them; what is broken is the store around it.
enum class Mistake : std::uint8_t {
  kNoMistake,
  // groups/group_state.cc, when an entry is applied
  kVerdictAtProposal,    // the fence is asked when the leader takes a proposal, not when it is applied
  kReadsNotValidated,    // what a transaction has read is not looked at when it commits
  kPlainWritesUnfenced,  // a transaction of one blind write is let in without asking the fence
  kOwnerNotEpoch,        // "this group owns the key" instead of "under the claimed epoch"
  kLateChunk,            // a copied chunk is taken without asking for which move it is
  kUnpinnedIsUnfenced,  // epoch 0, of a coordinator that knows no version yet, passes for "not to be checked"
  kVerdictFromCache,    // the verdict also asks the node's route cache
  kUnfencedResolver,    // a resolver's commit is taken without a prepare
  kReplicaKeepsServing,  // replicas do not look at ownership at all: only coordinators are fenced
  // groups/group_server.cc, when a read is served
  kFollowerReads,           // a follower answers without asking how far the group is
  kDataOlderThanOwnership,  // data from an older snapshot than the ownership that is checked
  kBehindTheClient,         // a replica that is behind answers from whatever it has
  // groups/group_client.cc, for the mover
  kCopyBeforeDrain,  // the copy starts while prepared transactions are left
  kBarrierForN,      // an acknowledged fence is remembered per range, whatever its epoch
  // actors/transactor.cc, for the coordinator
  kRerouteAtCommit,   // participants are looked up again for the commit, in the cache at commit time
  kSwallowedRefusal,  // a fence refusal is lost on the way, and the client hears success
  kRetrySameCache,    // a refused transaction is tried again at once, through the same cache, and given up
  kVersionThenRoute,  // the pinned version and the routes are read one after the other
  kRecordAtNewOwner,  // a resolver looks for the commit record where the key is now
  // groups/cache_verdict.cc
  kStatesNotChecked,  // the published fence without its look at the route's state
  kVersionGap,  // the published fence refuses a version that polling skipped, whatever happened to the range
};
inline constexpr std::size_t kMistakeCount = static_cast<std::size_t>(Mistake::kVersionGap) + 1;

struct MistakeDescription {
  Mistake mistake;
  std::string_view name;  // as in scenario files, e.g. "verdict-at-proposal"
  std::string_view summary;
};
// All but kNoMistake, in declaration order.
std::span<const MistakeDescription> AllMistakes();
std::optional<Mistake> MistakeFromName(std::string_view name);

// How the groups of a world decide.
struct FenceRules {
  FenceMode mode = FenceMode::kLogged;
  Mistake mistake = Mistake::kNoMistake;

  friend bool operator==(const FenceRules&, const FenceRules&) = default;
};

}  // namespace fencepost::sim
