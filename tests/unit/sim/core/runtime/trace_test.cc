#include "sim/core/runtime/trace.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/runtime/fields.h"
#include "tests/support/told.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;

// Little-endian bytes, written as plainly as the formats in trace.h and fields.h describe them.
class Bytes {
 public:
  Bytes& Number(std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i) bytes_.push_back(static_cast<char>((value >> (8 * i)) & 0xff));
    return *this;
  }
  Bytes& Head(const TraceHash& before, std::uint64_t type, ActorId actor, std::chrono::nanoseconds time) {
    return Number(before.high, 8)
        .Number(before.low, 8)
        .Number(type, 4)
        .Number(actor, 4)
        .Number(static_cast<std::uint64_t>(time.count()), 8);
  }
  Bytes& Tag(std::uint64_t tag) { return Number(tag, 1); }
  Bytes& Unsigned(std::uint64_t value) { return Tag(1).Number(value, 8); }
  Bytes& Signed(std::int64_t value) { return Tag(2).Number(static_cast<std::uint64_t>(value), 8); }
  Bytes& Text(const std::string& text) {
    Tag(3).Number(text.size(), 8);
    bytes_ += text;
    return *this;
  }
  TraceHash Hash() const {
    const XXH128_hash_t hash = XXH3_128bits(bytes_.data(), bytes_.size());
    return TraceHash{hash.high64, hash.low64};
  }

 private:
  std::string bytes_;
};

enum class Colour : std::uint8_t { kRed, kGreen = 7 };

struct SessionId {
  std::uint64_t value = 0;
};

struct Range {
  std::string from;
  std::optional<std::string> to;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("from", from);
    visit("to", to);
  }
};

// A field of every type.
struct Everything {
  static constexpr EventKind kKind{"everything", "test"};
  std::uint8_t small = 200;
  std::int32_t negative = -3;
  bool yes = true;
  Colour colour = Colour::kGreen;
  std::chrono::milliseconds duration{-2};
  std::string text = "v\n";
  std::string_view view = "view";
  std::optional<std::uint64_t> absent;
  std::optional<std::uint64_t> present = 5;
  SessionId session{9};
  std::vector<std::uint64_t> numbers = {1, 2};
  std::vector<std::string> none;
  Range range{"a", "b"};
  std::vector<Range> ranges = {{"c", std::nullopt}};

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("small", small);
    visit("negative", negative);
    visit("yes", yes);
    visit("colour", colour);
    visit("duration", duration);
    visit("text", text);
    visit("view", view);
    visit("absent", absent);
    visit("present", present);
    visit("session", session);
    visit("numbers", numbers);
    visit("none", none);
    visit("range", range);
    visit("ranges", ranges);
  }
};

struct Empty {
  static constexpr EventKind kKind{"empty", "test"};
  template <class Visitor>
  void Fields(Visitor&) const {}
};

// The event of another kind with the same fields.
struct Whispered {
  static constexpr EventKind kKind{"whispered", "test"};
  std::string text;
  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("text", text);
  }
};

struct Two {
  static constexpr EventKind kKind{"two", "test"};
  std::string first;
  std::string second;
  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("first", first);
    visit("second", second);
  }
};

// Refers to a text that may be gone when a report looks at the event; of it, its size is kept.
struct SizeOfText {
  static constexpr EventKind kKind{"sized", "test"};
  std::size_t size = 0;
};
struct Sized {
  static constexpr EventKind kKind = SizeOfText::kKind;
  const std::string* text = nullptr;
  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("text", *text);
  }
  SizeOfText Keep() const { return SizeOfText{text->size()}; }
};

TEST(Trace, HashesTheDocumentedBytes) {
  Trace trace(TraceDetail::kHashOnly);
  EXPECT_EQ(trace.hash(), TraceHash());

  trace.Step(1500ns, 7);
  const TraceHash one = Bytes().Head(TraceHash(), 1, 7, 1500ns).Hash();
  EXPECT_EQ(trace.hash(), one);

  trace.Event(2s, 9, Told{"commit version 3"});
  const TraceHash two =
      Bytes().Head(one, 2, 9, 2s).Number(NameKey("told"), 8).Text("commit version 3").Hash();
  EXPECT_EQ(trace.hash(), two);

  trace.Event(3s, 1, Empty());
  EXPECT_EQ(trace.hash(), Bytes().Head(two, 2, 1, 3s).Number(NameKey("empty"), 8).Hash());
  EXPECT_EQ(trace.events(), 3u);
}

TEST(Trace, HashesFieldsOfEveryTypeAsDocumented) {
  Trace trace(TraceDetail::kHashOnly);
  trace.Event(1s, 4, Everything());
  Bytes bytes;
  bytes.Head(TraceHash(), 2, 4, 1s).Number(NameKey("everything"), 8);
  bytes.Unsigned(200).Signed(-3).Unsigned(1).Unsigned(7).Signed(-2'000'000);
  bytes.Text("v\n").Text("view").Tag(4).Unsigned(5).Unsigned(9);
  bytes.Tag(5).Number(2, 8).Unsigned(1).Unsigned(2);
  bytes.Tag(5).Number(0, 8);
  bytes.Tag(6).Text("a").Text("b").Tag(7);
  bytes.Tag(5).Number(1, 8).Tag(6).Text("c").Tag(4).Tag(7);
  EXPECT_EQ(trace.hash(), bytes.Hash());
}

TEST(Trace, TheKeyOfAKindIsTheDocumentedHashOfItsName) {
  // Published test vectors of 64-bit FNV-1a.
  EXPECT_EQ(NameKey(""), 0xcbf29ce484222325u);
  EXPECT_EQ(NameKey("a"), 0xaf63dc4c8601ec8cu);
  EXPECT_EQ(NameKey("foobar"), 0x85944171f73967e8u);
}

TEST(Trace, GivesThePublishedHash) {
  Trace trace(TraceDetail::kHashOnly);
  trace.Step(0ns, 0);
  trace.Event(1ms, 1, Told{""});
  trace.Event(1ms, 4'000'000'000, Told{"node 1 crashed"});
  trace.Step(2h, 2);
  EXPECT_EQ(FormatTraceHash(trace.hash()), "033aeffce9c17fdbcfbfc0f4248a36a6");
  EXPECT_EQ(FormatTraceHash(TraceHash{1, 0xabc}), "00000000000000010000000000000abc");
}

template <class E>
TraceHash HashOf(std::chrono::nanoseconds time, ActorId actor, const E& event) {
  Trace trace(TraceDetail::kHashOnly);
  trace.Event(time, actor, event);
  return trace.hash();
}

TEST(Trace, EveryPartOfAnEventCounts) {
  const TraceHash event = HashOf(1ns, 1, Told{"a"});
  EXPECT_NE(event, HashOf(2ns, 1, Told{"a"}));
  EXPECT_NE(event, HashOf(1ns, 2, Told{"a"}));
  EXPECT_NE(event, HashOf(1ns, 1, Told{"b"}));
  EXPECT_NE(event, HashOf(1ns, 1, Whispered{"a"})) << "of another kind";
  Trace step(TraceDetail::kHashOnly);
  step.Step(1ns, 1);
  EXPECT_NE(HashOf(1ns, 1, Empty()), step.hash()) << "a step is not an event without fields";
}

TEST(Trace, FieldsThatRunIntoOneAnotherAreNotTakenForOthers) {
  EXPECT_NE(HashOf(1ns, 1, Two{"ab", "c"}), HashOf(1ns, 1, Two{"a", "bc"}));
  EXPECT_NE(HashOf(1ns, 1, Two{"", "\x03"}), HashOf(1ns, 1, Two{"\x03", ""}));
}

TEST(Trace, DetailChangesWhatIsKeptAndNotTheHash) {
  Trace bare(TraceDetail::kHashOnly);
  Trace hashes(TraceDetail::kHashes);
  Trace full(TraceDetail::kEvents);
  for (Trace* const trace : {&bare, &hashes, &full}) {
    trace->Step(1s, 1);
    trace->Event(1250ms, 3, Told{"saved"});
    trace->Note(1500ms, 3, Told{"by the way"});
    trace->Event(2s, 2, Told{"polled"});
  }
  EXPECT_EQ(bare.hash(), full.hash());
  EXPECT_EQ(hashes.hash(), full.hash());

  EXPECT_TRUE(bare.prefix_hashes().empty());
  ASSERT_EQ(hashes.prefix_hashes().size(), 3u);
  EXPECT_EQ(hashes.prefix_hashes()[2], hashes.hash().low);
  EXPECT_FALSE(hashes.EventAt(1).has_value());

  ASSERT_TRUE(full.EventAt(0).has_value());
  EXPECT_TRUE(full.EventAt(0)->is_step());
  EXPECT_EQ(full.EventAt(0)->kind(), nullptr);
  EXPECT_EQ(FormatTraceEvent(*full.EventAt(0), full), "event 0 at 1.000000000s, actor 1: ran a task");
  ASSERT_TRUE(full.EventAt(1).has_value());
  ASSERT_NE(full.EventAt(1)->As<Told>(), nullptr);
  EXPECT_EQ(full.EventAt(1)->As<Told>()->text, "saved");
  EXPECT_EQ(full.EventAt(1)->As<Whispered>(), nullptr);
  EXPECT_EQ(FormatTraceEvent(*full.EventAt(1), full),
            "event 1 at 1.250000000s, actor 3: told text=\"saved\"");
  EXPECT_EQ(full.EventAt(2)->As<Told>()->text, "polled") << "a note is no event";
  EXPECT_FALSE(full.EventAt(3).has_value());
}

TEST(Trace, KeepsEventsAndNotesInOrderAndLeavesStepsOut) {
  Trace trace(TraceDetail::kEvents);
  trace.Step(1s, 1);
  trace.Note(1s, 5, Told{"note"});
  trace.Event(1s, 3, Told{"event"});
  trace.Step(2s, 1);
  std::vector<std::string> kept;
  for (const TraceEvent& event : trace.KeptEvents()) {
    kept.push_back(fmt::format("{} {} {}", event.index, event.actor, event.is_note ? "note" : "event"));
  }
  EXPECT_EQ(kept, (std::vector<std::string>{"1 5 note", "1 3 event"}));
}

TEST(Trace, WhatIsKeptOfAnEventMayBeLessThanTheEvent) {
  Trace trace(TraceDetail::kEvents);
  {
    const std::string gone = "abc";
    trace.Event(1s, 1, Sized{&gone});
  }
  ASSERT_NE(trace.EventAt(0)->As<SizeOfText>(), nullptr);
  EXPECT_EQ(trace.EventAt(0)->As<SizeOfText>()->size, 3u);
  EXPECT_EQ(FormatTraceEvent(*trace.EventAt(0), trace), "event 0 at 1.000000000s, actor 1: sized");
}

TEST(Trace, ActorsAreCalledByTheirNamesOnceTheyHaveOne) {
  constexpr ActorKind kNode{"node", "a node"};
  Trace trace(TraceDetail::kEvents);
  trace.NameActor(7, "node-1", kNode);
  trace.Step(1s, 7);
  EXPECT_EQ(trace.NameOf(7), "node-1");
  EXPECT_EQ(trace.NameOf(8), "actor 8");
  EXPECT_EQ(FormatTraceEvent(*trace.EventAt(0), trace), "event 0 at 1.000000000s, node-1: ran a task");
}

TEST(FieldText, RendersFieldsOfEveryType) {
  FieldText text;
  Everything().Fields(text);
  EXPECT_EQ(
      std::move(text).text(),
      "small=200 negative=-3 yes=true colour=7 duration=-2000000ns text=\"v\\n\" view=\"view\" absent=none "
      "present=5 session=9 numbers=[1 2] none=[] range={from=\"a\" to=\"b\"} "
      "ranges=[{from=\"c\" to=none}]");
}

TEST(FirstDifference, FindsTheFirstOfAnyNumberOfEventsThatDiffer) {
  constexpr int kEvents = 50;
  for (int different = 0; different < kEvents; ++different) {
    Trace left(TraceDetail::kHashes);
    Trace right(TraceDetail::kHashes);
    for (int i = 0; i < kEvents; ++i) {
      left.Event(1s, 1, Told{"same"});
      right.Event(1s, 1, Told{i == different ? "other" : "same"});
    }
    EXPECT_EQ(FirstDifference(left, right), static_cast<std::uint64_t>(different));
  }
}

TEST(FirstDifference, IsTheEndOfATraceThatIsAPrefix) {
  Trace shorter(TraceDetail::kHashes);
  Trace longer(TraceDetail::kEvents);
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
