#include "sim/core/shrink/stream_name.h"

#include <fmt/format.h>

#include <charconv>

namespace fencepost::sim {
namespace {

constexpr std::string_view kPlan = "plan/";
constexpr std::string_view kConfig = "config/";
constexpr std::string_view kSchedule = "schedule";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWord(char c) { return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'; }

std::string_view DigitsAt(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && IsDigit(text[end])) ++end;
  return text.substr(at, end - at);
}

std::string_view WithoutLeadingZeros(std::string_view digits) {
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? std::string_view() : digits.substr(first);
}

std::optional<std::uint64_t> NumberOf(std::string_view digits) {
  std::uint64_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, number);
  if (digits.empty() || error != std::errc() || rest != end) return std::nullopt;
  return number;
}

// Whether `name` stands in `text` at `at` as a whole word, or several.
bool StandsAt(std::string_view text, std::size_t at, std::string_view name) {
  if (name.empty() || text.substr(at, name.size()) != name) return false;
  const std::size_t end = at + name.size();
  return (at == 0 || !IsWord(text[at - 1])) && (end == text.size() || !IsWord(text[end]));
}

std::strong_ordering CompareNumbers(std::string_view left, std::string_view right) {
  left = WithoutLeadingZeros(left);
  right = WithoutLeadingZeros(right);
  if (left.size() != right.size()) return left.size() <=> right.size();
  return left <=> right;
}

}  // namespace

StreamKind KindOf(std::string_view stream) {
  if (stream.starts_with(kPlan)) {
    const bool has_item = stream.find('/', kPlan.size()) != std::string_view::npos;
    return has_item ? StreamKind::kPlanItem : StreamKind::kPlanRoom;
  }
  if (stream.starts_with(kConfig)) return StreamKind::kConfig;
  if (stream == kSchedule) return StreamKind::kSchedule;
  return StreamKind::kRunning;
}

std::string_view ActorOf(std::string_view stream) {
  if (stream.starts_with(kPlan)) stream.remove_prefix(kPlan.size());
  return stream.substr(0, stream.find('/'));
}

std::optional<NumberedName> SplitNumber(std::string_view name) {
  std::size_t digits = name.size();
  while (digits > 0 && IsDigit(name[digits - 1])) --digits;
  if (digits == 0 || name[digits - 1] != '-') return std::nullopt;
  const std::optional<std::uint64_t> number = NumberOf(name.substr(digits));
  if (!number.has_value()) return std::nullopt;
  return NumberedName{name.substr(0, digits), *number};
}

std::optional<PlanSlot> PlanSlotOf(std::string_view stream) {
  if (KindOf(stream) != StreamKind::kPlanItem) return std::nullopt;
  const std::string_view actor = ActorOf(stream);
  const std::optional<std::uint64_t> number = NumberOf(stream.substr(kPlan.size() + actor.size() + 1));
  if (!number.has_value()) return std::nullopt;
  return PlanSlot{actor, *number};
}

std::optional<PlanSlot> ItemOf(std::string_view stream) {
  if (const std::optional<PlanSlot> planned = PlanSlotOf(stream); planned.has_value()) return planned;
  if (KindOf(stream) != StreamKind::kRunning) return std::nullopt;
  const std::string_view actor = ActorOf(stream);
  if (actor.size() == stream.size()) return std::nullopt;
  const std::string_view rest = stream.substr(actor.size() + 1);
  const std::optional<std::uint64_t> number = NumberOf(rest.substr(0, rest.find('/')));
  if (!number.has_value()) return std::nullopt;
  return PlanSlot{actor, *number};
}

std::string ItemName(std::string_view actor, std::uint64_t number) {
  return fmt::format("{}/{}", actor, number);
}

std::string RenameIn(std::string_view stream, std::string_view from, std::string_view to) {
  std::string renamed;
  for (std::size_t at = 0; at < stream.size();) {
    if (StandsAt(stream, at, from)) {
      renamed += to;
      at += from.size();
    } else {
      renamed += stream[at++];
    }
  }
  return renamed;
}

std::string ExchangeIn(std::string_view stream, std::string_view one, std::string_view other) {
  std::string exchanged;
  for (std::size_t at = 0; at < stream.size();) {
    if (StandsAt(stream, at, one)) {
      exchanged += other;
      at += one.size();
    } else if (StandsAt(stream, at, other)) {
      exchanged += one;
      at += other.size();
    } else {
      exchanged += stream[at++];
    }
  }
  return exchanged;
}

std::strong_ordering CompareNaturally(std::string_view left, std::string_view right) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < left.size() && j < right.size()) {
    if (IsDigit(left[i]) && IsDigit(right[j])) {
      const std::string_view a = DigitsAt(left, i);
      const std::string_view b = DigitsAt(right, j);
      if (const auto order = CompareNumbers(a, b); order != 0) return order;
      i += a.size();
      j += b.size();
      continue;
    }
    if (left[i] != right[j]) return left[i] <=> right[j];
    ++i;
    ++j;
  }
  if (const auto order = (left.size() - i) <=> (right.size() - j); order != 0) return order;
  return left <=> right;  // differ in leading zeros at most
}

}  // namespace fencepost::sim
