// Two ways to lose determinism that no run on one machine can show: two draws whose order the compiler
// chooses, and a library facility that differs elsewhere. A comment "determinism: REASON" at the end of a
// line, with the reason why it cannot reach a run, allows what stands on it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/lint/source_text.h"

namespace fencepost {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::array<std::string_view, 4> kDraws = {"Below", "Chance", "Weighted", "Schedule"};

struct Forbidden {
  std::string_view name;     // "_suffix" forbids every word that ends so
  std::string_view instead;  // what to do about it
};

constexpr std::string_view kDrawInstead = "Draw from a Choices stream instead.";
constexpr std::string_view kTimeInstead = "Ask the Runtime or the Scheduler for the time instead.";
constexpr std::string_view kOrderInstead = "Its order or value differs from run to run: use an ordered one.";
constexpr std::string_view kThreadInstead = "A simulated run has one thread and never blocks.";

constexpr std::array<Forbidden, 29> kForbidden = {
    Forbidden{"random_device", kDrawInstead},
    Forbidden{"mt19937", kDrawInstead},
    Forbidden{"mt19937_64", kDrawInstead},
    Forbidden{"minstd_rand", kDrawInstead},
    Forbidden{"default_random_engine", kDrawInstead},
    Forbidden{"_distribution", kDrawInstead},
    Forbidden{"BitGen", kDrawInstead},
    Forbidden{"InsecureBitGen", kDrawInstead},
    Forbidden{"rand", kDrawInstead},
    Forbidden{"srand", kDrawInstead},
    Forbidden{"getenv", "Pass it in from the command line."},
    Forbidden{"system_clock", kTimeInstead},
    Forbidden{"steady_clock", kTimeInstead},
    Forbidden{"high_resolution_clock", kTimeInstead},
    Forbidden{"steady_timer", kTimeInstead},
    Forbidden{"system_timer", kTimeInstead},
    Forbidden{"absl::Now", kTimeInstead},
    Forbidden{"gettimeofday", kTimeInstead},
    Forbidden{"clock_gettime", kTimeInstead},
    Forbidden{"unordered_map", kOrderInstead},
    Forbidden{"unordered_set", kOrderInstead},
    Forbidden{"flat_hash_map", kOrderInstead},
    Forbidden{"flat_hash_set", kOrderInstead},
    Forbidden{"node_hash_map", kOrderInstead},
    Forbidden{"node_hash_set", kOrderInstead},
    Forbidden{"std::hash", kOrderInstead},
    Forbidden{"absl::Hash", kOrderInstead},
    Forbidden{"this_thread", kThreadInstead},
    Forbidden{"io_context", kThreadInstead},
};

// Whether the line ends in a comment with "determinism: REASON".
bool IsAllowed(std::string_view line) {
  constexpr std::string_view kMarker = "determinism:";
  const std::size_t comment = std::min(line.find("//"), line.size());
  const std::size_t marker = line.find(kMarker, comment);
  if (marker == std::string_view::npos) return false;
  const std::string_view reason = line.substr(marker + kMarker.size());
  return reason.find_first_not_of(' ') != std::string_view::npos;
}

std::vector<std::string> ForbiddenNames(const SourceFile& file, std::string_view code) {
  std::vector<std::string> findings;
  for (const Forbidden& forbidden : kForbidden) {
    const bool is_suffix = forbidden.name.starts_with('_');
    for (std::size_t at = code.find(forbidden.name); at != std::string_view::npos;
         at = code.find(forbidden.name, at + 1)) {
      // A suffix follows a word; let the word begin where the suffix does.
      const std::string_view from = is_suffix ? code.substr(at) : code;
      if (!IsWordAt(from, is_suffix ? 0 : at, forbidden.name)) continue;
      if (IsAllowed(LineAt(file.text, at))) continue;
      const std::string message =
          std::string(forbidden.name) + " has no place in a run. " + std::string(forbidden.instead);
      findings.push_back(Finding(file.path, file.text, at, message));
    }
  }
  return findings;
}

// Whether a call `.Below(` or `->Below(` of a draw begins at `at`, the position of its name.
bool IsDraw(std::string_view code, std::size_t at, std::string_view name) {
  if (!IsWordAt(code, at, name) || code.substr(at + name.size(), 1) != "(") return false;
  return code.substr(0, at).ends_with('.') || code.substr(0, at).ends_with("->");
}

// The closing bracket of `if (...)` and the like ends a full expression as a semicolon does.
bool BeginsHeader(std::string_view code, std::size_t at) {
  for (const std::string_view word : {"if", "while", "switch", "for"}) {
    if (IsWordAt(code, at, word)) return true;
  }
  return false;
}

// Where full expressions end: after `;`, at braces, and at the ends of statement headers.
std::vector<std::size_t> ExpressionEnds(std::string_view code) {
  std::vector<std::size_t> ends;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i] == ';' || code[i] == '{' || code[i] == '}') ends.push_back(i);
    if (!BeginsHeader(code, i)) continue;
    const std::size_t open = code.find('(', i);
    if (open != std::string_view::npos) ends.push_back(ClosingBracket(code, open));
  }
  std::ranges::sort(ends);
  return ends;
}

std::vector<std::string> UnorderedDraws(const SourceFile& file, std::string_view code) {
  std::vector<std::size_t> draws;
  for (const std::string_view name : kDraws) {
    for (std::size_t at = code.find(name); at != std::string_view::npos; at = code.find(name, at + 1)) {
      if (IsDraw(code, at, name)) draws.push_back(at);
    }
  }
  std::ranges::sort(draws);
  const std::vector<std::size_t> ends = ExpressionEnds(code);
  std::vector<std::string> findings;
  for (std::size_t i = 1; i < draws.size(); ++i) {
    const auto end = std::ranges::lower_bound(ends, draws[i - 1]);
    const bool same_expression = end == ends.end() || *end > draws[i];
    if (!same_expression || IsAllowed(LineAt(file.text, draws[i]))) continue;
    findings.push_back(
        Finding(file.path, file.text, draws[i],
                "two draws in one expression: compilers differ in which comes first. Draw into "
                "named locals, one statement each."));
  }
  return findings;
}

std::vector<std::string> DeterminismViolations(const SourceFile& file) {
  const std::string code = BlankOutNonCode(file.text);
  std::vector<std::string> findings = ForbiddenNames(file, code);
  for (std::string& finding : UnorderedDraws(file, code)) findings.push_back(std::move(finding));
  return findings;
}

std::vector<std::string> ViolationsIn(std::string_view snippet) {
  return DeterminismViolations({"snippet.cc", std::string(snippet)});
}

TEST(DeterminismLint, NothingInTheSimulatorOrTheModelsMayDifferElsewhere) {
  const std::vector<SourceFile> sources = ReadSources({"sim", "model"});
  ASSERT_GT(sources.size(), 30u) << "the sources were not found";
  for (const SourceFile& file : sources) EXPECT_THAT(DeterminismViolations(file), IsEmpty());
}

TEST(DeterminismLint, FindsTwoDrawsInOneExpression) {
  EXPECT_THAT(ViolationsIn("int x;\nf(s.Below(3, \"a\"), s.Below(4, \"b\"));"),
              ElementsAre(HasSubstr("snippet.cc:2: two draws in one expression")));
  EXPECT_THAT(ViolationsIn("x = a.Below(3, \"a\") + b->Below(4, \"b\");"), SizeIs(1));
  EXPECT_THAT(ViolationsIn("Point p{s.Below(3, \"x\"),\n        s.Below(3, \"y\")};"), SizeIs(1));
  EXPECT_THAT(ViolationsIn("if (s.Chance(p, \"a\") || s.Chance(q, \"b\")) f();"), SizeIs(1));
  EXPECT_THAT(ViolationsIn("f(s.Below(s.Below(3, \"a\") + 1, \"b\"));"), SizeIs(1));
  EXPECT_THAT(ViolationsIn("f(s.Weighted(w, \"a\"), s.Schedule(t, \"b\"), s.Chance(p, \"c\"));"), SizeIs(2));
}

TEST(DeterminismLint, LeavesOneDrawPerExpressionAlone) {
  EXPECT_THAT(ViolationsIn("const auto x = s.Below(3, \"a\");\nconst auto y = s.Below(4, \"b\");"),
              IsEmpty());
  EXPECT_THAT(ViolationsIn("if (s.Chance(p, \"a\")) x = s.Below(4, \"b\");"), IsEmpty());
  EXPECT_THAT(ViolationsIn("while (s.Chance(p, \"a\")) f(s.Below(4, \"b\"));"), IsEmpty());
  EXPECT_THAT(ViolationsIn("for (auto i = s.Below(2, \"a\"); i < n; i += s.Below(3, \"b\")) {}"), IsEmpty());
  EXPECT_THAT(ViolationsIn("// f(s.Below(3), s.Below(4))\nf(\"s.Below(3), s.Below(4)\");"), IsEmpty());
  EXPECT_THAT(ViolationsIn("std::size_t Stream::Weighted(int); bool Chance(int); Below(3);"), IsEmpty());
}

TEST(DeterminismLint, FindsEveryForbiddenName) {
  for (const Forbidden& forbidden : kForbidden) {
    const std::string use = forbidden.name.starts_with('_') ? "uniform_int" + std::string(forbidden.name)
                                                            : std::string(forbidden.name);
    EXPECT_THAT(ViolationsIn("void f() {\n  auto x = " + use + "(1);\n}"),
                ElementsAre(HasSubstr("snippet.cc:2: " + std::string(forbidden.name))))
        << use;
  }
  EXPECT_THAT(ViolationsIn("std::unordered_map<int, int> m;"), SizeIs(1));
  EXPECT_THAT(ViolationsIn("auto t = std::chrono::steady_clock::now();"), SizeIs(1));
}

TEST(DeterminismLint, WordsThatOnlyLookAlikeAreFine) {
  EXPECT_THAT(ViolationsIn("int operand = brand + rand_index;  // steady_clock, rand()"), IsEmpty());
  EXPECT_THAT(ViolationsIn("Say(\"no std::unordered_map here\");"), IsEmpty());
  EXPECT_THAT(ViolationsIn("int grand = weights_distribution_size;"), IsEmpty());
}

TEST(DeterminismLint, AReasonAtTheEndOfTheLineAllowsWhatStandsOnIt) {
  EXPECT_THAT(
      ViolationsIn("auto t = steady_clock::now();  // determinism: progress display, outside of runs"),
      IsEmpty());
  EXPECT_THAT(ViolationsIn("auto t = steady_clock::now();  // determinism:   "), SizeIs(1)) << "no reason";
  EXPECT_THAT(ViolationsIn("// determinism: for the next line\nauto t = steady_clock::now();"), SizeIs(1));
}

}  // namespace
}  // namespace fencepost
