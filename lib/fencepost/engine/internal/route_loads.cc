#include "fencepost/engine/internal/route_loads.h"

#include <cassert>

namespace fencepost {
namespace {

// The finaliser of the SplitMix64 generator: every input bit reaches every output bit.
std::uint64_t Mix(std::uint64_t number) {
  number += 0x9e3779b97f4a7c15;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
  number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
  return number ^ (number >> 31);
}

}  // namespace

void KeySample::Offer(std::uint64_t access_number, std::string_view key, std::size_t capacity) {
  assert(access_number > 0 && capacity > 0);
  // Reservoir sampling: of n accesses so far, each is in the sample with the same weight, capacity / n.
  const std::uint64_t place =
      access_number <= capacity ? access_number - 1 : Mix(access_number) % access_number;
  if (place >= capacity) return;
  const std::lock_guard lock(mutex_);
  // Accesses race for the lock, so the place may lie beyond what has been filled.
  if (place < keys_.size()) {
    keys_[static_cast<std::size_t>(place)] = key;
  } else {
    keys_.emplace_back(key);
  }
}

std::vector<std::string> KeySample::Keys() const {
  const std::lock_guard lock(mutex_);
  return keys_;
}

void KeySample::Clear() {
  const std::lock_guard lock(mutex_);
  keys_.clear();
}

RouteLoad::~RouteLoad() { delete sample_.load(std::memory_order_relaxed); }

void RouteLoad::OfferSample(std::uint64_t access_number, std::string_view key, std::size_t capacity) {
  KeySample* sample = sample_.load(std::memory_order_acquire);
  if (sample == nullptr) {
    auto made = std::make_unique<KeySample>();
    // Another access may have made one meanwhile; then `sample` is that one.
    if (sample_.compare_exchange_strong(sample, made.get(), std::memory_order_acq_rel)) {
      sample = made.release();
    }
  }
  sample->Offer(access_number, key, capacity);
}

std::vector<std::string> RouteLoad::SampledKeys() const {
  const KeySample* sample = sample_.load(std::memory_order_acquire);
  if (sample == nullptr) return {};
  return sample->Keys();
}

void RouteLoad::Reset() {
  accesses_.store(0, std::memory_order_relaxed);
  KeySample* sample = sample_.load(std::memory_order_acquire);
  if (sample != nullptr) sample->Clear();
}

RouteLoads::RouteLoads(std::size_t size) {
  blocks_.push_back(std::make_shared<std::vector<RouteLoad>>(size));
  by_rank_.reserve(size);
  for (RouteLoad& load : *blocks_.back()) by_rank_.push_back(&load);
}

RouteLoads RouteLoads::WithRoute(std::size_t rank) const {
  RouteLoads grown = *this;
  grown.blocks_.push_back(std::make_shared<std::vector<RouteLoad>>(1));
  grown.by_rank_.insert(grown.by_rank_.begin() + static_cast<std::ptrdiff_t>(rank),
                        &grown.blocks_.back()->front());
  return grown;
}

RouteLoads RouteLoads::WithSplit(std::size_t rank, std::size_t right_rank) const {
  RouteLoads grown = *this;
  grown.blocks_.push_back(std::make_shared<std::vector<RouteLoad>>(2));
  std::vector<RouteLoad>& halves = *grown.blocks_.back();
  grown.by_rank_[rank] = &halves.front();
  grown.by_rank_.insert(grown.by_rank_.begin() + static_cast<std::ptrdiff_t>(right_rank), &halves.back());
  return grown;
}

}  // namespace fencepost
