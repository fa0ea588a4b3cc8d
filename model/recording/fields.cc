#include "model/recording/fields.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace fencepost::model::recording {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxStateByte = 255;

const json& NullValue() {
  static const json null_value;
  return null_value;
}

std::optional<std::uint64_t> ParseU64(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc() || stop != end) {
    return std::nullopt;
  }
  return number;
}

std::optional<unsigned> HexDigit(char c) {
  if (c >= '0' && c <= '9') {
    return static_cast<unsigned>(c - '0');
  }
  if (c >= 'a' && c <= 'f') {
    return static_cast<unsigned>(c - 'a') + 10U;
  }
  return std::nullopt;
}

std::optional<std::string> ParseHex(std::string_view text) {
  if (text.size() % 2 != 0) {
    return std::nullopt;
  }
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = HexDigit(text[i]);
    const auto low = HexDigit(text[i + 1]);
    if (!high.has_value() || !low.has_value()) {
      return std::nullopt;
    }
    bytes.push_back(static_cast<char>(static_cast<unsigned char>(*high * 16U + *low)));
  }
  return bytes;
}

}  // namespace

void Problem::Note(std::string reason) {
  if (reason_.empty()) {
    reason_ = std::move(reason);
  }
}

Field::Field(const json& document, std::string path, Problem& problem)
    : value_(&document), path_(std::move(path)), problem_(&problem) {}

void Field::Reject(std::string_view what) const {
  if (!broken_) {
    problem_->Note(fmt::format("{} {}", path_.empty() ? "the line" : path_, what));
  }
}

void Field::Expected(std::string_view type) const {
  constexpr std::size_t kShown = 40;
  std::string shown = OneLine(*value_);
  if (shown.size() > kShown) {
    shown.resize(kShown);
    shown += "...";
  }
  Reject(fmt::format("is {}, expected {}", shown, type));
}

std::optional<Field> Field::Find(std::string_view member) const {
  if (!value_->is_object()) {
    if (!broken_) {
      Expected("an object");
    }
    return std::nullopt;
  }
  const auto found = value_->find(member);
  if (found == value_->end()) {
    return std::nullopt;
  }
  return Field(*found, path_.empty() ? std::string(member) : fmt::format("{}.{}", path_, member), *problem_);
}

Field Field::At(std::string_view member) const {
  if (std::optional<Field> found = Find(member)) {
    return *std::move(found);
  }
  Field missing(NullValue(), path_.empty() ? std::string(member) : fmt::format("{}.{}", path_, member),
                *problem_);
  missing.broken_ = broken_;
  missing.Reject("is missing");
  missing.broken_ = true;
  return missing;
}

std::vector<Field> Field::Elements() const {
  std::vector<Field> elements;
  if (!value_->is_array()) {
    Expected("a list");
    return elements;
  }
  elements.reserve(value_->size());
  for (const json& element : *value_) {
    elements.push_back(Field(element, fmt::format("{}[{}]", path_, elements.size()), *problem_));
  }
  return elements;
}

bool Field::IsNull() const { return !broken_ && value_->is_null(); }

std::uint64_t Field::U64() const {
  if (value_->is_string()) {
    if (const auto number = ParseU64(value_->get_ref<const std::string&>())) {
      return *number;
    }
  }
  Expected("a string holding an unsigned 64-bit number");
  return 0;
}

std::uint64_t Field::Count(std::uint64_t max) const {
  if (!value_->is_number_unsigned() || value_->get<std::uint64_t>() > max) {
    Expected(max == std::numeric_limits<std::uint64_t>::max() ? std::string("a number, not negative")
                                                              : fmt::format("a number from 0 to {}", max));
    return 0;
  }
  return value_->get<std::uint64_t>();
}

bool Field::Bool() const {
  if (!value_->is_boolean()) {
    Expected("true or false");
    return false;
  }
  return value_->get<bool>();
}

std::string Field::Text() const {
  if (!value_->is_string()) {
    Expected("a string");
    return {};
  }
  return value_->get<std::string>();
}

std::string Field::Bytes() const {
  if (value_->is_string()) {
    if (auto bytes = ParseHex(value_->get_ref<const std::string&>())) {
      return *std::move(bytes);
    }
  }
  Expected("bytes as pairs of lower-case hex digits");
  return {};
}

std::optional<std::string> Field::BytesOrAbsent() const {
  if (value_->is_null() && !broken_) {
    return std::nullopt;
  }
  return Bytes();
}

std::vector<std::string> Field::ListOfBytes() const {
  std::vector<std::string> list;
  for (const Field& element : Elements()) {
    list.push_back(element.Bytes());
  }
  return list;
}

RouteDescriptor Field::Descriptor() const {
  RouteDescriptor route;
  route.route_id = RouteId(At("id").U64());
  route.start = At("start").Bytes();
  route.end = At("end").BytesOrAbsent();
  route.group_id = GroupId(At("group").U64());
  route.state = static_cast<RouteState>(At("state").Count(kMaxStateByte));
  route.parent_route_id = RouteId(At("parent").U64());
  return route;
}

std::vector<RouteDescriptor> Field::Descriptors() const {
  std::vector<RouteDescriptor> routes;
  for (const Field& element : Elements()) {
    routes.push_back(element.Descriptor());
  }
  return routes;
}

Route Field::EngineRoute() const {
  Route route;
  route.route_id = RouteId(At("id").U64());
  route.start = At("start").Bytes();
  route.end = At("end").BytesOrAbsent();
  route.group_id = GroupId(At("group").U64());
  route.state = static_cast<RouteState>(At("state").Count(kMaxStateByte));
  route.load = At("load").U64();
  return route;
}

void Field::CheckObject() const {
  if (!value_->is_object()) {
    Expected("an object");
  }
}

void Field::CheckNumber() const {
  if (!value_->is_number()) {
    Expected("a number");
  }
}

std::string HexOf(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text.push_back(kDigits[byte >> 4U]);
    text.push_back(kDigits[byte & 15U]);
  }
  return text;
}

json ToJson(std::uint64_t number) { return std::to_string(number); }

json ToJson(const std::optional<std::string>& bytes) {
  return bytes.has_value() ? json(HexOf(*bytes)) : json(nullptr);
}

json ToJson(const RouteDescriptor& route) {
  json value = json::object();
  value["id"] = ToJson(route.route_id.value);
  value["start"] = HexOf(route.start);
  value["end"] = ToJson(route.end);
  value["group"] = ToJson(route.group_id.value);
  value["state"] = static_cast<unsigned>(route.state);
  value["parent"] = ToJson(route.parent_route_id.value);
  return value;
}

json ToJson(const std::vector<RouteDescriptor>& routes) {
  json list = json::array();
  for (const RouteDescriptor& route : routes) {
    list.push_back(ToJson(route));
  }
  return list;
}

json ToJson(const Route& route) {
  json value = json::object();
  value["id"] = ToJson(route.route_id.value);
  value["start"] = HexOf(route.start);
  value["end"] = ToJson(route.end);
  value["group"] = ToJson(route.group_id.value);
  value["state"] = static_cast<unsigned>(route.state);
  value["load"] = ToJson(route.load);
  return value;
}

json ToJson(const std::vector<Route>& routes) {
  json list = json::array();
  for (const Route& route : routes) {
    list.push_back(ToJson(route));
  }
  return list;
}

json PairsToJson(std::span<const KeyValue> pairs) {
  json list = json::array();
  for (const KeyValue& pair : pairs) {
    list.push_back(json::array({HexOf(pair.key), HexOf(pair.value)}));
  }
  return list;
}

std::string OneLine(const json& value) {
  return value.dump(-1, ' ', /*ensure_ascii=*/false, json::error_handler_t::replace);
}

}  // namespace fencepost::model::recording
