#include "fencepost/fence/owner_fence.h"

#include <string_view>
#include <utility>
#include <vector>

#include "fencepost/base/error.h"
#include "fencepost/base/internal/id_names.h"
#include "fencepost/base/route.h"

namespace fencepost {
namespace {

// What is being asked, for the checks and for their messages.
struct Question {
  const RouteHistory& history;
  GroupId group;
  ObservedVersion observed;
  std::span<const std::string> written_keys;
};

std::string OwnerName(const std::optional<RouteView>& route) {
  return route.has_value() ? NameOf(route->group_id) : "no group";
}

absl::Status Refused(Error error, const Question& question, std::string reason) {
  reason += "; asked by " + NameOf(question.group) + " for a transaction that observed ";
  reason += question.observed.pinned() ? NameOf(question.observed.version()) : "no version";
  reason += ", current is " + NameOf(question.history.current_version());
  return MakeError(error, reason);
}

absl::Status OwnedByAnother(const Question& question, std::string_view key, Version version,
                            const std::optional<RouteView>& owner) {
  return Refused(Error::kOwnershipMoved, question,
                 "key " + QuoteKey(key) + " belongs to " + OwnerName(owner) + " at " + NameOf(version));
}

bool IsOwner(const std::optional<RouteView>& route, GroupId group) {
  return route.has_value() && route->group_id == group;
}

absl::Status CheckOwnedAt(const RouteHistorySnapshot& recorded, const Question& question) {
  for (const std::string& key : question.written_keys) {
    const std::optional<RouteView> route = recorded.table().Find(key);
    if (!IsOwner(route, question.group)) return OwnedByAnother(question, key, recorded.version(), route);
  }
  return absl::OkStatus();
}

// Whether both are the same record, never rewritten in between. An epoch of 0 is unknown and shows nothing.
// (One commit may write several routes, so the epoch alone does not identify a route.)
bool SameTenure(const std::optional<RouteView>& before, const std::optional<RouteView>& after) {
  return before.has_value() && after.has_value() && before->route_id == after->route_id &&
         before->epoch == after->epoch && before->epoch != RangeEpoch(0);
}

// As CheckOwnedAt, for an observed version between two recorded ones.
absl::Status CheckOwnedInGap(const RouteHistory::Gap& gap, const Question& question) {
  for (const std::string& key : question.written_keys) {
    const std::optional<RouteView> before = gap.before.table().Find(key);
    const std::optional<RouteView> after = gap.after.table().Find(key);
    if (!SameTenure(before, after)) {
      return Refused(Error::kObservedVersionEvicted, question,
                     "the observed version was never recorded, and the route of key " + QuoteKey(key) +
                         " may have changed between " + NameOf(gap.before.version()) + " (" +
                         OwnerName(before) + ") and " + NameOf(gap.after.version()) + " (" +
                         OwnerName(after) + ")");
    }
    if (!IsOwner(after, question.group)) {
      return OwnedByAnother(question, key, question.observed.version(), after);
    }
  }
  return absl::OkStatus();
}

absl::Status NotInHistory(const Question& question) {
  const std::vector<Version> versions = question.history.RecordedVersions();
  std::string reason = "the observed version is not in the route history, which ";
  reason += versions.empty() ? "is empty"
                             : "reaches from " + NameOf(versions.front()) + " to " + NameOf(versions.back());
  if (!question.written_keys.empty()) reason += ", for key " + QuoteKey(question.written_keys.front());
  return Refused(Error::kObservedVersionEvicted, question, std::move(reason));
}

// REQUIRES: question.observed.pinned()
absl::Status CheckAtPin(const Question& question) {
  const Version observed = question.observed.version();
  const RouteHistorySnapshot* recorded = question.history.Find(observed);
  if (recorded != nullptr) return CheckOwnedAt(*recorded, question);
  const std::optional<RouteHistory::Gap> gap = question.history.GapAround(observed);
  if (gap.has_value()) return CheckOwnedInGap(*gap, question);
  return NotInHistory(question);
}

absl::Status CheckNow(const Question& question) {
  const RouteHistorySnapshot* current = question.history.Find(question.history.current_version());
  if (current == nullptr) {
    return Refused(Error::kOwnershipMoved, question, "no routes are recorded at the current version");
  }
  for (const std::string& key : question.written_keys) {
    const std::optional<RouteView> route = current->table().Find(key);
    if (!IsOwner(route, question.group)) return OwnedByAnother(question, key, current->version(), route);
    if (!AdmitsWrites(route->state)) {
      return Refused(Error::kOwnershipMoved, question,
                     "the route of key " + QuoteKey(key) + " is " + RouteStateName(route->state) + " at " +
                         NameOf(current->version()) + " and admits no writes");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckOwnerFence(const RouteHistory& history, GroupId group, ObservedVersion observed,
                             std::span<const std::string> written_keys) {
  const Question question{history, group, observed, written_keys};
  if (observed.pinned()) {
    absl::Status at_pin = CheckAtPin(question);
    if (!at_pin.ok()) return at_pin;
  }
  return CheckNow(question);
}

}  // namespace fencepost
