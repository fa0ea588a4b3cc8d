#include "model/invariants/invariants.h"

#include <array>

namespace fencepost::model {

std::span<const InvariantDescription> AllInvariants() {
  static constexpr std::array kAll = {
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
      InvariantDescription{kLiveness, "after healing, engines reach the durable version and actors finish"},
  };
  return kAll;
}

}  // namespace fencepost::model
