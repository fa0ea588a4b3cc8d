#include "sim/core/runtime/trace.h"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <array>
#include <chrono>
#include <string>
#include <vector>

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;

// Little-endian bytes, written as plainly as the format in trace.h describes them.
class Bytes {
 public:
  Bytes& Number(std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i) bytes_.push_back(static_cast<char>((value >> (8 * i)) & 0xff));
    return *this;
  }
  TraceHash Hash() const {
    const XXH128_hash_t hash = XXH3_128bits(bytes_.data(), bytes_.size());
    return TraceHash{hash.high64, hash.low64};
  }

 private:
  std::string bytes_;
};

TEST(Trace, HashesTheDocumentedBytes) {
  Trace trace(TraceDetail::kHashOnly);
  EXPECT_EQ(trace.hash(), TraceHash());

  trace.Step(1500ns, 7);
  const TraceHash one = Bytes().Number(0, 8).Number(0, 8).Number(1, 4).Number(7, 4).Number(1500, 8).Hash();
  EXPECT_EQ(trace.hash(), one);

  trace.Event(2s, 9, "commit version 3");
  const std::string text = "commit version 3";
  const XXH128_hash_t text_hash = XXH3_128bits(text.data(), text.size());
  const TraceHash two = Bytes()
                            .Number(one.high, 8)
                            .Number(one.low, 8)
                            .Number(2, 4)
                            .Number(9, 4)
                            .Number(2'000'000'000, 8)
                            .Number(text_hash.high64, 8)
                            .Number(text_hash.low64, 8)
                            .Hash();
  EXPECT_EQ(trace.hash(), two);
  EXPECT_EQ(trace.events(), 2u);
}

TEST(Trace, GivesThePublishedHash) {
  Trace trace(TraceDetail::kHashOnly);
  trace.Step(0ns, 0);
  trace.Event(1ms, 1, "");
  trace.Event(1ms, 4'000'000'000, "node 1 crashed");
  trace.Step(2h, 2);
  EXPECT_EQ(FormatTraceHash(trace.hash()), "37cc5f759cc6433f598d64c43899144e");
  EXPECT_EQ(FormatTraceHash(TraceHash{1, 0xabc}), "00000000000000010000000000000abc");
}

TEST(Trace, EveryPartOfAnEventCounts) {
  const auto hash_of = [](auto... event) {
    Trace trace(TraceDetail::kHashOnly);
    if constexpr (sizeof...(event) == 2) {
      trace.Step(event...);
    } else {
      trace.Event(event...);
    }
    return trace.hash();
  };
  const TraceHash event = hash_of(1ns, 1u, "a");
  EXPECT_NE(event, hash_of(2ns, 1u, "a"));
  EXPECT_NE(event, hash_of(1ns, 2u, "a"));
  EXPECT_NE(event, hash_of(1ns, 1u, "b"));
  EXPECT_NE(hash_of(1ns, 1u, ""), hash_of(1ns, 1u)) << "a step is not an event without text";
}

TEST(Trace, DetailChangesWhatIsKeptAndNotTheHash) {
  Trace bare(TraceDetail::kHashOnly);
  Trace hashes(TraceDetail::kHashes);
  Trace text(TraceDetail::kText);
  for (Trace* const trace : {&bare, &hashes, &text}) {
    trace->Step(1s, 1);
    trace->Event(1250ms, 3, "saved");
    trace->Event(2s, 2, "polled");
  }
  EXPECT_EQ(bare.hash(), text.hash());
  EXPECT_EQ(hashes.hash(), text.hash());

  EXPECT_TRUE(bare.prefix_hashes().empty());
  ASSERT_EQ(hashes.prefix_hashes().size(), 3u);
  EXPECT_EQ(hashes.prefix_hashes()[2], hashes.hash().low);
  EXPECT_EQ(hashes.EventAt(1), std::nullopt);

  const TraceEvent saved{1, 1250ms, 3, false, "saved"};
  const TraceEvent polled{2, 2s, 2, false, "polled"};
  EXPECT_EQ(text.EventAt(0), (TraceEvent{0, 1s, 1, true, ""}));
  EXPECT_EQ(text.EventAt(1), saved);
  EXPECT_EQ(text.EventAt(3), std::nullopt);
  EXPECT_EQ(text.TextEvents(), (std::vector<TraceEvent>{saved, polled}));
  EXPECT_EQ(FormatTraceEvent(saved), "event 1 at 1.250000000s, actor 3: saved");
  EXPECT_EQ(FormatTraceEvent(*text.EventAt(0)), "event 0 at 1.000000000s, actor 1: ran a task");
}

TEST(Trace, ADigestStandsForATextThatIsMadeOnlyToBeRead) {
  int described = 0;
  const auto hash_of = [&described](TraceDetail detail, std::uint64_t digest, const char* text) {
    Trace trace(detail);
    trace.Event(1s, 4, digest, [&] {
      ++described;
      return std::string(text);
    });
    return trace.hash();
  };
  const TraceHash bare = hash_of(TraceDetail::kHashOnly, 17, "applied entry 3");
  EXPECT_EQ(hash_of(TraceDetail::kHashes, 17, "applied entry 3"), bare);
  EXPECT_EQ(described, 0) << "nobody reads it";
  EXPECT_EQ(hash_of(TraceDetail::kText, 17, "applied entry 3"), bare);
  EXPECT_EQ(described, 1);
  EXPECT_NE(hash_of(TraceDetail::kHashOnly, 18, "applied entry 3"), bare);
  EXPECT_EQ(hash_of(TraceDetail::kText, 17, "other words"), bare) << "the digest is what is folded";

  Trace text(TraceDetail::kText);
  text.Event(1s, 4, 17, [] { return std::string("applied entry 3"); });
  text.Event(2s, 5, "plain");
  ASSERT_EQ(text.TextEvents().size(), 2u);
  EXPECT_EQ(text.TextEvents()[0], (TraceEvent{0, 1s, 4, false, "applied entry 3"}));
  EXPECT_EQ(text.TextEvents()[1], (TraceEvent{1, 2s, 5, false, "plain"}));
}

TEST(Trace, ADigestIsFoldedWhereTheDocumentedBytesSay) {
  Trace trace(TraceDetail::kHashOnly);
  trace.Event(2s, 9, 0xabcdef, [] { return std::string("not asked for"); });
  const TraceHash expected = Bytes()
                                 .Number(0, 8)
                                 .Number(0, 8)
                                 .Number(2, 4)
                                 .Number(9, 4)
                                 .Number(2'000'000'000, 8)
                                 .Number(0, 8)
                                 .Number(0xabcdef, 8)
                                 .Hash();
  EXPECT_EQ(trace.hash(), expected);
}

TEST(FirstDifference, FindsTheFirstOfAnyNumberOfEventsThatDiffer) {
  constexpr int kEvents = 50;
  for (int different = 0; different < kEvents; ++different) {
    Trace left(TraceDetail::kHashes);
    Trace right(TraceDetail::kHashes);
    for (int i = 0; i < kEvents; ++i) {
      left.Event(1s, 1, "same");
      right.Event(1s, 1, i == different ? "other" : "same");
    }
    EXPECT_EQ(FirstDifference(left, right), static_cast<std::uint64_t>(different));
  }
}

TEST(FirstDifference, IsTheEndOfATraceThatIsAPrefix) {
  Trace shorter(TraceDetail::kHashes);
  Trace longer(TraceDetail::kText);
  EXPECT_EQ(FirstDifference(shorter, longer), std::nullopt);
  for (int i = 0; i < 10; ++i) {
    shorter.Step(1s, 1);
    longer.Step(1s, 1);
  }
  EXPECT_EQ(FirstDifference(shorter, longer), std::nullopt);
  longer.Step(1s, 1);
  EXPECT_EQ(FirstDifference(shorter, longer), 10u);
  EXPECT_EQ(FirstDifference(longer, shorter), 10u);
}

}  // namespace
}  // namespace fencepost::sim
