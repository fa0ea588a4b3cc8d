#include "model/invariants/hot_split.h"

#include <fmt/format.h>

#include "model/invariants/invariants.h"

namespace fencepost::model {

Verdict CheckHotSplit(const std::string& engine, const KeyRange& range, const std::string& at,
                      const AccessCounts& accesses) {
  std::uint64_t left = 0;
  std::uint64_t right = 0;
  std::size_t keys = 0;
  for (const auto& [key, count] : accesses) {
    if (!Contains(range, key)) continue;
    ++keys;
    (key < at ? left : right) += count;
  }
  if (keys < 2 || left + right < kTellingAccesses || (left > 0 && right > 0)) return std::nullopt;
  return Violation{
      std::string(kHotSplit),
      fmt::format("{} split the hot range {} at {}: of {} accesses to {} keys all {} fall on one side",
                  engine, FormatRange(range), QuoteKey(at), left + right, keys, left + right),
      {at}};
}

}  // namespace fencepost::model
