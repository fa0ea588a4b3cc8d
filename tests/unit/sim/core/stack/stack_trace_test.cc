#include "sim/core/stack/stack_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/core/stack/line_lookup.h"

namespace fencepost::sim {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

auto FrameIs(const std::string& function, const std::string& place) {
  return AllOf(Field(&StackFrame::function, function), Field(&StackFrame::place, place));
}

[[gnu::noinline]] StackTrace TakeTrace() {
  StackTrace trace = StackTrace::Capture();
  return trace;
}

TEST(StackTrace, NamesTheCallsTheInnermostFirst) {
  const StackTrace trace = TakeTrace();
  const std::vector<StackFrame> frames = trace.Names();
  ASSERT_GE(frames.size(), 2u);
  EXPECT_EQ(frames[0].function, "fencepost::sim::(anonymous namespace)::TakeTrace()");
  EXPECT_THAT(frames[1].function, HasSubstr("NamesTheCallsTheInnermostFirst"));
}

TEST(StackTrace, KnowsFilesAndLinesWhereThereIsDebuggingInformation) {
  const std::vector<StackFrame> frames = TakeTrace().NamesAndPlaces();
  ASSERT_FALSE(frames.empty());
  EXPECT_THAT(frames[0].function, HasSubstr("TakeTrace"));
  EXPECT_THAT(frames[0].place, HasSubstr("stack_trace_test.cc:"));
}

TEST(StackTrace, EqualTracesCameFromTheSamePlace) {
  std::vector<StackTrace> traces;
  for (int i = 0; i < 2; ++i) traces.push_back(TakeTrace());
  EXPECT_EQ(traces[0], traces[1]);
  EXPECT_FALSE(traces[0] == TakeTrace());
}

TEST(StackTrace, TemplateArgumentsAreLeftOut) {
  EXPECT_EQ(WithoutTemplateArguments("std::map<int, A<B> >::find(int const&)"),
            "std::map<>::find(int const&)");
  EXPECT_EQ(WithoutTemplateArguments("operator<(A<B> const&, A<B>)"), "operator<(A<> const&, A<>)");
  EXPECT_EQ(WithoutTemplateArguments("A<int>::operator<< <char>(char)"), "A<>::operator<< <>(char)");
  EXPECT_EQ(WithoutTemplateArguments("A::operator->() const"), "A::operator->() const");
  EXPECT_EQ(WithoutTemplateArguments("f(decltype(a->b))"), "f(decltype(a->b))");
  EXPECT_EQ(WithoutTemplateArguments("main"), "main");
}

TEST(StackTrace, TheFirstOwnFrameIsNobodyElses) {
  const std::vector<StackFrame> frames = {
      {"std::chrono::_V2::steady_clock::now()", ""},
      {"boost::asio::detail::start()", ""},
      {"start_thread", "/usr/include/boost/asio/detail/posix_thread.ipp:59"},
      {"mine::Retry()", "retry.cc:3"},
      {"main", ""}};
  EXPECT_EQ(FirstOwnFrame(frames)->function, "mine::Retry()");
  EXPECT_EQ(FirstOwnFrame(std::span(frames).first(3)), std::nullopt);
  EXPECT_EQ(FormatStack(std::span(frames).subspan(3)), "  #0 mine::Retry()  retry.cc:3\n  #1 main\n");
}

TEST(LineLookup, ReadsWhatTheProgramsPrint) {
  const auto frames = ParseAddr2Line(
      "0x0000000000401136\ninlined()\n/src/a.cc:3\nf<int>(int)\n/src/a.cc:10 (discriminator 2)\n"
      "0x0000000000000001\n??\n??:0\n"
      "0x401200\nnamed\n??:?\n");
  ASSERT_EQ(frames.size(), 3u);
  EXPECT_THAT(frames[0],
              ElementsAre(FrameIs("inlined()", "/src/a.cc:3"), FrameIs("f<>(int)", "/src/a.cc:10")));
  EXPECT_THAT(frames[1], IsEmpty());
  EXPECT_THAT(frames[2], ElementsAre(FrameIs("named", "")));
  EXPECT_THAT(ParseAddr2Line(""), IsEmpty());
  EXPECT_THAT(ParseAddr2Line("nonsense"), IsEmpty());
}

}  // namespace
}  // namespace fencepost::sim
