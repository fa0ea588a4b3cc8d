// The bytes that durable records are made of: single bytes, big-endian 64-bit numbers, and byte strings
// behind their length.
//
// Writing appends to a string. Reading takes untrusted bytes: it never looks past the end and allocates
// nothing, so no claimed length can cost more than the bytes that are really there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fencepost {

inline constexpr std::size_t kU64Size = 8;

inline void AppendByte(std::string& out, std::uint8_t byte) { out.push_back(static_cast<char>(byte)); }

inline void AppendU64(std::string& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) AppendByte(out, static_cast<std::uint8_t>(number >> shift));
}

inline void AppendBytes(std::string& out, std::string_view bytes) {
  AppendU64(out, bytes.size());
  out.append(bytes);
}

// Takes fields off the front of untrusted bytes, which must outlive it. A field that is not there whole is
// answered with nothing and leaves unread what it could not use.
class RecordReader {
 public:
  explicit RecordReader(std::string_view rest) : rest_(rest) {}

  std::optional<std::uint8_t> Byte() {
    if (rest_.empty()) return std::nullopt;
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }

  std::optional<std::uint64_t> U64() {
    if (rest_.size() < kU64Size) return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : rest_.substr(0, kU64Size)) number = number << 8 | static_cast<std::uint8_t>(c);
    rest_.remove_prefix(kU64Size);
    return number;
  }

  // A length and that many bytes. The length is compared with what is left before anything is done with it.
  std::optional<std::string_view> Bytes() {
    const std::optional<std::uint64_t> length = U64();
    if (!length.has_value() || *length > rest_.size()) return std::nullopt;
    const std::string_view bytes = rest_.substr(0, static_cast<std::size_t>(*length));
    rest_.remove_prefix(bytes.size());
    return bytes;
  }

  std::size_t left() const { return rest_.size(); }

 private:
  std::string_view rest_;
};

}  // namespace fencepost
