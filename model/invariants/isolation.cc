#include "model/invariants/isolation.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "model/history/explain.h"
#include "model/history/linearizability.h"
#include "model/history/list_append.h"
#include "model/history/verdict.h"
#include "model/invariants/invariants.h"

namespace fencepost::model {
namespace {

// More than that, nobody reads in a headline; `check-history` prints all of it.
constexpr std::size_t kSentencesShown = 4;

Violation NotIsolated(std::string sentence) {
  return Violation{std::string(kIsolation), std::move(sentence)};
}

Verdict Judged(const history::Verdict& verdict, std::string_view what) {
  switch (verdict.validity) {
    case history::Validity::kValid:
      return std::nullopt;
    case history::Validity::kUnknown:
      return NotIsolated(
          fmt::format("the history of {} could not be judged: {}", what, verdict.unknown_reason));
    case history::Validity::kInvalid:
      break;
  }
  const history::Explanation& explanation = verdict.explanations.front();
  std::string sentence =
      fmt::format("what clients saw of {} shows {}:", what, AnomalyName(explanation.anomaly));
  for (std::size_t i = 0; i < explanation.sentences.size() && i < kSentencesShown; ++i) {
    sentence += " " + explanation.sentences[i];
  }
  if (explanation.sentences.size() > kSentencesShown) sentence += " ...";
  return NotIsolated(std::move(sentence));
}

}  // namespace

Verdict CheckIsolation(const history::ListAppendHistory& lists, const history::RegisterHistory& registers) {
  if (const auto duplicate = FindDuplicateAppend(lists)) {
    return NotIsolated(fmt::format("the workload appended {} to key {} twice, so its history proves nothing",
                                   duplicate->element, history::Quoted(lists.KeyName(duplicate->key))));
  }
  if (Verdict verdict = Judged(CheckListAppend(lists, history::Level::kStrictSerializable), "lists"))
    return verdict;
  return Judged(CheckRegisters(registers), "registers");
}

}  // namespace fencepost::model
