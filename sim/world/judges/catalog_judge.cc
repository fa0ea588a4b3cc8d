#include "sim/world/judges/catalog_judge.h"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

#include "fencepost/catalog/codec.h"
#include "model/invariants/coverage.h"
#include "model/invariants/invariants.h"
#include "model/invariants/non_overlap.h"
#include "sim/world/events/save_token.h"
#include "sim/world/judges/model_verdict.h"

namespace fencepost::sim {
namespace {

// For sentences.
std::string_view PurposeSuffix(SavePurpose purpose) {
  switch (purpose) {
    case SavePurpose::kAgain:
      return " (again)";
    case SavePurpose::kBack:
      return " (back)";
    case SavePurpose::kBootstrap:
      return " (bootstrap)";
    case SavePurpose::kChange:
    case SavePurpose::kSeed:
    case SavePurpose::kMove:
      return "";
  }
  return "";
}

}  // namespace

CatalogJudge::CatalogJudge(Stage* stage) : stage_(stage), reference_(&reference_store_) {
  Events& events = stage->events();
  events.Subscribe<SaveBegan>([this](ActorId actor, const SaveBegan& began) { OnBegan(actor, began); });
  events.Subscribe<CatalogStored>([this](ActorId, const CatalogStored& stored) { OnStored(stored); });
  events.Subscribe<CatalogUndecodable>([this](ActorId, const CatalogUndecodable& left) {
    TakeDifference(fmt::format("after the commit at timestamp {} the catalog does not decode: {}",
                               left.commit_ts.value, std::string(left.status.message())));
  });
  events.Subscribe<SaveEnded>([this](ActorId, const SaveEnded& ended) { OnEnded(ended); });
}

void CatalogJudge::Take(model::Verdict verdict) { stage_->verdicts().Take(AsViolation(std::move(verdict))); }

void CatalogJudge::TakeDifference(std::string sentence) {
  Take(model::Violation{std::string(model::kReferenceModel), std::move(sentence)});
}

void CatalogJudge::OnBegan(ActorId actor, const SaveBegan& began) {
  Save save;
  save.who = fmt::format("{}{}", stage_->NameOf(actor), PurposeSuffix(began.purpose));
  save.expected = began.expected;
  save.routes.assign(began.routes.begin(), began.routes.end());
  save.attempt = durable_.Begin(save.who, save.expected, save.routes);
  saves_.emplace(began.token, std::move(save));
}

void CatalogJudge::OnStored(const CatalogStored& stored) {
  const model::DurableCatalog& now = *stored.catalog;
  if (stored.token != kNobodys && stored.next_id_was_lost) {
    durable_.NextRouteIdLost();
    reference_store_.DeleteAt(CatalogNextRouteIdKey(), Timestamp(reference_store_.LastCommitTs().value + 1));
  }
  Save unannounced;
  const Save* save = nullptr;
  if (stored.token == kUnannounced) {
    unannounced = Save{"a mover", Version(now.version.value - 1), now.routes};
    unannounced.attempt = durable_.Begin(unannounced.who, unannounced.expected, unannounced.routes);
    save = &unannounced;
  } else if (const auto found = saves_.find(stored.token); found != saves_.end()) {
    save = &found->second;
  }
  Take(durable_.Committed(save == nullptr ? 0 : save->attempt, now));
  const std::string where = fmt::format("the durable catalog at version {}", now.version.value);
  Take(model::CheckNonOverlap(now.routes, where));
  Take(model::CheckCoverage(now.routes, where));
  if (save != nullptr) StepReference(*save, *stored.records);
}

// The naive catalog takes the same save, alone and undisturbed, and must then hold the same records.
void CatalogJudge::StepReference(const Save& save, const StoredRecords& actual) {
  const absl::StatusOr<SaveResult> result = reference_.Save(save.expected, save.routes);
  if (!result.ok()) {
    return TakeDifference(fmt::format("a save of {} landed that the reference model refuses: {}", save.who,
                                      std::string(result.status().message())));
  }
  reference_store_.Compact(reference_store_.LastCommitTs());
  const auto expected = reference_store_.Scan(CatalogKeyRange(), SIZE_MAX, Timestamp::Max());
  if (!expected.ok() || expected->size() != actual.size()) {
    return TakeDifference(
        fmt::format("after a save of {} the catalog has {} records; the reference model has {}", save.who,
                    actual.size(), expected.ok() ? expected->size() : 0));
  }
  for (const KeyValue& pair : *expected) {
    const auto found = actual.find(pair.key);
    if (found != actual.end() && found->second.value == pair.value) continue;
    return TakeDifference(fmt::format("after a save of {} the record of {} {}", save.who, QuoteKey(pair.key),
                                      found == actual.end() ? "is missing, which the reference model has"
                                                            : "differs from the reference model's"));
  }
}

void CatalogJudge::OnEnded(const SaveEnded& ended) {
  // A bootstrap that ends well may have saved nothing: it takes what is there.
  if (ended.purpose == SavePurpose::kBootstrap) return;
  const model::AttemptId attempt = saves_.at(ended.token).attempt;
  if (ended.status.ok()) {
    return Take(durable_.Ended(attempt, model::SaveEnd::kSucceeded, ended.result->snapshot.version));
  }
  const bool unknown = IsError(ended.status, Error::kCommitOutcomeUnknown);
  Take(durable_.Ended(attempt, unknown ? model::SaveEnd::kUnknown : model::SaveEnd::kFailed, Version()));
}

}  // namespace fencepost::sim
