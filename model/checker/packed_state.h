// States of a model as a few machine words, and the fields inside them.
//
// A spec declares its variables once, as fields with a largest value, and from then on reads and writes them
// in place. Invariant: two states of one layout are equal exactly if all their variables are, since every bit
// belongs to one field or is zero; so the words themselves are what a search compares.
//
// Values and pure functions throughout: thread-safe.
#pragma once

#include <array>
#include <bit>
#include <cassert>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace fencepost::model {

template <std::size_t kWords>
struct PackedState {
  std::array<std::uint64_t, kWords> words{};

  friend auto operator<=>(const PackedState&, const PackedState&) = default;
};

// One variable's place in a state. A variable that can only be 0 takes no bits, and a null mask says so.
struct Field {
  std::uint32_t word = 0;
  std::uint32_t shift = 0;
  std::uint64_t mask = 0;
};

template <class State>
std::uint64_t Get(const State& state, Field field) {
  return (state.words[field.word] >> field.shift) & field.mask;
}

// REQUIRES: `value` is at most what the field was declared with.
template <class State>
void Set(State& state, Field field, std::uint64_t value) {
  assert(value <= field.mask);
  std::uint64_t& word = state.words[field.word];
  word = (word & ~(field.mask << field.shift)) | (value << field.shift);
}

// Hands out fields, one after the other; none straddles two words.
class StateLayout {
 public:
  // A field for the values 0..largest.
  Field Add(std::uint64_t largest) {
    const auto bits = static_cast<std::uint32_t>(std::bit_width(largest));
    if (used_bits_ + bits > kWordBits) {
      ++word_;
      used_bits_ = 0;
    }
    if (bits == 0) return Field{};
    const std::uint64_t mask = ~std::uint64_t{0} >> (kWordBits - bits);
    const Field field{word_, used_bits_, mask};
    used_bits_ += bits;
    return field;
  }

  // How many words a state takes; at least 1.
  std::size_t words() const { return std::size_t{word_} + 1; }

 private:
  static constexpr std::uint32_t kWordBits = 64;

  std::uint32_t word_ = 0;
  std::uint32_t used_bits_ = 0;
};

// The widths that searches are compiled for. A state that needs more words than the last cannot be searched.
inline constexpr std::size_t kMaxStateWords = 16;

// Calls `visitor` with a std::type_identity of the narrowest state type of at least `words` words.
// REQUIRES: words <= kMaxStateWords.
template <class Visitor>
auto VisitStateType(std::size_t words, Visitor&& visitor) {
  assert(words <= kMaxStateWords);
  if (words <= 1) return visitor(std::type_identity<PackedState<1>>{});
  if (words <= 2) return visitor(std::type_identity<PackedState<2>>{});
  if (words <= 4) return visitor(std::type_identity<PackedState<4>>{});
  return visitor(std::type_identity<PackedState<kMaxStateWords>>{});
}

// A bijection of 64-bit words that lets every input bit reach every output bit: the finaliser of splitmix64
// (Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014).
inline std::uint64_t MixBits(std::uint64_t word) {
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9U;
  word = (word ^ (word >> 27)) * 0x94d049bb133111ebU;
  return word ^ (word >> 31);
}

// The hash of a state; the same on every machine and in every run.
struct StateHash {
  template <std::size_t kWords>
  std::uint64_t operator()(const PackedState<kWords>& state) const {
    std::uint64_t hash = 0;
    for (const std::uint64_t word : state.words) hash = MixBits((hash + 0x9e3779b97f4a7c15U) ^ word);
    return hash;
  }
};

}  // namespace fencepost::model
