#include "sim/core/explore/explore_state.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>

namespace fencepost::sim {
namespace {

constexpr std::string_view kHeading = "fencepost-explore 1";

std::optional<std::uint64_t> NumberIn(std::string_view word) {
  std::uint64_t number = 0;
  const char* const end = word.data() + word.size();
  const auto [rest, error] = std::from_chars(word.data(), end, number);
  if (word.empty() || error != std::errc() || rest != end) return std::nullopt;
  return number;
}

std::vector<std::string> WordsOf(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

bool ReadLevel(const std::vector<std::string>& words, ExploreState* state) {
  ExploreLevel level;
  const std::array<std::pair<std::string_view, std::uint64_t*>, 5> fields = {
      {{"runs", &level.runs},
       {"total", &level.total},
       {"violations", &level.violations},
       {"quiet", &level.quiet},
       {"left-out", &level.left_out}}};
  if (words.size() != 1 + 2 * fields.size()) return false;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::optional<std::uint64_t> number = NumberIn(words[2 + 2 * i]);
    if (words[1 + 2 * i] != fields[i].first || !number.has_value()) return false;
    *fields[i].second = *number;
  }
  state->levels.push_back(level);
  return true;
}

bool ReadLine(const std::vector<std::string>& words, ExploreState* state) {
  if (words.empty()) return false;
  if (words[0] == "level") return ReadLevel(words, state);
  if (words[0] == "step") {
    if (words.size() != 3) return false;
    const auto draw = NumberIn(words[1]);
    const auto alternative = NumberIn(words[2]);
    if (!draw.has_value() || !alternative.has_value()) return false;
    state->path.push_back(ExploreStep{*draw, *alternative});
    return true;
  }
  if (words.size() != 2) return false;
  if (words[0] == "scenario") {
    state->simulation = words[1];
    return true;
  }
  if (words[0] == "base") {
    state->base = words[1];
    return true;
  }
  if (words[0] == "alternatives" && words[1] == "all") {
    state->alternatives = UINT64_MAX;
    return true;
  }
  const std::optional<std::uint64_t> number = NumberIn(words[1]);
  if (!number.has_value()) return false;
  if (words[0] == "alternatives" && *number > 0) {
    state->alternatives = *number;
    return true;
  }
  if (words[0] != "at-level") return false;
  state->level = *number;
  return true;
}

// What every state that was ever saved has.
bool IsWhole(const ExploreState& state) {
  return !state.simulation.empty() && !state.base.empty() && state.level < state.levels.size() &&
         state.path.size() <= state.level;
}

}  // namespace

std::string FormatExploreState(const ExploreState& state) {
  const std::string alternatives =
      state.alternatives == UINT64_MAX ? "all" : fmt::to_string(state.alternatives);
  std::string text = fmt::format("{}\nscenario {}\nbase {}\nalternatives {}\nat-level {}\n", kHeading,
                                 state.simulation, state.base, alternatives, state.level);
  for (const ExploreLevel& level : state.levels) {
    text += fmt::format("level runs {} total {} violations {} quiet {} left-out {}\n", level.runs,
                        level.total, level.violations, level.quiet, level.left_out);
  }
  for (const ExploreStep& step : state.path) text += fmt::format("step {} {}\n", step.draw, step.alternative);
  return text;
}

absl::StatusOr<ExploreState> ParseExploreState(std::string_view text, std::string_view file) {
  std::istringstream lines{std::string(text)};
  ExploreState state;
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const bool is_good = number == 1 ? line == kHeading : ReadLine(WordsOf(line), &state);
    if (is_good) continue;
    return absl::InvalidArgumentError(
        fmt::format("{}:{}: \"{}\" is not a line of a saved search", file, number, line));
  }
  if (IsWhole(state)) return state;
  const std::size_t line = number + 1;  // where it would go on
  return absl::InvalidArgumentError(fmt::format("{}:{}: the saved search is incomplete", file, line));
}

absl::StatusOr<ExploreState> LoadExploreState(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) {
    return absl::NotFoundError(fmt::format("{}: cannot read it: {}", path, std::strerror(errno)));
  }
  return ParseExploreState(text.str(), path);
}

absl::Status SaveExploreState(const ExploreState& state, const std::string& path) {
  const std::string half_written = path + ".new";
  std::ofstream out(half_written, std::ios::binary);
  out << FormatExploreState(state);
  out.close();
  if (out.good() && std::rename(half_written.c_str(), path.c_str()) == 0) return absl::OkStatus();
  return absl::PermissionDeniedError(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
}

}  // namespace fencepost::sim
