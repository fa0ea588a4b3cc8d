// repro_file: arbitrary text as a .repro file.
//
// Either an error that names the file and a line of it, or a recording that can be used: it is written and
// read again as the same one and as the same bytes, a driver can replay it, and its file name stays in its
// folder.
#include <memory>
#include <string>

#include "fuzz/finding.h"
#include "fuzz/refused_line.h"
#include "fuzz/targets.h"
#include "sim/core/choices/recorded_driver.h"
#include "sim/core/repro/repro_file.h"
#include "sim/world/world_vocabulary.h"

namespace fencepost::fuzz {
namespace {

constexpr std::string_view kReproFile = "kept.repro";

void RequireUsable(const sim::Repro& repro) {
  const absl::StatusOr<std::unique_ptr<sim::RecordedDriver>> driver =
      sim::RecordedDriver::Make(repro.deviations);
  if (!driver.ok()) ReportFinding("an accepted recording cannot be replayed: " + driver.status().ToString());
  const std::string name = sim::ReproFileName(repro);
  if (name.find('/') != std::string::npos || name.find('\0') != std::string::npos) {
    ReportFinding("an accepted recording would be kept as " + name);
  }
}

}  // namespace

void FuzzReproFile(Input input) {
  const std::string_view text = TextOf(input);
  const absl::StatusOr<sim::Repro> repro =
      sim::ParseRepro(text, kReproFile, &sim::WorldVocabulary().invariants);
  if (!repro.ok()) return RequireLineNamed(repro.status(), kReproFile, text);
  RequireUsable(*repro);
  const std::string written = sim::FormatRepro(*repro);
  const absl::StatusOr<sim::Repro> again =
      sim::ParseRepro(written, kReproFile, &sim::WorldVocabulary().invariants);
  if (!again.ok())
    ReportFinding("what was read is written as " + again.status().ToString() + ":\n" + written);
  if (*again != *repro) ReportFinding("what was read is written as another recording:\n" + written);
  Require(sim::FormatRepro(*again) == written, "a recording is not written twice in the same way");
}

}  // namespace fencepost::fuzz
