#include "model/recording/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "model/recording/error_names.h"

namespace fencepost::model::recording {
namespace {

using nlohmann::json;

json CanonicalErrorName(const Field& field) { return field.IsNull() ? json(nullptr) : json(field.Text()); }

json CanonicalOwners(const Field& field) {
  json list = json::array();
  for (const Field& owner : field.Elements()) {
    list.push_back(owner.IsNull() ? json(nullptr) : ToJson(owner.U64()));
  }
  return list;
}

json CanonicalPairs(const Field& field) {
  json list = json::array();
  for (const Field& element : field.Elements()) {
    const std::vector<std::string> pair = element.ListOfBytes();
    if (pair.size() != 2) {
      element.Reject("is not a pair of key and value");
      return list;
    }
    list.push_back(json::array({HexOf(pair[0]), HexOf(pair[1])}));
  }
  return list;
}

// An object that was read and written again: with members that the format does not know it would have shrunk.
json WithoutUnknownMembers(const Field& field, json canonical) {
  if (field.value().size() > canonical.size()) {
    field.Reject("has members that the format does not know");
  }
  return canonical;
}

json CanonicalDescriptor(const Field& field) {
  return WithoutUnknownMembers(field, ToJson(field.Descriptor()));
}

json CanonicalRoute(const Field& field) { return WithoutUnknownMembers(field, ToJson(field.EngineRoute())); }

template <class CanonicalElement>
json CanonicalList(const Field& field, CanonicalElement canonical_element) {
  json list = json::array();
  for (const Field& element : field.Elements()) {
    list.push_back(canonical_element(element));
  }
  return list;
}

json CanonicalValue(Shape shape, const Field& field) {
  switch (shape) {
    case Shape::kU64:
      return ToJson(field.U64());
    case Shape::kCount:
      return field.Count();
    case Shape::kBool:
      return field.Bool();
    case Shape::kBytes:
      return HexOf(field.Bytes());
    case Shape::kErrorName:
      return CanonicalErrorName(field);
    case Shape::kDescriptor:
      return CanonicalDescriptor(field);
    case Shape::kDescriptors:
      return CanonicalList(field, CanonicalDescriptor);
    case Shape::kRoute:
      return CanonicalRoute(field);
    case Shape::kRoutes:
      return CanonicalList(field, CanonicalRoute);
    case Shape::kPairs:
      return CanonicalPairs(field);
    case Shape::kOwners:
      return CanonicalOwners(field);
  }
  return nullptr;
}

const OutMember* FindMember(const OperationKind& kind, std::string_view name) {
  const auto found = std::find_if(kind.out.begin(), kind.out.end(),
                                  [name](const OutMember& member) { return member.name == name; });
  return found == kind.out.end() ? nullptr : &*found;
}

// The first difference below `path`; nothing when the values are equal.
std::optional<std::string> Difference(const std::string& path, const json& recorded, const json& replayed) {
  if (recorded == replayed) {
    return std::nullopt;
  }
  if (recorded.is_object() && replayed.is_object()) {
    for (const auto& [name, value] : recorded.items()) {
      const auto found = replayed.find(name);
      if (found == replayed.end()) {
        return fmt::format("{}.{}: recorded {}, not replayed", path, name, OneLine(value));
      }
      if (auto difference = Difference(fmt::format("{}.{}", path, name), value, *found)) {
        return difference;
      }
    }
  }
  if (recorded.is_array() && replayed.is_array()) {
    for (std::size_t i = 0; i < std::min(recorded.size(), replayed.size()); ++i) {
      if (auto difference = Difference(fmt::format("{}[{}]", path, i), recorded[i], replayed[i])) {
        return difference;
      }
    }
    return fmt::format("{}: recorded {} elements, replayed {}", path, recorded.size(), replayed.size());
  }
  return fmt::format("{}: recorded {}, replayed {}", path, OneLine(recorded), OneLine(replayed));
}

bool ConfirmsError(const json& recorded, const json& replayed) {
  return recorded.is_string() && replayed.is_string() &&
         ConfirmsGoldenError(recorded.get_ref<const std::string&>(), replayed.get_ref<const std::string&>());
}

}  // namespace

json Canonical(const OperationKind& kind, const Field& out) {
  json canonical = json::object();
  for (const auto& [name, value] : out.value().items()) {
    const OutMember* const member = FindMember(kind, name);
    canonical[name] = member == nullptr ? value : CanonicalValue(member->shape, out.At(name));
  }
  return canonical;
}

ComparisonResult Compare(const OperationKind& kind, const json& recorded, const json& replayed) {
  for (const auto& [name, value] : recorded.items()) {
    const auto found = replayed.find(name);
    if (found == replayed.end()) {
      return {Comparison::kDifferent, fmt::format("{}: recorded {}, not replayed", name, OneLine(value))};
    }
    const OutMember* const member = FindMember(kind, name);
    if (member != nullptr && member->shape == Shape::kErrorName && ConfirmsError(value, *found)) {
      continue;
    }
    if (auto difference = Difference(name, value, *found)) {
      return {Comparison::kDifferent, *std::move(difference)};
    }
  }
  for (const auto& [name, value] : replayed.items()) {
    if (recorded.contains(name)) {
      continue;
    }
    const OutMember* const member = FindMember(kind, name);
    if (member == nullptr) {
      // An operation that cannot fail has failed.
      return {Comparison::kDifferent, fmt::format("{}: not recorded, replayed {}", name, OneLine(value))};
    }
    if (!member->may_be_missing) {
      return {Comparison::kIncomplete, fmt::format("out.{} is missing", name)};
    }
  }
  return {};
}

}  // namespace fencepost::model::recording
