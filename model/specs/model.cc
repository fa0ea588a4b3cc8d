#include "model/specs/model.h"

#include <absl/status/status.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

#include "model/checker/packed_state.h"

namespace fencepost::model {
namespace {

absl::Status Invalid(std::string_view message) {
  return absl::InvalidArgumentError(absl::string_view(message.data(), message.size()));
}

template <class Named>
std::string NamesOf(const std::vector<Named>& all) {
  if (all.empty()) return "none";
  std::string names;
  for (const Named& one : all) names += fmt::format("{}{}", names.empty() ? "" : ", ", one.name);
  return names;
}

template <class Named>
std::optional<std::size_t> PositionOf(const std::vector<Named>& all, std::string_view name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Named& one) { return one.name == name; });
  if (found == all.end()) return std::nullopt;
  return static_cast<std::size_t>(found - all.begin());
}

std::optional<std::uint64_t> ParseNumber(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

absl::Status ApplySetting(const Model& model, const std::string& setting, ModelInstance& instance) {
  const std::size_t equals = setting.find('=');
  if (equals == std::string::npos) return Invalid(fmt::format("'{}' is not NAME=VALUE", setting));
  const std::string name = setting.substr(0, equals);
  const std::optional<std::size_t> position = PositionOf(model.bounds, name);
  if (!position.has_value()) {
    return Invalid(
        fmt::format("model {} has no setting '{}'; it has: {}", model.name, name, NamesOf(model.bounds)));
  }
  const Bound& bound = model.bounds[*position];
  const std::optional<std::uint64_t> value = ParseNumber(std::string_view(setting).substr(equals + 1));
  if (!value.has_value() || *value < bound.smallest || *value > bound.largest) {
    return Invalid(
        fmt::format("'{}': {} is a number from {} to {}", setting, name, bound.smallest, bound.largest));
  }
  if (!instance.bounds.emplace(name, *value).second) return Invalid(fmt::format("{} is set twice", name));
  return absl::OkStatus();
}

absl::Status ApplyGaps(const Model& model, const ModelRequest& request, ModelInstance& instance) {
  for (const std::string& gap : request.gaps) {
    if (!PositionOf(model.gaps, gap).has_value()) {
      return Invalid(
          fmt::format("model {} has no gap '{}'; it has: {}", model.name, gap, NamesOf(model.gaps)));
    }
    if (!instance.has_gap(gap)) instance.gaps.push_back(gap);
  }
  return absl::OkStatus();
}

absl::Status ApplyInvariants(const Model& model, const ModelRequest& request, ModelInstance& instance) {
  std::vector<std::size_t>& chosen = instance.check.invariants;
  chosen.clear();
  for (std::size_t i = 0; request.invariants.empty() && i < model.invariants.size(); ++i) chosen.push_back(i);
  for (const std::string& name : request.invariants) {
    const std::optional<std::size_t> position = PositionOf(model.invariants, name);
    if (!position.has_value()) {
      const bool is_liveness = !name.empty() && name == model.liveness.name;
      return Invalid(fmt::format("model {} has no invariant '{}'; it has: {}{}", model.name, name,
                                 NamesOf(model.invariants),
                                 is_liveness ? "; and liveness has its own option" : ""));
    }
    if (std::find(chosen.begin(), chosen.end(), *position) == chosen.end()) chosen.push_back(*position);
  }
  return absl::OkStatus();
}

absl::Status CheckOptionsFit(const Model& model, const CheckOptions& options) {
  if (options.threads < 1) return Invalid("a search needs at least 1 thread");
  if (options.liveness && model.liveness.name.empty()) {
    return Invalid(fmt::format("model {} has no liveness property", model.name));
  }
  if (options.liveness && options.fingerprint_bits.has_value()) {
    return Invalid("liveness needs every state in full: it cannot be judged with hash compaction");
  }
  return absl::OkStatus();
}

}  // namespace

bool ModelInstance::has_gap(std::string_view name) const {
  return std::find(gaps.begin(), gaps.end(), name) != gaps.end();
}

absl::StatusOr<ModelInstance> Instantiate(const Model& model, const ModelRequest& request) {
  ModelInstance instance;
  instance.check = request.check;
  for (const std::string& setting : request.settings) {
    if (absl::Status status = ApplySetting(model, setting, instance); !status.ok()) return status;
  }
  for (const Bound& bound : model.bounds) instance.bounds.emplace(bound.name, bound.default_value);
  if (absl::Status status = ApplyGaps(model, request, instance); !status.ok()) return status;
  if (absl::Status status = ApplyInvariants(model, request, instance); !status.ok()) return status;
  if (absl::Status status = CheckOptionsFit(model, instance.check); !status.ok()) return status;
  return instance;
}

absl::Status CheckStateWidth(std::size_t words) {
  if (words <= kMaxStateWords) return absl::OkStatus();
  return Invalid(
      fmt::format("with these bounds a state takes {} bits, and the checker goes up to {}: lower them",
                  words * 64, kMaxStateWords * 64));
}

}  // namespace fencepost::model
