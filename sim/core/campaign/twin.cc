#include "sim/core/campaign/twin.h"

#include <fmt/format.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "sim/core/choices/choices.h"
#include "sim/core/choices/seeded_driver.h"

// Only a sanitizer's run time defines it.
extern "C" __attribute__((weak)) void __sanitizer_purge_allocator();

namespace fencepost::sim {
namespace {

TwinSide SideOf(const Trace& trace, std::uint64_t event) {
  TwinSide side;
  side.events = trace.events();
  side.hash = trace.hash();
  if (const std::optional<TraceEvent> kept = trace.EventAt(event))
    side.event = FormatTraceEvent(*kept, trace);
  return side;
}

std::string DescribeSide(const TwinSide& side, std::uint64_t event) {
  if (side.events <= event) return fmt::format("ended after {} events", side.events);
  if (side.event.has_value()) return *side.event;
  return fmt::format("event {} (not kept: keep events to see it)", event);
}

// Makes glibc fill what it hands out and takes back with a byte of its own.
void FillFreshMemory(int byte) {
#if defined(__GLIBC__)
  mallopt(M_PERTURB, byte);
#else
  static_cast<void>(byte);
#endif
}

// Blocks of one size: all are written, then most are freed in a random order, so that the allocator hands
// them out again in that order, with holes of what is kept between them.
void PerturbSize(std::size_t size, std::size_t count, Stream& random,
                 std::vector<std::unique_ptr<unsigned char[]>>& kept) {
  std::vector<std::unique_ptr<unsigned char[]>> blocks;
  for (std::size_t i = 0; i < count; ++i) {
    blocks.push_back(std::make_unique_for_overwrite<unsigned char[]>(size));
    std::memset(blocks.back().get(), static_cast<int>(random.Below(256, "fill")), size);
  }
  while (!blocks.empty()) {
    const std::size_t index = static_cast<std::size_t>(random.Below(blocks.size(), "free"));
    std::swap(blocks[index], blocks.back());
    if (random.Below(4, "keep") == 0) kept.push_back(std::move(blocks.back()));
    blocks.pop_back();
  }
}

}  // namespace

std::string FormatTwinMismatch(const TwinMismatch& mismatch) {
  const std::uint64_t event = mismatch.first_different_event;
  return fmt::format(
      "the same choices gave two different runs; they part at event {}\n"
      "  first run:  {}  (trace {}, {} events)\n"
      "  second run: {}  (trace {}, {} events)",
      event, DescribeSide(mismatch.first, event), FormatTraceHash(mismatch.first.hash), mismatch.first.events,
      DescribeSide(mismatch.second, event), FormatTraceHash(mismatch.second.hash), mismatch.second.events);
}

std::optional<TwinMismatch> RunTwice(absl::FunctionRef<void(Trace&)> run, TraceDetail detail) {
  assert(detail != TraceDetail::kHashOnly);
  Trace first(detail);
  run(first);
  Trace second(detail);
  {
    const HeapPerturbation perturbation(first.hash().low);
    run(second);
  }
  const std::optional<std::uint64_t> event = FirstDifference(first, second);
  if (!event.has_value()) return std::nullopt;
  TwinMismatch mismatch;
  mismatch.first_different_event = *event;
  mismatch.first = SideOf(first, *event);
  mismatch.second = SideOf(second, *event);
  return mismatch;
}

HeapPerturbation::HeapPerturbation(std::uint64_t seed) {
  constexpr std::size_t kSmallStep = 16;
  constexpr std::size_t kLargestSmall = 1024;
  constexpr std::size_t kLargest = std::size_t{1} << 18;
  Choices choices(std::make_unique<SeededDriver>(seed));
  Stream random = choices.Open("heap");
  for (std::size_t size = kSmallStep; size <= kLargestSmall; size += kSmallStep) {
    PerturbSize(size, /*count=*/64, random, kept_);
  }
  for (std::size_t size = 2 * kLargestSmall; size <= kLargest; size *= 2) {
    PerturbSize(size, /*count=*/6, random, kept_);
  }
  // A sanitizer keeps what was freed in quarantine, out of use; without this, the next run would get the same
  // untouched memory in the same order as the first.
  if (__sanitizer_purge_allocator != nullptr) __sanitizer_purge_allocator();
  FillFreshMemory(1 + static_cast<int>(random.Below(255, "fresh")));
}

HeapPerturbation::~HeapPerturbation() { FillFreshMemory(0); }

}  // namespace fencepost::sim
