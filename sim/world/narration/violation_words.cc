#include "sim/world/narration/violation_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

#include "sim/world/narration/anomaly_words.h"
#include "sim/world/narration/lost_write_words.h"
#include "sim/world/narration/world_lookup.h"

namespace fencepost::sim {
namespace {

using TrespassHow = model::Trespass::How;

bool IsWhereTheyDiffer(const model::Disagreement& disagreement, const EntryVerdicts& entry) {
  return entry.disagree() && entry.group == disagreement.group &&
         (!disagreement.index.has_value() || entry.index == *disagreement.index);
}

std::string ExplainDisagreement(const WorldTimeline& world, const model::Disagreement& disagreement) {
  for (const EntryVerdicts& entry : VerdictsOf(world)) {
    if (!IsWhereTheyDiffer(disagreement, entry)) continue;
    std::string text = fmt::format(
        "Replicas of one log must be one state machine, yet entry [{}] of group {} was applied by {} and "
        "refused by {} ({}): the verdict depended on something that is not in the log.",
        entry.index.value, entry.group.value, fmt::join(entry.applied_by, ", "),
        fmt::join(entry.refused_by, ", "), entry.reason);
    const std::string behind = NodesBehind(world, entry.last);
    if (!behind.empty()) text += fmt::format(" At that time the catalog was ahead of {}.", behind);
    return text;
  }
  return "";
}

std::string ExplainIsolation(const WorldTimeline& world, const model::NotIsolated& isolation) {
  if (isolation.what == model::NotIsolated::What::kRegisters) {
    return "Each operation on a register must look as if it took effect at one moment between its call and "
           "its answer: a read may not miss a write that was acknowledged before the read began. (A process "
           "is a client, a line a call or an answer, counted from the beginning of the run.)";
  }
  if (!world.timeline.cycle.has_value()) return "";
  std::string text = ExplainAnomaly(world.timeline.cycle->name);
  for (const std::string& sentence : world.timeline.cycle->sentences)
    text += (text.empty() ? "" : "\n") + sentence + ".";
  for (const std::size_t span : world.timeline.cycle->spans) {
    const std::string answered = TellWhoAnswered(world, world.timeline.spans[span]);
    if (!answered.empty()) text += (text.empty() ? "" : "\n") + answered + ".";
  }
  return text;
}

std::string_view ExplainTrespass(TrespassHow how) {
  switch (how) {
    case TrespassHow::kTwoOwners:
      return "Two groups that own one key each let writes in that the other knows nothing of.";
    case TrespassHow::kSecondTenure:
      return "An epoch stands for one tenure of a key. When two tenures have the same one, what was let in "
             "under the first cannot be told from what belongs to the second.";
    case TrespassHow::kFenced:
      return "The move copies what lies before the fence: a write behind it stays in this group, and its "
             "next "
             "owner never has it.";
    case TrespassHow::kNotOwned:
    case TrespassHow::kCatalogsOwner:
      return "The key belongs to another group: a write here is one that nobody reads.";
    case TrespassHow::kOtherEpoch:
      return "The group owns the key under another epoch than the writer claims, so the writer decided by a "
             "route that is gone; what others wrote in between, it cannot have seen.";
    case TrespassHow::kNeverPrepared:
      return "Only what was prepared is protected while a move waits: a write that was never prepared may "
             "come "
             "behind the copy, or after the key has gone.";
    case TrespassHow::kFloor:
      return "Whatever a group writes has to have a later timestamp than whatever was copied into it: else a "
             "write of the last owner lies on top of one of the next.";
    case TrespassHow::kDataLeftBehind:
      return "A group that has given a range away has to drop its data: what it keeps, it takes for its own "
             "when the range comes back.";
  }
  return "";
}

std::string ExplainStandstill(const WorldTimeline& world, const model::Standstill& standstill) {
  if (standstill.how != model::Standstill::How::kGaveUpThroughOneCache) return "";
  std::string text =
      "Trying again cannot help while every attempt asks the same stale cache: a client has to wait for "
      "newer "
      "routes first.";
  const Moment then = world.timeline.violated_at;
  const std::string behind = NodesBehind(world, then);
  if (!behind.empty()) {
    text += fmt::format(" The catalog was at version {} at that time, but {}.", CatalogVersionAt(world, then),
                        behind);
  }
  return text;
}

}  // namespace

std::string ExplainViolation(const WorldTimeline& world) {
  if (!world.timeline.violation.has_value()) return "";
  const Violation& violation = *world.timeline.violation;
  if (const auto* const lost = DetailOf<model::LostWrite>(violation)) return ExplainLostWrite(world, *lost);
  if (const auto* const trespass = DetailOf<model::Trespass>(violation))
    return std::string(ExplainTrespass(trespass->how));
  if (const auto* const disagreement = DetailOf<model::Disagreement>(violation))
    return ExplainDisagreement(world, *disagreement);
  if (const auto* const isolation = DetailOf<model::NotIsolated>(violation))
    return ExplainIsolation(world, *isolation);
  if (const auto* const standstill = DetailOf<model::Standstill>(violation))
    return ExplainStandstill(world, *standstill);
  return "";
}

}  // namespace fencepost::sim
