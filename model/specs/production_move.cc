#include "model/specs/production_move.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>
#include <vector>

#include "fencepost/fence/logged_fence.h"
#include "fencepost/fence/ownership.h"
#include "fencepost/fence/ownership_entry.h"

namespace fencepost::model {
namespace {

constexpr const char* kKey = "k";
// The index in the library's log of what a tenure of the model has applied last. What was before does not
// matter, but something was.
constexpr std::uint64_t kApplied = 100;

KeyRange KeysRange() { return PointRead(kKey, OwnershipEpoch(0)).range; }

PrepareTransaction PrepareOf(std::uint32_t client, const MoveClients& clients) {
  const OwnershipEpoch claim(clients[client].claim);
  const std::uint64_t id = std::uint64_t{client} + 1;
  return MakePrepare(TransactionId(id), Timestamp(id), {WriteClaim{kKey, claim}}, {PointRead(kKey, claim)});
}

OwnershipPhase PhaseOf(MovePhase phase) {
  switch (phase) {
    case MovePhase::kAbsent:
      return OwnershipPhase::kAbsent;
    case MovePhase::kActive:
      return OwnershipPhase::kActive;
    case MovePhase::kFenced:
      return OwnershipPhase::kFenced;
  }
  std::abort();
}

MovePhase PhaseOf(OwnershipPhase phase) {
  switch (phase) {
    case OwnershipPhase::kAbsent:
      return MovePhase::kAbsent;
    case OwnershipPhase::kActive:
      return MovePhase::kActive;
    case OwnershipPhase::kFenced:
      return MovePhase::kFenced;
  }
  std::abort();
}

// A tenure that the library itself led to is one that it accepts again: anything else is a broken harness.
GroupOwnership Make(const MoveTenure& tenure, const MoveClients& clients) {
  Tenure its;
  its.phase = PhaseOf(tenure.phase);
  its.epoch = OwnershipEpoch(tenure.epoch);
  its.highest_epoch = OwnershipEpoch(tenure.highest);
  its.fenced_at = LogIndex(tenure.phase == MovePhase::kFenced ? kApplied : 0);
  its.floor = Timestamp(tenure.floor);
  std::vector<RangeTenure> ranges;
  if (its != Tenure{}) ranges.push_back(RangeTenure{KeysRange(), its});
  GroupOwnership::PreparedTransactions prepared;
  if (tenure.prepared != 0) {
    const PrepareTransaction entry = PrepareOf(tenure.prepared - 1, clients);
    prepared.emplace(entry.id, entry);
  }
  absl::StatusOr<GroupOwnership> made =
      GroupOwnership::Restore(LogIndex(kApplied), std::move(ranges), std::move(prepared));
  if (!made.ok()) std::abort();
  return *std::move(made);
}

MoveTenure ReadBack(const GroupOwnership& ownership) {
  const Tenure its = ownership.At(kKey);
  MoveTenure tenure;
  tenure.phase = PhaseOf(its.phase);
  tenure.epoch = static_cast<std::uint32_t>(its.epoch.value);
  tenure.highest = static_cast<std::uint32_t>(its.highest_epoch.value);
  tenure.floor = static_cast<std::uint32_t>(its.floor.value);
  for (const auto& [id, transaction] : ownership.prepared()) {
    tenure.prepared = static_cast<std::uint32_t>(id.value);
  }
  return tenure;
}

std::optional<OwnershipEntry> EntryOf(const MoveEntry& entry, const MoveClients& clients) {
  const OwnershipEpoch epoch(entry.subject);
  switch (entry.kind) {
    case MoveEntryKind::kFence:
      return FenceRange{KeysRange(), epoch};
    case MoveEntryKind::kActivate:
      return ActivateRange{KeysRange(), epoch, Timestamp(entry.value)};
    case MoveEntryKind::kRelease:
      return ReleaseRange{KeysRange(), epoch};
    case MoveEntryKind::kPrepare:
      return PrepareOf(entry.subject, clients);
    case MoveEntryKind::kResolve: {
      const std::uint64_t id = std::uint64_t{entry.subject} + 1;
      if (entry.value == 0) return ResolveTransaction{TransactionId(id), TransactionOutcome::kAborted, {}};
      return ResolveTransaction{TransactionId(id), TransactionOutcome::kCommitted, Timestamp(id)};
    }
    case MoveEntryKind::kNone:
    case MoveEntryKind::kCommit:
    case MoveEntryKind::kCopy:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

bool LibraryOwnership::AdmitsCommit(const MoveTenure& tenure, std::uint32_t claim,
                                    std::uint32_t timestamp) const {
  MoveTenure unlocked = tenure;
  unlocked.prepared = 0;
  const std::array<WriteClaim, 1> writes = {WriteClaim{kKey, OwnershipEpoch(claim)}};
  const std::array<ReadClaim, 1> reads = {PointRead(kKey, OwnershipEpoch(claim))};
  return CheckCommit(Make(unlocked, MoveClients{}), Timestamp(timestamp), writes, reads).ok();
}

bool LibraryOwnership::AdmitsRead(const MoveTenure& tenure, std::uint32_t claim) const {
  MoveTenure unlocked = tenure;
  unlocked.prepared = 0;
  return CheckRead(Make(unlocked, MoveClients{}), PointRead(kKey, OwnershipEpoch(claim))).ok();
}

bool LibraryOwnership::AdmitsCopy(const MoveTenure& tenure, std::uint32_t epoch) const {
  MoveTenure unlocked = tenure;
  unlocked.prepared = 0;
  return CheckCopy(Make(unlocked, MoveClients{}), KeysRange(), OwnershipEpoch(epoch)).ok();
}

bool LibraryOwnership::Apply(MoveTenure& tenure, const MoveEntry& entry, const MoveClients& clients) const {
  const std::optional<OwnershipEntry> its = EntryOf(entry, clients);
  if (!its.has_value()) return false;
  GroupOwnership ownership = Make(tenure, clients);
  const EntryOutcome outcome = ownership.Apply(LogIndex(kApplied + 1), *its);
  tenure = ReadBack(ownership);
  return outcome.effect == EntryEffect::kTookEffect;
}

std::optional<MoveDrain> LibraryOwnership::Drain(const MoveTenure& tenure, std::uint32_t epoch,
                                                 const MoveClients& clients) const {
  const absl::StatusOr<fencepost::Drain> drain =
      CheckDrain(Make(tenure, clients), KeysRange(), OwnershipEpoch(epoch));
  if (!drain.ok()) return std::nullopt;
  return MoveDrain{drain->cut_off != LogIndex(0), drain->must_drain.empty()};
}

// The cut-off is an index, so the library is shown the log again: from the slowest replica's state, through
// the entries up to where the fence is known to stand.
bool LibraryOwnership::ReadsHaveStopped(const MoveGroup& group, std::span<const MoveReplica> replicas,
                                        std::size_t fenced, std::uint32_t epoch,
                                        const MoveClients& clients) const {
  const auto slowest = std::ranges::find(replicas, 0U, &MoveReplica::offset);
  if (slowest == replicas.end()) std::abort();
  GroupOwnership ownership = Make(slowest->tenure, clients);
  for (std::uint32_t i = 0; i < replicas[fenced].offset; ++i) {
    const std::optional<OwnershipEntry> entry = EntryOf(group.log[i], clients);
    if (entry.has_value()) ownership.Apply(LogIndex(kApplied + i + 1), *entry);
  }
  const absl::StatusOr<fencepost::Drain> drain = CheckDrain(ownership, KeysRange(), OwnershipEpoch(epoch));
  if (!drain.ok()) return false;
  std::vector<ReplicaReads> reads;
  for (const MoveReplica& replica : replicas) {
    reads.push_back(ReplicaReads{LogIndex(kApplied + replica.offset), !replica.lease});
  }
  return fencepost::ReadsHaveStopped(drain->cut_off, reads);
}

}  // namespace fencepost::model
