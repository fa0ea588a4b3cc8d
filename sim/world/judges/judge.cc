#include "sim/world/judges/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "fencepost/catalog/codec.h"
#include "model/invariants/coverage.h"
#include "model/invariants/invariants.h"
#include "model/invariants/non_overlap.h"
#include "sim/world/judges/durable_reader.h"

namespace fencepost::sim {
namespace {

model::Violation ReferenceDiffers(std::string sentence) {
  return model::Violation{std::string(model::kReferenceModel), std::move(sentence)};
}

TraceNotes::CatalogVersion NoteOf(const model::DurableCatalog& catalog, SimTime time) {
  TraceNotes::CatalogVersion note;
  note.time = time;
  note.version = catalog.version.value;
  for (const RouteDescriptor& route : catalog.routes) {
    note.routes.push_back(
        TraceNotes::Route{FormatRange(route.range()), route.group_id.value, RouteStateName(route.state)});
  }
  return note;
}

std::string AbslText(const absl::Status& status) { return std::string(status.message()); }

}  // namespace

Judge::Judge(const std::vector<std::string>& enabled, const MemoryStore* store, RecordVandal* vandal,
             const Scheduler* scheduler, Trace* trace, Marks* marks)
    : enabled_(enabled),
      store_(store),
      vandal_(vandal),
      scheduler_(scheduler),
      trace_(trace),
      marks_(marks),
      reference_(&reference_store_) {}

void Judge::Take(model::Verdict verdict) {
  if (!verdict.has_value() || violation_.has_value()) return;
  if (!Judges(verdict->invariant)) return;
  trace_->Event(scheduler_->now(), 0,
                fmt::format("violation of {}: {}", verdict->invariant, verdict->sentence));
  violation_ = std::move(verdict);
  violated_at_ = scheduler_->now();
  violated_step_ = scheduler_->executed();
}

bool Judge::Judges(std::string_view invariant) const {
  return std::find(enabled_.begin(), enabled_.end(), invariant) != enabled_.end();
}

std::uint64_t Judge::BeginSave(ActorId actor, const std::string& who, Version expected,
                               const std::vector<RouteDescriptor>& routes) {
  saves_.push_back(Save{who, expected, routes, false});
  trace_->Event(scheduler_->now(), actor,
                fmt::format("{} saves {} routes over version {}", who, routes.size(), expected.value));
  return durable_.Begin(who, expected, routes);
}

void Judge::OnAnswerLost(std::uint64_t token) { answer_lost_.insert(token); }

void Judge::OnCommitted(std::uint64_t token, const WriteBatch& batch, Timestamp commit_ts) {
  // A save that lands over damage to this record met it missing: damaged otherwise, the save is refused.
  if (token != 0 && vandal_->damaged().contains(CatalogNextRouteIdKey())) {
    durable_.NextRouteIdLost();
    reference_store_.DeleteAt(CatalogNextRouteIdKey(), Timestamp(reference_store_.LastCommitTs().value + 1));
  }
  vandal_->OnCommitted(batch);
  const auto records = UndamagedRecords(*store_, vandal_->damaged());
  const absl::StatusOr<model::DurableCatalog> now = DecodeDurableCatalog(records);
  if (!now.ok()) {
    return Take(
        ReferenceDiffers(fmt::format("after the commit at timestamp {} the catalog does not decode: {}",
                                     commit_ts.value, AbslText(now.status()))));
  }
  trace_->Event(
      scheduler_->now(), 0,
      fmt::format("the catalog is at version {} with {} routes", now->version.value, now->routes.size()));
  if (TraceNotes* const notes = trace_->notes()) {
    notes->catalog.push_back(NoteOf(*now, scheduler_->now()));
  }
  if (token == kUnannounced) {
    saves_.push_back(Save{"a mover", Version(now->version.value - 1), now->routes, false});
    token = durable_.Begin(saves_.back().who, saves_.back().expected, now->routes);
  }
  Take(durable_.Committed(token, *now));
  const std::string where = fmt::format("the durable catalog at version {}", now->version.value);
  Take(model::CheckNonOverlap(now->routes, where));
  Take(model::CheckCoverage(now->routes, where));
  if (token == 0) return;
  landed_.insert(token);
  if (saves_[token - 1].ended) marks_->Hit(marks::kLateCommitLanded);
  StepReference(saves_[token - 1]);
}

// The naive catalog takes the same save, alone and undisturbed, and must then hold the same records.
void Judge::StepReference(const Save& save) {
  const absl::StatusOr<SaveResult> result = reference_.Save(save.expected, save.routes);
  if (!result.ok()) {
    return Take(ReferenceDiffers(fmt::format("a save of {} landed that the reference model refuses: {}",
                                             save.who, AbslText(result.status()))));
  }
  reference_store_.Compact(reference_store_.LastCommitTs());
  const auto actual = UndamagedRecords(*store_, vandal_->damaged());
  const auto expected = reference_store_.Scan(CatalogKeyRange(), SIZE_MAX, Timestamp::Max());
  if (!expected.ok() || expected->size() != actual.size()) {
    return Take(ReferenceDiffers(
        fmt::format("after a save of {} the catalog has {} records; the reference model has {}", save.who,
                    actual.size(), expected.ok() ? expected->size() : 0)));
  }
  for (const KeyValue& pair : *expected) {
    const auto found = actual.find(pair.key);
    if (found != actual.end() && found->second.value == pair.value) continue;
    return Take(ReferenceDiffers(
        fmt::format("after a save of {} the record of {} is {} in the reference model's eyes", save.who,
                    QuoteKey(pair.key), found == actual.end() ? "missing" : "wrong")));
  }
}

void Judge::EndSave(ActorId actor, std::uint64_t token, const absl::StatusOr<SaveResult>& result) {
  Save& save = saves_[token - 1];
  save.ended = true;
  trace_->Event(scheduler_->now(), actor,
                result.ok()
                    ? fmt::format("the save of {} made version {}", save.who, result->snapshot.version.value)
                    : fmt::format("the save of {} ended: {}", save.who, AbslText(result.status())));
  MarkEnd(save, token, result);
  if (result.ok()) return Take(durable_.Ended(token, model::SaveEnd::kSucceeded, result->snapshot.version));
  const bool unknown = IsError(result.status(), Error::kCommitOutcomeUnknown);
  Take(durable_.Ended(token, unknown ? model::SaveEnd::kUnknown : model::SaveEnd::kFailed, Version()));
}

void Judge::MarkEnd(const Save& save, std::uint64_t token, const absl::StatusOr<SaveResult>& result) {
  if (result.ok()) {
    if (answer_lost_.contains(token)) marks_->Hit(marks::kUnknownOutcomeResolved);
    if (result->no_op) marks_->Hit(marks::kNoOpReported);
    if (result->next_route_id_was_missing) marks_->Hit(marks::kMissingNextIdReported);
    return;
  }
  const absl::Status& status = result.status();
  if (IsError(status, Error::kCommitOutcomeUnknown)) marks_->Hit(marks::kUnknownOutcomeReported);
  if (IsError(status, Error::kCatalogVersionMismatch) && durable_.newest() > save.expected) {
    marks_->Hit(marks::kOperatorsRaced);
  }
  if (IsError(status, Error::kRouteOverlap)) marks_->Hit(marks::kInvalidRoutesRefused);
  if (status.code() == absl::StatusCode::kDataLoss) marks_->Hit(marks::kCorruptCatalogRefused);
}

}  // namespace fencepost::sim
