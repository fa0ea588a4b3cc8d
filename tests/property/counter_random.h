// A counter-based generator for property tests: the n-th draw depends on (seed, stream, n) alone, and is the
// same on every compiler and machine.
#pragma once

#include <cstdint>

namespace fencepost {

class CounterRandom {
 public:
  CounterRandom(std::uint64_t seed, std::uint64_t stream) : key_(Mix(seed ^ Mix(stream + 1))) {}

  std::uint64_t Next() { return Mix(key_ + 0x9e3779b97f4a7c15U * ++count_); }

  // In [0, bound). REQUIRES: bound > 0. The bias of the remainder does not matter for the small bounds of
  // tests.
  std::uint64_t Below(std::uint64_t bound) { return Next() % bound; }

  bool OneIn(std::uint64_t n) { return Below(n) == 0; }

 private:
  // The finaliser of SplitMix64.
  static std::uint64_t Mix(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
  }

  std::uint64_t key_;
  std::uint64_t count_ = 0;
};

}  // namespace fencepost
