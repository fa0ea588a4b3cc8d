// How a subcommand ends that cannot do what it was asked to.
#pragma once

#include <absl/status/status.h>

#include <string_view>

#include "sim/cli/exit_status.h"

namespace fencepost::sim::cli {

// Says why on standard error, in a line that names the subcommand. Bad input, unless the status is Internal:
// then the harness is at fault.
ExitStatus Refuse(std::string_view subcommand, std::string_view why);
ExitStatus Refuse(std::string_view subcommand, const absl::Status& why);

}  // namespace fencepost::sim::cli
