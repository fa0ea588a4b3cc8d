// Invariant 7, replica agreement: replicas of a group at the same log position have the same state.
//
// The states are compared by digests of all effects so far. The first replica to apply an index says what it
// is, a replica that replays after a restart is held to what it said before its crash. Single-threaded.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/fence/ownership_entry.h"
#include "model/invariants/violation.h"

namespace fencepost::model {

// An entry of the log, for a violation.
struct EntryInWords {
  std::string words;
  std::vector<std::string> keys;  // that it is about
};

class ReplicaAgreementInvariant {
 public:
  // `replica` has applied the entry at `index`; `digest` is of its effects up to there. `describe_entry` is
  // called only for a violation. O(log groups).
  Verdict OnApplied(GroupId group, LogIndex index, std::string_view replica, std::uint64_t digest,
                    const std::function<EntryInWords()>& describe_entry);

 private:
  struct FirstSeen {
    std::string replica;  // empty: nobody yet
    std::uint64_t digest = 0;
  };
  std::map<GroupId, std::vector<FirstSeen>> groups_;  // by index - 1
};

}  // namespace fencepost::model
