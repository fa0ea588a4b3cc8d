// The protocol of fence/PROTOCOL.md, as movers would run it over the logged fence: several at once, dying
// anywhere, with every message they ever sent delivered late and again, moves undone half way, and
// transactions prepared across all of it. Groups are one replica each: the other tests show that replicas
// agree.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fencepost/fence/logged_fence.h"
#include "tests/unit/lib/fence/sample_ownership.h"
#include "tests/unit/sim/core/choices/counter_draws.h"

namespace fencepost {
namespace {

constexpr std::size_t kGroups = 3;
const KeyRange& TheRange() {
  static const KeyRange range = Between("a", "m");
  return range;
}

using Writes = std::map<std::uint64_t, std::uint64_t>;  // by commit timestamp, its number

// One group: its log is applied as it is written.
struct Group {
  GroupOwnership ownership;
  Writes data;
  std::uint64_t index = 0;

  EntryOutcome Log(const OwnershipEntry& entry) {
    const EntryOutcome outcome = ownership.Apply(LogIndex(++index), entry);
    const bool ends_data =
        std::holds_alternative<FenceRange>(entry) || std::holds_alternative<ReleaseRange>(entry);
    const bool absent = ownership.At("a").phase == OwnershipPhase::kAbsent;
    if (outcome.effect == EntryEffect::kTookEffect && ends_data && absent) data.clear();
    return outcome;
  }

  void LogCopy(std::uint64_t epoch, const Writes& copied) {
    ++index;
    if (!CheckCopy(ownership, TheRange(), OwnershipEpoch(epoch)).ok()) return;
    for (const auto& [commit_ts, number] : copied) data[commit_ts] = number;
  }

  bool active() const { return ownership.At("a").phase == OwnershipPhase::kActive; }
};

enum class Stage { kMoving, kUndoing, kHandedOver };

// The one durable record of a move. It stays until the group that gave the range up has released it.
struct Move {
  Stage stage = Stage::kMoving;
  std::size_t from = 0;
  std::size_t to = 0;
  std::uint64_t fenced_by = 0;  // the epoch of the move
  std::uint64_t epoch = 0;      // that of the move, or of undoing it

  // Who gives the range up, and who gets it, in this stage of things.
  bool undone() const { return epoch != fenced_by; }
  std::size_t source() const { return undone() ? to : from; }
  std::size_t target() const { return undone() ? from : to; }
};

// A message that the network may deliver at any time, any number of times.
struct Message {
  std::size_t group = 0;
  std::optional<OwnershipEntry> entry;  // else a copy
  std::uint64_t copy_epoch = 0;
  Writes copied;
};

class World {
 public:
  explicit World(std::uint64_t seed) : draws_(seed) { groups_[0].Log(Activate(TheRange(), ++last_epoch_)); }

  void Step() {
    const std::size_t what = draws_.Below(16);
    if (what <= 4) return WriteSomewhere();
    if (what == 5) return PrepareSomewhere();
    if (what == 6) return ResolveOne();
    if (what == 7) return BeginMove();
    if (what == 8 && draws_.OneIn(3)) return UndoMove();
    if (what == 9) return DeliverLate();
    if (what == 10 && move_.has_value()) movers_.push_back({*move_});
    if (what == 11 && !movers_.empty()) return static_cast<void>(movers_.erase(movers_.begin()));
    if (!movers_.empty()) Drive(draws_.Below(movers_.size()));
  }

  // One mover that nobody disturbs, and a resolver.
  void Heal() {
    while (!prepared_.empty()) ResolveOne();
    for (int i = 0; i < 20 && move_.has_value(); ++i) {
      if (movers_.empty()) movers_.push_back({*move_});
      Drive(movers_.size() - 1);
    }
  }

  void ExpectNothingLost() const {
    for (const Group& group : groups_) {
      if (!group.active()) continue;
      for (const auto& [commit_ts, number] : acknowledged_) {
        const auto found = group.data.find(commit_ts);
        ASSERT_TRUE(found != group.data.end() && found->second == number)
            << "write " << number << ", acknowledged at " << commit_ts << ", is lost";
      }
    }
  }

  std::size_t active_groups() const {
    return static_cast<std::size_t>(std::ranges::count_if(groups_, &Group::active));
  }
  bool has_move() const { return move_.has_value(); }
  // What happened, by name: a test that reaches nothing shows nothing.
  const std::map<std::string, int>& marks() const { return marks_; }

 private:
  struct Mover {
    Move move;     // as it was when this mover took it over
    int done = 0;  // steps
  };

  void WriteSomewhere() {
    Group& group = groups_[draws_.Below(kGroups)];
    const std::uint64_t epoch = Epoch();
    const std::uint64_t commit_ts = ++clock_;
    ++group.index;
    const std::vector<WriteClaim> write = {Write("b", epoch)};
    if (!CheckCommit(group.ownership, Timestamp(commit_ts), write, {}).ok()) return;
    Acknowledge(group, commit_ts);
  }

  void PrepareSomewhere() {
    const std::size_t group = draws_.Below(kGroups);
    const std::uint64_t id = ++last_transaction_;
    const OwnershipEntry prepare = Prepare(id, ++clock_, {Write("b", Epoch())});
    if (groups_[group].Log(prepare).effect == EntryEffect::kTookEffect) prepared_.emplace_back(id, group);
  }

  void ResolveOne() {
    if (prepared_.empty()) return;
    const std::size_t which = draws_.Below(prepared_.size());
    const auto [id, where] = prepared_[which];
    prepared_.erase(prepared_.begin() + static_cast<std::ptrdiff_t>(which));
    Group& group = groups_[where];
    const std::uint64_t commit_ts = ++clock_;
    const bool commits = !draws_.OneIn(3);
    const EntryOutcome outcome = group.Log(commits ? CommitOf(id, commit_ts) : AbortOf(id));
    ASSERT_EQ(outcome.effect, EntryEffect::kTookEffect)
        << "a prepared transaction was not resolved: " << outcome.refusal;
    if (!group.active()) ++marks_["prepared, then fenced, then resolved"];
    if (commits) Acknowledge(group, commit_ts);
  }

  void Acknowledge(Group& group, std::uint64_t commit_ts) {
    const std::uint64_t number = ++last_write_;
    group.data[commit_ts] = number;
    acknowledged_[commit_ts] = number;
  }

  // One that is or was in use.
  std::uint64_t Epoch() {
    return last_epoch_ - draws_.Below(static_cast<std::size_t>(std::min<std::uint64_t>(last_epoch_, 4)));
  }

  void BeginMove() {
    if (move_.has_value()) return;
    const std::size_t to = (owner_ + 1 + draws_.Below(kGroups - 1)) % kGroups;
    const std::uint64_t epoch = ++last_epoch_;
    move_ = Move{Stage::kMoving, owner_, to, epoch, epoch};
    movers_.push_back({*move_});
  }

  void UndoMove() {
    if (!move_.has_value() || move_->stage != Stage::kMoving) return;
    move_->stage = Stage::kUndoing;
    move_->epoch = ++last_epoch_;
    movers_.push_back({*move_});
    ++marks_["undone"];
  }

  void DeliverLate() {
    if (!sent_.empty()) Deliver(Message(draws_.Pick(sent_)));
  }

  EntryOutcome Deliver(const Message& message) {
    Group& group = groups_[message.group];
    if (message.entry.has_value()) return group.Log(*message.entry);
    group.LogCopy(message.copy_epoch, message.copied);
    return {EntryEffect::kTookEffect, absl::OkStatus()};
  }

  // Sends, and has it lost in one of four cases: whoever wants to go on has to send it again.
  std::optional<EntryOutcome> Send(Message message) {
    sent_.push_back(message);
    if (draws_.OneIn(4)) return std::nullopt;
    return Deliver(message);
  }

  // The next step of a mover; one that is refused gives up: somebody went on without it.
  void Drive(std::size_t which) {
    Mover& mover = movers_[which];
    const Move move = mover.move;
    Group& source = groups_[move.source()];
    switch (mover.done) {
      case 0:
        if (move.stage == Stage::kHandedOver) return Advance(which, 4);
        return SendEntry(which, move.source(), Fence(TheRange(), move.epoch));
      case 1: {
        if (move.undone() && source.ownership.At("a").phase == OwnershipPhase::kAbsent) {
          ++marks_["undone before the target had it"];
          return Advance(which, 3);
        }
        const auto drain = CheckDrain(source.ownership, TheRange(), OwnershipEpoch(move.epoch));
        if (!drain.ok()) return GiveUp(which);
        if (!drain->must_drain.empty())
          return static_cast<void>(++marks_["waited for prepared transactions"]);
        return Advance(which, 2);
      }
      case 2:
        return CopyOver(which);
      case 3:
        return SendEntry(which, move.target(), Activate(TheRange(), move.epoch, LastOf(source.data)));
      case 4:
        return HandOver(which);
      default:
        return ReleaseSource(which);
    }
  }

  static std::uint64_t LastOf(const Writes& data) { return data.empty() ? 0 : data.rbegin()->first; }

  // The target of an undone move still holds what it gave up before; only once that is gone may it take a
  // copy.
  void CopyOver(std::size_t which) {
    const Move move = movers_[which].move;
    if (move.undone()) {
      ++marks_["undone after the target had it"];
      const Message release{move.target(), Release(TheRange(), move.fenced_by), 0, {}};
      if (!Send(release).has_value()) return;
    }
    if (Send(Message{move.target(), std::nullopt, move.epoch, groups_[move.source()].data}).has_value()) {
      Advance(which, 3);
    }
  }

  void HandOver(std::size_t which) {
    const Move move = movers_[which].move;
    if (!move_.has_value() || move_->epoch != move.epoch) return GiveUp(which);
    owner_ = move.target();
    move_->stage = Stage::kHandedOver;
    ++marks_["handed over"];
    Advance(which, 5);
  }

  void ReleaseSource(std::size_t which) {
    const Move move = movers_[which].move;
    const auto outcome = Send(Message{move.source(), Release(TheRange(), move.epoch), 0, {}});
    if (!outcome.has_value()) return;
    if (outcome->effect != EntryEffect::kRefused && move_.has_value() && move_->epoch == move.epoch)
      move_.reset();
    GiveUp(which);
  }

  void SendEntry(std::size_t which, std::size_t group, OwnershipEntry entry) {
    const auto outcome = Send(Message{group, std::move(entry), 0, {}});
    if (!outcome.has_value()) return;
    if (outcome->effect != EntryEffect::kRefused) return Advance(which, movers_[which].done + 1);
    ++marks_["a mover was refused"];
    GiveUp(which);
  }

  void Advance(std::size_t which, int done) { movers_[which].done = done; }

  void GiveUp(std::size_t which) { movers_.erase(movers_.begin() + static_cast<std::ptrdiff_t>(which)); }

  CounterDraws draws_;
  std::array<Group, kGroups> groups_;
  std::size_t owner_ = 0;
  std::optional<Move> move_;
  std::vector<Mover> movers_;
  std::vector<Message> sent_;
  std::vector<std::pair<std::uint64_t, std::size_t>> prepared_;
  Writes acknowledged_;
  std::uint64_t last_epoch_ = 0;
  std::uint64_t last_transaction_ = 0;
  std::uint64_t last_write_ = 0;
  std::uint64_t clock_ = 0;
  std::map<std::string, int> marks_;
};

TEST(LoggedFenceProtocol, LosesNoWriteAndNeverHasTwoOwnersHoweverMoversDieAndMessagesRepeat) {
  const std::uint64_t first_seed = FirstTestSeed();
  std::map<std::string, int> marks;
  for (std::uint64_t seed = first_seed; seed < first_seed + 300; ++seed) {
    World world(seed);
    for (int step = 0; step < 400; ++step) {
      SCOPED_TRACE("FENCEPOST_TEST_SEED=" + std::to_string(seed) + ", step " + std::to_string(step));
      world.Step();
      ASSERT_LE(world.active_groups(), 1U);
      world.ExpectNothingLost();
      if (HasFatalFailure()) return;
    }
    for (const auto& [mark, times] : world.marks()) marks[mark] += times;
  }
  for (const char* mark :
       {"handed over", "undone", "undone before the target had it", "undone after the target had it",
        "a mover was refused", "waited for prepared transactions", "prepared, then fenced, then resolved"}) {
    EXPECT_GT(marks[mark], 50) << mark << ": the drawn runs show too little";
  }
}

TEST(LoggedFenceProtocol, EveryMoveEndsOnceItsMoverIsLeftAlone) {
  const std::uint64_t first_seed = FirstTestSeed();
  for (std::uint64_t seed = first_seed; seed < first_seed + 300; ++seed) {
    SCOPED_TRACE("FENCEPOST_TEST_SEED=" + std::to_string(seed));
    World world(seed);
    for (int step = 0; step < 100; ++step) world.Step();
    for (int tries = 0; tries < 20 && world.has_move(); ++tries) world.Heal();
    EXPECT_FALSE(world.has_move());
    EXPECT_EQ(world.active_groups(), 1U);
    world.ExpectNothingLost();
  }
}

}  // namespace
}  // namespace fencepost
