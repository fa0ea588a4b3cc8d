// Entry point of the `fencepost` program: parses the command line and hands over to one subcommand.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "sim/cli/commands.h"
#include "sim/cli/exit_status.h"
#include "sim/core/kinds/nearest_name.h"

namespace {

using fencepost::sim::cli::ExitStatus;

// A word in a subcommand's place that is none. CLI11 would only say that a subcommand is required.
bool NamesNoSubcommand(const CLI::App& app, std::string_view word, std::string* message) {
  if (word.starts_with('-')) return false;
  std::vector<std::string> names;
  for (const CLI::App* subcommand : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(subcommand->get_name());
  }
  if (std::find(names.begin(), names.end(), word) != names.end()) return false;
  const std::vector<std::string_view> views(names.begin(), names.end());
  *message = "fencepost: there is no subcommand \"" + std::string(word) + "\"; did you mean \"" +
             std::string(fencepost::sim::NearestName(word, views)) + "\"? (see fencepost --help)\n";
  return true;
}

int Run(int argc, char** argv) {
  CLI::App app("Route catalog for range-sharded stores, and the simulator that proves it", "fencepost");
  app.require_subcommand(1);
  ExitStatus exit_status = ExitStatus::kAsExpected;
  fencepost::sim::cli::AddNightly(app, &exit_status);
  fencepost::sim::cli::AddRun(app, &exit_status);
  fencepost::sim::cli::AddReplay(app, &exit_status);
  fencepost::sim::cli::AddShrink(app, &exit_status);
  fencepost::sim::cli::AddShrinkTable(app, &exit_status);
  fencepost::sim::cli::AddExplore(app, &exit_status);
  fencepost::sim::cli::AddExplain(app, &exit_status);
  fencepost::sim::cli::AddFences(app, &exit_status);
  fencepost::sim::cli::AddChoices(app, &exit_status);
  fencepost::sim::cli::AddList(app, &exit_status);
  fencepost::sim::cli::AddConform(app, &exit_status);
  fencepost::sim::cli::AddModel(app, &exit_status);
  fencepost::sim::cli::AddCheckHistory(app, &exit_status);
  std::string mistake;
  if (argc > 1 && NamesNoSubcommand(app, argv[1], &mistake)) {
    std::fputs(mistake.c_str(), stderr);
    return static_cast<int>(ExitStatus::kBadInput);
  }
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
