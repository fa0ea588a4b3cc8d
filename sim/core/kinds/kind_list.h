// The registered descriptors of one sort, in the order of their names; and one value for each of them.
//
// The order of registration shows nowhere. Thread-safe once registration is over.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace fencepost::sim {

template <class Kind>
class KindList {
 public:
  static constexpr std::size_t kNone = SIZE_MAX;

  // Registers `kind`, a constant that outlives everything. REQUIRES: no other one of this name.
  void Add(const Kind& kind) {
    const auto place = std::ranges::lower_bound(kinds_, kind.name, {}, &Kind::name);
    assert(place == kinds_.end() || (*place)->name != kind.name);
    kinds_.insert(place, &kind);
    Index();
  }

  // By name.
  std::span<const Kind* const> all() const { return kinds_; }
  std::size_t size() const { return kinds_.size(); }
  const Kind& operator[](std::size_t position) const { return *kinds_[position]; }

  // Null when no kind has this name. O(log n).
  const Kind* Find(std::string_view name) const {
    const auto place = std::ranges::lower_bound(kinds_, name, {}, &Kind::name);
    return place == kinds_.end() || (*place)->name != name ? nullptr : *place;
  }

  // Where `kind` is in all(); kNone when it is not registered. O(1).
  std::size_t PositionOf(const Kind& kind) const {
    if (by_key_.empty()) return kNone;
    const std::size_t mask = by_key_.size() - 1;
    for (std::size_t at = static_cast<std::size_t>(kind.key) & mask; by_key_[at] != 0; at = (at + 1) & mask) {
      const std::size_t position = by_key_[at] - 1;
      const Kind* const there = kinds_[position];
      if (there == &kind || (there->key == kind.key && there->name == kind.name)) return position;
    }
    return kNone;
  }

 private:
  // Open addressing by key, a power of two long and at most a quarter full.
  void Index() {
    std::size_t size = 4;
    while (size < kinds_.size() * 4) size *= 2;
    by_key_.assign(size, 0);
    for (std::size_t position = 0; position < kinds_.size(); ++position) {
      std::size_t at = static_cast<std::size_t>(kinds_[position]->key) & (size - 1);
      while (by_key_[at] != 0) at = (at + 1) & (size - 1);
      by_key_[at] = static_cast<std::uint32_t>(position + 1);
    }
  }

  std::vector<const Kind*> kinds_;
  std::vector<std::uint32_t> by_key_;
};

// One T for each registered kind. The list must outlive it, and be complete.
template <class Kind, class T>
class PerKind {
 public:
  explicit PerKind(const KindList<Kind>& kinds) : kinds_(&kinds), values_(kinds.size()) {}

  // REQUIRES: `kind` is registered.
  T& operator[](const Kind& kind) { return values_[Position(kind)]; }
  const T& operator[](const Kind& kind) const { return values_[Position(kind)]; }

  const KindList<Kind>& kinds() const { return *kinds_; }
  // In the order of kinds().all().
  std::span<T> values() { return values_; }
  std::span<const T> values() const { return values_; }

  friend bool operator==(const PerKind& a, const PerKind& b) { return a.values_ == b.values_; }

 private:
  std::size_t Position(const Kind& kind) const {
    const std::size_t position = kinds_->PositionOf(kind);
    assert(position < values_.size());
    return position;
  }

  const KindList<Kind>* kinds_;
  std::vector<T> values_;
};

}  // namespace fencepost::sim
