// Draws for generated tests: a pure function of a seed and a counter, the same on every platform.
//
// A test that uses one prints the seed with every failure and takes another from FENCEPOST_TEST_SEED.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace fencepost {

class CounterDraws {
 public:
  explicit CounterDraws(std::uint64_t seed) : seed_(seed) {}

  // 0 ... bound - 1. REQUIRES: bound > 0.
  std::size_t Below(std::size_t bound) { return static_cast<std::size_t>(Next() % bound); }

  bool OneIn(std::size_t chances) { return Below(chances) == 0; }

  template <class T>
  const T& Pick(const std::vector<T>& from) {
    return from[Below(from.size())];
  }

  template <class T>
  void Shuffle(std::vector<T>& values) {
    for (std::size_t left = values.size(); left > 1; --left) {
      const std::size_t chosen = Below(left);
      std::swap(values[left - 1], values[chosen]);
    }
  }

 private:
  std::uint64_t Next() {
    std::uint64_t mixed = seed_ + ++counter_ * 0x9e3779b97f4a7c15;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }

  std::uint64_t seed_;
  std::uint64_t counter_ = 0;
};

// The first seed of a generated test: FENCEPOST_TEST_SEED, or 1.
inline std::uint64_t FirstTestSeed() {
  const char* given = std::getenv("FENCEPOST_TEST_SEED");
  return given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
}

// A short key over few bytes, so that keys repeat, are prefixes of one another, and meet both ends of the
// byte order; half of them behind a prefix longer than a machine word.
inline std::string DrawKey(CounterDraws& draws) {
  static const std::vector<std::string> kPrefixes = {"", "", "tenant/7", "tenant/7/order"};
  static const std::vector<char> kBytes = {'\0', '\x01', 'a', 'b', '\x7f', '\x80', '\xff'};
  std::string key = draws.Pick(kPrefixes);
  const std::size_t length = draws.Below(4);
  for (std::size_t i = 0; i < length; ++i) key.push_back(draws.Pick(kBytes));
  return key;
}

}  // namespace fencepost
