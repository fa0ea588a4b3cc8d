// A run of any simulation as a Chrome trace.
#include "sim/core/report/chrome_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/chrome_trace_check.h"
#include "tests/unit/sim/core/report/hostile_run.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;

TEST(ChromeTrace, IsWhatTheFormatAsksFor) {
  toy::Run run;
  run.Event(1ms, toy::Run::kAsker1, toy::Asked{"tea"})
      .Note(1ms, toy::Run::kAsker1, MessageSent{1, toy::Run::kServer1, 2ms, false})
      .Note(1ms, toy::Run::kAsker1, MessageSent{2, toy::Run::kServer1, 2ms, true})
      .Note(2ms, toy::Run::kServer1, MessageArrived{1})
      .Event(5ms, kWorldActor, InvariantBroken{"politeness", "no tea"});
  Narration narration = run.Told(run.Fails("no tea"));
  narration.timeline.bands = {Band{1, 1ms, 2ms, 7}, Band{1, 2ms, 3ms, 8}};
  narration.timeline.spans = {Span{0, 1ms, 4ms, 0, SpanEnd::kDone, "tea", "served", "T1"}};
  ChromeTraceCheck check(narration.timeline);
  check.Run();
  for (const char* const phase : {"M", "X", "i", "C", "s", "f"}) EXPECT_GT(check.Phases()[phase], 0) << phase;
  for (const char* const name : {"asker-1", "server-1", "world", "asker-1 asks for tea", "T1: tea",
                                 "lost: to server-1", "from asker-1", "version of server-1"}) {
    EXPECT_TRUE(check.Names().contains(name)) << name;
  }
}

TEST(ChromeTrace, OfHostileTextsStillParses) {
  const Narration narration = toy::HostileRun();
  ChromeTraceCheck check(narration.timeline);
  for (const std::string& text : toy::HostileTexts()) {
    if (text.starts_with("no UTF-8")) continue;
    EXPECT_TRUE(check.Names().contains(text + " asks for " + text)) << text;
  }
}

}  // namespace
}  // namespace fencepost::sim
