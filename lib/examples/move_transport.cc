// A range moves between two groups: a MoveTransport of one's own, and the group that it talks to.
//
// A group here has one replica in memory, and its log is the order of the calls. What a real group adds is
// agreement: the entry is proposed to Raft, and what Group::Apply... does happens on every replica, at the
// entry's position. fence/PROTOCOL.md is the page behind this program.
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

// OK, or what is wrong.
std::string Said(const absl::Status& status) {
  return status.ok() ? "OK" : std::string(status.message().data(), status.message().size());
}

// The keys of `map` that lie in the range.
template <class Map>
auto In(Map& map, const fp::KeyRange& range) {
  auto begin = map.lower_bound(range.start);
  auto end = range.end.has_value() ? map.lower_bound(*range.end) : map.end();
  return std::pair(begin, end);
}

// The state machine that a group runs. All of it is replicated state and belongs into the group's snapshots;
// EncodeGroupOwnership makes bytes of the ownership.
class Group {
 public:
  explicit Group(fp::GroupId id) : id_(id) {}

  const fp::GroupOwnership& ownership() const { return ownership_; }

  // An entry about ownership. Its data goes where a RELEASE takes effect, and nowhere else.
  absl::Status ApplyOwnership(const fp::OwnershipEntry& entry) {
    const auto* release = std::get_if<fp::ReleaseRange>(&entry);
    std::vector<fp::RangeTenure> before;
    if (release != nullptr) before = ownership_.In(release->range);

    const fp::EntryOutcome outcome = ownership_.Apply(NextIndex(), entry);
    std::cout << "  group " << id_.value << " [" << index_.value << "]: " << fp::FormatEntry(entry)
              << (outcome.effect == fp::EntryEffect::kTookEffect ? "" : ", without effect") << "\n";
    if (outcome.effect != fp::EntryEffect::kTookEffect)
      return outcome.refusal;  // OK if it was in effect before
    if (const auto* activate = std::get_if<fp::ActivateRange>(&entry)) {
      const auto [begin, end] = In(copied_for_, activate->range);
      copied_for_.erase(begin, end);
    }
    for (const fp::RangeTenure& piece : before) {
      if (piece.tenure.phase == fp::OwnershipPhase::kFenced) Erase(piece.range);
    }
    return absl::OkStatus();
  }

  // A client's write. The fence is asked where the entry is applied, with the ownership of that position.
  absl::Status ApplyWrite(const fp::WriteClaim& claim, std::string text, fp::Timestamp commit_ts) {
    NextIndex();
    const absl::Status let_in = fp::CheckCommit(ownership_, commit_ts, std::span(&claim, 1), {});
    if (let_in.ok()) data_[claim.key] = Value{std::move(text), commit_ts};
    return let_in;
  }

  // A part of a copy: replaces all that lies in its range.
  absl::Status ApplyChunk(const fp::KeyRange& range, fp::OwnershipEpoch epoch,
                          std::map<std::string, Value> chunk) {
    NextIndex();
    if (absl::Status taken = fp::CheckCopy(ownership_, range, epoch); !taken.ok()) return taken;
    Erase(range);
    for (const auto& [key, value] : chunk) copied_for_[key] = epoch;
    data_.merge(chunk);
    return absl::OkStatus();
  }

  // Forgets what was copied for `epoch` or before, and spares what a later move has copied.
  absl::Status ApplyDrop(const fp::KeyRange& range, fp::OwnershipEpoch epoch) {
    NextIndex();
    auto [copied, end] = In(copied_for_, range);
    while (copied != end) {
      if (copied->second <= epoch) {
        data_.erase(copied->first);
        copied = copied_for_.erase(copied);
      } else {
        ++copied;
      }
    }
    return absl::OkStatus();
  }

  // A read at `ts`, for a client that learnt the epoch from this group.
  absl::StatusOr<std::optional<std::string>> Read(const std::string& key, fp::OwnershipEpoch epoch,
                                                  fp::Timestamp ts) {
    if (absl::Status may = fp::CheckRead(ownership_, fp::PointRead(key, epoch)); !may.ok()) return may;
    last_read_ = std::max(last_read_, ts);  // a write below would change what this reader has seen
    const auto value = data_.find(key);
    if (value == data_.end()) return std::optional<std::string>();
    return value->second.text;
  }

  std::map<std::string, Value> DataIn(const fp::KeyRange& range) const {
    const auto [begin, end] = In(data_, range);
    return {begin, end};
  }

  // At or above everything that was written or read in the range, here and by earlier owners.
  fp::Timestamp FloorOf(const fp::KeyRange& range) const {
    fp::Timestamp floor = last_read_;
    for (const auto& [key, value] : DataIn(range)) floor = std::max(floor, value.written_at);
    for (const fp::RangeTenure& piece : ownership_.In(range)) floor = std::max(floor, piece.tenure.floor);
    return floor;
  }

  // The one replica has applied all there is, so no fence is behind its reads.
  fp::ReplicaReads Reads() const {
    fp::ReplicaReads reads;
    reads.applied = index_;
    return reads;
  }

 private:
  // Entries of other kinds have positions too; ownership skips them.
  fp::LogIndex NextIndex() { return index_ = fp::LogIndex(index_.value + 1); }

  void Erase(const fp::KeyRange& range) {
    const auto [begin, end] = In(data_, range);
    data_.erase(begin, end);
    const auto [copied_begin, copied_end] = In(copied_for_, range);
    copied_for_.erase(copied_begin, copied_end);
  }

  fp::GroupId id_;
  fp::LogIndex index_;
  fp::GroupOwnership ownership_;
  std::map<std::string, Value> data_;
  std::map<std::string, fp::OwnershipEpoch> copied_for_;  // keys that wait for their ACTIVATE
  fp::Timestamp last_read_;
};

// The way to the groups. Over a network each call may fail or be delivered twice, and the mover tries again.
class Groups final : public fp::MoveTransport {
 public:
  Group& At(fp::GroupId group) { return groups_.try_emplace(group, group).first->second; }

  fp::Awaitable<absl::Status> Propose(fp::GroupId group, fp::OwnershipEntry entry) override {
    co_return At(group).ApplyOwnership(entry);
  }

  fp::Awaitable<absl::StatusOr<std::vector<fp::RangeTenure>>> TenuresOf(fp::GroupId group,
                                                                        fp::KeyRange range) override {
    co_return At(group).ownership().In(range);
  }

  fp::Awaitable<absl::StatusOr<fp::Drain>> DrainOf(fp::GroupId group, fp::KeyRange range,
                                                   fp::OwnershipEpoch epoch) override {
    co_return fp::CheckDrain(At(group).ownership(), range, epoch);
  }

  fp::Awaitable<absl::StatusOr<std::vector<fp::ReplicaReads>>> ReadsOf(fp::GroupId group) override {
    co_return std::vector<fp::ReplicaReads>(1, At(group).Reads());
  }

  // Nothing is ever prepared in these groups. With transactions, this is TransactionResolver::End
  // (transaction_transport.cc).
  fp::Awaitable<absl::Status> ResolvePrepared(fp::GroupId, fp::TransactionId) override {
    co_return absl::OkStatus();
  }

  // The drain is asked once more where the data is read: both are then of one position.
  fp::Awaitable<absl::StatusOr<fp::Timestamp>> Copy(fp::CopyJob job) override {
    Group& source = At(job.from);
    const absl::StatusOr<fp::Drain> drain = fp::CheckDrain(source.ownership(), job.range, job.epoch);
    if (!drain.ok()) co_return drain.status();
    if (!drain->must_drain.empty()) co_return absl::UnavailableError("the source has not drained");
    const std::map<std::string, Value> data = source.DataIn(job.range);
    std::cout << "  copy of " << fp::FormatRange(job.range) << " from group " << job.from.value
              << " to group " << job.to.value << ": " << data.size() << " keys\n";
    // One chunk. Several would cover the range without a hole: what lies between two keys is replaced too.
    const absl::Status copied = At(job.to).ApplyChunk(job.range, job.epoch, data);
    if (!copied.ok()) co_return copied;
    co_return source.FloorOf(job.range);
  }

  fp::Awaitable<absl::Status> DropCopied(fp::GroupId group, fp::KeyRange range,
                                         fp::OwnershipEpoch epoch) override {
    std::cout << "  group " << group.value << " forgets what was copied up to " << fp::NameOf(epoch) << "\n";
    co_return At(group).ApplyDrop(range, epoch);
  }

  // A read here is over when it is answered. A scan that reads on over several calls would be waited for.
  fp::Awaitable<absl::Status> ReadersDrained(fp::GroupId, fp::KeyRange, fp::OwnershipEpoch) override {
    co_return absl::OkStatus();
  }

 private:
  std::map<fp::GroupId, Group> groups_;
};

// A client: routes by its engine, learns the epoch from the group, claims it with the write.
class Client {
 public:
  Client(const fp::Engine* engine, Groups* groups) : engine_(*engine), groups_(*groups) {}

  // The group that the routes name, and the epoch that it owns the key under.
  void Route(const std::string& key) {
    group_ = fp::RoutePin::Take(engine_).OwnerOf(key).value_or(fp::GroupId(0));
    claim_ = fp::WriteClaim{key, groups_.At(group_).ownership().At(key).epoch};
  }

  absl::Status Write(const std::string& text) {
    ++now_.value;
    absl::Status written = groups_.At(group_).ApplyWrite(claim_, text, now_);
    std::cout << "client writes " << claim_.key << " = " << text << " in group " << group_.value << " under "
              << fp::NameOf(claim_.epoch) << ": " << Said(written) << "\n";
    return written;
  }

  absl::Status Read() {
    const auto value = groups_.At(group_).Read(claim_.key, claim_.epoch, now_);
    std::cout << "client reads " << claim_.key << " in group " << group_.value << ": "
              << (!value.ok() ? Said(value.status()) : value->value_or("nothing")) << "\n";
    return value.status();
  }

 private:
  const fp::Engine& engine_;
  Groups& groups_;
  fp::GroupId group_;
  fp::WriteClaim claim_;
  fp::Timestamp now_;
};

// What two groups own before anything has moved: routes of version 1, and their founding entries.
fp::Awaitable<absl::Status> Found(fp::CatalogStore& catalog, fp::Engine& engine, Groups& groups) {
  absl::Status added = engine.UpdateRoute(fp::KeyRange{"", "m"}, fp::GroupId(1));
  added.Update(engine.UpdateRoute(fp::KeyRange{"m", std::nullopt}, fp::GroupId(2)));
  if (!added.ok()) co_return added;
  const absl::StatusOr<fp::CatalogSnapshot> first = co_await fp::EnsureCatalogSnapshot(&catalog, &engine);
  if (!first.ok()) co_return first.status();
  const auto founding = fp::InitialOwnership(*first);
  if (!founding.ok()) co_return founding.status();
  for (const auto& [group, entries] : *founding) {
    for (const fp::ActivateRange& activate : entries) {
      // Stale is as good as OK: the group has gone on since.
      const absl::Status founded = groups.At(group).ApplyOwnership(activate);
      if (!founded.ok() && !fp::IsError(founded, fp::Error::kOwnershipEntryStale)) co_return founded;
    }
  }
  co_return absl::OkStatus();
}

// What the program does, up to the first error that it did not expect.
fp::Awaitable<absl::Status> Run(fp::Runtime& runtime) {
  fp::MemoryStore store;
  fp::CatalogStore catalog(&store);
  const std::unique_ptr<fp::Engine> engine = fp::NewEngine();
  fp::CatalogWatcher watcher(&catalog, engine.get());
  Groups groups;
  std::cout << "two groups are founded\n";
  const absl::Status founded = co_await Found(catalog, *engine, groups);
  if (!founded.ok()) co_return founded;

  Client client(engine.get(), &groups);
  client.Route("apple");
  absl::Status expected = client.Write("red");

  fp::RangeMover mover(&catalog, &groups, &runtime);
  const absl::StatusOr<fp::MoveRecord> move = co_await mover.Begin("apple", fp::GroupId(2));
  if (!move.ok()) co_return move.status();
  std::cout << fp::FormatMove(*move) << "\n";
  expected.Update(client.Write("green"));  // decided is not done: group 1 owns the range until its FENCE
  expected.Update(client.Read());
  const absl::Status driven = co_await mover.Drive(move->epoch);
  if (!driven.ok()) co_return driven;

  const absl::Status late = client.Write("late");
  if (!fp::IsError(late, fp::Error::kOwnershipMoved)) co_return absl::InternalError("a late write got in");
  // A client waits for newer routes (WaitForNewerRoutes), routes again, and starts over.
  const absl::StatusOr<fp::SyncOutcome> synced = co_await watcher.SyncOnce();
  if (!synced.ok()) co_return synced.status();
  client.Route("apple");
  expected.Update(client.Read());
  expected.Update(client.Write("ripe"));

  const absl::StatusOr<fp::MoveRecord> second = co_await mover.Begin("zebra", fp::GroupId(1));
  if (!second.ok()) co_return second.status();
  std::cout << fp::FormatMove(*second) << "\n";
  const absl::StatusOr<fp::MoveRecord> undo = co_await mover.Undo(second->epoch);
  if (!undo.ok()) co_return undo.status();
  std::cout << "taken back: " << fp::FormatMove(*undo) << "\n";
  const absl::Status undone = co_await mover.Drive(undo->epoch);
  if (!undone.ok()) co_return undone;
  client.Route("zebra");
  expected.Update(client.Write("striped"));
  co_return expected;
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
