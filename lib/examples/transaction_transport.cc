// Transactions across two groups: a TransactionTransport of one's own, and the group that it talks to. One
// commits, one is refused because a range has moved in between, one finds a lock that somebody left behind.
//
// A group here has one replica in memory, and its log is the order of the calls. What a real group adds is
// agreement: what Group does happens on every replica, at the entry's position. fence/PROTOCOL.md, "Prepared
// transactions", is the page behind this program.
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fencepost/fencepost.h"

namespace {

namespace fp = fencepost;

struct Value {
  std::string text;
  fp::Timestamp written_at;
};

// What a part claims of the group's ownership: every key that it reads or writes, under the epoch it was
// routed by.
struct Claims {
  std::vector<fp::WriteClaim> writes;
  std::vector<fp::ReadClaim> reads;
};

Claims ClaimsOf(const fp::Participant& part) {
  Claims claims;
  for (const fp::KeyWrite& write : part.writes)
    claims.writes.push_back(fp::WriteClaim{write.key, write.epoch});
  for (const fp::KeyRead& read : part.reads) claims.reads.push_back(fp::PointRead(read.key, read.epoch));
  return claims;
}

// The state machine that a group runs. All of it is replicated state, and belongs into the group's snapshots.
class Group {
 public:
  explicit Group(fp::GroupId id) : id_(id) {}

  const fp::GroupOwnership& ownership() const { return ownership_; }

  // Of a move (move_transport.cc shows all of it). The data of a range goes with its RELEASE.
  absl::Status ApplyOwnership(const fp::OwnershipEntry& entry) {
    const fp::EntryOutcome outcome = ownership_.Apply(NextIndex(), entry);
    const auto* release = std::get_if<fp::ReleaseRange>(&entry);
    if (release != nullptr && outcome.effect == fp::EntryEffect::kTookEffect) {
      std::erase_if(data_, [&](const auto& value) { return fp::Contains(release->range, value.first); });
    }
    return outcome.refusal;
  }

  // What a transaction reads: the value, the epoch it is owned under, and its version.
  fp::KeyRead Read(const std::string& key) const {
    return fp::KeyRead{id_, key, ownership_.At(key).epoch, VersionOf(key)};
  }
  std::string TextOf(const std::string& key) const {
    const auto value = data_.find(key);
    return value == data_.end() ? "nothing" : value->second.text;
  }

  absl::Status ApplyPrepare(const fp::PrepareRequest& request) {
    const fp::LogIndex index = NextIndex();
    if (prepared_.contains(request.id)) return absl::OkStatus();  // delivered twice
    // Delivered after the end: what it would lock, nobody would unlock.
    if (records_.contains(request.id)) return Ended(request.id);
    if (absl::Status let_in = LetIn(request.part, request.earliest_commit); !let_in.ok()) return let_in;
    // Last, for this pins the claims until a RESOLVE comes: what is refused must pin nothing.
    Claims claims = ClaimsOf(request.part);
    const fp::EntryOutcome outcome =
        ownership_.Apply(index, fp::MakePrepare(request.id, request.earliest_commit, std::move(claims.writes),
                                                std::move(claims.reads)));
    if (outcome.effect == fp::EntryEffect::kRefused) return outcome.refusal;
    for (const fp::KeyRead& read : request.part.reads) locks_[read.key] = request.id;
    for (const fp::KeyWrite& write : request.part.writes) locks_[write.key] = request.id;
    prepared_.emplace(request.id, request);
    return absl::OkStatus();
  }

  // A transaction that lies in this group alone. A refusal is an outcome too: the same request, delivered
  // again, must not get in.
  absl::Status ApplyCommit(const fp::CommitRequest& request) {
    NextIndex();
    if (const auto record = records_.find(request.id); record != records_.end()) {
      return record->second.outcome == fp::TransactionOutcome::kCommitted ? absl::OkStatus()
                                                                          : Ended(request.id);
    }
    const absl::Status status = LetIn(request.part, request.commit_ts);
    if (status.ok()) Write(request.part, request.commit_ts);
    records_[request.id] =
        status.ok() ? fp::CommittedRecord(request.id, request.commit_ts) : fp::AbortedRecord(request.id);
    return status;
  }

  // At the home of the transaction: the first decision stands.
  fp::TransactionRecord ApplyDecide(const fp::TransactionRecord& proposed) {
    NextIndex();
    std::optional<fp::TransactionRecord> existing;
    if (const auto known = records_.find(proposed.id); known != records_.end()) existing = known->second;
    return records_[proposed.id] = fp::DecideOnce(existing, proposed);
  }

  absl::Status ApplyResolve(const fp::TransactionRecord& record) {
    const fp::EntryOutcome outcome =
        ownership_.Apply(NextIndex(), fp::ResolveTransaction{record.id, record.outcome, record.commit_ts});
    // A commit of what is not prepared here, or not any more. An abort has no need to be.
    if (outcome.effect == fp::EntryEffect::kRefused) return outcome.refusal;
    records_.emplace(record.id, record);  // keeps a late PREPARE out
    const auto prepared = prepared_.find(record.id);
    if (prepared == prepared_.end()) return absl::OkStatus();
    if (record.outcome == fp::TransactionOutcome::kCommitted) Write(prepared->second.part, record.commit_ts);
    std::erase_if(locks_, [&](const auto& lock) { return lock.second == record.id; });
    prepared_.erase(prepared);
    return absl::OkStatus();
  }

  // All the data, for a copy by hand; and a chunk of it, once CheckCopy has been asked.
  const std::map<std::string, Value>& data() const { return data_; }
  void Put(const std::string& key, const Value& value) { data_.insert_or_assign(key, value); }

 private:
  fp::LogIndex NextIndex() { return index_ = fp::LogIndex(index_.value + 1); }

  // Compared for equality within one epoch, so the timestamp of the write will do; 0 is "no such key".
  std::uint64_t VersionOf(const std::string& key) const {
    const auto value = data_.find(key);
    return value == data_.end() ? 0 : value->second.written_at.value;
  }

  // The fence before isolation: a group that has lost a range has no versions to compare.
  absl::Status LetIn(const fp::Participant& part, fp::Timestamp commit_ts) const {
    const Claims claims = ClaimsOf(part);
    absl::Status owned = fp::CheckCommit(ownership_, commit_ts, claims.writes, claims.reads);
    return owned.ok() ? CheckIsolation(part, commit_ts) : owned;
  }

  // This is the store's own business: nobody else holds a key, what was read is as it was, and nothing is
  // written below what is there.
  absl::Status CheckIsolation(const fp::Participant& part, fp::Timestamp commit_ts) const {
    for (const fp::KeyWrite& write : part.writes) {
      if (absl::Status free = CheckUnlocked(write.key); !free.ok()) return free;
      if (VersionOf(write.key) < commit_ts.value) continue;
      return fp::MakeError(fp::Error::kWriteConflict,
                           "key " + fp::QuoteKey(write.key) + " was written since");
    }
    for (const fp::KeyRead& read : part.reads) {
      if (absl::Status free = CheckUnlocked(read.key); !free.ok()) return free;
      if (VersionOf(read.key) == read.version) continue;
      return fp::MakeError(fp::Error::kWriteConflict, "key " + fp::QuoteKey(read.key) + " was written since");
    }
    return absl::OkStatus();
  }

  // Whoever finds a lock is told the holder and its home, and can bring it to its end.
  absl::Status CheckUnlocked(const std::string& key) const {
    const auto lock = locks_.find(key);
    if (lock == locks_.end()) return absl::OkStatus();
    return fp::KeyLocked(key, fp::LockHolder{lock->second, prepared_.at(lock->second).home});
  }

  absl::Status Ended(fp::TransactionId id) const {
    return fp::MakeError(fp::Error::kTransactionAborted, fp::NameOf(id) + " has ended already");
  }

  void Write(const fp::Participant& part, fp::Timestamp commit_ts) {
    for (const fp::KeyWrite& write : part.writes) data_[write.key] = Value{write.payload, commit_ts};
  }

  fp::GroupId id_;
  fp::LogIndex index_;
  fp::GroupOwnership ownership_;
  std::map<std::string, Value> data_;
  std::map<fp::TransactionId, fp::PrepareRequest> prepared_;
  std::map<std::string, fp::TransactionId> locks_;  // those of prepared_; readers could share
  std::map<fp::TransactionId, fp::TransactionRecord> records_;
};

// The way to the groups. A status without an Error, Unavailable say, would mean that nobody knows whether the
// entry was applied.
class Groups final : public fp::TransactionTransport {
 public:
  Group& At(fp::GroupId group) { return groups_.try_emplace(group, group).first->second; }

  fp::Awaitable<absl::StatusOr<fp::Timestamp>> NextTimestamp() override {
    co_return fp::Timestamp(++last_timestamp_);
  }
  fp::Awaitable<absl::Status> Prepare(fp::PrepareRequest request) override {
    co_return At(request.part.group).ApplyPrepare(request);
  }
  fp::Awaitable<absl::Status> CommitAtOnce(fp::CommitRequest request) override {
    co_return At(request.part.group).ApplyCommit(request);
  }
  fp::Awaitable<absl::StatusOr<fp::TransactionRecord>> Decide(fp::GroupId home,
                                                              fp::TransactionRecord proposed) override {
    co_return At(home).ApplyDecide(proposed);
  }
  fp::Awaitable<absl::Status> Resolve(fp::GroupId group, fp::TransactionRecord record) override {
    co_return At(group).ApplyResolve(record);
  }

 private:
  std::map<fp::GroupId, Group> groups_;
  std::uint64_t last_timestamp_ = 0;
};

constexpr fp::GroupId kFirst(1);
constexpr fp::GroupId kSecond(2);
const fp::KeyRange kLeft{"", "m"};  // where alice is; zoe is on the right
const fp::KeyRange kRight{"m", std::nullopt};

// Both accounts, by two writes that read nothing.
fp::Awaitable<absl::StatusOr<fp::TransactionPlan>> PlanOpening(Groups& groups, std::uint64_t id) {
  const absl::StatusOr<fp::Timestamp> earliest = co_await groups.NextTimestamp();
  if (!earliest.ok()) co_return earliest.status();
  std::vector<fp::KeyWrite> writes;
  writes.push_back(fp::KeyWrite{kFirst, "alice", groups.At(kFirst).Read("alice").epoch, "100"});
  writes.push_back(fp::KeyWrite{kSecond, "zoe", groups.At(kSecond).Read("zoe").epoch, "0"});
  co_return fp::PlanTransaction(fp::TransactionId(id), *earliest, {}, std::move(writes));
}

// Gives 10 from alice to zoe, whose account is in group 2. `alice_in` is where the routes say that alice is.
fp::Awaitable<absl::StatusOr<fp::TransactionPlan>> PlanTransfer(Groups& groups, std::uint64_t id,
                                                                fp::GroupId alice_in) {
  const absl::StatusOr<fp::Timestamp> earliest = co_await groups.NextTimestamp();
  if (!earliest.ok()) co_return earliest.status();
  Group& left = groups.At(alice_in);
  Group& right = groups.At(kSecond);
  const std::vector<fp::KeyRead> reads = {left.Read("alice"), right.Read("zoe")};
  const int alice = std::atoi(left.TextOf("alice").c_str());
  const int zoe = std::atoi(right.TextOf("zoe").c_str());
  std::vector<fp::KeyWrite> writes;
  writes.push_back(fp::KeyWrite{alice_in, "alice", reads[0].epoch, std::to_string(alice - 10)});
  writes.push_back(fp::KeyWrite{kSecond, "zoe", reads[1].epoch, std::to_string(zoe + 10)});
  co_return fp::PlanTransaction(fp::TransactionId(id), *earliest, reads, std::move(writes));
}

// Commits and says how it ended.
fp::Awaitable<fp::CommitAnswer> Commit(Groups& groups, fp::Runtime& runtime, fp::TransactionPlan plan) {
  const std::string name = fp::NameOf(plan.id);
  const std::size_t parts = plan.participants.size();
  fp::TransactionCoordinator coordinator(&groups, &runtime);
  fp::CommitAnswer answer = co_await coordinator.Commit(std::move(plan));
  std::cout << name << ", in " << parts << (parts == 1 ? " group, " : " groups, ");
  if (answer.end == fp::CommitEnd::kCommitted) {
    std::cout << "committed at " << answer.commit_ts.value << "\n";
  } else {
    std::cout << (answer.end == fp::CommitEnd::kAborted ? "aborted" : "may or may not be committed") << " ("
              << (fp::IsRetryable(answer.reason) ? "worth a new one" : "for good")
              << "): " << answer.reason.message() << "\n";
  }
  co_return answer;
}

// The range of alice goes from group 1 to group 2 under epoch 2, in the order of PROTOCOL.md.
absl::Status MoveLeftByHand(Groups& groups) {
  constexpr fp::OwnershipEpoch kEpoch(2);
  Group& source = groups.At(kFirst);
  Group& target = groups.At(kSecond);
  if (absl::Status fenced = source.ApplyOwnership(fp::FenceRange{kLeft, kEpoch}); !fenced.ok()) return fenced;
  const absl::StatusOr<fp::Drain> drain = fp::CheckDrain(source.ownership(), kLeft, kEpoch);
  if (!drain.ok()) return drain.status();
  if (!drain->must_drain.empty()) return absl::UnavailableError("the source has not drained");
  const absl::Status may_copy = fp::CheckCopy(target.ownership(), kLeft, kEpoch);
  if (!may_copy.ok()) return may_copy;
  fp::Timestamp floor = source.ownership().At(kLeft.start).floor;
  for (const auto& [key, value] : source.data()) {
    target.Put(key, value);
    floor = std::max(floor, value.written_at);
  }
  absl::Status moved = target.ApplyOwnership(fp::ActivateRange{kLeft, kEpoch, floor});
  moved.Update(source.ApplyOwnership(fp::ReleaseRange{kLeft, kEpoch}));
  return moved;
}

// What the program does, up to the first thing that it did not expect.
fp::Awaitable<absl::Status> Run(fp::Runtime& runtime) {
  Groups groups;
  constexpr fp::OwnershipEpoch kFounding(1);
  absl::Status founded =
      groups.At(kFirst).ApplyOwnership(fp::ActivateRange{kLeft, kFounding, fp::Timestamp(0)});
  founded.Update(groups.At(kSecond).ApplyOwnership(fp::ActivateRange{kRight, kFounding, fp::Timestamp(0)}));
  if (!founded.ok()) co_return founded;

  absl::StatusOr<fp::TransactionPlan> plan = co_await PlanOpening(groups, 1);
  if (!plan.ok()) co_return plan.status();
  fp::CommitAnswer answer = co_await Commit(groups, runtime, *plan);
  if (answer.end != fp::CommitEnd::kCommitted) co_return answer.reason;

  plan = co_await PlanTransfer(groups, 2, kFirst);
  if (!plan.ok()) co_return plan.status();
  answer = co_await Commit(groups, runtime, *plan);
  if (answer.end != fp::CommitEnd::kCommitted) co_return answer.reason;

  // Planned before the move, sent after it.
  plan = co_await PlanTransfer(groups, 3, kFirst);
  if (!plan.ok()) co_return plan.status();
  const absl::Status moved = MoveLeftByHand(groups);
  if (!moved.ok()) co_return moved;
  std::cout << "the range of alice has moved to group 2\n";
  answer = co_await Commit(groups, runtime, *plan);
  if (!fp::IsError(answer.reason, fp::Error::kOwnershipMoved)) co_return absl::InternalError("it got in");

  // Routed again: a new transaction, with a new id. Both keys are in group 2 now, so it commits in one step.
  plan = co_await PlanTransfer(groups, 4, kSecond);
  if (!plan.ok()) co_return plan.status();
  answer = co_await Commit(groups, runtime, *plan);
  if (answer.end != fp::CommitEnd::kCommitted) co_return answer.reason;

  // A coordinator dies after its first prepare. Whoever meets the lock ends what it left behind.
  plan = co_await PlanTransfer(groups, 5, kSecond);
  if (!plan.ok()) co_return plan.status();
  fp::PrepareRequest left_behind;
  left_behind.id = plan->id;
  left_behind.home = plan->home;
  left_behind.earliest_commit = plan->earliest_commit;
  left_behind.part = plan->participants.front();
  const absl::Status prepared = co_await groups.Prepare(left_behind);
  if (!prepared.ok()) co_return prepared;
  plan = co_await PlanTransfer(groups, 6, kSecond);
  if (!plan.ok()) co_return plan.status();
  answer = co_await Commit(groups, runtime, *plan);
  const std::optional<fp::LockHolder> holder = fp::LockHolderOf(answer.reason);
  if (!holder.has_value()) co_return absl::InternalError("the lock was not met");
  fp::TransactionResolver resolver(&groups, &runtime);
  const absl::StatusOr<fp::TransactionRecord> ended = co_await resolver.End(answer.refused_by, *holder);
  if (!ended.ok()) co_return ended.status();
  std::cout << fp::NameOf(ended->id) << " was left behind, and is aborted now\n";
  plan = co_await PlanTransfer(groups, 7, kSecond);
  if (!plan.ok()) co_return plan.status();
  answer = co_await Commit(groups, runtime, *plan);
  std::cout << "alice has " << groups.At(kSecond).TextOf("alice") << ", zoe has "
            << groups.At(kSecond).TextOf("zoe") << "\n";
  co_return answer.reason;
}

}  // namespace

int main() {
  boost::asio::io_context loop;
  fp::AsioRuntime runtime(loop.get_executor());
  absl::Status result = absl::UnknownError("it never ended");
  boost::asio::co_spawn(loop, Run(runtime), [&result](const std::exception_ptr& thrown, absl::Status status) {
    if (thrown) std::rethrow_exception(thrown);
    result = std::move(status);
  });
  loop.run();
  if (result.ok()) return EXIT_SUCCESS;
  std::cerr << result << "\n";
  return EXIT_FAILURE;
}
