#include "sim/world/scenario/fence_mode.h"

#include <array>

namespace fencepost::sim {
namespace {

constexpr std::array kModes = {
    FenceModeDescription{FenceMode::kNone, "none", "every write is let in"},
    FenceModeDescription{
        FenceMode::kObserved, "observed",
        "the group must own the key at the pinned version, by the applying process's history"},
    FenceModeDescription{FenceMode::kPublished, "published",
                         "and at the applying process's current version, in a state that admits writes"},
    FenceModeDescription{FenceMode::kLogged, "logged",
                         "the group's own log says what it owns, and the position in it decides"},
};

constexpr std::array<MistakeDescription, kMistakeCount - 1> kMistakes = {{
    {Mistake::kVerdictAtProposal, "verdict-at-proposal",
     "the fence is asked when the leader takes a proposal, not when it is applied"},
    {Mistake::kReadsNotValidated, "reads-not-validated",
     "what a transaction has read is not looked at when it commits"},
    {Mistake::kPlainWritesUnfenced, "plain-writes-unfenced",
     "a transaction of one blind write is let in without asking the fence"},
    {Mistake::kOwnerNotEpoch, "owner-not-epoch",
     "the group must own the key, but not under the epoch that is claimed"},
    {Mistake::kLateChunk, "late-chunk", "a copied chunk is taken without asking which move it is of"},
    {Mistake::kUnpinnedIsUnfenced, "unpinned-is-unfenced",
     "epoch 0, of a coordinator that knows no version yet, is taken for \"not to be checked\""},
    {Mistake::kVerdictFromCache, "verdict-from-cache",
     "the verdict on an entry also asks the route cache of the node that applies it"},
    {Mistake::kUnfencedResolver, "unfenced-resolver", "a resolver's commit is taken without its prepare"},
    {Mistake::kReplicaKeepsServing, "replica-keeps-serving",
     "replicas do not look at ownership: only coordinators are fenced"},
    {Mistake::kFollowerReads, "follower-reads",
     "a follower answers reads without asking how far the group is"},
    {Mistake::kDataOlderThanOwnership, "data-older-than-ownership",
     "reads take their data from an older snapshot than the ownership that is checked"},
    {Mistake::kBehindTheClient, "behind-the-client", "a replica that is behind answers from whatever it has"},
    {Mistake::kCopyBeforeDrain, "copy-before-drain",
     "a range is copied while transactions are prepared in it"},
    {Mistake::kBarrierForN, "barrier-for-n",
     "an acknowledged fence is remembered for its range, and taken for the next move's"},
    {Mistake::kRerouteAtCommit, "reroute-at-commit",
     "the coordinator looks its participants up again for the commit, in the cache at commit time"},
    {Mistake::kSwallowedRefusal, "swallowed-refusal",
     "a fence refusal is lost on the way, and the client hears success"},
    {Mistake::kRetrySameCache, "retry-same-cache",
     "a refused transaction is tried again at once through the same cache, and then given up"},
    {Mistake::kVersionThenRoute, "version-then-route",
     "the pinned version and the routes are read one after the other"},
    {Mistake::kRecordAtNewOwner, "record-at-new-owner",
     "a resolver looks for the commit record where the key is now, and takes its absence for an abort"},
    {Mistake::kStatesNotChecked, "states-not-checked",
     "the published fence does not look at the route's state"},
    {Mistake::kVersionGap, "version-gap",
     "the published fence refuses every pin on a version that polling has skipped"},
}};

constexpr bool ModesAndMistakesAreInOrder() {
  for (std::size_t i = 0; i < kModes.size(); ++i) {
    if (static_cast<std::size_t>(kModes[i].mode) != i) return false;
  }
  for (std::size_t i = 0; i < kMistakes.size(); ++i) {
    if (static_cast<std::size_t>(kMistakes[i].mistake) != i + 1) return false;
  }
  return true;
}
static_assert(ModesAndMistakesAreInOrder(),
              "kModes and kMistakes must list every value once, in declaration order");

}  // namespace

std::span<const FenceModeDescription> AllFenceModes() { return kModes; }

std::optional<FenceMode> FenceModeFromName(std::string_view name) {
  for (const FenceModeDescription& mode : kModes) {
    if (mode.name == name) return mode.mode;
  }
  return std::nullopt;
}

std::span<const MistakeDescription> AllMistakes() { return kMistakes; }

std::optional<Mistake> MistakeFromName(std::string_view name) {
  for (const MistakeDescription& mistake : kMistakes) {
    if (mistake.name == name) return mistake.mistake;
  }
  return std::nullopt;
}

}  // namespace fencepost::sim
