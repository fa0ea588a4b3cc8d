// Random logs, applied to the logged fence and to a naive twin that knows one key at a time, in lockstep; and
// replicas that lag, crash and are restored from snapshots at every position of such a log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "fencepost/base/error.h"
#include "fencepost/fence/logged_fence.h"
#include "fencepost/fence/ownership_codec.h"
#include "model/reference/naive_ownership.h"
#include "tests/unit/lib/fence/sample_ownership.h"
#include "tests/unit/sim/core/choices/counter_draws.h"

namespace fencepost {
namespace {

// The only keys there are. Every boundary is one of them, so between two of them nothing can differ.
const std::vector<std::string>& Keys() {
  static const std::vector<std::string> keys = {"", "a", std::string("a\0", 2), "b", "c\xff", "d"};
  return keys;
}

// Draws entries that are often close to taking effect: epochs around those in use, repetitions, and ids that
// come again.
class LogDraws {
 public:
  explicit LogDraws(std::uint64_t seed) : draws_(seed) {}

  OwnershipEntry Entry() {
    if (!drawn_.empty() && draws_.OneIn(8)) return drawn_.back();
    if (!drawn_.empty() && draws_.OneIn(8)) return draws_.Pick(drawn_);
    drawn_.push_back(Fresh());
    return drawn_.back();
  }

  KeyRange Range() {
    const std::size_t from = draws_.Below(Keys().size());
    const std::size_t to = from + 1 + draws_.Below(Keys().size() - from);
    if (to == Keys().size()) return Between(Keys()[from]);
    return Between(Keys()[from], Keys()[to]);
  }

  std::uint64_t Epoch() { return newest_epoch_ - std::min<std::uint64_t>(newest_epoch_, draws_.Below(3)); }

  std::uint64_t Timestamp() { return draws_.Below(12); }

  std::string Key() { return draws_.Pick(Keys()); }

  CounterDraws& draws() { return draws_; }

 private:
  OwnershipEntry Fresh() {
    const std::size_t kind = draws_.Below(8);
    const KeyRange range = Range();
    if (kind <= 3 && draws_.OneIn(2)) ++newest_epoch_;
    const std::uint64_t epoch = std::max<std::uint64_t>(1, Epoch());
    if (kind <= 1) return Activate(range, epoch, draws_.Below(8));
    if (kind <= 3) return Fence(range, epoch);
    if (kind == 4) return Release(range, epoch);
    const std::uint64_t id = 1 + draws_.Below(5);
    if (kind == 5) return draws_.OneIn(2) ? AbortOf(id) : CommitOf(id, Timestamp());
    return FreshPrepare(id);
  }

  PrepareTransaction FreshPrepare(std::uint64_t id) {
    std::vector<WriteClaim> writes;
    std::vector<ReadClaim> reads;
    for (std::size_t left = draws_.Below(3); left > 0; --left) {
      std::string key = Key();
      writes.push_back(Write(std::move(key), Epoch()));
    }
    if (writes.empty() || draws_.OneIn(3)) {
      KeyRange range = Range();
      reads.push_back(Scan(std::move(range), Epoch()));
    }
    return Prepare(id, Timestamp(), std::move(writes), std::move(reads));
  }

  CounterDraws draws_;
  std::uint64_t newest_epoch_ = 1;
  std::vector<OwnershipEntry> drawn_;
};

void ExpectTheSameVerdicts(const GroupOwnership& ownership, const model::NaiveOwnership& naive,
                           LogDraws& draws) {
  const std::string key = draws.Key();
  const std::uint64_t epoch = draws.Epoch();
  const std::uint64_t commit_ts = draws.Timestamp();
  const absl::Status write = CheckCommit(ownership, Timestamp(commit_ts), std::vector{Write(key, epoch)}, {});
  EXPECT_EQ(write.ok(), naive.AdmitsWrite(key, OwnershipEpoch(epoch), Timestamp(commit_ts))) << write;
  const KeyRange range = draws.Range();
  const absl::Status read = CheckRead(ownership, Scan(range, epoch));
  EXPECT_EQ(read.ok(), naive.AdmitsRead(range, OwnershipEpoch(epoch))) << read << FormatRange(range);
}

TEST(LoggedFenceLockstep, AgreesWithANaiveTwinOnEveryEntryAndEveryKey) {
  const std::uint64_t first_seed = FirstTestSeed();
  std::map<std::pair<std::size_t, EntryEffect>, int> seen;
  for (std::uint64_t seed = first_seed; seed < first_seed + 200; ++seed) {
    LogDraws draws(seed);
    model::NaiveOwnership naive(Keys());
    GroupOwnership ownership;
    for (std::uint64_t index = 1; index <= 150; ++index) {
      const OwnershipEntry entry = draws.Entry();
      SCOPED_TRACE("FENCEPOST_TEST_SEED=" + std::to_string(seed) + ", log index " + std::to_string(index) +
                   ": " + FormatEntry(entry));
      const model::NaiveEntryOutcome expected = naive.Apply(LogIndex(index), entry);
      const EntryOutcome outcome = ownership.Apply(LogIndex(index), entry);
      ++seen[{entry.index(), outcome.effect}];
      ASSERT_EQ(outcome.effect, expected.effect) << outcome.refusal;
      ASSERT_EQ(ErrorOf(outcome.refusal), expected.error) << outcome.refusal;
      ASSERT_EQ(ownership.ranges(), naive.Ranges());
      for (const std::string& key : Keys()) ASSERT_EQ(ownership.At(key), naive.At(key)) << key;
      ASSERT_EQ(ownership.prepared(), naive.prepared());
      for (int i = 0; i < 4; ++i) ExpectTheSameVerdicts(ownership, naive, draws);
    }
  }
  for (std::size_t kind = 0; kind < std::variant_size_v<OwnershipEntry>; ++kind) {
    for (const EntryEffect effect :
         {EntryEffect::kTookEffect, EntryEffect::kAlreadyInEffect, EntryEffect::kRefused}) {
      EXPECT_GT((seen[{kind, effect}]), 20)
          << "kind " << kind << ", effect " << static_cast<int>(effect) << ": the drawn logs show too little";
    }
  }
}

TEST(LoggedFenceLockstep, PiecesOfARangeCoverItWithoutGapOrOverlap) {
  for (std::uint64_t seed = FirstTestSeed(); seed < FirstTestSeed() + 20; ++seed) {
    LogDraws draws(seed);
    SampleGroup group;
    for (int i = 0; i < 40; ++i) {
      group.Log(draws.Entry());
      const KeyRange range = draws.Range();
      SCOPED_TRACE("FENCEPOST_TEST_SEED=" + std::to_string(seed) + ", " + FormatRange(range));
      const std::vector<RangeTenure> pieces = group.ownership().In(range);
      ASSERT_FALSE(pieces.empty());
      EXPECT_EQ(pieces.front().range.start, range.start);
      EXPECT_EQ(pieces.back().range.end, range.end);
      for (std::size_t p = 0; p < pieces.size(); ++p) {
        EXPECT_TRUE(IsNonEmpty(pieces[p].range));
        if (p > 0) {
          EXPECT_EQ(pieces[p - 1].range.end, pieces[p].range.start);
        }
        for (const std::string& key : Keys()) {
          if (!Contains(pieces[p].range, key)) continue;
          EXPECT_EQ(group.ownership().At(key), pieces[p].tenure) << key;
        }
      }
    }
  }
}

// What a replica shows to the outside while it applies a log: its answers, and its bytes after each entry.
struct Shown {
  std::vector<std::string> bytes;
  std::vector<std::string> answers;

  void Apply(GroupOwnership& ownership, std::uint64_t index, const OwnershipEntry& entry) {
    const EntryOutcome outcome = ownership.Apply(LogIndex(index), entry);
    answers.push_back(std::to_string(static_cast<int>(outcome.effect)) + outcome.refusal.ToString());
    for (const std::string& key : Keys()) {
      const OwnershipEpoch epoch(1 + index % 7);
      const std::vector<WriteClaim> write = {WriteClaim{key, epoch}};
      answers.push_back(CheckCommit(ownership, Timestamp(6), write, {}).ToString());
    }
    bytes.push_back(EncodeGroupOwnership(ownership));
  }
};

TEST(LoggedFenceReplicas, RestoredAtAnyPositionGoOnWithTheSameBytesAndTheSameVerdicts) {
  for (std::uint64_t seed = FirstTestSeed(); seed < FirstTestSeed() + 8; ++seed) {
    LogDraws draws(seed);
    std::vector<OwnershipEntry> log;
    for (int i = 0; i < 60; ++i) log.push_back(draws.Entry());
    GroupOwnership first;
    Shown of_first;
    for (std::size_t i = 0; i < log.size(); ++i) of_first.Apply(first, i + 1, log[i]);

    for (std::size_t position = 0; position < log.size(); ++position) {
      SCOPED_TRACE("FENCEPOST_TEST_SEED=" + std::to_string(seed) + ", position " + std::to_string(position));
      auto restored = DecodeGroupOwnership(of_first.bytes[position]);
      ASSERT_TRUE(restored.ok()) << restored.status();
      // The log is replayed from its beginning: what the snapshot has is skipped, however old it is.
      for (std::size_t i = 0; i <= position; ++i) {
        ASSERT_EQ(restored->Apply(LogIndex(i + 1), log[i]).effect, EntryEffect::kReplayed);
      }
      ASSERT_EQ(EncodeGroupOwnership(*restored), of_first.bytes[position]);
      Shown after;
      for (std::size_t i = position + 1; i < log.size(); ++i) after.Apply(*restored, i + 1, log[i]);
      const auto from = static_cast<std::ptrdiff_t>(position + 1);
      const auto per_entry = static_cast<std::ptrdiff_t>(1 + Keys().size());
      ASSERT_EQ(after.bytes, std::vector(of_first.bytes.begin() + from, of_first.bytes.end()));
      ASSERT_EQ(after.answers,
                std::vector(of_first.answers.begin() + from * per_entry, of_first.answers.end()));
    }
  }
}

// A replica's whole view is its position in the log: how far others are, and what any cache says, is nowhere
// in it. Both replicas apply the encoded entries, as their log stores them.
TEST(LoggedFenceReplicas, ThatLagAgreeAtEveryPositionTheyReach) {
  for (std::uint64_t seed = FirstTestSeed(); seed < FirstTestSeed() + 20; ++seed) {
    LogDraws draws(seed);
    std::vector<std::string> log;
    std::vector<GroupOwnership> replicas(3);
    std::vector<std::size_t> positions(3, 0);
    std::vector<std::string> agreed;
    for (int step = 0; step < 300; ++step) {
      if (draws.draws().OneIn(3)) log.push_back(EncodeOwnershipEntry(draws.Entry()).value());
      const std::size_t who = draws.draws().Below(replicas.size());
      if (positions[who] == log.size()) continue;
      const auto entry = DecodeOwnershipEntry(log[positions[who]]);
      ASSERT_TRUE(entry.ok()) << entry.status();
      replicas[who].Apply(LogIndex(++positions[who]), *entry);
      const std::string bytes = EncodeGroupOwnership(replicas[who]);
      if (positions[who] > agreed.size()) agreed.push_back(bytes);
      ASSERT_EQ(bytes, agreed[positions[who] - 1])
          << "FENCEPOST_TEST_SEED=" << seed << ", replica " << who << " at log index " << positions[who];
    }
    ASSERT_GT(agreed.size(), 50U);
  }
}

}  // namespace
}  // namespace fencepost
