// Turns a fuzzer's bytes into values, front to back.
//
// Total: when the bytes have run out, every value is the plain one (0, empty, false), so each byte string is
// a valid input and each prefix of it means the same up to where it ends. Small changes to the bytes make
// small changes to the values, which is what a fuzzer needs to climb. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>

namespace fencepost::fuzz {

class ByteReader {
 public:
  explicit ByteReader(std::span<const std::uint8_t> rest) : rest_(rest) {}

  bool empty() const { return rest_.empty(); }

  std::uint8_t Byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t byte = rest_.front();
    rest_ = rest_.subspan(1);
    return byte;
  }

  bool Flag() { return Byte() % 2 != 0; }

  // A number below `bound`, from one byte. REQUIRES: 0 < bound <= 256.
  std::size_t Below(std::size_t bound) { return Byte() % bound; }

  // Any 64-bit number, the small ones and those at the far end from one byte, the others from nine.
  std::uint64_t Number() {
    constexpr std::uint8_t kSmall = 0xF0;
    constexpr std::uint8_t kWide = 0xF8;
    const std::uint8_t byte = Byte();
    if (byte < kSmall) return byte;
    if (byte >= kWide) return std::numeric_limits<std::uint64_t>::max() - (0xFF - byte);
    std::uint64_t number = 0;
    for (int i = 0; i < 8; ++i) number = number << 8 | Byte();
    return number;
  }

  // At most `longest` bytes, fewer when no more are left. REQUIRES: longest < 256.
  std::string Text(std::size_t longest) {
    const std::size_t length = std::min(Below(longest + 1), rest_.size());
    std::string text(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(length));
    rest_ = rest_.subspan(length);
    return text;
  }

 private:
  std::span<const std::uint8_t> rest_;
};

}  // namespace fencepost::fuzz
