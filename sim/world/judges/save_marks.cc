#include "sim/world/judges/save_marks.h"

#include "fencepost/base/error.h"
#include "sim/world/mark_kinds.h"

namespace fencepost::sim {

SaveMarks::SaveMarks(Stage* stage, const CatalogRecord* record) : stage_(stage), record_(record) {
  Events& events = stage->events();
  events.Subscribe<SaveBegan>([this](ActorId, const SaveBegan& began) { OnBegan(began); });
  events.Subscribe<CatalogStored>([this](ActorId, const CatalogStored& stored) {
    landed_.insert(stored.token);
    if (ended_.contains(stored.token)) stage_->marks().Hit(marks::kLateCommitLanded);
  });
  events.Subscribe<AnswerLost>([this](ActorId, const AnswerLost& lost) { answer_lost_.insert(lost.token); });
  events.Subscribe<SaveEnded>([this](ActorId, const SaveEnded& ended) {
    ended.purpose == SavePurpose::kBootstrap ? OnBootstrapEnded(ended) : OnEnded(ended);
  });
  events.Subscribe<RecordsRepaired>(
      [this](ActorId, const RecordsRepaired&) { stage_->marks().Hit(marks::kCatalogRepaired); });
}

void SaveMarks::OnBegan(const SaveBegan& began) {
  if (began.purpose == SavePurpose::kBootstrap) {
    if (record_->newest() == Version(0)) over_nothing_.insert(began.token);
    return;
  }
  expected_.emplace(began.token, began.expected);
}

void SaveMarks::OnBootstrapEnded(const SaveEnded& ended) {
  if (ended.status.ok() && over_nothing_.contains(ended.token) && !landed_.contains(ended.token)) {
    stage_->marks().Hit(marks::kBootstrapAdopted);
  }
}

void SaveMarks::OnEnded(const SaveEnded& ended) {
  ended_.insert(ended.token);
  Marks& marks = stage_->marks();
  if (ended.status.ok()) {
    if (answer_lost_.contains(ended.token)) marks.Hit(marks::kUnknownOutcomeResolved);
    if (ended.result->no_op) marks.Hit(marks::kNoOpReported);
    if (ended.result->next_route_id_was_missing) marks.Hit(marks::kMissingNextIdReported);
    return;
  }
  if (IsError(ended.status, Error::kCommitOutcomeUnknown)) marks.Hit(marks::kUnknownOutcomeReported);
  if (IsError(ended.status, Error::kCatalogVersionMismatch) &&
      record_->newest() > expected_.at(ended.token)) {
    marks.Hit(marks::kOperatorsRaced);
  }
  if (IsError(ended.status, Error::kRouteOverlap)) marks.Hit(marks::kInvalidRoutesRefused);
  if (ended.status.code() == absl::StatusCode::kDataLoss) marks.Hit(marks::kCorruptCatalogRefused);
}

}  // namespace fencepost::sim
