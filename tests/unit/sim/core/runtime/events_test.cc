// Who is told of what: subscribers by type, and the trace.
#include "sim/core/runtime/events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "sim/core/choices/recorded_driver.h"
#include "tests/support/told.h"

namespace fencepost::sim {
namespace {

using testing::ElementsAre;

struct Other {
  static constexpr EventKind kKind{"other", "test"};
  template <class Visitor>
  void Fields(Visitor&) const {}
};

class EventsTest : public testing::Test {
 protected:
  Choices choices_{RecordedDriver::Make({}).value()};
  Trace trace_{TraceDetail::kEvents};
  Scheduler scheduler_{&choices_, &trace_};
  Events events_{&scheduler_, &trace_};
};

TEST_F(EventsTest, SubscribersAreToldOfTheirTypeAloneInTheOrderInWhichTheySubscribed) {
  std::vector<std::string> log;
  events_.Subscribe<Told>([&](ActorId actor, const Told& event) {
    log.push_back("first: " + std::to_string(actor) + " " + event.text);
    EXPECT_EQ(trace_.events(), 1u) << "the trace has it first";
  });
  events_.Subscribe<Other>([&](ActorId, const Other&) { log.push_back("other"); });
  events_.Subscribe<Told>([&](ActorId, const Told& event) { log.push_back("second: " + event.text); });
  events_.Emit(3, Told{"a"});
  EXPECT_THAT(log, ElementsAre("first: 3 a", "second: a"));
  log.clear();
  events_.Emit(3, Other());
  EXPECT_THAT(log, ElementsAre("other"));
}

TEST_F(EventsTest, ANoteIsKeptButNotFoldedAndAShownEventIsNeither) {
  std::vector<std::string> log;
  events_.Subscribe<Told>([&](ActorId, const Told& event) { log.push_back(event.text); });
  const TraceHash before = trace_.hash();
  events_.Note(1, Told{"note"});
  events_.Show(1, Told{"shown"});
  EXPECT_THAT(log, ElementsAre("note", "shown"));
  EXPECT_EQ(trace_.hash(), before);
  ASSERT_EQ(trace_.KeptEvents().size(), 1u);
  EXPECT_TRUE(trace_.KeptEvents().front().is_note);
  events_.Emit(1, Told{"event"});
  EXPECT_NE(trace_.hash(), before);
}

}  // namespace
}  // namespace fencepost::sim
