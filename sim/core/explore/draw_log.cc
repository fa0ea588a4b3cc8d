#include "sim/core/explore/draw_log.h"

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

Deviation DrawLog::DeviationAt(std::uint64_t position, std::uint64_t value) const {
  const LoggedDraw& draw = draws[static_cast<std::size_t>(position)];
  assert(value > 0 && value < draw.bound);
  return Deviation{StreamOf(draw), draw.index, value, draw.bound, draw.label};
}

std::uint64_t LoggingDriver::Choose(const ChoiceRequest& request) {
  const std::uint64_t value = driver_->Choose(request);
  const KnownStream& stream = Know(request);
  if (!stream.wanted) return value;
  LoggedDraw& draw = log_->draws.emplace_back();
  draw.stream = stream.number;
  draw.label = request.label;
  draw.index = request.index;
  draw.bound = request.bound;
  draw.value = value;
  if (events_) draw.events = events_();
  NoteAdmitted(request, &draw);
  return value;
}

const LoggingDriver::KnownStream& LoggingDriver::Know(const ChoiceRequest& request) {
  const auto [known, is_new] = known_.try_emplace(request.stream_key);
  if (!is_new) return known->second;
  known->second.wanted = !wanted_ || wanted_(request.stream);
  known->second.number = static_cast<std::uint32_t>(log_->streams.size());
  if (known->second.wanted) log_->streams.emplace_back(request.stream);
  return known->second;
}

}  // namespace fencepost::sim
