// A broken invariant, as a value: which one, what broke it in one sentence, which keys it is about, and what
// reports need to know beyond that, as data.
//
// The sentence is for people and is never taken apart: whatever a report wants to know is in `subjects` or in
// `detail`. Which detail an invariant gives:
//
//     lost-write          LostWrite
//     owner-fence         Trespass
//     replica-agreement   Disagreement
//     isolation           NotIsolated
//     liveness            Standstill
//     all others          none
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/fence/ownership_entry.h"
#include "model/history/judgement.h"

namespace fencepost::model {

// A client was told that `element` is in the list of `key`; at rest it is not there, or more than once.
struct LostWrite {
  std::string key;
  std::int64_t element = 0;
  std::string client;            // who was told
  std::uint64_t times = 0;       // how often it is in the final list; 0: it is lost
  std::optional<GroupId> owner;  // whose list that is; absent: nobody who owns the key has a list of it

  friend bool operator==(const LostWrite&, const LostWrite&) = default;
};

// A write that should not have been let in, or an ownership or data that should not be.
struct Trespass {
  enum class How : std::uint8_t {
    kTwoOwners,       // two groups own the key at once: `group` was the second to activate it
    kSecondTenure,    // one epoch began two tenures of the key: the second in `group`
    kFenced,          // written where the key was fenced
    kNotOwned,        // written where the group did not own the key
    kOtherEpoch,      // written where the group owned the key under another epoch than the writer claims
    kNeverPrepared,   // a resolve wrote what had never been prepared there
    kCatalogsOwner,   // under a published fence: by the durable catalog another group owns the key, or none
    kFloor,           // a version of the key lies on the wrong side of the floor of its tenure
    kDataLeftBehind,  // at rest, the group has data of a key that it does not own
  };
  How how = How::kNotOwned;
  std::string key;
  GroupId group;                             // where
  std::optional<LogIndex> index;             // of the entry in the log of `group`; absent for kDataLeftBehind
  std::optional<TransactionId> transaction;  // whose write

  friend bool operator==(const Trespass&, const Trespass&) = default;
};

// Replicas of a group have different states.
struct Disagreement {
  GroupId group;
  std::optional<LogIndex>
      index;  // the first at which they do; absent: found at rest, by looking at all of it
  // Their nodes: who was there first, and who came out differently. Both the same: it replayed the entry.
  std::string first;
  std::string second;

  friend bool operator==(const Disagreement&, const Disagreement&) = default;
};

// What clients saw has no explanation, or could not be judged.
struct NotIsolated {
  enum class What : std::uint8_t { kLists, kRegisters };
  What what = What::kLists;
  // Of the first anomaly: its name, its transactions, the cycle that they make, and the sentences. Absent
  // where the history could not be judged.
  std::optional<history::Explanation> explanation;

  friend bool operator==(const NotIsolated&, const NotIsolated&) = default;
};

// Something that had to happen has not.
struct Standstill {
  enum class How : std::uint8_t {
    kGaveUpThroughOneCache,  // a client tried again through the same stale routes, until it gave up
    kUnfinished,             // somebody has not done all that it was to do
    kNodeBehind,             // a node is not at the newest durable version
    kWatcherStopped,         // the watcher of a node ended
  };
  How how = How::kUnfinished;
  std::string actor;  // by name

  friend bool operator==(const Standstill&, const Standstill&) = default;
};

using ViolationDetail =
    std::variant<std::monostate, LostWrite, Trespass, Disagreement, NotIsolated, Standstill>;

struct Violation {
  std::string invariant;  // its name, as in invariants.h
  std::string sentence;   // what happened, to whom; names keys, versions and actors
  // The keys that it is about, as they are stored, each once; empty when it is about none.
  std::vector<std::string> subjects = {};
  ViolationDetail detail = {};

  friend bool operator==(const Violation&, const Violation&) = default;
};

// The detail as what it is; null when it is something else.
template <class Detail>
const Detail* DetailOf(const Violation& violation) {
  return std::get_if<Detail>(&violation.detail);
}

// What every check answers: nothing, or the first thing it found wrong.
using Verdict = std::optional<Violation>;

}  // namespace fencepost::model
