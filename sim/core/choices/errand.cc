#include "sim/core/choices/errand.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fencepost::sim {

Errand::Errand(Choices* choices, std::string name)
    : choices_(choices),
      name_(std::move(name)),
      own_(choices->Open(name_)),
      pace_(Of("pace")),
      faults_(Of("faults")) {}

Stream& Errand::OfReplica(std::size_t node) {
  if (node >= replicas_.size()) replicas_.resize(node + 1);
  std::optional<Stream>& replica = replicas_[node];
  if (!replica.has_value()) replica = Of(fmt::format("replica-{}", node + 1));
  return *replica;
}

Stream Errand::Of(std::string_view purpose) const {
  std::string stream;
  stream.reserve(name_.size() + 1 + purpose.size());
  stream.append(name_).append(1, '/').append(purpose);
  return choices_->Open(stream);
}

Errand* Errands::Open(std::string_view name) {
  const auto found = std::find_if(errands_.begin(), errands_.end(),
                                  [name](const Errand& errand) { return errand.name() == name; });
  if (found != errands_.end()) return &*found;
  return &errands_.emplace_back(choices_, std::string(name));
}

Errand* Errands::OfItem(std::string_view actor, std::uint64_t slot) {
  return Open(fmt::format("{}/{}", actor, slot));
}

}  // namespace fencepost::sim
