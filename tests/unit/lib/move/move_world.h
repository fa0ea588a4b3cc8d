// A store in one process for the tests of the mover: three groups of one replica each, a catalog, clients
// that write whenever they can, and mover processes that can be stopped at any of their calls.
//
// Every call of a mover to a group, every chunk of a copy and every commit to the catalog's store is a
// *point*. Before each, clients try to write everywhere, under every epoch there ever was; and the test says
// what becomes of the call.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fencepost/base/error.h"
#include "fencepost/move/initial_ownership.h"
#include "fencepost/move/range_mover.h"
#include "fencepost/store/memory_store.h"
#include "tests/support/run_awaitable.h"
#include "tests/unit/lib/fence/sample_ownership.h"
#include "tests/unit/sample_routes.h"

namespace fencepost {

// One group: its log is applied as it is written. A key's value is the set of writes that it has taken.
class MoveGroup {
 public:
  using Values = std::map<std::string, std::set<std::uint64_t>>;
  struct PreparedWrite {
    std::string key;
    std::uint64_t number = 0;
  };

  absl::Status Log(const OwnershipEntry& entry) {
    const EntryOutcome outcome = ownership_.Apply(LogIndex(++index_), entry);
    if (outcome.effect != EntryEffect::kTookEffect) return outcome.refusal;
    if (const auto* activate = std::get_if<ActivateRange>(&entry)) EraseIn(copied_for_, activate->range);
    if (const auto* release = std::get_if<ReleaseRange>(&entry)) Forget(release->range);
    return absl::OkStatus();
  }

  bool Write(const std::string& key, OwnershipEpoch epoch, std::uint64_t number) {
    ++index_;
    const std::vector<WriteClaim> claims = {WriteClaim{key, epoch}};
    if (!CheckCommit(ownership_, Timestamp(number), claims, {}).ok()) return false;
    values_[key].insert(number);
    return true;
  }

  bool PrepareWrite(const std::string& key, std::uint64_t number) {
    const OwnershipEpoch epoch = ownership_.At(key).epoch;
    if (!Log(Prepare(number, number, {WriteClaim{key, epoch}})).ok()) return false;
    prepared_[TransactionId(number)] = PreparedWrite{key, number};
    return true;
  }

  // What it committed, or nothing if it was resolved before.
  std::optional<PreparedWrite> CommitPrepared(TransactionId id, std::uint64_t commit_ts) {
    const auto prepared = prepared_.find(id);
    if (prepared == prepared_.end()) return std::nullopt;
    const PreparedWrite write = prepared->second;
    prepared_.erase(prepared);
    EXPECT_EQ(Log(CommitOf(id.value, commit_ts)), absl::OkStatus());
    values_[write.key].insert(write.number);
    return write;
  }

  absl::Status TakeChunk(const KeyRange& range, OwnershipEpoch epoch, const Values& values) {
    ++index_;
    if (absl::Status status = CheckCopy(ownership_, range, epoch); !status.ok()) return status;
    Forget(range);
    for (const auto& [key, value] : values) {
      values_[key] = value;
      copied_for_[key] = epoch;
    }
    return absl::OkStatus();
  }

  absl::Status DropCopied(const KeyRange& range, OwnershipEpoch epoch) {
    ++index_;
    for (const RangeTenure& piece : ownership_.In(range)) {
      if (piece.tenure.phase != OwnershipPhase::kAbsent) return absl::FailedPreconditionError("held here");
    }
    std::erase_if(values_, [&](const auto& value) {
      const auto copied = copied_for_.find(value.first);
      return Contains(range, value.first) && copied != copied_for_.end() && copied->second <= epoch;
    });
    return absl::OkStatus();
  }

  Values ValuesIn(const KeyRange& range) const {
    Values found;
    for (const auto& [key, value] : values_) {
      if (Contains(range, key)) found[key] = value;
    }
    return found;
  }

  bool OwnsActively(const std::string& key) const {
    return ownership_.At(key).phase == OwnershipPhase::kActive;
  }
  const GroupOwnership& ownership() const { return ownership_; }
  const std::map<TransactionId, PreparedWrite>& prepared() const { return prepared_; }

 private:
  template <class Map>
  static void EraseIn(Map& map, const KeyRange& range) {
    std::erase_if(map, [&](const auto& entry) { return Contains(range, entry.first); });
  }

  void Forget(const KeyRange& range) {
    EraseIn(values_, range);
    EraseIn(copied_for_, range);
  }

  GroupOwnership ownership_;
  std::uint64_t index_ = 0;
  Values values_;
  std::map<std::string, OwnershipEpoch> copied_for_;
  std::map<TransactionId, PreparedWrite> prepared_;
};

inline const std::vector<std::string>& MoveKeys() {
  static const std::vector<std::string> keys = {"a", "h", "n", "z"};
  return keys;
}

// The range of route 2, which the tests move: it has "h" and "n".
inline KeyRange MovedRange() { return Between("g", "p"); }

class MoveWorld {
 public:
  MoveWorld() {
    CatalogStore catalog(&store);
    const auto founded = RunAwaitable(
        catalog.Save(Version(0), Described({{.id = 1, .start = "", .end = "g", .group = 1},
                                            {.id = 2, .start = "g", .end = "p", .group = 1},
                                            {.id = 3, .start = "p", .end = std::nullopt, .group = 3}})));
    EXPECT_TRUE(founded.ok()) << founded.status();
    const auto founding = InitialOwnership(founded->snapshot);
    EXPECT_TRUE(founding.ok()) << founding.status();
    for (const auto& [group, entries] : *founding) {
      for (const ActivateRange& entry : entries) EXPECT_EQ(Group(group).Log(entry), absl::OkStatus());
    }
    WriteEverywhere();
  }

  MoveGroup& Group(GroupId id) { return groups_.at(id.value - 1); }
  MoveGroup& Group(std::uint64_t id) { return groups_.at(id - 1); }

  // Clients of every opinion: each key, at each group, under each epoch that any save may have issued.
  void WriteEverywhere() {
    const std::uint64_t newest = RunAwaitable(CatalogStore(&store).DurableVersion()).value().value;
    for (const std::string& key : MoveKeys()) {
      for (MoveGroup& group : groups_) {
        for (std::uint64_t epoch = 1; epoch <= newest; ++epoch) {
          const std::uint64_t number = ++clock_;
          if (group.Write(key, OwnershipEpoch(epoch), number)) acknowledged_[key].insert(number);
        }
      }
    }
  }

  // A transaction that is let in and whose coordinator is never heard of again.
  void PrepareAndVanish(const std::string& key) {
    for (MoveGroup& group : groups_) {
      if (!group.OwnsActively(key)) continue;
      EXPECT_TRUE(group.PrepareWrite(key, ++clock_));
    }
  }

  bool Resolve(MoveGroup& group, TransactionId id) {
    const auto write = group.CommitPrepared(id, ++clock_);
    if (write.has_value()) acknowledged_[write->key].insert(write->number);
    return write.has_value();
  }

  void Remember(std::function<void()> message) { sent_.push_back(std::move(message)); }

  // Every message that any mover ever sent arrives again, in the order they were sent in or backwards.
  void RedeliverAll(bool backwards) {
    const std::vector<std::function<void()>> sent = sent_;
    for (std::size_t i = 0; i < sent.size(); ++i) sent[backwards ? sent.size() - 1 - i : i]();
  }

  std::size_t OwnersOf(const std::string& key) const {
    std::size_t owners = 0;
    for (const MoveGroup& group : groups_) owners += group.OwnsActively(key) ? 1 : 0;
    return owners;
  }

  // At any time: nobody shares a key, and whoever owns it has all its acknowledged writes.
  void ExpectSafe(const std::string& when) {
    for (const std::string& key : MoveKeys()) {
      EXPECT_LE(OwnersOf(key), 1U) << key << " " << when;
      for (std::size_t i = 0; i < groups_.size(); ++i) {
        if (!groups_[i].OwnsActively(key)) continue;
        const auto values = groups_[i].ValuesIn(Between(key, key + '\0'));
        const auto found = values.find(key);
        const std::size_t kept = found == values.end() ? 0 : found->second.size();
        EXPECT_TRUE(found != values.end() && found->second == acknowledged_[key])
            << "group " << i + 1 << " has " << kept << " of " << acknowledged_[key].size() << " writes of "
            << key << " " << when;
      }
    }
  }

  // Once every move is over: exactly one owner, which the routes name, and it takes writes.
  void ExpectSettled(const std::string& when) {
    for (MoveGroup& group : groups_) {
      const auto left = group.prepared();
      for (const auto& [id, write] : left) Resolve(group, id);
    }
    WriteEverywhere();
    ExpectSafe(when);
    const auto snapshot = RunAwaitable(CatalogStore(&store).Snapshot());
    ASSERT_TRUE(snapshot.ok()) << snapshot.status() << " " << when;
    for (const std::string& key : MoveKeys()) {
      EXPECT_EQ(OwnersOf(key), 1U) << key << " " << when;
      for (const RouteDescriptor& route : snapshot->routes) {
        if (!Contains(route.range(), key)) continue;
        EXPECT_EQ(route.state, RouteState::kActive) << FormatRoute(route) << " " << when;
        EXPECT_TRUE(Group(route.group_id).OwnsActively(key)) << FormatRoute(route) << " " << when;
      }
    }
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      for (const RangeTenure& known : groups_[i].ownership().ranges()) {
        EXPECT_NE(known.tenure.phase, OwnershipPhase::kFenced)
            << "group " << i + 1 << " still holds " << FormatRange(known.range) << " " << when;
      }
    }
  }

  GroupId RouteOf(const std::string& key) {
    const auto snapshot = RunAwaitable(CatalogStore(&store).Snapshot());
    for (const RouteDescriptor& route : snapshot->routes) {
      if (Contains(route.range(), key)) return route.group_id;
    }
    return GroupId(0);
  }

  std::uint64_t clock() const { return clock_; }

  MemoryStore store;
  // What ReadsOf answers; by default replicas without a lease.
  std::function<std::vector<ReplicaReads>()> replicas;
  // Whether prepared transactions can be ended.
  bool resolvable = true;

 private:
  std::array<MoveGroup, 3> groups_;
  std::map<std::string, std::set<std::uint64_t>> acknowledged_;
  std::vector<std::function<void()>> sent_;
  std::uint64_t clock_ = 0;
};

// What becomes of a call.
enum class Fate {
  kGoesOn,
  kDiesBefore,   // the process is dead from here on; the call had no effect
  kDiesAfter,    // the same, but the call took effect
  kFailsBefore,  // the call fails, and the process lives
  kFailsAfter,   // the answer is lost
  kLandsLate,    // a commit whose outcome is unknown, and which reaches the store at the next point
};

}  // namespace fencepost
