#include "sim/world/narration/world_lookup.h"

#include <fmt/format.h>

#include <algorithm>
#include <any>

#include "model/invariants/violation.h"
#include "sim/world/groups/group_events.h"
#include "sim/world/narration/violation_words.h"

namespace fencepost::sim {
namespace {

struct WritesOfEntry {
  const std::vector<KeyWrite>& operator()(const CommitEntry& entry) const {
    return entry.request.part.writes;
  }
  const std::vector<KeyWrite>& operator()(const PrepareEntry& entry) const {
    return entry.request.part.writes;
  }
  const std::vector<KeyWrite>& operator()(const ResolveEntry& entry) const { return entry.part.writes; }
  template <class Other>
  const std::vector<KeyWrite>& operator()(const Other&) const {
    static const std::vector<KeyWrite> kNone;
    return kNone;
  }
};

class ToucherOfKeys {
 public:
  explicit ToucherOfKeys(const std::vector<std::string>& keys) : keys_(keys) {}

  bool operator()(const NoOpEntry&) const { return false; }
  bool operator()(const OwnershipEntry& entry) const { return std::visit(*this, entry); }
  bool operator()(const FenceRange& entry) const { return HasAny(entry.range); }
  bool operator()(const ActivateRange& entry) const { return HasAny(entry.range); }
  bool operator()(const ReleaseRange& entry) const { return HasAny(entry.range); }
  bool operator()(const PrepareTransaction& entry) const {
    return std::ranges::any_of(entry.writes, [this](const WriteClaim& one) { return IsOne(one.key); }) ||
           std::ranges::any_of(entry.reads, [this](const ReadClaim& one) { return HasAny(one.range); });
  }
  bool operator()(const ResolveTransaction&) const { return false; }
  bool operator()(const CommitEntry& entry) const { return HasAny(entry.request.part); }
  bool operator()(const PrepareEntry& entry) const { return HasAny(entry.request.part); }
  bool operator()(const DecideEntry&) const { return false; }
  bool operator()(const ResolveEntry& entry) const { return HasAny(entry.part); }
  bool operator()(const CopyEntry& entry) const { return HasAny(entry.range); }
  bool operator()(const DropEntry& entry) const { return HasAny(entry.range); }

 private:
  bool IsOne(const std::string& key) const { return std::ranges::find(keys_, key) != keys_.end(); }
  bool HasAny(const KeyRange& range) const {
    return std::ranges::any_of(keys_, [&range](const std::string& key) { return Contains(range, key); });
  }
  bool HasAny(const Participant& part) const {
    return std::ranges::any_of(part.writes, [this](const KeyWrite& one) { return IsOne(one.key); }) ||
           std::ranges::any_of(part.reads, [this](const KeyRead& one) { return IsOne(one.key); });
  }

  const std::vector<std::string>& keys_;
};

}  // namespace

std::vector<std::string> KeysOfViolation(const Timeline& timeline) {
  if (!timeline.violation.has_value()) return {};
  if (!timeline.violation->subjects.empty()) return timeline.violation->subjects;
  const auto* const isolation = DetailOf<model::NotIsolated>(*timeline.violation);
  if (isolation == nullptr || !isolation->explanation.has_value()) return {};
  return isolation->explanation->keys;
}

std::uint64_t CatalogVersionAt(const WorldTimeline& world, Moment time) {
  return VersionAt(world.timeline, WorldTimeline::kCatalogLane, time).value_or(0);
}

std::string NodesBehind(const WorldTimeline& world, Moment time) {
  const std::uint64_t newest = CatalogVersionAt(world, time);
  std::string text;
  for (std::size_t lane = 0; lane < world.timeline.lanes.size(); ++lane) {
    if (!world.IsNode(lane)) continue;
    const std::optional<std::uint64_t> version = VersionAt(world.timeline, lane, time);
    if (!version.has_value() || *version >= newest) continue;
    text += fmt::format("{}{} at version {}", text.empty() ? "" : ", ", world.timeline.lanes[lane].name,
                        *version);
  }
  return text;
}

std::optional<GroupId> OwnerIn(const CatalogState& catalog, std::string_view key) {
  for (const RouteDescriptor& route : *catalog.routes) {
    if (Contains(route.range(), key)) return route.group_id;
  }
  return std::nullopt;
}

const std::vector<KeyWrite>& WritesOf(const Entry& entry) {
  return std::visit([](const auto& one) -> const std::vector<KeyWrite>& { return WritesOfEntry()(one); },
                    entry);
}

bool Touches(const Entry& entry, const std::vector<std::string>& keys) {
  return std::visit(ToucherOfKeys(keys), entry);
}

std::vector<EntryVerdicts> VerdictsOf(const WorldTimeline& world) {
  std::vector<EntryVerdicts> verdicts;
  std::map<std::pair<GroupId, LogIndex>, std::size_t> known;
  for (std::size_t event = 0; event < world.told.size(); ++event) {
    const auto* const applied = world.As<EntryApplied::Kept>(event);
    if (applied == nullptr) continue;
    const auto [place, is_new] = known.insert({{applied->group, applied->index}, verdicts.size()});
    const TimelineEvent& told = world.timeline.events[event];
    if (is_new) verdicts.push_back(EntryVerdicts{applied->group, applied->index, told.time, {}, {}, ""});
    EntryVerdicts& entry = verdicts[place->second];
    const std::string& name = world.timeline.lanes[told.lane].name;
    const auto has = [&name](const std::vector<std::string>& names) {
      return std::ranges::find(names, name) != names.end();
    };
    if (has(entry.applied_by) || has(entry.refused_by)) continue;
    entry.last = told.time;
    (applied->status.ok() ? entry.applied_by : entry.refused_by).push_back(name);
    if (!applied->status.ok() && entry.reason.empty()) entry.reason = std::string(applied->status.message());
  }
  return verdicts;
}

}  // namespace fencepost::sim
