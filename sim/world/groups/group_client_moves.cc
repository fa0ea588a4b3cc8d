// What a store gives its mover.
#include <algorithm>
#include <iterator>
#include <utility>

#include "fencepost/txn/resolver.h"
#include "sim/world/groups/group_client.h"
#include "sim/world/mark_kinds.h"

namespace fencepost::sim {
namespace {

// Who drains a range has met the lock before, at the latest when the range was fenced.
constexpr std::chrono::milliseconds kMoverPatience(30);

constexpr std::size_t kMostKeysPerPage = 3;

struct DrainShown {
  absl::StatusOr<Drain> drain;
};

}  // namespace

Awaitable<absl::Status> GroupClient::Propose(GroupId group, OwnershipEntry entry) {
  const auto* const fence = std::get_if<FenceRange>(&entry);
  Barrier* barrier = nullptr;
  if (fence != nullptr) barrier = RememberedBarrier(group, fence->range);
  if (barrier != nullptr && barrier->fenced) co_return absl::OkStatus();
  Entry any = std::move(entry);
  const ProposalAnswer answer = co_await calls_.Propose(group, std::move(any));
  if (barrier != nullptr && answer.status.ok()) barrier->fenced = true;
  co_return answer.status;
}

Awaitable<absl::StatusOr<std::vector<RangeTenure>>> GroupClient::TenuresOf(GroupId group, KeyRange range) {
  std::function<std::vector<RangeTenure>(const GroupState&)> look =
      [range = std::move(range)](const GroupState& state) { return state.ownership().In(range); };
  return calls_.Look(group, LookFrom::kAgreed, std::move(look));
}

Awaitable<absl::StatusOr<Drain>> GroupClient::DrainOf(GroupId group, KeyRange range, OwnershipEpoch epoch) {
  if (mistake_ == Mistake::kCopyBeforeDrain) co_return Drain();
  Barrier* const barrier = RememberedBarrier(group, range);
  if (barrier != nullptr && barrier->drain.has_value()) co_return *barrier->drain;
  std::function<DrainShown(const GroupState&)> look = [range, epoch](const GroupState& state) {
    return DrainShown{CheckDrain(state.ownership(), range, epoch)};
  };
  const absl::StatusOr<DrainShown> shown = co_await calls_.Look(group, LookFrom::kAgreed, std::move(look));
  if (!shown.ok()) co_return shown.status();
  const absl::StatusOr<Drain>& drain = shown->drain;
  if (drain.ok() && !drain->must_drain.empty()) marks_->Hit(marks::kPreparedAcrossFence);
  if (barrier != nullptr && drain.ok() && drain->must_drain.empty()) barrier->drain = *drain;
  co_return drain;
}

// Replicas ask how far their group is before each read, so nobody holds a lease that could outlast a fence.
Awaitable<absl::StatusOr<std::vector<ReplicaReads>>> GroupClient::ReadsOf(GroupId group) {
  std::function<LogIndex(const GroupState&)> look = [](const GroupState& state) { return state.applied(); };
  const absl::StatusOr<LogIndex> applied = co_await calls_.Look(group, LookFrom::kAgreed, std::move(look));
  if (!applied.ok()) co_return applied.status();
  ReplicaReads reads;
  reads.applied = *applied;
  reads.lease_over = true;
  co_return std::vector<ReplicaReads>(1, reads);
}

Awaitable<absl::Status> GroupClient::ResolvePrepared(GroupId group, TransactionId id) {
  std::function<std::optional<LockHolder>(const GroupState&)> look = [id](const GroupState& state) {
    return state.PreparedHolder(id);
  };
  const absl::StatusOr<std::optional<LockHolder>> holder =
      co_await calls_.Look(group, LookFrom::kAgreed, std::move(look));
  if (!holder.ok()) co_return holder.status();
  if (!holder->has_value()) co_return absl::OkStatus();
  ResolverOptions options;
  options.patience = kMoverPatience;
  TransactionResolver resolver(this, runtime_, options);
  const absl::StatusOr<TransactionRecord> ended = co_await resolver.End(group, **holder);
  co_return ended.status();
}

Awaitable<absl::StatusOr<Timestamp>> GroupClient::Copy(CopyJob job) {
  if (mistake_ == Mistake::kCopyBeforeDrain) return CopyFrom(std::move(job), LookFrom::kWhatIsThere, false);
  const Barrier* const barrier = RememberedBarrier(job.from, job.range);
  const bool was_told = barrier != nullptr && barrier->drain.has_value();
  return CopyFrom(std::move(job), LookFrom::kAgreed, !was_told);
}

Awaitable<absl::StatusOr<Timestamp>> GroupClient::CopyAsPublished(CopyJob job) {
  return CopyFrom(std::move(job), LookFrom::kWhatIsThere, false);
}

Awaitable<absl::Status> GroupClient::DropCopied(GroupId group, KeyRange range, OwnershipEpoch epoch) {
  DropEntry entry;
  entry.range = std::move(range);
  entry.epoch = epoch;
  return ProposeAny(group, std::move(entry));
}

// A read is answered in the moment it is served: none is left that could still need the data.
Awaitable<absl::Status> GroupClient::ReadersDrained(GroupId, KeyRange, OwnershipEpoch) {
  co_return absl::OkStatus();
}

Awaitable<absl::StatusOr<Timestamp>> GroupClient::CopyFrom(CopyJob job, LookFrom from,
                                                           bool must_have_drained) {
  std::function<Source(const GroupState&)> look = [job, must_have_drained](const GroupState& state) {
    return SourceOf(state, job, must_have_drained);
  };
  const absl::StatusOr<Source> source = co_await calls_.Look(job.from, from, std::move(look));
  if (!source.ok()) co_return source.status();
  if (!source->status.ok()) co_return source->status;
  std::vector<CopyEntry> pages = PagesOf(job, source->values);
  for (CopyEntry& page : pages) {
    Entry entry = std::move(page);
    const absl::Status copied = co_await ProposeAny(job.to, std::move(entry));
    if (!copied.ok()) co_return copied;
  }
  co_return source->floor;
}

GroupClient::Source GroupClient::SourceOf(const GroupState& state, const CopyJob& job,
                                          bool must_have_drained) {
  Source source;
  if (must_have_drained) {
    const absl::StatusOr<Drain> drain = CheckDrain(state.ownership(), job.range, job.epoch);
    if (!drain.ok()) {
      source.status = drain.status();
      return source;
    }
    if (!drain->must_drain.empty()) {
      source.status = absl::FailedPreconditionError(
          FormatRange(job.range) + " has not drained: transaction " +
          std::to_string(drain->must_drain.front().value) + " is still prepared");
      return source;
    }
  }
  source.values = state.ValuesIn(job.range);
  for (const auto& [key, value] : source.values) source.floor = std::max(source.floor, value.written_at);
  for (const RangeTenure& piece : state.ownership().In(job.range)) {
    source.floor = std::max(source.floor, piece.tenure.floor);
  }
  return source;
}

// The whole range, without a hole: each page goes from its first key to the next page's.
std::vector<CopyEntry> GroupClient::PagesOf(const CopyJob& job, const StoredValues& values) {
  Stream choices = errand_->Of("pages");
  std::vector<CopyEntry> pages;
  std::string start = job.range.start;
  auto next = values.begin();
  do {
    CopyEntry page;
    page.epoch = job.epoch;
    page.range.start = start;
    const std::size_t keys = kMostKeysPerPage - choices.Below(kMostKeysPerPage, "smaller-page");
    for (std::size_t i = 0; i < keys && next != values.end(); ++i, ++next) page.values.insert(*next);
    if (next == values.end()) {
      page.range.end = job.range.end;
    } else {
      start = next->first;
      page.range.end = start;
    }
    pages.push_back(std::move(page));
  } while (next != values.end());
  return pages;
}

GroupClient::Barrier* GroupClient::RememberedBarrier(GroupId group, const KeyRange& range) {
  if (mistake_ != Mistake::kBarrierForN) return nullptr;
  return &barriers_[std::pair(group, FormatRange(range))];
}

}  // namespace fencepost::sim
