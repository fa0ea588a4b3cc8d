// GCC 12 miscompiles some coroutines: an aggregate temporary or a braced list within the full expression of a
// co_await is destroyed twice or crashes the compiler, and so is a co_await in a branch of `?:`. Nobody can
// be expected to remember that, so this test does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:";

bool IsBlank(char c) { return c == ' ' || c == '\n' || c == '\t'; }

// The code before `position`, without the blanks in between.
std::string_view CodeBefore(std::string_view code, std::size_t position) {
  while (position > 0 && IsBlank(code[position - 1])) --position;
  return code.substr(0, position);
}

bool EndsWithWord(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && IsWordAt(text, text.size() - word.size(), word);
}

// Whether the brace at `open` begins a block of statements and not a list of initialisers.
bool OpensBlock(std::string_view code, std::size_t open) {
  const std::string_view before = CodeBefore(code, open);
  if (before.empty()) return true;
  if (std::string_view(")>;{}:").find(before.back()) != std::string_view::npos) return true;
  for (const std::string_view word : {"else", "do", "try", "mutable", "noexcept", "const", "override"}) {
    if (EndsWithWord(before, word)) return true;
  }
  // A trailing return type: `-> Name {`.
  const std::size_t name = before.find_last_not_of(kNameCharacters);
  return name != std::string_view::npos && CodeBefore(before, name + 1).ends_with("->");
}

// The full expression around the co_await at `at`: back to the statement's begin, on to its end.
struct Expression {
  std::size_t begin;
  std::size_t end;
  bool in_braced_list;
};

// Where the bracket that closes at `close` opens, or 0.
std::size_t OpeningBrace(std::string_view code, std::size_t close) {
  int depth = 0;
  for (std::size_t i = close + 1; i > 0; --i) {
    if (code[i - 1] == '}') ++depth;
    if (code[i - 1] == '{' && --depth == 0) return i - 1;
  }
  return 0;
}

Expression ExpressionAround(std::string_view code, std::size_t at) {
  Expression expression = {0, code.size(), false};
  for (std::size_t i = at; i > 0; --i) {
    const char c = code[i - 1];
    if (c != ';' && c != '{' && c != '}') continue;
    if (c == '}') {
      const std::size_t open = OpeningBrace(code, i - 1);
      const bool is_braced_list = !OpensBlock(code, open);
      if (is_braced_list) {
        i = open + 1;
        continue;
      }
    }
    expression.begin = i;
    expression.in_braced_list = c == '{' && !OpensBlock(code, i - 1);
    break;
  }
  int open = 0;
  for (std::size_t i = expression.begin; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '(') ++open;
    if (c == ')') --open;
    const bool ends_header = i > at && c == '{' && open <= 0 && OpensBlock(code, i);
    if (i > at && (c == ';' || c == '}' || ends_header)) {
      expression.end = i;
      break;
    }
    // A braced list is part of the expression, with all that it holds.
    if (i > at && c == '{') i = ClosingBracket(code, i);
  }
  return expression;
}

std::vector<std::string> CoroutineViolations(const SourceFile& file) {
  constexpr std::string_view kAwait = "co_await";
  const std::string code = BlankOutNonCode(file.text);
  std::vector<std::string> findings;
  for (std::size_t at = code.find(kAwait); at != std::string::npos; at = code.find(kAwait, at + 1)) {
    if (!IsWordAt(code, at, kAwait)) continue;
    const Expression expression = ExpressionAround(code, at);
    const std::string_view within =
        std::string_view(code).substr(expression.begin, expression.end - expression.begin);
    if (expression.in_braced_list || within.find('{') != std::string_view::npos) {
      findings.push_back(Finding(file.path, file.text, at,
                                 "a brace in the full expression of a co_await, which GCC 12 miscompiles: "
                                 "make it a named local before, and std::move it in."));
    }
    if (within.find('?') != std::string_view::npos) {
      findings.push_back(Finding(file.path, file.text, at,
                                 "?: in the full expression of a co_await, which GCC 12 miscompiles: "
                                 "use an if, or await into a named local first."));
    }
  }
  return findings;
}

std::vector<std::string> ViolationsIn(std::string_view snippet) {
  return CoroutineViolations({"snippet.cc", std::string(snippet)});
}

TEST(CoroutineLint, NoAwaitSharesItsExpressionWithABraceOrAConditional) {
  const std::vector<SourceFile> sources = ReadSources({"lib", "model", "sim", "tests", "fuzz"});
  ASSERT_GT(sources.size(), 50u) << "the sources were not found";
  for (const SourceFile& file : sources) EXPECT_THAT(CoroutineViolations(file), IsEmpty());
}

TEST(CoroutineLint, FindsBracesWithFileAndLine) {
  EXPECT_THAT(ViolationsIn("void f() {\n  g();\n  co_await f(Req{a, b, {}});\n}\n"),
              ElementsAre(HasSubstr("snippet.cc:3: a brace in the full expression of a co_await")));
  EXPECT_THAT(ViolationsIn("{ auto x = co_await f({.key = k}); }"), SizeIs(1));
  EXPECT_THAT(ViolationsIn("{ auto x = (co_await f(a, b)) + g({1}); }"), SizeIs(1));
  EXPECT_THAT(ViolationsIn("{ co_await f([&] { g(); }); }"), SizeIs(1));
  EXPECT_THAT(ViolationsIn("{ co_await f(a,\n      Reply{b}); }"), SizeIs(1));
  EXPECT_THAT(ViolationsIn("{ Reply reply{co_await f()}; }"), SizeIs(1));
  EXPECT_THAT(ViolationsIn("{ g(Req{a}, co_await f()); }"), SizeIs(1));
  EXPECT_THAT(ViolationsIn("{ g(Req{a, co_await f()}); }"), SizeIs(1));
  EXPECT_THAT(ViolationsIn("{ co_return Result{co_await f()}; }"), SizeIs(1));
  EXPECT_THAT(ViolationsIn("{ if (co_await f(Req{a})) { g(); } }"), SizeIs(1));
}

TEST(CoroutineLint, FindsConditionals) {
  EXPECT_THAT(ViolationsIn("{ auto x = c ? co_await f() : co_await g(); }"), SizeIs(2));
  EXPECT_THAT(ViolationsIn("{ auto x = co_await f(c ? a : b); }"), SizeIs(1));
  EXPECT_THAT(ViolationsIn("{ if (co_await f() ? a : b) g(); }"), SizeIs(1));
}

TEST(CoroutineLint, LeavesEverythingElseAlone) {
  EXPECT_THAT(ViolationsIn("{ Req req{a, b, {}};\n co_await f(std::move(req)); }"), IsEmpty());
  EXPECT_THAT(ViolationsIn("Awaitable<void> F() { co_await f(std::string(\"{?}\")); }"), IsEmpty());
  EXPECT_THAT(ViolationsIn("{ if (co_await f(a)) { g(Req{b}); } }"), IsEmpty());
  EXPECT_THAT(ViolationsIn("{ while (!(co_await f(a)).ok()) { x = c ? a : b; } }"), IsEmpty());
  EXPECT_THAT(ViolationsIn("{ for (int i = 0; i < n; ++i) { co_await f(i); } Req r{1}; }"), IsEmpty());
  EXPECT_THAT(ViolationsIn("auto f = [&]() -> Awaitable<void> { co_await g(); };\nint x = c ? 1 : 2;"),
              IsEmpty());
  EXPECT_THAT(ViolationsIn("auto f = [&]() -> sim::Task { co_await g(); };"), IsEmpty());
  EXPECT_THAT(ViolationsIn("{ struct S { int x; };\n  { f(); }\n  co_await g(); }"), IsEmpty());
  EXPECT_THAT(ViolationsIn("auto f = [&]() mutable { co_await g(); };"), IsEmpty());
  EXPECT_THAT(ViolationsIn("{ switch (x) { case kA: { co_await f(); } } }"), IsEmpty());
  EXPECT_THAT(ViolationsIn("// co_await f(Req{a})\n/* co_await f(c ? a : b) */"), IsEmpty());
  EXPECT_THAT(ViolationsIn("{ auto x = \"co_await f({1})\"; auto y = R\"(co_await f({1}))\"; }"), IsEmpty());
}

}  // namespace
}  // namespace fencepost
