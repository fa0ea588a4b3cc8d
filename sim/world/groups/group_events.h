// What happens in the groups. The actor is the node whose replica does it; the world, when an entry is agreed
// on.
#pragma once

#include <absl/status/status.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "fencepost/base/ids.h"
#include "fencepost/fence/claims.h"
#include "sim/world/events/categories.h"
#include "sim/world/groups/entry.h"
#include "sim/world/groups/group_state.h"

namespace fencepost::sim {

// An entry has been agreed on. From here on its effect is decided (under the logged fence).
struct EntryAgreed {
  static constexpr EventKind kKind{"entry-agreed", categories::kLog};
  GroupId group;
  LogIndex index;
  const Entry* entry = nullptr;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("group", group);
    visit("index", index);
    visit("entry", entry->index());
    visit("transaction", TransactionOf(*entry));
  }

  struct Kept {
    static constexpr const EventKind& kKind = EntryAgreed::kKind;
    GroupId group;
    LogIndex index;
    Entry entry;

    template <class Visitor>
    void Fields(Visitor& visit) const {
      EntryAgreed{group, index, &entry}.Fields(visit);
    }
  };
  Kept Keep() const { return Kept{group, index, *entry}; }
};

// A replica has applied an entry, for the first time or again after a restart. A replica that takes another
// one's snapshot skips what that has applied.
struct EntryApplied {
  static constexpr EventKind kKind{"entry-applied", categories::kApply};
  GroupId group;
  LogIndex index;
  std::size_t node = 0;  // its number, from 0
  const Entry* entry = nullptr;
  const Applied* applied = nullptr;
  const GroupState* state = nullptr;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("group", group);
    visit("index", index);
    visit("digest", applied->digest);
  }

  struct Kept {
    static constexpr const EventKind& kKind = EntryApplied::kKind;
    GroupId group;
    LogIndex index;
    std::uint64_t digest = 0;
    absl::Status status;

    template <class Visitor>
    void Fields(Visitor& visit) const {
      visit("group", group);
      visit("index", index);
      visit("digest", digest);
    }
  };
  Kept Keep() const { return Kept{group, index, applied->digest, applied->status}; }
};

struct LeaderChanged {
  static constexpr EventKind kKind{"leader-changed", categories::kProcess};
  GroupId group;
  std::uint64_t term = 0;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("group", group);
    visit("term", term);
  }
};

struct ProposalLost {
  static constexpr EventKind kKind{"proposal-lost", categories::kFault};
  GroupId group;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("group", group);
  }
};

// It was agreed on, but its proposer is told that it failed.
struct ProposalReportedFailed {
  static constexpr EventKind kKind{"proposal-reported-failed", categories::kFault};
  GroupId group;
  LogIndex index;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("group", group);
    visit("index", index);
  }
};

// A replica begins at its own snapshot, at this entry.
struct ReplicaRestored {
  static constexpr EventKind kKind{"replica-restored", categories::kProcess};
  GroupId group;
  LogIndex index;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("group", group);
    visit("index", index);
  }
};

struct ReplicaLagged {
  static constexpr EventKind kKind{"replica-lagged", categories::kFault};
  GroupId group;
  std::chrono::nanoseconds lag{0};

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("group", group);
    visit("lag", lag);
  }
};

// A replica takes another one's snapshot instead of the entries up to this one.
struct SnapshotInstalled {
  static constexpr EventKind kKind{"snapshot-installed", categories::kFault};
  GroupId group;
  LogIndex index;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("group", group);
    visit("index", index);
  }
};

}  // namespace fencepost::sim
