#include "sim/core/runtime/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace fencepost::sim {
namespace {

enum class Type : std::uint32_t { kStep = 1, kEvent = 2 };

constexpr std::size_t kStepBytes = 32;
constexpr std::size_t kHeadBytes = kStepBytes + 8;

void Put32(unsigned char* out, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) out[i] = static_cast<unsigned char>(value >> (8 * i));
}

void Put64(unsigned char* out, std::uint64_t value) {
  for (int i = 0; i < 8; ++i) out[i] = static_cast<unsigned char>(value >> (8 * i));
}

void PutHead(unsigned char* out, const TraceHash& hash, Type type, std::chrono::nanoseconds time,
             ActorId actor) {
  Put64(out, hash.high);
  Put64(out + 8, hash.low);
  Put32(out + 16, static_cast<std::uint32_t>(type));
  Put32(out + 20, actor);
  Put64(out + 24, static_cast<std::uint64_t>(time.count()));
}

}  // namespace

std::string FormatTraceHash(const TraceHash& hash) {
  return fmt::format("{:016x}{:016x}", hash.high, hash.low);
}

std::string FormatTraceEvent(const TraceEvent& event, const Trace& trace) {
  const std::int64_t count = event.time.count();
  std::string what = "ran a task";
  if (!event.is_step()) {
    what = event.kind()->name;
    if (const std::string fields = event.event->FieldsAsText(); !fields.empty()) what += " " + fields;
  }
  return fmt::format("event {} at {}.{:09}s, {}: {}", event.index, count / 1'000'000'000,
                     count % 1'000'000'000, trace.NameOf(event.actor), what);
}

Trace::Trace(TraceDetail detail) : detail_(detail) {}

void Trace::Step(std::chrono::nanoseconds time, ActorId actor) {
  std::array<unsigned char, kStepBytes> step;
  PutHead(step.data(), hash_, Type::kStep, time, actor);
  Fold(step);
  if (detail_ == TraceDetail::kEvents) Keep(time, actor, nullptr, /*is_note=*/false);
}

void Trace::BeginEvent(std::chrono::nanoseconds time, ActorId actor, const EventKind& kind) {
  scratch_.resize(kHeadBytes);
  PutHead(scratch_.data(), hash_, Type::kEvent, time, actor);
  Put64(scratch_.data() + kStepBytes, kind.key);
}

void Trace::Fold(std::span<const unsigned char> event) {
  const XXH128_hash_t folded = XXH3_128bits(event.data(), event.size());
  hash_ = TraceHash{folded.high64, folded.low64};
  ++events_;
  if (detail_ != TraceDetail::kHashOnly) prefix_hashes_.push_back(hash_.low);
}

void Trace::Keep(std::chrono::nanoseconds time, ActorId actor, std::unique_ptr<const KeptEvent> event,
                 bool is_note) {
  const std::uint64_t index = is_note ? events_ : events_ - 1;
  records_.push_back(Record{index, time, actor, is_note, std::move(event)});
}

TraceEvent Trace::View(const Record& record) {
  return TraceEvent{record.index, record.time, record.actor, record.is_note, record.event.get()};
}

std::optional<TraceEvent> Trace::EventAt(std::uint64_t index) const {
  // Notes of an index stand before its step or event.
  auto record = std::ranges::lower_bound(records_, index, {}, &Record::index);
  while (record != records_.end() && record->index == index && record->is_note) ++record;
  if (record == records_.end() || record->index != index) return std::nullopt;
  return View(*record);
}

std::vector<TraceEvent> Trace::KeptEvents() const {
  std::vector<TraceEvent> kept;
  for (const Record& record : records_) {
    if (record.event != nullptr) kept.push_back(View(record));
  }
  return kept;
}

void Trace::NameActor(ActorId actor, std::string_view name, const ActorKind& kind) {
  if (detail_ == TraceDetail::kEvents) actors_.push_back(Actor{actor, std::string(name), &kind});
}

std::string Trace::NameOf(ActorId actor) const {
  const auto found = std::ranges::find(actors_, actor, &Actor::actor);
  return found == actors_.end() ? fmt::format("actor {}", actor) : found->name;
}

std::optional<std::uint64_t> FirstDifference(const Trace& left, const Trace& right) {
  assert(left.detail() != TraceDetail::kHashOnly && right.detail() != TraceDetail::kHashOnly);
  const std::span<const std::uint64_t> a = left.prefix_hashes();
  const std::span<const std::uint64_t> b = right.prefix_hashes();
  std::size_t equal = 0;  // so many events are known to be equal
  std::size_t limit = std::min(a.size(), b.size());
  while (equal < limit) {
    const std::size_t middle = equal + (limit - equal) / 2;
    if (a[middle] == b[middle]) {
      equal = middle + 1;
    } else {
      limit = middle;
    }
  }
  if (equal == a.size() && equal == b.size()) return std::nullopt;
  return equal;
}

}  // namespace fencepost::sim
