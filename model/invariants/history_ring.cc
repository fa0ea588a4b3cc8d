#include "model/invariants/history_ring.h"

#include <fmt/format.h>

#include <utility>

#include "model/invariants/engine_version.h"
#include "model/invariants/invariants.h"

namespace fencepost::model {
namespace {

std::string FormatVersions(const std::vector<Version>& versions) {
  std::string text = "[";
  for (const Version version : versions) {
    if (text.size() > 1) text += ' ';
    text += fmt::to_string(version.value);
  }
  return text + "]";
}

}  // namespace

HistoryRingInvariant::HistoryRingInvariant(std::string who, std::vector<Version> recorded_at_birth)
    : who_(std::move(who)), expected_(std::move(recorded_at_birth)) {}

Verdict HistoryRingInvariant::Check(const Engine& engine, const DurableVersionInvariant& durable) {
  const RouteHistory history = engine.History();
  const Version current = history.current_version();
  const bool applied = current.value > 0 && (expected_.empty() || expected_.back() < current);
  if (applied) expected_.push_back(current);
  while (expected_.size() > history.depth()) expected_.erase(expected_.begin());

  const std::vector<Version> recorded = history.RecordedVersions();
  if (recorded != expected_) {
    return Violation{std::string(kHistoryRing),
                     fmt::format("the ring of {} holds versions {}, but the last {} it recorded are {}", who_,
                                 FormatVersions(recorded), history.depth(), FormatVersions(expected_))};
  }
  return applied ? CheckContents(history, durable) : std::nullopt;
}

Verdict HistoryRingInvariant::CheckContents(const RouteHistory& history,
                                            const DurableVersionInvariant& durable) const {
  for (const Version version : expected_) {
    const std::vector<RouteDescriptor>* content = durable.ContentAt(version);
    if (content == nullptr) continue;  // a default route's version 0 was never durable
    const auto snapshot = history.At(version);
    if (!snapshot.has_value()) {
      return Violation{
          std::string(kHistoryRing),
          fmt::format("the ring of {} lists version {} but cannot find it", who_, version.value)};
    }
    if (const auto difference = DifferenceFrom(snapshot->table(), *content)) {
      return Violation{std::string(kHistoryRing), fmt::format("version {} in the ring of {} has changed: {}",
                                                              version.value, who_, *difference)};
    }
  }
  return std::nullopt;
}

}  // namespace fencepost::model
