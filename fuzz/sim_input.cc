#include "fuzz/sim_input.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "fuzz/embedded_scenarios.h"
#include "fuzz/finding.h"
#include "sim/core/choices/bytes_driver.h"
#include "sim/core/choices/stream_key.h"
#include "sim/world/scenario/parse.h"

namespace fencepost::fuzz {
namespace {

sim::ScenarioSimulation Parse(const EmbeddedScenario& embedded) {
  absl::StatusOr<sim::Scenario> scenario = sim::ParseScenario(embedded.text, embedded.file);
  if (!scenario.ok()) ReportFinding("a scenario of this build: " + scenario.status().ToString());
  return sim::ScenarioSimulation(*std::move(scenario));
}

std::vector<sim::ScenarioSimulation> ParseSmall() {
  std::vector<sim::ScenarioSimulation> scenarios;
  for (const EmbeddedScenario& embedded : EmbeddedScenarios()) {
    if (embedded.is_small) scenarios.push_back(Parse(embedded));
  }
  return scenarios;
}

// Parsed once: they are a part of the program.
const std::vector<sim::ScenarioSimulation>& SmallScenarios() {
  static const std::vector<sim::ScenarioSimulation> scenarios = ParseSmall();
  return scenarios;
}

// The one that is hunted alone is parsed alone. REQUIRES: it is always the same.
const sim::ScenarioSimulation* Hunted(std::string_view name) {
  static const sim::ScenarioSimulation scenario = [name] {
    for (const EmbeddedScenario& embedded : EmbeddedScenarios()) {
      if (embedded.file == std::string(name) + ".toml") return Parse(embedded);
    }
    ReportFinding("there is no scenario \"" + std::string(name) + "\"");
  }();
  return &scenario;
}

// Each scenario has a claim of its own on each byte, and the strongest wins. So a scenario that is added
// takes some bytes from the others, and what the remaining bytes mean, and with them the corpus, stays.
std::vector<const sim::ScenarioSimulation*> AssignBytes() {
  std::vector<const sim::ScenarioSimulation*> chosen;
  for (int byte = 0; byte <= UINT8_MAX; ++byte) {
    const sim::ScenarioSimulation* strongest = nullptr;
    std::uint64_t strongest_claim = 0;
    for (const sim::ScenarioSimulation& scenario : SmallScenarios()) {
      const std::uint64_t claim = sim::StreamKey(std::string(scenario.name()) + static_cast<char>(byte));
      if (strongest != nullptr && claim <= strongest_claim) continue;
      strongest = &scenario;
      strongest_claim = claim;
    }
    chosen.push_back(strongest);
  }
  return chosen;
}

const sim::ScenarioSimulation* ScenarioOf(std::uint8_t byte) {
  static const std::vector<const sim::ScenarioSimulation*> by_byte = AssignBytes();
  return by_byte[byte];
}

}  // namespace

SimInput ReadSimInput(Input input, std::string_view hunted) {
  SimInput read;
  read.simulation = hunted.empty() ? ScenarioOf(input.front()) : Hunted(hunted);
  read.driver = std::make_unique<sim::BytesDriver>(input.subspan(1));
  return read;
}

std::string_view HuntedScenario() {
  static const char* const name = std::getenv("FENCEPOST_FUZZ_SCENARIO");
  return name == nullptr ? std::string_view() : std::string_view(name);
}

}  // namespace fencepost::fuzz
