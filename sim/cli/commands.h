// The subcommands of `fencepost`, one function and one file each.
//
// A function adds its subcommand to the program; when the user picks it, its callback stores the process's
// exit status in *exit_status. The statuses mean the same everywhere and are listed in exit_status.h.
#pragma once

#include <CLI/App.hpp>

#include "sim/cli/exit_status.h"

namespace fencepost::sim::cli {

void AddNightly(CLI::App& program, ExitStatus* exit_status);
void AddRun(CLI::App& program, ExitStatus* exit_status);
void AddReplay(CLI::App& program, ExitStatus* exit_status);
void AddShrink(CLI::App& program, ExitStatus* exit_status);
void AddShrinkTable(CLI::App& program, ExitStatus* exit_status);
void AddExplore(CLI::App& program, ExitStatus* exit_status);
void AddExplain(CLI::App& program, ExitStatus* exit_status);
void AddFences(CLI::App& program, ExitStatus* exit_status);
void AddChoices(CLI::App& program, ExitStatus* exit_status);
void AddList(CLI::App& program, ExitStatus* exit_status);
void AddConform(CLI::App& program, ExitStatus* exit_status);
void AddModel(CLI::App& program, ExitStatus* exit_status);
void AddCheckHistory(CLI::App& program, ExitStatus* exit_status);

}  // namespace fencepost::sim::cli
