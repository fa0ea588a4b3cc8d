// A running digest of what a replica's entries did: equal at equal positions, or the replicas have diverged.
//
// It folds effects and never the state, so that its cost is that of the entry. Stable: the same on every
// machine and compiler. A value.
#pragma once

#include <xxhash.h>

#include <cstdint>
#include <string_view>

namespace fencepost::sim {

class EffectDigest {
 public:
  EffectDigest() = default;
  // Goes on from the value of another one.
  explicit EffectDigest(std::uint64_t value) : value_(value) {}

  // O(1). Each fold depends on all before it: the order of effects counts.
  void Fold(std::uint64_t number) {
    value_ = Mixed((value_ ^ number) + 0x9e3779b97f4a7c15U) + (number << 1U);
  }
  void Fold(std::string_view text) { Fold(std::uint64_t{XXH3_64bits(text.data(), text.size())}); }

  std::uint64_t value() const { return value_; }

  friend bool operator==(const EffectDigest&, const EffectDigest&) = default;

 private:
  // The finaliser of splitmix64: every bit of the input moves about half of the output's.
  static std::uint64_t Mixed(std::uint64_t bits) {
    bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
    bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
    return bits ^ (bits >> 31U);
  }

  std::uint64_t value_ = 0;
};

}  // namespace fencepost::sim
