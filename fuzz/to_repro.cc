// fuzz_to_repro: a finding of the target `sim` as a .repro file, which `fencepost` can replay, shrink and
// tell.
//
//   fuzz_to_repro FILE OUT.repro [SCENARIO]    SCENARIO: the one that was hunted, if one was
//
// Exits with 0 when OUT.repro is written, with 1 when the run of these bytes violates nothing, with 2 on bad
// usage or files. What kills the program that runs it (an assertion, a sanitizer) kills this one as well: no
// recording can hold such a run, for nobody comes back from it.
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/sim_input.h"
#include "sim/core/choices/choices.h"
#include "sim/core/repro/replay.h"
#include "sim/core/repro/repro_file.h"
#include "sim/world/scenario_simulation.h"

namespace {

using fencepost::fuzz::Input;
using fencepost::fuzz::SimInput;
namespace fuzz = fencepost::fuzz;
namespace sim = fencepost::sim;

constexpr int kWritten = 0;
constexpr int kPasses = 1;
constexpr int kBadUsage = 2;

std::optional<std::vector<std::uint8_t>> BytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> read{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad() || read.empty()) return std::nullopt;
  return std::vector<std::uint8_t>(read.begin(), read.end());
}

int Convert(const std::string& from, const std::string& to, std::string_view hunted) {
  const std::optional<std::vector<std::uint8_t>> bytes = BytesOf(from);
  if (!bytes.has_value()) {
    std::fprintf(stderr, "fuzz_to_repro: cannot read %s, or it is empty\n", from.c_str());
    return kBadUsage;
  }
  SimInput read = fuzz::ReadSimInput(Input(*bytes), hunted);
  const sim::ScenarioSimulation& simulation = *read.simulation;
  const std::string& scenario = simulation.scenario().name;
  sim::Choices choices(std::move(read.driver));
  sim::Trace trace(sim::TraceDetail::kHashOnly);
  const sim::RunOutcome outcome = simulation.Run(choices, trace, sim::RunLimits());
  const absl::StatusOr<sim::Repro> repro =
      sim::RecordRepro(simulation, choices.Deviations(), /*seed=*/std::nullopt);
  if (outcome.violation.has_value() != repro.ok() || (repro.ok() && repro->hash != outcome.hash)) {
    std::fprintf(
        stderr,
        "fuzz_to_repro: a run of %s depends on something beside its choices: the one of the bytes has "
        "trace %s, the recorded one another\n",
        scenario.c_str(), sim::FormatTraceHash(outcome.hash).c_str());
    return kPasses;
  }
  if (!repro.ok()) {
    std::fprintf(stderr, "fuzz_to_repro: %s runs scenario %s, and nothing is violated\n", from.c_str(),
                 scenario.c_str());
    return kPasses;
  }
  if (const absl::Status saved = sim::SaveRepro(*repro, to); !saved.ok()) {
    std::fprintf(stderr, "fuzz_to_repro: %s\n", saved.ToString().c_str());
    return kBadUsage;
  }
  std::printf("%s: scenario %s violates %s: %s\n", from.c_str(), scenario.c_str(),
              outcome.violation->invariant.c_str(), outcome.violation->sentence.c_str());
  return kWritten;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3 || argc > 4) {
    std::fprintf(stderr, "usage: fuzz_to_repro FILE OUT.repro [SCENARIO]\n");
    return kBadUsage;
  }
  try {
    return Convert(argv[1], argv[2], argc == 4 ? argv[3] : "");
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "fuzz_to_repro: %s\n", failure.what());
    return kBadUsage;
  }
}
