// history: arbitrary text as a client history, of lists and of registers.
//
// Either a failure with a line that exists, or a history that can be judged. The judgement on a small one
// must agree with a brute-force search over serial orders, at every level.
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

namespace history = model::history;

constexpr std::size_t kSmall = 5;  // transactions: the search tries every order of every subset

void RequireLine(const history::ParseFailure& failure, std::string_view text) {
  const auto lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  Require(failure.line <= lines, "a failure on a line that does not exist");
  Require(!failure.reason.empty(), "a failure without a reason");
}

void RequireJudgement(const history::Judgement& judgement, bool is_explained, std::string_view level) {
  if (judgement.validity == history::Validity::kUnknown) return;
  const bool valid = judgement.validity == history::Validity::kValid;
  if (valid == is_explained) return;
  std::string found;
  for (const history::Anomaly anomaly : judgement.anomalies) {
    found += " " + std::string(history::AnomalyName(anomaly));
  }
  ReportFinding("at " + std::string(level) + " the checker says " + (valid ? "valid" : "invalid:" + found) +
                ", the search " + (is_explained ? "finds an order" : "finds none"));
}

void JudgeLists(std::string_view text) {
  std::istringstream stream{std::string(text)};
  history::ListAppendHistory parsed;
  if (const std::optional<history::ParseFailure> failure = history::ParseListAppendHistory(stream, &parsed)) {
    return RequireLine(*failure, text);
  }
  for (const history::Level level : {history::Level::kReadCommitted, history::Level::kSnapshotIsolation,
                                     history::Level::kSerializable, history::Level::kStrictSerializable}) {
    const history::Judgement judgement =
        history::CheckListAppend(parsed, level, {.cycles = {}, .unread_order_states = 10'000});
    Require((judgement.validity == history::Validity::kInvalid) == !judgement.anomalies.empty(),
            "a judgement and its anomalies contradict one another");
    if (parsed.transactions().size() > kSmall) continue;
    RequireJudgement(judgement, history::IsExplainedByBruteForce(parsed, level), history::LevelName(level));
  }
}

void JudgeRegisters(std::string_view text) {
  std::istringstream stream{std::string(text)};
  history::RegisterHistory parsed;
  if (const std::optional<history::ParseFailure> failure = history::ParseRegisterHistory(stream, &parsed)) {
    return RequireLine(*failure, text);
  }
  history::LinearizabilityOptions options;
  options.configurations_at_once = 10'000;
  options.configurations_per_key = 100'000;
  const history::Judgement judgement = history::CheckRegisters(parsed, options);
  if (judgement.transactions > kSmall) return;
  RequireJudgement(judgement, history::IsLinearizableByBruteForce(parsed), "linearizability");
}

}  // namespace

void FuzzHistory(Input input) {
  const std::string_view text = TextOf(input);
  JudgeLists(text);
  JudgeRegisters(text);
}

}  // namespace fencepost::fuzz
