#include "model/invariants/isolation.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "model/history/explain.h"
#include "model/history/judgement.h"
#include "model/history/linearizability.h"
#include "model/history/list_append.h"
#include "model/invariants/invariants.h"

namespace fencepost::model {
namespace {

// More than that, nobody reads in a headline; `check-history` prints all of it.
constexpr std::size_t kSentencesShown = 4;

Violation IsolationBroken(std::string sentence, NotIsolated detail) {
  Violation violation{std::string(kIsolation), std::move(sentence)};
  if (detail.explanation.has_value()) violation.subjects = detail.explanation->keys;
  violation.detail = std::move(detail);
  return violation;
}

Verdict VerdictOf(const history::Judgement& judgement, NotIsolated::What what) {
  const std::string_view name = what == NotIsolated::What::kLists ? "lists" : "registers";
  switch (judgement.validity) {
    case history::Validity::kValid:
      return std::nullopt;
    case history::Validity::kUnknown:
      return IsolationBroken(
          fmt::format("the history of {} could not be judged: {}", name, judgement.unknown_reason),
          NotIsolated{what, std::nullopt});
    case history::Validity::kInvalid:
      break;
  }
  const history::Explanation& explanation = judgement.explanations.front();
  std::string sentence =
      fmt::format("what clients saw of {} shows {}:", name, AnomalyName(explanation.anomaly));
  for (std::size_t i = 0; i < explanation.sentences.size() && i < kSentencesShown; ++i) {
    sentence += " " + explanation.sentences[i];
  }
  if (explanation.sentences.size() > kSentencesShown) sentence += " ...";
  return IsolationBroken(std::move(sentence), NotIsolated{what, explanation});
}

}  // namespace

Verdict CheckIsolation(const history::ListAppendHistory& lists, const history::RegisterHistory& registers) {
  using What = NotIsolated::What;
  if (const auto duplicate = FindDuplicateAppend(lists)) {
    const std::string key(lists.KeyName(duplicate->key));
    Violation violation =
        IsolationBroken(fmt::format("the workload appended {} to key {} twice, so its history proves nothing",
                                    duplicate->element, history::Quoted(key)),
                        NotIsolated{What::kLists, std::nullopt});
    violation.subjects = {key};
    return violation;
  }
  Verdict verdict = VerdictOf(CheckListAppend(lists, history::Level::kStrictSerializable), What::kLists);
  if (verdict.has_value()) return verdict;
  return VerdictOf(CheckRegisters(registers), What::kRegisters);
}

}  // namespace fencepost::model
