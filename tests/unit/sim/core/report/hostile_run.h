// A run in which every name and every text is something that a careless page would take for markup. Whatever
// a text has in it, it is data.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "tests/support/toy_run.h"

namespace fencepost::sim::toy {

inline std::vector<std::string> HostileTexts() {
  return {
      "</script><img src=x onerror=alert(1)>",
      "</SCRIPT ><script>alert(1)</script><!--",
      "\"quotes\" and 'others' and \\ and `ticks` ${1}",
      std::string("control \0\x01\x1f\x7f\n\r\t bytes", 21),
      "no UTF-8: \xff\xfe\xc3( \xed\xa0\x80 \xf0\x9f",
      "separators \xe2\x80\xa8 and \xe2\x80\xa9",
      "@DATA@ &amp; &lt;",
  };
}

inline Narration HostileRun() {
  Trace trace(TraceDetail::kEvents);
  ActorId actor = 0;
  std::string all;
  for (const std::string& text : HostileTexts()) {
    all += text;
    trace.NameActor(++actor, text, kAsker);
    trace.Event(std::chrono::milliseconds(actor), actor, Asked{text});
  }
  RunOutcome outcome;
  outcome.simulated = outcome.violated_at = std::chrono::seconds(1);
  outcome.violation = Violation{};
  outcome.violation->invariant = "politeness";
  outcome.violation->sentence = all;
  Narration narration = Narrator(&Words()).Narrate(trace, outcome, RunTitle{all, all, all});
  Timeline& timeline = narration.timeline;
  for (const std::string& text : HostileTexts()) {
    timeline.snapshots.push_back(Snapshot{0, std::chrono::milliseconds(1), 1, {text}});
    timeline.spans.push_back(Span{0, std::chrono::milliseconds(1), std::chrono::milliseconds(2), 0,
                                  SpanEnd::kRefused, text, text, text});
    timeline.events.front().brief += text;
  }
  timeline.cycle = SpanCycle{all, all, {0}, {SpanCycle::Edge{0, 0, all, all}}, {all}};
  return narration;
}

}  // namespace fencepost::sim::toy
