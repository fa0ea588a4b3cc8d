#include "model/recording/replay.h"

#include <fmt/format.h>

#include <memory>
#include <utility>
#include <variant>

#include "model/recording/comparison.h"
#include "model/recording/operations.h"
#include "model/recording/recording.h"
#include "model/recording/session.h"

namespace fencepost::model::recording {
namespace {

using nlohmann::json;

// An operation that is understood and ready to run.
struct PreparedOperation {
  const OperationKind* kind = nullptr;
  Step step;
  json recorded;  // canonical
};

// Understands a line, or answers why it cannot.
std::optional<std::string> Prepare(const RecordedOperation& operation, PreparedOperation& prepared) {
  prepared.kind = FindOperation(operation.op);
  if (prepared.kind == nullptr) {
    return fmt::format("\"{}\" is not an operation of the format", operation.op);
  }
  Problem problem;
  prepared.step = prepared.kind->decode(Field(operation.in, "in", problem));
  prepared.recorded = Canonical(*prepared.kind, Field(operation.out, "out", problem));
  if (problem.found()) {
    return fmt::format("{}: {}", operation.op, problem.reason());
  }
  return std::nullopt;
}

// One replay of one file, which must be prepared as a whole before.
class Replayer {
 public:
  explicit Replayer(FileReport& report) : report_(report) {}

  // False when the recording turned out to be bad; the report says why.
  bool Replay(const RecordedOperation& operation, const PreparedOperation& prepared) {
    if (prepared.kind->effect == Effect::kBeginsSequence) {
      session_ = std::make_unique<Session>();
      diverged_ = false;
      ++report_.counts.sequences;
    }
    if (diverged_) {
      ++report_.counts.operations;
      ++report_.counts.skipped_after_mismatch;
      return true;
    }
    const Answer answer = prepared.step(*session_);
    if (answer.bad_input.has_value()) {
      return Refuse(operation, *answer.bad_input);
    }
    const ComparisonResult result = Compare(*prepared.kind, prepared.recorded, answer.out);
    if (result.comparison == Comparison::kIncomplete) {
      return Refuse(operation, result.text);
    }
    ++report_.counts.operations;
    if (result.comparison == Comparison::kDifferent) {
      ++report_.counts.mismatched;
      diverged_ = prepared.kind->effect != Effect::kReadsOnly;
      report_.mismatches.push_back({operation.line, operation.op, OneLine(operation.in),
                                    OneLine(operation.out), OneLine(answer.out), result.text,
                                    answer.message});
    } else if (answer.stands_in) {
      ++report_.counts.skipped;
    } else {
      ++report_.counts.matched;
    }
    return true;
  }

 private:
  bool Refuse(const RecordedOperation& operation, std::string_view reason) {
    report_.bad_input = BadInput{report_.file, operation.line, fmt::format("{}: {}", operation.op, reason)};
    return false;
  }

  FileReport& report_;
  std::unique_ptr<Session> session_;
  bool diverged_ = false;
};

FileReport Refused(const BadInput& problem) {
  FileReport report;
  report.file = problem.file;
  report.bad_input = problem;
  return report;
}

FileReport ReplayRecording(const Recording& recording) {
  FileReport report;
  report.file = recording.file;
  report.suite = recording.header.suite;
  report.kind = recording.header.kind;
  report.name = recording.header.name;
  std::vector<PreparedOperation> prepared(recording.operations.size());
  for (std::size_t i = 0; i < prepared.size(); ++i) {
    if (auto reason = Prepare(recording.operations[i], prepared[i])) {
      report.bad_input = BadInput{recording.file, recording.operations[i].line, *std::move(reason)};
      return report;
    }
  }
  Replayer replayer(report);
  for (std::size_t i = 0; i < prepared.size(); ++i) {
    if (!replayer.Replay(recording.operations[i], prepared[i])) {
      break;
    }
  }
  return report;
}

FileReport Replay(const std::variant<Recording, BadInput>& recording) {
  if (const auto* problem = std::get_if<BadInput>(&recording)) {
    return Refused(*problem);
  }
  return ReplayRecording(std::get<Recording>(recording));
}

}  // namespace

ReplayCounts& ReplayCounts::operator+=(const ReplayCounts& other) {
  sequences += other.sequences;
  operations += other.operations;
  matched += other.matched;
  mismatched += other.mismatched;
  skipped += other.skipped;
  skipped_after_mismatch += other.skipped_after_mismatch;
  return *this;
}

FileReport ReplayFile(const std::string& path) { return Replay(ReadRecording(path)); }

FileReport ReplayText(std::string file, std::string_view text) {
  return Replay(ParseRecording(std::move(file), text));
}

}  // namespace fencepost::model::recording
