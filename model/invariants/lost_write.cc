#include "model/invariants/lost_write.h"

#include <fmt/format.h>

#include <algorithm>

#include "fencepost/base/key_range.h"
#include "model/history/explain.h"
#include "model/invariants/invariants.h"

namespace fencepost::model {
namespace {

std::string WhatIsThere(const std::string& key, const FinalList* list) {
  if (list == nullptr) return fmt::format("no owner of key {} has a list of it", QuoteKey(key));
  return fmt::format("the list of key {} in group {}, its owner, is {}", QuoteKey(key), list->owner.value,
                     history::ListText(list->elements));
}

}  // namespace

Verdict CheckNoLostWrite(std::span<const AcknowledgedAppend> told,
                         const std::map<std::string, FinalList>& finals) {
  for (const AcknowledgedAppend& append : told) {
    const auto found = finals.find(append.key);
    const FinalList* list = found == finals.end() ? nullptr : &found->second;
    const auto times = list == nullptr ? 0 : std::ranges::count(list->elements, append.element);
    if (times == 1) continue;
    Violation violation{std::string(kLostWrite),
                        fmt::format("{} was told that {} was appended to key {}; in the end it is {}: {}",
                                    append.client, append.element, QuoteKey(append.key),
                                    times == 0 ? "lost" : fmt::format("there {} times", times),
                                    WhatIsThere(append.key, list))};
    violation.subjects = {append.key};
    LostWrite detail{append.key, append.element, append.client, static_cast<std::uint64_t>(times),
                     std::nullopt};
    if (list != nullptr) detail.owner = list->owner;
    violation.detail = std::move(detail);
    return violation;
  }
  return std::nullopt;
}

}  // namespace fencepost::model
