#include "sim/core/choices/draw_log.h"

#include <algorithm>
#include <cassert>

namespace fencepost::sim {
namespace {

void NoteAdmitted(const ChoiceRequest& request, LoggedDraw* draw) {
  const auto is_zero = [](std::uint32_t weight) { return weight == 0; };
  if (request.weights.empty() || std::ranges::none_of(request.weights.subspan(1), is_zero)) return;
  draw->all_admitted = false;
  for (std::size_t answer = 1; answer < request.weights.size(); ++answer) {
    if (request.weights[answer] > 0) draw->admitted.push_back(answer);
  }
}

}  // namespace

bool LoggedDraw::Admits(std::uint64_t answer) const {
  if (answer == 0) return true;
  return all_admitted ? answer < bound : std::ranges::binary_search(admitted, answer);
}

Deviation DrawLog::Answering(const LoggedDraw& draw, std::uint64_t answer) const {
  assert(answer > 0 && answer < draw.bound);
  return Deviation{StreamOf(draw), draw.index, answer, draw.bound, draw.label};
}

std::string FormatDraw(const DrawLog& log, const LoggedDraw& draw) {
  return FormatDeviation(Deviation{log.StreamOf(draw), draw.index, draw.value, draw.bound, draw.label});
}

std::uint64_t LoggingDriver::Choose(const ChoiceRequest& request) {
  const std::uint64_t value = driver_->Choose(request);
  LoggedDraw& draw = log_->draws.emplace_back();
  draw.stream = NumberOf(request);
  draw.label = request.label;
  draw.index = request.index;
  draw.bound = request.bound;
  draw.value = value;
  if (events_) draw.events = events_();
  NoteAdmitted(request, &draw);
  return value;
}

std::uint32_t LoggingDriver::NumberOf(const ChoiceRequest& request) {
  const auto number = static_cast<std::uint32_t>(log_->streams.size());
  const auto [known, is_new] = streams_.try_emplace(request.stream_key, number);
  if (is_new) log_->streams.emplace_back(request.stream);
  return known->second;
}

}  // namespace fencepost::sim
