#include "model/invariants/replica_agreement.h"

#include <fmt/format.h>

#include <utility>

#include "model/invariants/invariants.h"

namespace fencepost::model {

Verdict ReplicaAgreementInvariant::OnApplied(GroupId group, LogIndex index, std::string_view replica,
                                             std::uint64_t digest,
                                             const std::function<EntryInWords()>& describe_entry) {
  std::vector<FirstSeen>& seen = groups_[group];
  if (seen.size() < index.value) seen.resize(index.value);
  FirstSeen& first = seen[index.value - 1];
  if (first.replica.empty()) {
    first = FirstSeen{std::string(replica), digest};
    return std::nullopt;
  }
  if (first.digest == digest) return std::nullopt;
  EntryInWords entry = describe_entry();
  const std::string sentence =
      first.replica == replica
          ? fmt::format(
                "the replica of group {} on {} came out differently when it applied log index {} again: {}",
                group.value, replica, index.value, entry.words)
          : fmt::format("the replicas of group {} on {} and {} have diverged since log index {}: {}",
                        group.value, first.replica, replica, index.value, entry.words);
  return Violation{std::string(kReplicaAgreement), sentence, std::move(entry.keys),
                   Disagreement{group, index, first.replica, std::string(replica)}};
}

}  // namespace fencepost::model
