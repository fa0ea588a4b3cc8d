#include "sim/core/repro/repro_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

namespace fencepost::sim {
namespace {

// A sentence may have several lines, the last one empty too; each becomes a comment of its own.
std::string AsComment(std::string_view sentence) {
  if (sentence.empty()) return "";
  std::string comment = "# ";
  for (const char c : sentence) {
    comment += c;
    if (c == '\n') comment += "# ";
  }
  return comment += '\n';
}

}  // namespace

std::string_view ExpectationName(ReproExpectation expectation) {
  switch (expectation) {
    case ReproExpectation::kFixed:
      return "fixed";
    case ReproExpectation::kStillFails:
      return "still-fails";
  }
  return "";
}

std::string FormatRepro(const Repro& repro) {
  std::string text = fmt::format(
      "fencepost-repro 1\nscenario {}\nexpect {}\nclass {}\n{}seed {}\nstep {}\nhash {}\n", repro.simulation,
      ExpectationName(repro.expect), repro.failure_class, AsComment(repro.sentence),
      repro.seed.has_value() ? fmt::to_string(*repro.seed) : "none", repro.step, FormatTraceHash(repro.hash));
  for (const ReproCheckpoint& checkpoint : repro.checkpoints) {
    text += fmt::format("checkpoint {} {:016x}\n", checkpoint.step, checkpoint.hash_low);
  }
  text += fmt::format("deviations {}\n", repro.deviations.size());
  std::string_view stream;
  for (const Deviation& deviation : repro.deviations) {
    if (deviation.stream != stream) text += '\n';
    stream = deviation.stream;
    text += FormatDeviation(deviation) + "\n";
  }
  return text;
}

absl::StatusOr<Repro> LoadRepro(const std::string& path, const KindList<InvariantKind>* invariants) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) {
    return absl::NotFoundError(fmt::format("{}: cannot read it: {}", path, std::strerror(errno)));
  }
  return ParseRepro(text.str(), path, invariants);
}

absl::Status SaveRepro(const Repro& repro, const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  std::ofstream out(path, std::ios::binary);
  out << FormatRepro(repro);
  out.close();
  if (out.good()) return absl::OkStatus();
  return absl::PermissionDeniedError(
      fmt::format("cannot write {}: {}", path, error ? error.message() : std::strerror(errno)));
}

std::string ReproFileName(const Repro& repro) {
  std::string failure_class = repro.failure_class;
  std::ranges::replace(failure_class, '/', '-');
  const std::string seed = repro.seed.has_value() ? fmt::to_string(*repro.seed) : "none";
  return fmt::format("{}-{}-{}{}", repro.simulation, failure_class, seed, kReproExtension);
}

}  // namespace fencepost::sim
