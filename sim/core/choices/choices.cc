#include "sim/core/choices/choices.h"

#include <fmt/format.h>

#include <array>
#include <cassert>
#include <limits>
#include <utility>

#include "sim/core/choices/stream_key.h"

namespace fencepost::sim {

std::uint64_t Stream::Below(std::uint64_t bound, Label label) {
  assert(bound > 0);
  if (bound == 1) return PassOver();
  ChoiceRequest request;
  request.bound = bound;
  request.label = label;
  return choices_->Draw(index_, request);
}

bool Stream::Chance(Ratio probability, Label label) {
  assert(probability.denominator > 0 && probability.numerator <= probability.denominator);
  if (probability.numerator == 0) return PassOver() != 0;
  const std::array<std::uint32_t, 2> weights = {probability.denominator - probability.numerator,
                                                probability.numerator};
  ChoiceRequest request;
  request.bound = weights.size();
  request.label = label;
  request.weights = weights;
  return choices_->Draw(index_, request) == 1;
}

std::size_t Stream::Weighted(std::span<const std::uint32_t> weights, Label label) {
  assert(!weights.empty() && weights.size() <= std::numeric_limits<std::uint32_t>::max());
  if (weights.size() == 1) return static_cast<std::size_t>(PassOver());
  ChoiceRequest request;
  request.bound = weights.size();
  request.label = label;
  request.weights = weights;
  return static_cast<std::size_t>(choices_->Draw(index_, request));
}

std::size_t Stream::Schedule(std::span<const ActorId> actors, Label label) {
  assert(!actors.empty());
  if (actors.size() == 1) return 0;
  ChoiceRequest request;
  request.bound = actors.size();
  request.label = label;
  request.actors = actors;
  return static_cast<std::size_t>(choices_->Draw(index_, request));
}

std::uint64_t Stream::PassOver() {
  ++choices_->streams_[index_].next;
  return 0;
}

std::string_view Stream::name() const { return choices_->streams_[index_].name; }

Choices::Choices(std::unique_ptr<ChoiceDriver> driver) : driver_(std::move(driver)), by_key_(256) {
  assert(driver_);
}

Choices::~Choices() = default;

Stream Choices::Open(std::string_view name) {
  const std::uint64_t key = StreamKey(name);
  const std::size_t place = PlaceOf(name, key);
  if (by_key_[place] != 0) return Stream(this, by_key_[place] - 1);
  const auto index = static_cast<std::uint32_t>(streams_.size());
  streams_.push_back(StreamState{std::string(name), key, 0});
  by_key_[place] = index + 1;
  if (streams_.size() * 2 > by_key_.size()) Grow();
  return Stream(this, index);
}

std::size_t Choices::PlaceOf(std::string_view name, std::uint64_t key) const {
  const std::size_t mask = by_key_.size() - 1;
  std::size_t place = static_cast<std::size_t>(key) & mask;
  while (by_key_[place] != 0) {
    const StreamState& state = streams_[by_key_[place] - 1];
    if (state.key == key && state.name == name) break;
    place = (place + 1) & mask;
  }
  return place;
}

void Choices::Grow() {
  by_key_.assign(by_key_.size() * 2, 0);
  for (std::uint32_t i = 0; i < streams_.size(); ++i) {
    by_key_[PlaceOf(streams_[i].name, streams_[i].key)] = i + 1;
  }
}

std::uint64_t Choices::Draw(std::uint32_t stream, ChoiceRequest request) {
  StreamState& state = streams_[stream];
  assert(state.next < std::numeric_limits<std::uint32_t>::max());
  request.stream = state.name;
  request.stream_key = state.key;
  request.index = state.next++;
  ++draws_;

  const std::uint64_t value = driver_->Choose(request);
  assert(value < request.bound);
  if (value != 0) {
    const auto index = static_cast<std::uint32_t>(request.index);
    deviations_.push_back(LoggedDeviation{value, request.bound, request.label, stream, index});
  }
  return value;
}

std::vector<Deviation> Choices::Deviations() const {
  std::vector<Deviation> out;
  out.reserve(deviations_.size());
  for (const LoggedDeviation& logged : deviations_) {
    out.push_back(
        Deviation{streams_[logged.stream].name, logged.index, logged.value, logged.bound, logged.label});
  }
  return out;
}

std::string FormatDeviation(const Deviation& deviation) {
  return fmt::format("{}[{}] = {} of {} ({})", deviation.stream, deviation.index, deviation.value,
                     deviation.bound, deviation.label);
}

}  // namespace fencepost::sim
