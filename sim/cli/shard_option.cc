#include "sim/cli/shard_option.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

namespace fencepost::sim::cli {
namespace {

absl::Status SayThatShardsAreHeeded(const std::string& status_file) {
  if (status_file.empty()) return absl::OkStatus();
  if (std::ofstream(status_file, std::ios::app).good()) return absl::OkStatus();
  return absl::PermissionDeniedError(
      fmt::format("GTEST_SHARD_STATUS_FILE=\"{}\" cannot be created: {}", status_file, std::strerror(errno)));
}

}  // namespace

void AddShardOption(CLI::App* command, std::string* text, const std::string& what) {
  command->add_option(
      "--shard", *text,
      fmt::format("Only part I of N of {}, as I/N (default: what GTEST_TOTAL_SHARDS and GTEST_SHARD_INDEX "
                  "say, if set)",
                  what));
}

absl::StatusOr<Shard> ChosenShard(const std::string& text, const Environment& environment) {
  if (const absl::Status said = SayThatShardsAreHeeded(environment.gtest_shard_status_file); !said.ok()) {
    return said;
  }
  if (!text.empty()) {
    absl::StatusOr<Shard> shard = ParseShard(text);
    if (!shard.ok()) {
      return absl::InvalidArgumentError(fmt::format("--shard {}", std::string(shard.status().message())));
    }
    return shard;
  }
  const absl::StatusOr<std::optional<Shard>> shard =
      ShardOfGoogleTest(environment.gtest_total_shards, environment.gtest_shard_index);
  if (!shard.ok()) return shard.status();
  return shard->value_or(Shard());
}

}  // namespace fencepost::sim::cli
