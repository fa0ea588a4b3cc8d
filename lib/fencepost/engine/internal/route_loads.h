// The access counters beside a route table, and the sampled keys a hotspot policy asks for. Internal to the
// engine.
//
// A RouteLoads maps each rank of one table to the counter of that route. The mapping is an immutable value;
// the counters are shared by the mappings made from it, so that a split elsewhere loses no access of a route
// it did not touch.
//
// Thread-safe: counting is one relaxed atomic addition; a sampled access takes a lock of its route.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace fencepost {

// An even sample of a route's accesses, of bounded size. The same accesses in the same order give the same
// sample: chance is replaced by a mix of the access's number.
class KeySample {
 public:
  // Puts `key` in, if the access with this number (from 1) belongs to the sample. Most do not once there were
  // many more than `capacity`, and these take no lock. REQUIRES: capacity > 0.
  void Offer(std::uint64_t access_number, std::string_view key, std::size_t capacity);

  std::vector<std::string> Keys() const;
  void Clear();

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> keys_;  // guarded by mutex_
};

// The load of one route.
class RouteLoad {
 public:
  RouteLoad() = default;
  ~RouteLoad();
  RouteLoad(const RouteLoad&) = delete;
  RouteLoad& operator=(const RouteLoad&) = delete;

  // Counts one access and answers its number, from 1 since the last reset.
  std::uint64_t Count() { return accesses_.fetch_add(1, std::memory_order_relaxed) + 1; }
  std::uint64_t accesses() const { return accesses_.load(std::memory_order_relaxed); }

  // As KeySample; the sample is made when it is first offered a key.
  void OfferSample(std::uint64_t access_number, std::string_view key, std::size_t capacity);
  std::vector<std::string> SampledKeys() const;

  void Reset();

 private:
  std::atomic<std::uint64_t> accesses_{0};
  std::atomic<KeySample*> sample_{nullptr};  // owned; set once
};

class RouteLoads {
 public:
  // One counter at 0 for each of `size` routes.
  explicit RouteLoads(std::size_t size);

  // The load of the route at `rank`. REQUIRES: rank < size. Lives as long as a mapping that has it.
  RouteLoad& At(std::size_t rank) const { return *by_rank_[rank]; }

  // With a new counter at 0 for a route added at `rank`. O(size).
  RouteLoads WithRoute(std::size_t rank) const;

  // With counters at 0 for the halves of the route at `rank`, the right one now at `right_rank`. O(size).
  RouteLoads WithSplit(std::size_t rank, std::size_t right_rank) const;

 private:
  std::vector<std::shared_ptr<std::vector<RouteLoad>>> blocks_;  // what owns the counters; never resized
  std::vector<RouteLoad*> by_rank_;
};

}  // namespace fencepost
