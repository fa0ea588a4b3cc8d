// What a store gives its transaction coordinator. (The mover's side is in group_client_moves.cc.)
#include "sim/world/groups/group_client.h"

#include <fmt/format.h>

namespace fencepost::sim {

GroupClient::GroupClient(Stage* stage, Cluster* cluster, TimestampOracle* oracle, ActorId actor,
                         LibraryRuntime* runtime)
    : marks_(&stage->marks()),
      runtime_(runtime),
      oracle_(oracle),
      mistake_(cluster->options().rules.mistake),
      calls_(cluster, &stage->network(), actor, &runtime->sim()) {}

Awaitable<absl::StatusOr<std::vector<KeyView>>> GroupClient::Read(GroupId group,
                                                                  std::vector<std::string> keys,
                                                                  std::optional<std::size_t> follower_node) {
  return calls_.Read(group, std::move(keys), follower_node);
}

Awaitable<absl::StatusOr<Timestamp>> GroupClient::NextTimestamp() { co_return oracle_->NextTimestamp(); }

Awaitable<absl::Status> GroupClient::Prepare(PrepareRequest request) {
  if (mistake_ == Mistake::kUnfencedResolver) RememberPart(request.part, request.id);
  const GroupId group = request.part.group;
  PrepareEntry entry;
  entry.request = std::move(request);
  entry.pin = pin_;
  return ProposeAny(group, std::move(entry));
}

Awaitable<absl::Status> GroupClient::CommitAtOnce(CommitRequest request) {
  const GroupId group = request.part.group;
  CommitEntry entry;
  entry.request = std::move(request);
  entry.pin = pin_;
  return ProposeAny(group, std::move(entry));
}

Awaitable<absl::StatusOr<TransactionRecord>> GroupClient::Decide(GroupId home, TransactionRecord proposed) {
  Entry entry = DecideEntry{proposed};
  const ProposalAnswer answer = co_await calls_.Propose(home, std::move(entry));
  if (!answer.status.ok()) co_return answer.status;
  co_return answer.record.value();
}

Awaitable<absl::Status> GroupClient::Resolve(GroupId group, TransactionRecord record) {
  ResolveEntry entry;
  entry.record = record;
  if (mistake_ == Mistake::kUnfencedResolver) entry.part = RememberedPart(group, record.id);
  return ProposeAny(group, std::move(entry));
}

Awaitable<absl::Status> GroupClient::ProposeAny(GroupId group, Entry entry) {
  const ProposalAnswer answer = co_await calls_.Propose(group, std::move(entry));
  co_return answer.status;
}

void GroupClient::RememberPart(const Participant& part, TransactionId id) {
  parts_.insert_or_assign(std::pair(part.group, id), part);
}

Participant GroupClient::RememberedPart(GroupId group, TransactionId id) const {
  const auto found = parts_.find(std::pair(group, id));
  return found == parts_.end() ? Participant() : found->second;
}

}  // namespace fencepost::sim
