// A store of three groups in one process, for tests of transactions: each group is a log with one replica,
// which keeps values, locks, records and, as production code, its ownership.
//
//     group 1 owns ["a", "h") under epoch 11, group 2 ["h", "p") under 12, group 3 ["p", +inf) under 13
//
// A write appends its payload to the key's value, so that a write that takes effect twice shows.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "fencepost/base/error.h"
#include "fencepost/fence/logged_fence.h"
#include "fencepost/txn/transaction_transport.h"
#include "tests/unit/lib/fence/sample_ownership.h"

namespace fencepost {

struct SampleValue {
  std::string text;
  Timestamp written_at;
  std::uint64_t version = 0;  // the log index of the last write
};

inline std::vector<WriteClaim> ClaimsOfWrites(const Participant& part) {
  std::vector<WriteClaim> claims;
  for (const KeyWrite& write : part.writes) claims.push_back(WriteClaim{write.key, write.epoch});
  return claims;
}

inline std::vector<ReadClaim> ClaimsOfReads(const Participant& part) {
  std::vector<ReadClaim> claims;
  for (const KeyRead& read : part.reads) claims.push_back(PointRead(read.key, read.epoch));
  return claims;
}

// Whether a group remembers the transactions that it has ended; both are allowed.
enum class EndedParts { kRemembered, kForgotten };

class SampleTransactionGroup {
 public:
  explicit SampleTransactionGroup(EndedParts ended) : ended_(ended) {}

  EntryOutcome Own(const OwnershipEntry& entry) { return ownership_.Apply(LogIndex(++index_), entry); }

  absl::Status Apply(const PrepareRequest& request) {
    ++index_;
    if (const auto before = prepared_.find(request.id); before != prepared_.end()) {
      if (before->second.part == request.part) return absl::OkStatus();
      return MakeError(Error::kOwnershipEntryStale, "another part");
    }
    if (records_.contains(request.id)) return MakeError(Error::kTransactionAborted, "it has ended");
    if (absl::Status status = Isolate(request.part, request.earliest_commit); !status.ok()) return status;
    const EntryOutcome let_in = ownership_.Apply(
        LogIndex(index_), MakePrepare(request.id, request.earliest_commit, ClaimsOfWrites(request.part),
                                      ClaimsOfReads(request.part)));
    if (let_in.effect == EntryEffect::kRefused) return let_in.refusal;
    prepared_[request.id] = request;
    return absl::OkStatus();
  }

  absl::Status Apply(const CommitRequest& request) {
    ++index_;
    if (const auto record = records_.find(request.id); record != records_.end()) {
      if (record->second.outcome == TransactionOutcome::kCommitted) return absl::OkStatus();
      return MakeError(Error::kTransactionAborted, "it was aborted");
    }
    absl::Status status = Isolate(request.part, request.commit_ts);
    if (status.ok()) {
      status = CheckCommit(ownership_, request.commit_ts, ClaimsOfWrites(request.part),
                           ClaimsOfReads(request.part));
    }
    records_[request.id] =
        status.ok() ? CommittedRecord(request.id, request.commit_ts) : AbortedRecord(request.id);
    if (status.ok()) Write(request.part, request.commit_ts);
    return status;
  }

  TransactionRecord Decide(const TransactionRecord& proposed) {
    ++index_;
    const TransactionRecord stands = DecideOnce(RecordOf(proposed.id), proposed);
    records_[proposed.id] = stands;
    return stands;
  }

  absl::Status Resolve(const TransactionRecord& record) {
    ++index_;
    const ResolveTransaction entry = {record.id, record.outcome, record.commit_ts};
    const EntryOutcome resolved = ownership_.Apply(LogIndex(index_), entry);
    const std::optional<TransactionRecord> known = RecordOf(record.id);
    EXPECT_EQ(known.value_or(record), record) << "two outcomes of one transaction";
    if (ended_ == EndedParts::kRemembered && !known.has_value() && resolved.effect != EntryEffect::kRefused) {
      records_[record.id] = record;
    }
    if (resolved.effect == EntryEffect::kRefused) return resolved.refusal;
    const auto part = prepared_.find(record.id);
    if (part == prepared_.end()) return absl::OkStatus();
    if (record.outcome == TransactionOutcome::kCommitted) Write(part->second.part, record.commit_ts);
    prepared_.erase(part);
    return absl::OkStatus();
  }

  std::optional<TransactionRecord> RecordOf(TransactionId id) const {
    const auto record = records_.find(id);
    if (record == records_.end()) return std::nullopt;
    return record->second;
  }
  const std::map<TransactionId, PrepareRequest>& prepared() const { return prepared_; }
  const GroupOwnership& ownership() const { return ownership_; }
  SampleValue ValueOf(const std::string& key) const {
    const auto value = values_.find(key);
    return value == values_.end() ? SampleValue() : value->second;
  }
  void CopyIn(const std::string& key, SampleValue value) {
    value.version = ++index_;
    values_[key] = std::move(value);
  }
  void Drop(const std::string& key) { values_.erase(key); }

 private:
  // Writers exclude everybody, readers exclude writers.
  absl::Status CheckUnlocked(const std::string& key, bool to_write) const {
    for (const auto& [id, request] : prepared_) {
      bool locked = false;
      for (const KeyWrite& write : request.part.writes) locked = locked || write.key == key;
      for (const KeyRead& read : request.part.reads) locked = locked || (to_write && read.key == key);
      if (locked) return KeyLocked(key, LockHolder{id, request.home});
    }
    return absl::OkStatus();
  }

  absl::Status Isolate(const Participant& part, Timestamp commit_ts) const {
    for (const KeyWrite& write : part.writes) {
      if (absl::Status status = CheckUnlocked(write.key, true); !status.ok()) return status;
      if (ValueOf(write.key).written_at >= commit_ts) return MakeError(Error::kWriteConflict, write.key);
    }
    for (const KeyRead& read : part.reads) {
      if (absl::Status status = CheckUnlocked(read.key, false); !status.ok()) return status;
      if (ValueOf(read.key).version != read.version) return MakeError(Error::kWriteConflict, read.key);
    }
    return absl::OkStatus();
  }

  void Write(const Participant& part, Timestamp commit_ts) {
    for (const KeyWrite& write : part.writes) {
      SampleValue& value = values_[write.key];
      value.text += write.payload;
      value.written_at = commit_ts;
      value.version = index_;
    }
  }

  EndedParts ended_;
  std::uint64_t index_ = 0;
  GroupOwnership ownership_;
  std::map<std::string, SampleValue> values_;
  std::map<TransactionId, PrepareRequest> prepared_;
  std::map<TransactionId, TransactionRecord> records_;
};

// What a coordinator sends. The group is that of the part in the first two.
struct DecideMessage {
  GroupId home;
  TransactionRecord proposed;
};
struct ResolveMessage {
  GroupId group;
  TransactionRecord record;
};
struct TimestampMessage {};
using SampleMessage =
    std::variant<TimestampMessage, PrepareRequest, CommitRequest, DecideMessage, ResolveMessage>;

// E.g.: "prepare 2", with the group's number.
inline std::string NameOf(const SampleMessage& message) {
  if (const auto* prepare = std::get_if<PrepareRequest>(&message)) {
    return "prepare " + std::to_string(prepare->part.group.value);
  }
  if (const auto* commit = std::get_if<CommitRequest>(&message)) {
    return "commit " + std::to_string(commit->part.group.value);
  }
  if (const auto* decide = std::get_if<DecideMessage>(&message)) {
    const bool commits = decide->proposed.outcome == TransactionOutcome::kCommitted;
    return (commits ? "decide commit " : "decide abort ") + std::to_string(decide->home.value);
  }
  if (const auto* resolve = std::get_if<ResolveMessage>(&message)) {
    const bool commits = resolve->record.outcome == TransactionOutcome::kCommitted;
    return (commits ? "resolve commit " : "resolve abort ") + std::to_string(resolve->group.value);
  }
  return "timestamp";
}

// Where it goes; 0: to the source of timestamps.
inline GroupId DestinationOf(const SampleMessage& message) {
  if (const auto* prepare = std::get_if<PrepareRequest>(&message)) return prepare->part.group;
  if (const auto* commit = std::get_if<CommitRequest>(&message)) return commit->part.group;
  if (const auto* decide = std::get_if<DecideMessage>(&message)) return decide->home;
  if (const auto* resolve = std::get_if<ResolveMessage>(&message)) return resolve->group;
  return GroupId(0);
}

class SampleStore {
 public:
  explicit SampleStore(EndedParts ended = EndedParts::kRemembered) {
    for (std::uint64_t group = 1; group <= 3; ++group) groups_.emplace(GroupId(group), ended);
    const std::map<std::uint64_t, KeyRange> owned = {
        {1, Between("a", "h")}, {2, Between("h", "p")}, {3, Between("p")}};
    for (const auto& [group, range] : owned) Group(group).Own(Activate(range, 10 + group));
  }

  SampleTransactionGroup& Group(std::uint64_t group) { return groups_.at(GroupId(group)); }
  std::map<GroupId, SampleTransactionGroup>& groups() { return groups_; }

  std::uint64_t clock = 100;

  // What a delivered message is answered with.
  struct Answer {
    absl::Status status;
    TransactionRecord record;
    Timestamp timestamp;
  };
  Answer Deliver(const SampleMessage& message) {
    Answer answer;
    if (const auto* prepare = std::get_if<PrepareRequest>(&message)) {
      answer.status = groups_.at(prepare->part.group).Apply(*prepare);
    } else if (const auto* commit = std::get_if<CommitRequest>(&message)) {
      answer.status = groups_.at(commit->part.group).Apply(*commit);
    } else if (const auto* decide = std::get_if<DecideMessage>(&message)) {
      answer.record = groups_.at(decide->home).Decide(decide->proposed);
    } else if (const auto* resolve = std::get_if<ResolveMessage>(&message)) {
      answer.status = groups_.at(resolve->group).Resolve(resolve->record);
    } else {
      answer.timestamp = Timestamp(++clock);
    }
    return answer;
  }

 private:
  std::map<GroupId, SampleTransactionGroup> groups_;
};

// One process's way to a SampleStore, over a network that a test is in charge of.
class SampleTransport final : public TransactionTransport {
 public:
  enum class Fate {
    kDelivered,
    kLost,        // not applied, and answered by the transport
    kAnswerLost,  // applied, and answered by the transport
    kDiesBefore,  // the sender dies, the message with it
    kDiesAfter,   // the message is applied, but the sender is dead
  };

  explicit SampleTransport(SampleStore* store) : store_(store) {}

  // Asked for each message, with its number from 0.
  std::function<Fate(std::size_t number, const SampleMessage& message)> fate;
  // Told just before and just after a message is applied, or would have been.
  std::function<void(std::size_t number)> before;
  std::function<void(std::size_t number)> after;
  // May change what is answered.
  std::function<void(const SampleMessage& message, SampleStore::Answer& answer)> on_answer;

  // Whether the process is dead: it sends nothing more, and nobody hears what it makes of that.
  bool dead = false;

  std::vector<SampleMessage> sent;
  absl::Status transport_error = absl::UnavailableError("no route to peer");

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const SampleMessage& message : sent) names.push_back(NameOf(message));
    return names;
  }

  Awaitable<absl::StatusOr<Timestamp>> NextTimestamp() override {
    const SampleStore::Answer answer = Send(TimestampMessage());
    if (!answer.status.ok()) co_return answer.status;
    co_return answer.timestamp;
  }
  Awaitable<absl::Status> Prepare(PrepareRequest request) override {
    co_return Send(std::move(request)).status;
  }
  Awaitable<absl::Status> CommitAtOnce(CommitRequest request) override {
    co_return Send(std::move(request)).status;
  }
  Awaitable<absl::StatusOr<TransactionRecord>> Decide(GroupId home, TransactionRecord proposed) override {
    DecideMessage message = {home, proposed};
    const SampleStore::Answer answer = Send(std::move(message));
    if (!answer.status.ok()) co_return answer.status;
    co_return answer.record;
  }
  Awaitable<absl::Status> Resolve(GroupId group, TransactionRecord record) override {
    ResolveMessage message = {group, record};
    co_return Send(std::move(message)).status;
  }

 private:
  SampleStore::Answer Send(SampleMessage message) {
    SampleStore::Answer nothing;
    nothing.status = transport_error;
    if (dead) return nothing;
    const std::size_t number = sent.size();
    sent.push_back(message);
    const Fate chosen = fate ? fate(number, message) : Fate::kDelivered;
    if (before) before(number);
    dead = chosen == Fate::kDiesBefore || chosen == Fate::kDiesAfter;
    if (chosen == Fate::kDiesBefore) return nothing;
    SampleStore::Answer answer;
    if (chosen != Fate::kLost) answer = store_->Deliver(message);
    if (after) after(number);
    if (dead) return nothing;
    if (chosen != Fate::kDelivered) answer.status = transport_error;
    if (on_answer) on_answer(message, answer);
    return answer;
  }

  SampleStore* store_;
};

// A transaction that appends `mark` to a key in each of the first `groups` groups ("b", "k", "t"), and reads
// a key nobody writes in each ("c", "l", "u").
inline TransactionPlan SamplePlan(std::uint64_t id, std::uint64_t groups, const std::string& mark,
                                  std::uint64_t earliest_commit = 100) {
  const std::vector<std::string> written = {"b", "k", "t"};
  const std::vector<std::string> read = {"c", "l", "u"};
  std::vector<KeyRead> reads;
  std::vector<KeyWrite> writes;
  for (std::uint64_t group = 1; group <= groups; ++group) {
    reads.push_back(KeyRead{GroupId(group), read[group - 1], OwnershipEpoch(10 + group), 0});
    writes.push_back(KeyWrite{GroupId(group), written[group - 1], OwnershipEpoch(10 + group), mark});
  }
  return PlanTransaction(TransactionId(id), Timestamp(earliest_commit), std::move(reads), std::move(writes))
      .value();
}

}  // namespace fencepost
