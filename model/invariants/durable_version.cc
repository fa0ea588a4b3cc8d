#include "model/invariants/durable_version.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/invariants/invariants.h"

namespace fencepost::model {
namespace {

Violation Broken(std::string sentence, std::vector<std::string> subjects = {}) {
  return Violation{std::string(kDurableVersion), std::move(sentence), std::move(subjects)};
}

// The first route in which two lists differ: in words, and the key at which it starts.
struct RouteDifference {
  std::string words = "no difference";
  std::vector<std::string> subjects = {};
};

RouteDifference FirstDifference(const std::vector<RouteDescriptor>& wanted,
                                const std::vector<RouteDescriptor>& got) {
  for (std::size_t i = 0; i < std::max(wanted.size(), got.size()); ++i) {
    if (i >= wanted.size()) return {fmt::format("{} was never written", FormatRoute(got[i])), {got[i].start}};
    if (i >= got.size()) return {fmt::format("{} is missing", FormatRoute(wanted[i])), {wanted[i].start}};
    if (!(wanted[i] == got[i])) {
      return {fmt::format("{} stands where {} was written", FormatRoute(got[i]), FormatRoute(wanted[i])),
              {got[i].start}};
    }
  }
  return {};
}

}  // namespace

AttemptId DurableVersionInvariant::Begin(std::string who, Version expected,
                                         std::vector<RouteDescriptor> routes) {
  std::sort(routes.begin(), routes.end(), CatalogOrder);
  attempts_.push_back(Attempt{std::move(who), expected, std::move(routes), false, false});
  return attempts_.size();
}

Verdict DurableVersionInvariant::Committed(AttemptId id, const DurableCatalog& now) {
  if (id == 0) {
    if (now.version == newest_.version && now.routes == newest_.routes) return std::nullopt;
    return Broken(fmt::format("the durable catalog went from version {} to {} without anybody saving it",
                              newest_.version.value, now.version.value));
  }
  Attempt& attempt = attempts_[id - 1];
  if (Verdict broken = CheckLanding(attempt, now)) return broken;
  if (Verdict broken = CheckIds(attempt, now)) return broken;
  attempt.landed = true;
  content_[now.version] = now.routes;
  newest_ = now;
  return std::nullopt;
}

Verdict DurableVersionInvariant::CheckLanding(const Attempt& attempt, const DurableCatalog& now) const {
  if (attempt.landed) return Broken(fmt::format("one save of {} landed twice", attempt.who));
  if (attempt.failed) {
    return Broken(fmt::format("a save of {} landed after it had been reported as failed", attempt.who));
  }
  if (now.version.value != newest_.version.value + 1) {
    return Broken(fmt::format("a save of {} took the durable version from {} to {}, not one up", attempt.who,
                              newest_.version.value, now.version.value));
  }
  if (attempt.expected != newest_.version) {
    return Broken(fmt::format("a save of {} that expected version {} landed on version {}", attempt.who,
                              attempt.expected.value, newest_.version.value));
  }
  if (now.routes != attempt.routes) {
    RouteDifference difference = FirstDifference(attempt.routes, now.routes);
    return Broken(fmt::format("version {} is not what its winner {} wrote: {}", now.version.value,
                              attempt.who, difference.words),
                  std::move(difference.subjects));
  }
  return std::nullopt;
}

Verdict DurableVersionInvariant::CheckIds(const Attempt& attempt, const DurableCatalog& now) {
  if (!now.next_route_id.has_value()) {
    return Broken(fmt::format("a save of {} left no next route id behind", attempt.who));
  }
  if (newest_.next_route_id.has_value() && *now.next_route_id < *newest_.next_route_id) {
    return Broken(fmt::format("a save of {} took the next route id down from {} to {}", attempt.who,
                              newest_.next_route_id->value, now.next_route_id->value));
  }
  for (const RouteDescriptor& route : now.routes) {
    if (route.route_id >= *now.next_route_id) {
      return Broken(fmt::format("after a save of {}, {} is in use but the next route id is {}", attempt.who,
                                FormatRoute(route), now.next_route_id->value),
                    {route.start});
    }
    if (retired_ids_.contains(route.route_id)) {
      return Broken(fmt::format("a save of {} gave the retired id {} out again: {}", attempt.who,
                                route.route_id.value, FormatRoute(route)),
                    {route.start});
    }
  }
  for (const RouteDescriptor& before : newest_.routes) {
    const bool stays = std::any_of(now.routes.begin(), now.routes.end(),
                                   [&](const RouteDescriptor& r) { return r.route_id == before.route_id; });
    if (!stays) retired_ids_.insert(before.route_id);
  }
  return std::nullopt;
}

void DurableVersionInvariant::NextRouteIdLost() {
  newest_.next_route_id.reset();
  retired_ids_.clear();
}

Verdict DurableVersionInvariant::Ended(AttemptId id, SaveEnd end, Version version) {
  Attempt& attempt = attempts_[id - 1];
  switch (end) {
    case SaveEnd::kUnknown:
      return std::nullopt;
    case SaveEnd::kFailed:
      attempt.failed = true;
      if (!attempt.landed) return std::nullopt;
      return Broken(fmt::format("a save of {} reported failure, yet it made version {}", attempt.who,
                                attempt.expected.value + 1));
    case SaveEnd::kSucceeded: {
      if (version.value != attempt.expected.value + 1) {
        return Broken(fmt::format("a save of {} that expected version {} reported version {}", attempt.who,
                                  attempt.expected.value, version.value));
      }
      const std::vector<RouteDescriptor>* content = ContentAt(version);
      if (content == nullptr) {
        return Broken(fmt::format("a save of {} reported success, but version {} was never written",
                                  attempt.who, version.value));
      }
      if (*content == attempt.routes) return std::nullopt;
      RouteDifference difference = FirstDifference(attempt.routes, *content);
      return Broken(fmt::format("a save of {} reported success, but version {} is another's: {}", attempt.who,
                                version.value, difference.words),
                    std::move(difference.subjects));
    }
  }
  return std::nullopt;
}

const std::vector<RouteDescriptor>* DurableVersionInvariant::ContentAt(Version version) const {
  const auto found = content_.find(version);
  return found == content_.end() ? nullptr : &found->second;
}

}  // namespace fencepost::model
