#include "sim/core/choices/bytes_driver.h"

#include <algorithm>
#include <cstddef>

namespace fencepost::sim {
namespace {

constexpr std::uint8_t kLongGap = 0xFF;  // so many draws go by, and the next byte is a gap again

bool IsPlanned(std::string_view stream) {
  return stream.starts_with("config/") || stream.starts_with("plan/");
}

// The answer in whose share of the weights `position` lies.
std::uint64_t AnswerAt(std::span<const std::uint32_t> weights, std::uint64_t position) {
  std::size_t answer = 0;
  while (position >= weights[answer]) position -= weights[answer++];
  return answer;
}

std::uint64_t SumOf(std::span<const std::uint32_t> weights) {
  std::uint64_t sum = 0;
  for (const std::uint32_t weight : weights) sum += weight;
  return sum;
}

// The `which`-th of the answers above 0 that may be given, counted in circles; 0 when there is none.
std::uint64_t DeviationAt(const ChoiceRequest& request, std::uint64_t which) {
  if (request.weights.empty()) return 1 + which % (request.bound - 1);
  const std::span<const std::uint32_t> others = request.weights.subspan(1);
  const auto admitted = static_cast<std::uint64_t>(
      std::count_if(others.begin(), others.end(), [](std::uint32_t weight) { return weight > 0; }));
  if (admitted == 0) return 0;
  std::uint64_t left = which % admitted;
  for (std::size_t answer = 1;; ++answer) {
    if (request.weights[answer] == 0) continue;
    if (left-- == 0) return answer;
  }
}

}  // namespace

std::uint8_t BytesDriver::Tape::Byte() {
  if (rest.empty()) return 0;
  const std::uint8_t byte = rest.front();
  rest = rest.subspan(1);
  return byte;
}

std::uint64_t BytesDriver::Tape::Below(std::uint64_t bound) {
  std::uint64_t number = 0;
  for (std::uint64_t most = bound - 1; most > 0; most >>= 8) number = number << 8 | Byte();
  return number % bound;
}

BytesDriver::BytesDriver(std::span<const std::uint8_t> bytes) : bytes_(bytes.begin(), bytes.end()) {
  Tape header{bytes_};
  std::size_t plan_length = header.Byte();
  plan_length = plan_length << 8 | header.Byte();
  plan_length %= header.rest.size() + 1;
  plan_.rest = header.rest.first(plan_length);
  schedule_.rest = header.rest.subspan(plan_length);
  ReadGap();
}

std::uint64_t BytesDriver::Choose(const ChoiceRequest& request) {
  return IsPlanned(request.stream) ? ChoosePlanned(request) : ChooseScheduled(request);
}

std::uint64_t BytesDriver::ChoosePlanned(const ChoiceRequest& request) {
  if (plan_.empty()) return 0;
  if (request.weights.empty()) return plan_.Below(request.bound);
  return AnswerAt(request.weights, plan_.Below(SumOf(request.weights)));
}

std::uint64_t BytesDriver::ChooseScheduled(const ChoiceRequest& request) {
  if (gap_ > 0) {
    --gap_;
    return 0;
  }
  if (schedule_.empty()) return 0;
  const std::uint64_t answer = DeviationAt(request, schedule_.Byte());
  ReadGap();
  return answer;
}

void BytesDriver::ReadGap() {
  gap_ = 0;
  while (!schedule_.empty()) {
    const std::uint8_t more = schedule_.Byte();
    gap_ += more;
    if (more != kLongGap) return;
  }
}

}  // namespace fencepost::sim
