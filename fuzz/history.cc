// history: arbitrary text as a client history, of lists and of registers.
//
// Either a failure with a line that exists, or a history that can be judged. The verdict on a small one must
// agree with a brute-force search over serial orders, at every level.
#include <algorithm>
#include <array>
#include <optional>
#include <sstream>
#include <string>

#include "fuzz/finding.h"
#include "fuzz/targets.h"
#include "model/history/brute_force.h"
#include "model/history/linearizability.h"
#include "model/history/list_append.h"
#include "model/history/parse_history.h"

namespace fencepost::fuzz {
namespace {

using namespace model::history;

constexpr std::size_t kSmall = 5;  // transactions: the search tries every order of every subset

void RequireLine(const ParseFailure& failure, std::string_view text) {
  const auto lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  Require(failure.line <= lines, "a failure on a line that does not exist");
  Require(!failure.reason.empty(), "a failure without a reason");
}

void RequireVerdict(const Verdict& verdict, bool is_explained, std::string_view level) {
  if (verdict.validity == Validity::kUnknown) return;
  const bool valid = verdict.validity == Validity::kValid;
  if (valid == is_explained) return;
  std::string found;
  for (const Anomaly anomaly : verdict.anomalies) found += " " + std::string(AnomalyName(anomaly));
  ReportFinding("at " + std::string(level) + " the checker says " + (valid ? "valid" : "invalid:" + found) +
                ", the search " + (is_explained ? "finds an order" : "finds none"));
}

void JudgeLists(std::string_view text) {
  std::istringstream stream{std::string(text)};
  ListAppendHistory history;
  if (const std::optional<ParseFailure> failure = ParseListAppendHistory(stream, &history)) {
    return RequireLine(*failure, text);
  }
  for (const Level level :
       {Level::kReadCommitted, Level::kSnapshotIsolation, Level::kSerializable, Level::kStrictSerializable}) {
    const Verdict verdict = CheckListAppend(history, level, {.cycles = {}, .unread_order_states = 10'000});
    Require((verdict.validity == Validity::kInvalid) == !verdict.anomalies.empty(),
            "a verdict and its anomalies contradict one another");
    if (history.transactions().size() > kSmall) continue;
    RequireVerdict(verdict, IsExplainedByBruteForce(history, level), LevelName(level));
  }
}

void JudgeRegisters(std::string_view text) {
  std::istringstream stream{std::string(text)};
  RegisterHistory history;
  if (const std::optional<ParseFailure> failure = ParseRegisterHistory(stream, &history)) {
    return RequireLine(*failure, text);
  }
  LinearizabilityOptions options;
  options.configurations_at_once = 10'000;
  options.configurations_per_key = 100'000;
  const Verdict verdict = CheckRegisters(history, options);
  if (verdict.transactions > kSmall) return;
  RequireVerdict(verdict, IsLinearizableByBruteForce(history), "linearizability");
}

}  // namespace

void FuzzHistory(Input input) {
  const std::string_view text = TextOf(input);
  JudgeLists(text);
  JudgeRegisters(text);
}

}  // namespace fencepost::fuzz
