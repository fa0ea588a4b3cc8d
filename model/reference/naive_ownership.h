// A group's ownership as the rules of the logged fence read, key by key: no ranges, no search, no joining, no
// early exit.
//
// It knows a fixed set of keys and stands for all others by taking each boundary of every range from that
// set: between two neighbouring keys of the set nothing can then differ. Stepped beside GroupOwnership
// (fencepost/fence/ownership.h) it must do the same with every entry; shares no code with it but value types
// and Contains. A value; not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fencepost/base/error.h"
#include "fencepost/base/ids.h"
#include "fencepost/base/key_range.h"
#include "fencepost/fence/ownership.h"

namespace fencepost::model {

struct NaiveEntryOutcome {
  EntryEffect effect = EntryEffect::kTookEffect;
  std::optional<Error> error;  // iff refused
};

class NaiveOwnership {
 public:
  // REQUIRES: `keys` ascending, the first one empty; every range and key asked about is bounded by them.
  explicit NaiveOwnership(std::vector<std::string> keys);

  NaiveEntryOutcome Apply(LogIndex index, const OwnershipEntry& entry);

  bool AdmitsWrite(const std::string& key, OwnershipEpoch epoch, Timestamp commit_ts) const;
  bool AdmitsRead(const KeyRange& range, OwnershipEpoch epoch) const;
  // Whether data of `range` may be copied in for an ACTIVATE under `epoch`.
  bool AdmitsCopy(const KeyRange& range, OwnershipEpoch epoch) const;
  // The cut-off of the fence of `range` under `epoch`; nothing unless it stands.
  std::optional<LogIndex> CutOff(const KeyRange& range, OwnershipEpoch epoch) const;

  LogIndex applied_index() const { return applied_index_; }
  const Tenure& At(const std::string& key) const { return tenures_.at(key); }
  // Runs of keys in equal tenures, but for those of which nothing is known: what ranges() must answer.
  std::vector<RangeTenure> Ranges() const;
  const GroupOwnership::PreparedTransactions& prepared() const { return prepared_; }
  std::vector<TransactionId> PreparedIn(const KeyRange& range) const;

 private:
  NaiveEntryOutcome ApplyOne(const FenceRange& fence);
  NaiveEntryOutcome ApplyOne(const ActivateRange& activate);
  NaiveEntryOutcome ApplyOne(const ReleaseRange& release);
  NaiveEntryOutcome ApplyOne(const PrepareTransaction& prepare);
  NaiveEntryOutcome ApplyOne(const ResolveTransaction& resolve);

  std::vector<Tenure*> In(const KeyRange& range);
  std::vector<const Tenure*> In(const KeyRange& range) const;

  std::vector<std::string> keys_;
  std::map<std::string, Tenure> tenures_;
  GroupOwnership::PreparedTransactions prepared_;
  LogIndex applied_index_;
};

}  // namespace fencepost::model
