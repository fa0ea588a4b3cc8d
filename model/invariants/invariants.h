// The list of what is checked, by name. Each invariant has a file of its own in this folder; a run checks
// them as it goes, after every event that can change what they speak of.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace fencepost::model {

inline constexpr std::string_view kNonOverlap = "non-overlap";
inline constexpr std::string_view kCoverage = "coverage";
inline constexpr std::string_view kDurableVersion = "durable-version";
inline constexpr std::string_view kEngineVersion = "engine-version";
inline constexpr std::string_view kHistoryRing = "history-ring";
inline constexpr std::string_view kOwnerFence = "owner-fence";
inline constexpr std::string_view kReplicaAgreement = "replica-agreement";
inline constexpr std::string_view kIsolation = "isolation";
inline constexpr std::string_view kLostWrite = "lost-write";
inline constexpr std::string_view kPinJudged = "pin-judged";
inline constexpr std::string_view kHotSplit = "hot-split";
inline constexpr std::string_view kReferenceModel = "reference-model";
inline constexpr std::string_view kNoThrow = "no-throw";
inline constexpr std::string_view kLiveness = "liveness";

struct InvariantDescription {
  std::string_view name;
  std::string_view summary;  // one line
};

inline constexpr std::array kAllInvariants = {
    InvariantDescription{kNonOverlap, "no two routes of one table share a key: catalog, engines, rings"},
    InvariantDescription{kCoverage, "the routes of a table cover the whole key space, each key once"},
    InvariantDescription{kDurableVersion,
                         "each save that lands adds exactly one version holding what its winner wrote"},
    InvariantDescription{kEngineVersion,
                         "an engine never goes back, and holds at version v the durable content of v"},
    InvariantDescription{kHistoryRing, "a ring holds exactly the last recorded versions, each immutable"},
    InvariantDescription{kOwnerFence,
                         "every write that took effect was let in by the group that owned the key"},
    InvariantDescription{kReplicaAgreement,
                         "replicas of a group at the same log position have the same state"},
    InvariantDescription{kIsolation,
                         "what clients saw is strictly serialisable, and single keys are linearizable"},
    InvariantDescription{kLostWrite, "every acknowledged append is in its key's final list, exactly once"},
    InvariantDescription{
        kPinJudged, "a version that polling skipped is judged by what happened to its ranges, not refused"},
    InvariantDescription{kHotSplit, "the split of a hot range leaves some of its load on either side"},
    InvariantDescription{kReferenceModel,
                         "production code and the naive reference model agree, step by step"},
    InvariantDescription{kNoThrow, "a call into the library answers: cancelled or let down, it never throws"},
    InvariantDescription{kLiveness, "after healing, engines reach the durable version and actors finish"},
};

// All of them, in the order they are documented.
constexpr std::span<const InvariantDescription> AllInvariants() { return kAllInvariants; }

}  // namespace fencepost::model
