// fence_ops: a log of ownership entries, applied to the logged fence.
//
// Three views of one log must agree after every entry: the production state, a naive twin that knows one key
// at a time, and a replica that was restored from a snapshot somewhere in between and had its log replayed.
// So must every verdict: commits, reads, copies, drains.
#include <string>
#include <vector>

#include "fencepost/base/error.h"
#include "fencepost/fence/logged_fence.h"
#include "fencepost/fence/ownership_codec.h"
#include "fuzz/byte_reader.h"
#include "fuzz/finding.h"
#include "fuzz/read_entry.h"
#include "fuzz/targets.h"
#include "model/reference/naive_ownership.h"

namespace fencepost::fuzz {
namespace {

constexpr std::size_t kMostSteps = 64;

class FenceLockstep {
 public:
  void Apply(const OwnershipEntry& entry, std::uint64_t skipped) {
    // Indices skip those of entries that do not concern ownership.
    const LogIndex index(ownership_.applied_index().value + 1 + skipped);
    log_.push_back({index, entry});
    ApplyToAll(index, entry);
  }

  // The same entry once more, as a replica does that restarted from an older position of its own.
  void ApplyAgain(std::size_t which) {
    if (log_.empty()) return;
    const Logged& logged = log_[which % log_.size()];
    ApplyToAll(logged.index, logged.entry);
  }

  // Another replica takes over from a snapshot of this position, and is given the whole log again.
  void Restore() {
    const std::string snapshot = EncodeGroupOwnership(ownership_);
    absl::StatusOr<GroupOwnership> restored = DecodeGroupOwnership(snapshot);
    if (!restored.ok()) ReportFinding("a snapshot does not decode: " + restored.status().ToString());
    for (const Logged& logged : log_) {
      const EntryOutcome outcome = restored->Apply(logged.index, logged.entry);
      Require(outcome.effect == EntryEffect::kReplayed, "a replayed entry had an effect of its own");
    }
    Require(*restored == ownership_, "a restored replica differs from the one it was copied from");
    replica_ = *std::move(restored);
  }

  void Ask(const KeyRange& range, OwnershipEpoch epoch, const std::string& key, Timestamp commit_ts) {
    const std::vector<WriteClaim> writes = {WriteClaim{key, epoch}};
    Agree(CheckCommit(ownership_, commit_ts, writes, {}), naive_.AdmitsWrite(key, epoch, commit_ts),
          "commit");
    Agree(CheckRead(ownership_, ReadClaim{range, epoch}), naive_.AdmitsRead(range, epoch), "read");
    Agree(CheckCopy(ownership_, range, epoch), naive_.AdmitsCopy(range, epoch), "copy");
    const absl::StatusOr<Drain> drain = CheckDrain(ownership_, range, epoch);
    const std::optional<LogIndex> cut_off = naive_.CutOff(range, epoch);
    Agree(drain.status(), cut_off.has_value(), "drain");
    if (!drain.ok()) return;
    Require(drain->cut_off == *cut_off, "the cut-off differs from the naive one");
    Require(drain->must_drain == naive_.PreparedIn(range), "what must drain differs from the naive answer");
  }

 private:
  struct Logged {
    LogIndex index;
    OwnershipEntry entry;
  };

  static void Agree(const absl::Status& verdict, bool admits, std::string_view what) {
    if (verdict.ok() == admits) return;
    ReportFinding("the verdict on a " + std::string(what) + " is " + verdict.ToString() + ", the naive one " +
                  (admits ? "lets it in" : "refuses it"));
  }

  void ApplyToAll(LogIndex index, const OwnershipEntry& entry) {
    const model::NaiveEntryOutcome expected = naive_.Apply(index, entry);
    const EntryOutcome outcome = ownership_.Apply(index, entry);
    if (outcome.effect != expected.effect || ErrorOf(outcome.refusal) != expected.error) {
      ReportFinding(FormatEntry(entry) + " came to effect " +
                    std::to_string(static_cast<int>(outcome.effect)) + " (" + outcome.refusal.ToString() +
                    "), naively to " + std::to_string(static_cast<int>(expected.effect)) + " (" +
                    std::string(expected.error.has_value() ? ErrorName(*expected.error) : "OK") + ")");
    }
    const EntryOutcome elsewhere = replica_.Apply(index, entry);
    Require(elsewhere.effect == outcome.effect && elsewhere.refusal == outcome.refusal,
            "two replicas judge one entry differently");
    CompareState(entry);
  }

  void CompareState(const OwnershipEntry& entry) const {
    if (ownership_.ranges() != naive_.Ranges()) ReportFinding(FormatEntry(entry) + ": the ranges differ");
    if (ownership_.prepared() != naive_.prepared()) {
      ReportFinding(FormatEntry(entry) + ": the prepared transactions differ");
    }
    for (const std::string& key : EntryKeys()) {
      if (ownership_.At(key) == naive_.At(key)) continue;
      ReportFinding(FormatEntry(entry) + ": key " + QuoteKey(key) + " is " +
                    FormatTenure(ownership_.At(key)) + ", naively " + FormatTenure(naive_.At(key)));
    }
    Require(EncodeGroupOwnership(replica_) == EncodeGroupOwnership(ownership_),
            "two replicas at one position have different bytes");
  }

  model::NaiveOwnership naive_{EntryKeys()};
  GroupOwnership ownership_;
  GroupOwnership replica_;
  std::vector<Logged> log_;
};

}  // namespace

void FuzzFenceOps(Input input) {
  ByteReader bytes(input);
  EntryReader entries(&bytes);
  FenceLockstep lockstep;
  for (std::size_t step = 0; step < kMostSteps && !bytes.empty(); ++step) {
    const std::size_t what = bytes.Below(16);
    if (what < 10) {
      const std::uint64_t skipped = what == 9 ? bytes.Byte() : 0;
      lockstep.Apply(entries.Entry(), skipped);
    } else if (what < 12) {
      lockstep.ApplyAgain(bytes.Byte());
    } else if (what < 13) {
      lockstep.Restore();
    } else {
      const KeyRange range = entries.Range();
      const OwnershipEpoch epoch = entries.Epoch();
      const std::string key = entries.Key();
      lockstep.Ask(range, epoch, key, entries.CommitTimestamp());
    }
  }
  lockstep.Restore();
}

}  // namespace fencepost::fuzz
