// What the fence says to a request, in each mode, and the mistakes that can be staged in asking it.
#include <utility>

#include "fencepost/fence/logged_fence.h"
#include "sim/world/groups/group_state.h"

namespace fencepost::sim {

absl::Status GroupState::CheckClaims(const Entry& entry, const CacheVerdict& cache) const {
  if (const auto* commit = std::get_if<CommitEntry>(&entry)) {
    if (IsUnfencedPlainWrite(commit->request.part)) return absl::OkStatus();
    return AskFence(commit->request.part, commit->request.commit_ts, commit->pin, cache);
  }
  if (const auto* prepare = std::get_if<PrepareEntry>(&entry)) {
    return AskFence(prepare->request.part, prepare->request.earliest_commit, prepare->pin, cache);
  }
  return absl::OkStatus();
}

bool GroupState::IsUnfencedPlainWrite(const Participant& part) const {
  return Has(Mistake::kPlainWritesUnfenced) && part.reads.empty() && part.writes.size() == 1;
}

bool GroupState::AppliesUnfenced() const {
  return Has(Mistake::kVerdictAtProposal) || Has(Mistake::kReplicaKeepsServing);
}

absl::Status GroupState::AskCache(const Participant& part, const ObservedVersion& pin,
                                  const CacheVerdict& cache) const {
  // The published fences judge writes only.
  if (part.writes.empty() || !cache) return absl::OkStatus();
  std::vector<std::string> written_keys;
  written_keys.reserve(part.writes.size());
  for (const KeyWrite& write : part.writes) written_keys.push_back(write.key);
  return cache(pin, written_keys);
}

absl::Status GroupState::AskFence(const Participant& part, Timestamp commit_ts, const ObservedVersion& pin,
                                  const CacheVerdict& cache) const {
  switch (rules_.mode) {
    case FenceMode::kNone:
      return absl::OkStatus();
    case FenceMode::kObserved:
    case FenceMode::kPublished:
      return AskCache(part, pin, cache);
    case FenceMode::kLogged:
      break;
  }
  if (Has(Mistake::kVerdictFromCache)) {
    if (absl::Status status = AskCache(part, pin, cache); !status.ok()) return status;
  }
  const Claims claims = ClaimsOf(part);
  // A claim of nothing is refused by the fence: only a mistake leaves nothing to ask about.
  if (claims.empty() && !Has(Mistake::kNoMistake)) return absl::OkStatus();
  return CheckCommit(ownership_, commit_ts, claims.writes, claims.reads);
}

GroupState::Claims GroupState::ClaimsOf(const Participant& part) const {
  const auto claimed = [this](const std::string& key, OwnershipEpoch epoch) {
    return Has(Mistake::kOwnerNotEpoch) ? ownership_.At(key).epoch : epoch;
  };
  const auto is_passed_over = [this](OwnershipEpoch epoch) {
    return Has(Mistake::kUnpinnedIsUnfenced) && epoch == OwnershipEpoch(0);
  };
  Claims claims;
  claims.writes.reserve(part.writes.size());
  for (const KeyWrite& write : part.writes) {
    if (is_passed_over(write.epoch)) continue;
    claims.writes.push_back(WriteClaim{write.key, claimed(write.key, write.epoch)});
  }
  if (Has(Mistake::kReadsNotValidated)) return claims;
  claims.reads.reserve(part.reads.size());
  for (const KeyRead& read : part.reads) {
    if (is_passed_over(read.epoch)) continue;
    claims.reads.push_back(PointRead(read.key, claimed(read.key, read.epoch)));
  }
  return claims;
}

}  // namespace fencepost::sim
