#include "sim/world/scenario/table_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "sim/core/kinds/nearest_name.h"

namespace fencepost::sim {
namespace {

// "N/M" with N <= M and M > 0.
bool ParseRatio(std::string_view text, Ratio* ratio) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), text.data() + slash, ratio->numerator);
  const auto second = std::from_chars(text.data() + slash + 1, end, ratio->denominator);
  return first.ec == std::errc() && first.ptr == text.data() + slash && second.ec == std::errc() &&
         second.ptr == end && ratio->denominator > 0 && ratio->numerator <= ratio->denominator;
}

}  // namespace

void FirstMistake::At(const toml::source_region& where, std::string_view what) {
  if (!status_.ok()) return;
  status_ = absl::InvalidArgumentError(fmt::format("{}:{}: {}", file_, where.begin.line, what));
}

TableReader::TableReader(const toml::table* table, std::string path, FirstMistake* mistake)
    : table_(table), path_(std::move(path)), mistake_(mistake) {}

const toml::node* TableReader::Find(std::string_view key) {
  asked_.emplace_back(key);
  return table_ == nullptr ? nullptr : table_->get(key);
}

std::string TableReader::PathOf(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

void TableReader::Complain(std::string_view key, std::string_view what) {
  const toml::node* node = table_ == nullptr ? nullptr : table_->get(key);
  static const toml::source_region kNowhere{};
  const toml::source_region& where =
      node != nullptr ? node->source() : (table_ != nullptr ? table_->source() : kNowhere);
  mistake_->At(where, fmt::format("{}: {}", PathOf(key), what));
}

void TableReader::Text(std::string_view key, std::string* value) {
  const toml::node* node = Find(key);
  if (node == nullptr) return;
  if (const auto text = node->value_exact<std::string>()) {
    *value = *text;
  } else {
    Complain(key, "must be a string");
  }
}

void TableReader::Flag(std::string_view key, bool* value) {
  const toml::node* node = Find(key);
  if (node == nullptr) return;
  if (const auto flag = node->value_exact<bool>()) {
    *value = *flag;
  } else {
    Complain(key, "must be true or false");
  }
}

bool TableReader::ReadNumber(const toml::node& node, std::string_view key, std::uint64_t least,
                             std::uint64_t most, std::uint64_t* number) {
  const auto value = node.value_exact<std::int64_t>();
  if (!value.has_value() || *value < 0 || static_cast<std::uint64_t>(*value) < least ||
      static_cast<std::uint64_t>(*value) > most) {
    Complain(key, fmt::format("must be a whole number from {} to {}", least, most));
    return false;
  }
  *number = static_cast<std::uint64_t>(*value);
  return true;
}

void TableReader::Milliseconds(std::string_view key, std::chrono::milliseconds* value, std::uint64_t least) {
  constexpr std::uint64_t kOneDay = 24ull * 60 * 60 * 1000;
  const toml::node* node = Find(key);
  std::uint64_t number = 0;
  if (node != nullptr && ReadNumber(*node, key, least, kOneDay, &number)) {
    *value = std::chrono::milliseconds(number);
  }
}

void TableReader::Count(std::string_view key, CountRange* value, std::uint64_t least, std::uint64_t most) {
  const toml::node* node = Find(key);
  if (node == nullptr) return;
  const toml::array* pair = node->as_array();
  if (pair == nullptr) {
    if (ReadNumber(*node, key, least, most, &value->min)) value->max = value->min;
    return;
  }
  if (pair->size() != 2) return Complain(key, "must be a whole number or a pair [min, max]");
  CountRange range;
  if (!ReadNumber(*pair->get(0), key, least, most, &range.min)) return;
  if (!ReadNumber(*pair->get(1), key, least, most, &range.max)) return;
  if (range.min > range.max) return Complain(key, fmt::format("{} is above {}", range.min, range.max));
  *value = range;
}

void TableReader::Weight(std::string_view key, std::uint32_t* value) {
  constexpr std::uint64_t kLargestWeight = 1'000'000;
  const toml::node* node = Find(key);
  std::uint64_t number = 0;
  if (node != nullptr && ReadNumber(*node, key, 0, kLargestWeight, &number)) {
    *value = static_cast<std::uint32_t>(number);
  }
}

void TableReader::Probability(std::string_view key, Ratio* value) {
  const toml::node* node = Find(key);
  if (node == nullptr) return;
  if (const auto whole = node->value_exact<std::int64_t>();
      whole.has_value() && (*whole == 0 || *whole == 1)) {
    *value = Ratio{static_cast<std::uint32_t>(*whole), 1};
    return;
  }
  const auto text = node->value_exact<std::string>();
  Ratio ratio;
  if (text.has_value() && ParseRatio(*text, &ratio)) {
    *value = ratio;
    return;
  }
  Complain(key, "must be a probability: 0, 1, or a ratio \"N/M\" with N no larger than M, such as \"1/20\"");
}

bool TableReader::Name(std::string_view key, std::span<const std::string_view> valid, std::string* value) {
  const toml::node* node = Find(key);
  if (node == nullptr) return false;
  const auto name = node->value_exact<std::string>();
  if (!name.has_value()) {
    Complain(key, "must be a name");
    return false;
  }
  if (std::find(valid.begin(), valid.end(), *name) == valid.end()) {
    Complain(key, fmt::format("there is no \"{}\"; did you mean \"{}\"?", *name, NearestName(*name, valid)));
    return false;
  }
  *value = *name;
  return true;
}

bool TableReader::NameOrNames(std::string_view key, std::span<const std::string_view> valid,
                              std::vector<std::string>* value) {
  const toml::node* node = Find(key);
  if (node != nullptr && node->is_array()) return Names(key, valid, value);
  std::string name;
  if (Name(key, valid, &name)) *value = {name};
  return node != nullptr;
}

bool TableReader::Names(std::string_view key, std::span<const std::string_view> valid,
                        std::vector<std::string>* value) {
  const toml::node* node = Find(key);
  if (node == nullptr) return false;
  const toml::array* list = node->as_array();
  if (list == nullptr) {
    Complain(key, "must be a list of names");
    return true;
  }
  value->clear();
  for (const toml::node& entry : *list) {
    const auto name = entry.value_exact<std::string>();
    if (!name.has_value()) {
      mistake_->At(entry.source(), fmt::format("{}: must be a list of names", PathOf(key)));
    } else if (std::find(valid.begin(), valid.end(), *name) == valid.end()) {
      mistake_->At(entry.source(), fmt::format("{}: there is no \"{}\"; did you mean \"{}\"?", PathOf(key),
                                               *name, NearestName(*name, valid)));
    } else if (std::find(value->begin(), value->end(), *name) != value->end()) {
      mistake_->At(entry.source(), fmt::format("{}: \"{}\" is listed twice", PathOf(key), *name));
    } else {
      value->push_back(*name);
    }
  }
  return true;
}

TableReader TableReader::Table(std::string_view key) {
  const toml::node* node = Find(key);
  std::string path = PathOf(key);
  if (node != nullptr && !node->is_table()) Complain(key, "must be a table");
  return TableReader(node == nullptr ? nullptr : node->as_table(), std::move(path), mistake_);
}

std::string_view TableReader::SuggestionFor(std::string_view key) const {
  for (const auto& [old_key, new_key] : renamed_) {
    if (old_key == key) return new_key;
  }
  const std::vector<std::string_view> known(asked_.begin(), asked_.end());
  return NearestName(key, known);
}

void TableReader::RefuseUnknownKeys() {
  if (table_ == nullptr) return;
  for (const auto& [key, node] : *table_) {
    if (std::find(asked_.begin(), asked_.end(), key.str()) != asked_.end()) continue;
    mistake_->At(key.source(), fmt::format("{}{}unknown key \"{}\"; did you mean \"{}\"?", path_,
                                           path_.empty() ? "" : ": ", key.str(), SuggestionFor(key.str())));
  }
}

}  // namespace fencepost::sim
