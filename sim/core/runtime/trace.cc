#include "sim/core/runtime/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace fencepost::sim {
namespace {

enum class Kind : std::uint32_t { kStep = 1, kEvent = 2 };

constexpr std::size_t kStepBytes = 32;
constexpr std::size_t kEventBytes = 48;

void Put32(unsigned char* out, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) out[i] = static_cast<unsigned char>(value >> (8 * i));
}

void Put64(unsigned char* out, std::uint64_t value) {
  for (int i = 0; i < 8; ++i) out[i] = static_cast<unsigned char>(value >> (8 * i));
}

void PutHead(unsigned char* out, const TraceHash& hash, Kind kind, std::chrono::nanoseconds time,
             ActorId actor) {
  Put64(out, hash.high);
  Put64(out + 8, hash.low);
  Put32(out + 16, static_cast<std::uint32_t>(kind));
  Put32(out + 20, actor);
  Put64(out + 24, static_cast<std::uint64_t>(time.count()));
}

}  // namespace

std::string FormatTraceHash(const TraceHash& hash) {
  return fmt::format("{:016x}{:016x}", hash.high, hash.low);
}

std::string FormatTraceEvent(const TraceEvent& event) {
  const std::int64_t count = event.time.count();
  return fmt::format("event {} at {}.{:09}s, actor {}: {}", event.index, count / 1'000'000'000,
                     count % 1'000'000'000, event.actor,
                     event.is_step ? std::string_view("ran a task") : event.text);
}

Trace::Trace(TraceDetail detail) : detail_(detail) {}

void Trace::Step(std::chrono::nanoseconds time, ActorId actor) {
  std::array<unsigned char, kStepBytes> bytes;
  PutHead(bytes.data(), hash_, Kind::kStep, time, actor);
  Fold(bytes);
  Keep(time, actor, /*is_step=*/true, {});
}

void Trace::Event(std::chrono::nanoseconds time, ActorId actor, std::string_view text) {
  std::array<unsigned char, kEventBytes> bytes;
  PutHead(bytes.data(), hash_, Kind::kEvent, time, actor);
  const XXH128_hash_t text_hash = XXH3_128bits(text.data(), text.size());
  Put64(bytes.data() + kStepBytes, text_hash.high64);
  Put64(bytes.data() + kStepBytes + 8, text_hash.low64);
  Fold(bytes);
  Keep(time, actor, /*is_step=*/false, text);
}

void Trace::Event(std::chrono::nanoseconds time, ActorId actor, std::uint64_t digest,
                  absl::FunctionRef<std::string()> describe) {
  std::array<unsigned char, kEventBytes> bytes;
  PutHead(bytes.data(), hash_, Kind::kEvent, time, actor);
  Put64(bytes.data() + kStepBytes, 0);
  Put64(bytes.data() + kStepBytes + 8, digest);
  Fold(bytes);
  Keep(time, actor, /*is_step=*/false, detail_ == TraceDetail::kText ? describe() : std::string());
}

void Trace::NoteActor(ActorId actor, std::string_view name) {
  if (detail_ != TraceDetail::kText) return;
  notes_.actors.push_back(TraceNotes::Actor{actor, std::string(name)});
}

void Trace::Note(std::string_view name, bool is_fault) {
  if (detail_ != TraceDetail::kText) return;
  TraceNotes::Happening happening;
  if (!records_.empty()) {
    happening.time = records_.back().time;
    happening.actor = records_.back().actor;
  }
  happening.name = name;
  happening.is_fault = is_fault;
  notes_.happenings.push_back(happening);
}

void Trace::Fold(std::span<const unsigned char> event) {
  const XXH128_hash_t folded = XXH3_128bits(event.data(), event.size());
  hash_ = TraceHash{folded.high64, folded.low64};
  ++events_;
}

void Trace::Keep(std::chrono::nanoseconds time, ActorId actor, bool is_step, std::string_view text) {
  if (detail_ == TraceDetail::kHashOnly) return;
  prefix_hashes_.push_back(hash_.low);
  if (detail_ == TraceDetail::kHashes) return;
  texts_.append(text);
  records_.push_back(Record{time, texts_.size(), actor, is_step});
}

std::optional<TraceEvent> Trace::EventAt(std::uint64_t index) const {
  if (index >= records_.size()) return std::nullopt;
  const std::size_t at = static_cast<std::size_t>(index);
  const Record& record = records_[at];
  const std::size_t begin = at == 0 ? 0 : records_[at - 1].text_end;
  TraceEvent event;
  event.index = index;
  event.time = record.time;
  event.actor = record.actor;
  event.is_step = record.is_step;
  event.text = std::string_view(texts_).substr(begin, record.text_end - begin);
  return event;
}

std::vector<TraceEvent> Trace::TextEvents() const {
  std::vector<TraceEvent> out;
  for (std::size_t i = 0; i < records_.size(); ++i) {
    if (!records_[i].is_step) out.push_back(*EventAt(i));
  }
  return out;
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
