// The list of what is checked, by name. Each invariant has a file of its own in this folder; a run checks
// them as it goes, after every event that can change what they speak of.
#pragma once

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
inline constexpr std::string_view kLiveness = "liveness";

struct InvariantDescription {
  std::string_view name;
  std::string_view summary;  // one line
};

// All of them, in the order they are documented.
std::span<const InvariantDescription> AllInvariants();

}  // namespace fencepost::model
