#include "sim/world/narration/asides.h"

#include <algorithm>
#include <set>
#include <string>

#include "model/invariants/invariants.h"
#include "sim/world/events/catalog_events.h"
#include "sim/world/events/client_events.h"
#include "sim/world/events/group_events.h"
#include "sim/world/events/world_events.h"
#include "sim/world/narration/world_lookup.h"

namespace fencepost::sim {
namespace {

// A person reads this much without a filter.
constexpr std::size_t kLongStory = 48;

bool IsBackground(const StoryLine& line) {
  return line.category == categories::kProcess || line.category == categories::kWorld;
}

// Whether somebody does something there that can have led to a failure; the audit only finds it.
bool IsAct(const WorldTimeline& world, const StoryLine& line) {
  if (line.category == categories::kClient) return !world.IsAuditor(line.lane);
  return !IsBackground(line) && line.category != categories::kVersion && line.category != categories::kMark &&
         line.category != categories::kViolation;
}

// Healing is part of what liveness is about, however little happens afterwards.
void DropAfterthoughts(const WorldTimeline& world, std::vector<ToldLine>* lines) {
  const std::optional<Violation>& violation = world.timeline.violation;
  if (!violation.has_value() || violation->invariant == model::kLiveness) return;
  const auto last = std::find_if(lines->rbegin(), lines->rend(),
                                 [&world](const ToldLine& told) { return IsAct(world, told.line); });
  lines->erase(
      std::remove_if(last.base(), lines->end(), [](const ToldLine& told) { return IsBackground(told.line); }),
      lines->end());
}

void DropHealingOfNothing(const WorldTimeline& world, std::vector<ToldLine>* lines) {
  bool struck = false;
  std::erase_if(*lines, [&](const ToldLine& told) {
    struck = struck || told.line.category == categories::kFault;
    return !struck && world.As<FaultsHealed>(told.event) != nullptr;
  });
}

void DropOtherLeaders(const WorldTimeline& world, std::vector<ToldLine>* lines) {
  const std::vector<std::string> keys = KeysOfViolation(world.timeline);
  std::set<GroupId> concerned;
  for (const ToldLine& told : *lines) {
    const auto* const agreed = world.As<EntryAgreed::Kept>(told.event);
    if (agreed != nullptr && Touches(agreed->entry, keys)) concerned.insert(agreed->group);
  }
  if (concerned.empty()) return;
  std::erase_if(*lines, [&](const ToldLine& told) {
    const auto* const leads = world.As<LeaderChanged>(told.event);
    return leads != nullptr && !concerned.contains(leads->group);
  });
}

// Which events of clients and logs have to do with some keys. What a client is told has to do with the keys
// of what it began; a decision on a transaction with those of the transaction.
class KeyConcern {
 public:
  KeyConcern(const WorldTimeline& world, const std::vector<std::string>& keys) : world_(world), keys_(keys) {
    for (const LoggedEntry& logged : world.entries) {
      if (!Touches(*logged.entry, keys_)) continue;
      entries_.insert({logged.group, logged.index});
      if (const auto transaction = TransactionOf(*logged.entry)) transactions_.insert(*transaction);
    }
    std::set<std::size_t> lanes;  // of clients that are at something with these keys
    for (std::size_t event = 0; event < world.told.size(); ++event) {
      const std::size_t lane = world.timeline.events[event].lane;
      if (Begins(event)) lanes.erase(lane);
      if (BeginsWithKeys(event)) lanes.insert(lane);
      const bool is_client = world.timeline.events[event].category == categories::kClient;
      if (is_client && lanes.contains(lane)) client_events_.insert(event);
    }
  }

  bool operator()(std::size_t event) const {
    if (client_events_.contains(event)) return true;
    const auto* const agreed = world_.As<EntryAgreed::Kept>(event);
    if (agreed == nullptr) return false;
    const auto transaction = TransactionOf(agreed->entry);
    return entries_.contains({agreed->group, agreed->index}) ||
           (transaction.has_value() && transactions_.contains(*transaction));
  }

 private:
  bool IsOne(const std::string& key) const { return std::ranges::find(keys_, key) != keys_.end(); }
  bool Begins(std::size_t event) const {
    return world_.As<TransactionBegan>(event) != nullptr || world_.As<RegisterBegan>(event) != nullptr;
  }
  bool BeginsWithKeys(std::size_t event) const {
    if (const auto* const use = world_.As<RegisterBegan>(event)) return IsOne(use->key);
    const auto* const began = world_.As<TransactionBegan>(event);
    return began != nullptr &&
           std::ranges::any_of(began->steps, [this](const ListStep& step) { return IsOne(step.key); });
  }

  const WorldTimeline& world_;
  const std::vector<std::string>& keys_;
  std::set<std::pair<GroupId, LogIndex>> entries_;
  std::set<TransactionId> transactions_;
  std::set<std::size_t> client_events_;
};

}  // namespace

void DropAsides(const WorldTimeline& world, std::vector<ToldLine>* lines) {
  DropAfterthoughts(world, lines);
  DropHealingOfNothing(world, lines);
  DropOtherLeaders(world, lines);
}

std::size_t DropOtherKeys(const WorldTimeline& world, std::vector<ToldLine>* lines) {
  const std::vector<std::string> keys = KeysOfViolation(world.timeline);
  if (lines->size() <= kLongStory || keys.empty()) return 0;
  const KeyConcern concerns(world, keys);
  return static_cast<std::size_t>(std::erase_if(*lines, [&concerns](const ToldLine& told) {
    const std::string_view category = told.line.category;
    const bool is_filtered =
        category == categories::kClient || category == categories::kLog || category == categories::kApply;
    return is_filtered && !told.line.is_trouble && !concerns(told.event);
  }));
}

}  // namespace fencepost::sim
