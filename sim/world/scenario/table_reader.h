// One table of a TOML file, read strictly: every key must be asked for, every value must be of the right
// kind.
//
// The first mistake is kept, with file and line; whoever reads a table asks for everything and looks at the
// end.
#pragma once

#include <absl/status/status.h>

#include <toml++/toml.h>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/world/scenario/scenario.h"

namespace fencepost::sim {

// The first mistake found in a file, or none.
class FirstMistake {
 public:
  explicit FirstMistake(std::string_view file) : file_(file) {}

  void At(const toml::source_region& where, std::string_view what);
  absl::Status status() const { return status_; }

 private:
  std::string file_;
  absl::Status status_;
};

class TableReader {
 public:
  // `table` may be null: an absent table, in which nothing is present. `path` names it in messages; "" for
  // the root.
  TableReader(const toml::table* table, std::string path, FirstMistake* mistake);

  // Each leaves its target as it is when the key is absent.
  void Text(std::string_view key, std::string* value);
  void Flag(std::string_view key, bool* value);
  void Milliseconds(std::string_view key, std::chrono::milliseconds* value, std::uint64_t least);
  // A whole number or a pair [min, max] of them, each in [least, most].
  void Count(std::string_view key, CountRange* value, std::uint64_t least, std::uint64_t most);
  void Weight(std::string_view key, std::uint32_t* value);
  // A probability: 0, 1, or a string "N/M" with N <= M.
  void Probability(std::string_view key, Ratio* value);
  bool Has(std::string_view key) { return Find(key) != nullptr; }
  // One of `valid`. True when the key is present and right.
  bool Name(std::string_view key, std::span<const std::string_view> valid, std::string* value);
  // One of `valid`, or a list of them. True when the key is present.
  bool NameOrNames(std::string_view key, std::span<const std::string_view> valid,
                   std::vector<std::string>* value);
  // A list of strings, each of which must be one of `valid`. True when the key is present.
  bool Names(std::string_view key, std::span<const std::string_view> valid, std::vector<std::string>* value);

  TableReader Table(std::string_view key);

  // `old_key` is what `key` was once called: who still uses it is told the new name.
  void CalledNow(std::string_view old_key, std::string_view key) { renamed_.emplace_back(old_key, key); }

  // Reports a key that nobody asked for, with the nearest one that somebody did.
  void RefuseUnknownKeys();

  // Reports that something about `key` (or the table itself, when it is absent) is wrong.
  void Complain(std::string_view key, std::string_view what);

 private:
  std::string PathOf(std::string_view key) const;  // for messages
  std::string_view SuggestionFor(std::string_view key) const;
  const toml::node* Find(std::string_view key);
  bool ReadNumber(const toml::node& node, std::string_view key, std::uint64_t least, std::uint64_t most,
                  std::uint64_t* number);

  const toml::table* table_;
  std::string path_;
  FirstMistake* mistake_;
  std::vector<std::string> asked_;
  std::vector<std::pair<std::string_view, std::string_view>> renamed_;  // from, to
};

}  // namespace fencepost::sim
