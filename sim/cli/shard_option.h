// `--shard I/N`, and GoogleTest's variables when it is not given.
#pragma once

#include <absl/status/statusor.h>

#include <CLI/App.hpp>
#include <string>

#include "sim/cli/environment.h"
#include "sim/core/campaign/shard.h"

namespace fencepost::sim::cli {

// Adds --shard; `what` says what is dealt out.
void AddShardOption(CLI::App* command, std::string* text, const std::string& what);

// The part to do: as `text` says, if it is not empty, else as the environment does, else all. Creates the
// file that GTEST_SHARD_STATUS_FILE names: whoever set it wants to know that it is heeded. InvalidArgument,
// or PermissionDenied for that file.
absl::StatusOr<Shard> ChosenShard(const std::string& text, const Environment& environment);

}  // namespace fencepost::sim::cli
