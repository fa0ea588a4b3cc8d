// The fields of an event, visited one after the other: the one canonical encoding that traces hash, and the
// plain text of an event that nobody has put into words.
//
// An event tells its fields to a visitor, always all of them in the same order:
//
//     struct VersionReached {
//       static constexpr EventKind kKind{"version-reached", "version"};
//       std::uint64_t version = 0;
//       template <class Visitor>
//       void Fields(Visitor& visit) const { visit("version", version); }
//     };
//
// Encoding: of each field a byte that says its type, then its value; numbers little-endian in 8 bytes.
//
//     0x01 unsigned number, boolean, enumeration | 0x02 signed number, time in nanoseconds | 0x03 text:
//     length, bytes 0x04 absent | 0x05 list: length, then its elements | 0x06 nested fields, until 0x07
//
// The name of a field is for people and no part of the encoding. Pure.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace fencepost::sim {

template <class T>
concept HoldsNumber = requires(const T& t) {
  { t.value } -> std::convertible_to<std::uint64_t>;
} && std::is_trivially_copyable_v<T>;

template <class T, class Visitor>
concept HasFields = requires(const T& t, Visitor& visitor) { t.Fields(visitor); };

// Appends the encoding of what it is told to a buffer.
class FieldEncoder {
 public:
  // Not owned.
  explicit FieldEncoder(std::vector<unsigned char>* out) : out_(out) {}

  template <class T>
  void operator()(std::string_view, const T& value) {
    Put(value);
  }

 private:
  template <class Rep, class Period>
  void Put(std::chrono::duration<Rep, Period> value) {
    Tag(2, static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(value).count()));
  }
  template <class T>
  void Put(const std::optional<T>& value) {
    if (value.has_value()) return Put(*value);
    out_->push_back(4);
  }
  template <class T>
  void Put(const T& value) {
    if constexpr (std::is_convertible_v<const T&, std::string_view>) {
      const std::string_view text = value;
      Tag(3, text.size());
      out_->insert(out_->end(), text.begin(), text.end());
    } else if constexpr (std::is_enum_v<T>) {
      Tag(1, static_cast<std::uint64_t>(value));
    } else if constexpr (std::signed_integral<T>) {
      Tag(2, static_cast<std::uint64_t>(static_cast<std::int64_t>(value)));
    } else if constexpr (std::unsigned_integral<T>) {
      Tag(1, static_cast<std::uint64_t>(value));
    } else if constexpr (HasFields<T, FieldEncoder>) {
      out_->push_back(6);
      value.Fields(*this);
      out_->push_back(7);
    } else if constexpr (HoldsNumber<T>) {
      Tag(1, static_cast<std::uint64_t>(value.value));
    } else {
      static_assert(std::ranges::sized_range<const T>,
                    "a field is a number, a text, a list, or has Fields()");
      Tag(5, std::ranges::size(value));
      for (const auto& element : value) Put(element);
    }
  }

  void Tag(unsigned char tag, std::uint64_t number) {
    unsigned char bytes[9] = {tag};
    for (int i = 0; i < 8; ++i) bytes[i + 1] = static_cast<unsigned char>(number >> (8 * i));
    out_->insert(out_->end(), bytes, bytes + 9);
  }

  std::vector<unsigned char>* out_;
};

// The same as text, on one line: "version=3 routes=[1 2] note=\"two\\nlines\"".
class FieldText {
 public:
  template <class T>
  void operator()(std::string_view name, const T& value) {
    if (!text_.empty() && text_.back() != '{') text_ += ' ';
    text_.append(name).append(1, '=');
    Put(value);
  }

  std::string text() && { return std::move(text_); }

 private:
  template <class Rep, class Period>
  void Put(std::chrono::duration<Rep, Period> value) {
    text_ += fmt::format("{}ns", std::chrono::duration_cast<std::chrono::nanoseconds>(value).count());
  }
  template <class T>
  void Put(const std::optional<T>& value) {
    if (value.has_value()) return Put(*value);
    text_ += "none";
  }
  template <class T>
  void Put(const T& value) {
    if constexpr (std::is_convertible_v<const T&, std::string_view>) {
      text_ += fmt::format("{:?}", std::string_view(value));
    } else if constexpr (std::is_enum_v<T>) {
      text_ += fmt::to_string(static_cast<std::uint64_t>(value));
    } else if constexpr (std::integral<T>) {
      text_ += fmt::to_string(value);
    } else if constexpr (HasFields<T, FieldText>) {
      text_ += '{';
      value.Fields(*this);
      text_ += '}';
    } else if constexpr (HoldsNumber<T>) {
      text_ += fmt::to_string(static_cast<std::uint64_t>(value.value));
    } else {
      text_ += '[';
      bool first = true;
      for (const auto& element : value) {
        if (!std::exchange(first, false)) text_ += ' ';
        Put(element);
      }
      text_ += ']';
    }
  }

  std::string text_;
};

}  // namespace fencepost::sim
