#include "sim/cli/refusal.h"

#include <fmt/format.h>

#include <cstdio>

namespace fencepost::sim::cli {

ExitStatus Refuse(std::string_view subcommand, std::string_view why) {
  fmt::print(stderr, "fencepost {}: {}\n", subcommand, why);
  return ExitStatus::kBadInput;
}

ExitStatus Refuse(std::string_view subcommand, const absl::Status& why) {
  const ExitStatus status = Refuse(subcommand, std::string_view(why.message().data(), why.message().size()));
  return why.code() == absl::StatusCode::kInternal ? ExitStatus::kHarnessAtFault : status;
}

}  // namespace fencepost::sim::cli
