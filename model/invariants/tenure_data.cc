#include "model/invariants/tenure_data.h"

#include <fmt/format.h>

#include "model/invariants/invariants.h"

namespace fencepost::model {

Verdict CheckFloor(const HeldVersion& held, Timestamp floor) {
  const bool below = held.at <= floor;
  if (held.copied == below) return std::nullopt;
  return Violation{
      std::string(kOwnerFence),
      fmt::format("in group {} at log index {}, key {} was {} with timestamp {}, and the floor of its tenure "
                  "is {}",
                  held.group.value, held.index.value, QuoteKey(held.key),
                  held.copied ? "copied in" : "written", held.at.value, floor.value),
      {held.key},
      Trespass{Trespass::How::kFloor, held.key, held.group, held.index, std::nullopt}};
}

Verdict CheckNothingLeftBehind(GroupId group, const std::map<std::string, Tenure>& held) {
  for (const auto& [key, tenure] : held) {
    if (tenure.phase == OwnershipPhase::kActive) continue;
    return Violation{std::string(kOwnerFence),
                     fmt::format("at rest, group {} still has data of key {}, which it does not own: {}",
                                 group.value, QuoteKey(key), FormatTenure(tenure)),
                     {key},
                     Trespass{Trespass::How::kDataLeftBehind, key, group, std::nullopt, std::nullopt}};
  }
  return std::nullopt;
}

}  // namespace fencepost::model
