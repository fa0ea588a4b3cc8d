// The subcommands of `fencepost`, one function and one file each.
//
// A function adds its subcommand to the program; when the user picks it, its callback stores the process's
// exit status in *exit_status. The statuses mean the same everywhere and are listed in exit_status.h.
#pragma once

#include <CLI/App.hpp>

#include "sim/cli/exit_status.h"

namespace fencepost::sim::cli {}  // namespace fencepost::sim::cli
