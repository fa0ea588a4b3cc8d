#include "tests/support/shrinking_challenges.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "sim/core/choices/recorded_driver.h"
#include "sim/core/choices/seeded_driver.h"

namespace fencepost::sim {
namespace {

using List = std::vector<std::int64_t>;

// 0, -1, 1, -2, 2 and so on, so that what is near 0 is small.
std::int64_t DrawInteger(Stream& stream, std::uint64_t bound) {
  const auto drawn = static_cast<std::int64_t>(stream.Below(bound, "value"));
  return drawn % 2 == 0 ? drawn / 2 : -(drawn + 1) / 2;
}

// Up to `places` elements, half of them there; `draw` draws one from its stream.
template <class Draw>
void DrawElements(Choices* choices, const std::string& list, int places, Draw draw) {
  for (int place = 1; place <= places; ++place) {
    Stream stream = choices->Open(fmt::format("plan/{}/{}", list, place));
    if (stream.Below(2, "present") != 0) draw(stream);
  }
}

List DrawIntegers(Choices* choices, const std::string& list, int places, std::uint64_t bound) {
  List integers;
  DrawElements(choices, list, places,
               [&](Stream& stream) { integers.push_back(DrawInteger(stream, bound)); });
  return integers;
}

// A list of lists: by default an element goes into the list of the one before it.
std::vector<List> DrawLists(Choices* choices, int places, std::uint64_t bound) {
  std::vector<List> lists;
  DrawElements(choices, "list", places, [&](Stream& stream) {
    const bool begins = stream.Below(2, "begins-list") != 0;
    if (begins || lists.empty()) lists.emplace_back();
    lists.back().push_back(DrawInteger(stream, bound));
  });
  return lists;
}

std::string Format(const List& list) { return fmt::format("[{}]", fmt::join(list, ", ")); }

std::string Format(const std::vector<List>& lists) {
  std::vector<std::string> texts;
  for (const List& list : lists) texts.push_back(Format(list));
  return fmt::format("[{}]", fmt::join(texts, ", "));
}

// "Reversing a list gives the same list."
ChallengeRun Reverse(Choices* choices) {
  const List list = DrawIntegers(choices, "list", 20, 1 << 16);
  const List reversed(list.rbegin(), list.rend());
  return {reversed != list, Format(list)};
}

// "There are at most four distinct integers in a list of lists."
ChallengeRun LargeUnionList(Choices* choices) {
  const std::vector<List> lists = DrawLists(choices, 30, 1 << 16);
  std::set<std::int64_t> distinct;
  for (const List& list : lists) distinct.insert(list.begin(), list.end());
  return {distinct.size() > 4, Format(lists)};
}

std::int16_t Wrapped(std::int64_t sum) { return static_cast<std::int16_t>(static_cast<std::uint16_t>(sum)); }

// "Five lists of 16-bit integers that each sum to less than 256 sum to less than 5 * 256 together."
ChallengeRun Bound5(Choices* choices) {
  std::vector<List> lists;
  bool all_small = true;
  std::int64_t total = 0;
  for (int i = 1; i <= 5; ++i) {
    lists.push_back(DrawIntegers(choices, fmt::format("list-{}", i), 6, 1 << 16));
    std::int64_t sum = 0;
    for (const std::int64_t integer : lists.back()) sum += integer;
    all_small = all_small && Wrapped(sum) < 256;
    total += sum;
  }
  return {all_small && Wrapped(total) >= 5 * 256, Format(lists)};
}

// "A list of 1 to 100 integers from 0 to 1000 has no maximum of 900 or more"; the length is drawn first.
ChallengeRun LengthList(Choices* choices) {
  Stream length_stream = choices->Open("length");
  const std::uint64_t length = 1 + length_stream.Below(100, "length");
  List list;
  for (std::uint64_t i = 1; i <= length; ++i) {
    Stream stream = choices->Open(fmt::format("plan/list/{}", i));
    list.push_back(static_cast<std::int64_t>(stream.Below(1001, "value")));
  }
  return {*std::max_element(list.begin(), list.end()) >= 900, Format(list)};
}

ChallengeRun Difference(Choices* choices, bool (*is_bad)(std::int64_t difference)) {
  List pair;
  for (int i = 1; i <= 2; ++i) {
    Stream stream = choices->Open(fmt::format("plan/pair/{}", i));
    pair.push_back(1 + static_cast<std::int64_t>(stream.Below(1000, "value")));
  }
  const std::int64_t difference = pair[0] < pair[1] ? pair[1] - pair[0] : pair[0] - pair[1];
  return {pair[0] >= 10 && is_bad(difference), Format(pair)};
}
ChallengeRun DifferenceNotZero(Choices* choices) {
  return Difference(choices, [](std::int64_t difference) { return difference == 0; });
}
ChallengeRun DifferenceNotSmall(Choices* choices) {
  return Difference(choices, [](std::int64_t difference) { return difference >= 1 && difference <= 4; });
}
ChallengeRun DifferenceNotOne(Choices* choices) {
  return Difference(choices, [](std::int64_t difference) { return difference == 1; });
}

// "The lengths of the lists in a list sum to at most 10."
ChallengeRun NestedLists(Choices* choices) {
  const std::vector<List> lists = DrawLists(choices, 40, 1 << 8);
  std::size_t length = 0;
  for (const List& list : lists) length += list.size();
  return {length > 10, Format(lists)};
}

// "A list has fewer than three distinct elements."
ChallengeRun Distinct(Choices* choices) {
  const List list = DrawIntegers(choices, "list", 20, 1 << 16);
  return {std::set<std::int64_t>(list.begin(), list.end()).size() >= 3, Format(list)};
}

// "Once its first occurrence is removed, an element is in the list no more."
ChallengeRun Deletion(Choices* choices) {
  const List list = DrawIntegers(choices, "list", 20, 1 << 8);
  Stream stream = choices->Open("removed");
  const std::int64_t removed = DrawInteger(stream, 1 << 8);
  return {std::count(list.begin(), list.end(), removed) >= 2, fmt::format("({}, {})", Format(list), removed)};
}

// "No two places of a list of its own indices point at each other."
ChallengeRun Coupling(Choices* choices) {
  List list;
  DrawElements(choices, "list", 12,
               [&](Stream& stream) { list.push_back(static_cast<std::int64_t>(stream.Below(11, "value"))); });
  const auto size = static_cast<std::int64_t>(list.size());
  bool coupled = false;
  for (std::int64_t i = 0; i < size; ++i) {
    const std::int64_t other = list[static_cast<std::size_t>(i)];
    if (other >= size) return {false, Format(list)};
    coupled = coupled || (other != i && list[static_cast<std::size_t>(other)] == i);
  }
  return {coupled, Format(list)};
}

constexpr std::string_view kHypothesis = "Hypothesis 5.23.5";
constexpr std::string_view kJqwik = "jqwik 1.3.6";

const std::array<Challenge, 11> kChallenges = {{
    {"reverse", Reverse, {"[0, -1]"}, {kHypothesis, "46", "[0, 1]"}},
    {"large_union_list",
     LargeUnionList,
     {"[[0, -1, 1, -2, 2]]"},
     {kHypothesis, "301", "[[0, 1, -1, 2, -2]]"}},
    {"bound5",
     Bound5,
     {"[[-1], [-32768], [], [], []]"},
     {kHypothesis, "123", "([], [], [], [-1], [-32768])"}},
    {"lengthlist", LengthList, {"[900]"}, {kHypothesis, "75", "[900]"}},
    {"difference, not zero", DifferenceNotZero, {"[10, 10]"}, {kJqwik, "386", "[10, 10]"}},
    {"difference, not small", DifferenceNotSmall, {"[10, 6]"}, {kJqwik, "296", "[10, 6]"}},
    {"difference, not one", DifferenceNotOne, {"[10, 9]"}, {kJqwik, "513", "[10, 9] 69%, [11, 10] 31%"}},
    {"nestedlists",
     NestedLists,
     {"[[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]"},
     {kJqwik, "21", "[[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]"}},
    {"distinct", Distinct, {"[0, -1, 1]"}, {kJqwik, "24", "[0, 1, -1] 51%, [0, 1, 2] 49%"}},
    {"deletion", Deletion, {"([0, 0], 0)"}, {kJqwik, "133", "([0, 0], 0)"}},
    {"coupling", Coupling, {"[1, 0]"}, {kJqwik, "140", "[1, 0]"}},
}};

}  // namespace

std::span<const Challenge> AllChallenges() { return kChallenges; }

std::unique_ptr<ToySimulation> SimulationOf(const Challenge& challenge) {
  return std::make_unique<ToySimulation>(
      [run = challenge.run](Choices& choices, Trace&) -> std::optional<Violation> {
        ChallengeRun made = run(&choices);
        if (!made.fails) return std::nullopt;
        return ToySimulation::Wrong(std::move(made.value));
      });
}

FailingRun NextFailure(const Challenge& challenge, std::uint64_t* seed) {
  for (;; ++*seed) {
    Choices choices(std::make_unique<SeededDriver>(*seed));
    if (challenge.run(&choices).fails) return FailingRun{choices.Deviations(), "toy", RunLimits()};
  }
}

ChallengeRun ReplayChallenge(const Challenge& challenge, const std::vector<Deviation>& deviations) {
  Choices choices(*RecordedDriver::Make(deviations));
  return challenge.run(&choices);
}

}  // namespace fencepost::sim
