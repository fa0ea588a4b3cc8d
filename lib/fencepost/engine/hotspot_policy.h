// Where a hot range is cut in two.
//
// A policy is a pure function of the range and a sample of the keys that were accessed in it; it keeps no
// state and may be shared between engines and threads.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "fencepost/base/key_range.h"

namespace fencepost {

class HotspotPolicy {
 public:
  virtual ~HotspotPolicy() = default;

  // The key that starts the right half, strictly inside `range` (start < key < end), or nothing when no cut
  // would help. `range` is bounded; `sampled_keys` are keys of the range in no particular order, repeats
  // meaning load.
  virtual std::optional<std::string> SplitKey(const KeyRange& range,
                                              std::span<const std::string> sampled_keys) const = 0;

  // How many keys per route the policy wants sampled; 0 for none.
  virtual std::size_t sample_size() const = 0;
};

// The default: the cut that divides the sampled accesses most evenly. Nothing when all of them hit one key,
// for no cut divides that.
class LoadHalvingPolicy final : public HotspotPolicy {
 public:
  std::optional<std::string> SplitKey(const KeyRange& range,
                                      std::span<const std::string> sampled_keys) const override;
  std::size_t sample_size() const override;
};

// What the reference does: the range's start with a zero byte appended, which peels off a single key.
class ReferenceHotspotPolicy final : public HotspotPolicy {
 public:
  std::optional<std::string> SplitKey(const KeyRange& range,
                                      std::span<const std::string> sampled_keys) const override;
  std::size_t sample_size() const override;
};

}  // namespace fencepost
