// Entry point of the `fencepost` program: parses the command line and hands over to one subcommand.
#include <cstdio>
#include <exception>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "sim/cli/commands.h"
#include "sim/cli/exit_status.h"

namespace {

using fencepost::sim::cli::ExitStatus;

int Run(int argc, char** argv) {
  CLI::App app("Route catalog for range-sharded stores, and the simulator that proves it", "fencepost");
  app.require_subcommand(1);
  ExitStatus exit_status = ExitStatus::kAsExpected;
  fencepost::sim::cli::AddNightly(app, &exit_status);
  fencepost::sim::cli::AddRun(app, &exit_status);
  fencepost::sim::cli::AddReplay(app, &exit_status);
  fencepost::sim::cli::AddList(app, &exit_status);
  fencepost::sim::cli::AddConform(app, &exit_status);
  fencepost::sim::cli::AddModel(app, &exit_status);
  fencepost::sim::cli::AddCheckHistory(app, &exit_status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitStatus::kBadInput);
  }
  return static_cast<int>(exit_status);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fencepost: internal error: %s\n", error.what());
    return static_cast<int>(ExitStatus::kHarnessAtFault);
  }
}
