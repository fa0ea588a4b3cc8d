#include "sim/core/campaign/shard.h"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

namespace fencepost::sim {
namespace {

constexpr std::int64_t kMostShards = 1'000'000;

std::optional<std::int64_t> ParseShardNumber(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc() || rest != end) return std::nullopt;
  return number;
}

absl::Status ShardRefusal(const std::string& why) { return absl::InvalidArgumentError(why); }

// `index` from 1.
Shard ShardFrom(std::int64_t index, std::int64_t count) {
  return Shard{static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(count)};
}

}  // namespace

absl::StatusOr<Shard> ParseShard(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const std::optional<std::int64_t> index = ParseShardNumber(text.substr(0, slash));
    const std::optional<std::int64_t> count = ParseShardNumber(text.substr(slash + 1));
    if (index.has_value() && count.has_value() && 1 <= *index && *index <= *count && *count <= kMostShards) {
      return ShardFrom(*index, *count);
    }
  }
  return ShardRefusal(fmt::format("\"{}\" is not I/N with 1 <= I <= N, and N at most {}", text, kMostShards));
}

absl::StatusOr<std::optional<Shard>> ShardOfGoogleTest(const std::optional<std::string>& total_shards,
                                                       const std::optional<std::string>& shard_index) {
  constexpr std::string_view kUnset = "-1";
  const bool has_total = total_shards.has_value() && *total_shards != kUnset;
  const bool has_index = shard_index.has_value() && *shard_index != kUnset;
  if (!has_total && !has_index) return std::optional<Shard>();
  if (!has_total) return ShardRefusal("GTEST_SHARD_INDEX is set, but GTEST_TOTAL_SHARDS is not");
  if (!has_index) return ShardRefusal("GTEST_TOTAL_SHARDS is set, but GTEST_SHARD_INDEX is not");
  const std::optional<std::int64_t> count = ParseShardNumber(*total_shards);
  const std::optional<std::int64_t> index = ParseShardNumber(*shard_index);
  if (!count.has_value() || *count < 1 || *count > kMostShards) {
    return ShardRefusal(
        fmt::format("GTEST_TOTAL_SHARDS=\"{}\" is not a number from 1 to {}", *total_shards, kMostShards));
  }
  if (!index.has_value() || *index < 0 || *index >= *count) {
    return ShardRefusal(
        fmt::format("GTEST_SHARD_INDEX=\"{}\" is not a number from 0 to {}, which is one less "
                    "than GTEST_TOTAL_SHARDS",
                    *shard_index, *count - 1));
  }
  return std::optional(ShardFrom(*index + 1, *count));
}

std::string FormatShard(const Shard& shard) { return fmt::format("{}/{}", shard.index, shard.count); }

}  // namespace fencepost::sim
