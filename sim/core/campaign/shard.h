// Which part of a job is this process's, when several machines share it.
//
// The parts are disjoint, and together they are the whole: what a job consists of is dealt out in turn.
//
// Thread-safe: plain data and pure functions.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fencepost::sim {

struct Shard {
  std::uint32_t index = 1;  // 1 <= index <= count
  std::uint32_t count = 1;

  bool IsWhole() const { return count == 1; }

  // Whether the item of this number is in this part; items are numbered from anywhere, one after the other.
  bool Owns(std::uint64_t item) const { return item % count == index % count; }

  friend bool operator==(const Shard&, const Shard&) = default;
};

// "2/8". InvalidArgument unless it is I/N with 1 <= I <= N <= 1,000,000.
absl::StatusOr<Shard> ParseShard(std::string_view text);

// What GoogleTest's variables GTEST_TOTAL_SHARDS and GTEST_SHARD_INDEX (numbered from 0) ask for; nothing
// when neither is set, or when both say -1, which is GoogleTest's way to say so. InvalidArgument names the
// variable that is wrong, or missing beside the other.
absl::StatusOr<std::optional<Shard>> ShardOfGoogleTest(const std::optional<std::string>& total_shards,
                                                       const std::optional<std::string>& shard_index);

// "2/8".
std::string FormatShard(const Shard& shard);

}  // namespace fencepost::sim
