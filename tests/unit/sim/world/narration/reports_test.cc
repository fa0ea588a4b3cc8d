// Reports of whole runs of our world: looking at a run does not change it, and nothing that it has is
// missing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "sim/core/report/page.h"
#include "tests/sim/kept_failures.h"
#include "tests/support/chrome_trace_check.h"

namespace fencepost::sim {
namespace {

TEST(Reports, LookingAtARunDoesNotChangeIt) {
  for (const char* const name : {"kitchen-sink", "moves", "fence-published", "follower-reads"}) {
    const ScenarioSimulation simulation(RepositoryScenario(name));
    const WorldNarrator narrator(&simulation.vocabulary());
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      Trace unseen(TraceDetail::kHashOnly);
      const RunOutcome alone = RunSeed(simulation, seed, &unseen);
      Trace seen(TraceDetail::kEvents);
      const RunOutcome watched = RunSeed(simulation, seed, &seen);
      const Narration told = narrator.Narrate(seen, watched, RunTitle{name, "", ""});
      EXPECT_TRUE(unseen.KeptEvents().empty());
      EXPECT_FALSE(told.timeline.events.empty()) << name << " seed " << seed;
      EXPECT_EQ(FormatTraceHash(alone.hash), FormatTraceHash(watched.hash)) << name << " seed " << seed;
      EXPECT_EQ(FormatTraceHash(alone.hash), FormatTraceHash(seen.hash())) << name << " seed " << seed;
      EXPECT_EQ(told.timeline.trace_hash, FormatTraceHash(alone.hash)) << name << " seed " << seed;
      EXPECT_EQ(alone.steps, watched.steps) << name << " seed " << seed;
    }
  }
}

TEST(Reports, TheChromeTraceOfARunThatHasAllThereIsHasEveryPartOfTheFormat) {
  const Narration told = NarrationOfSeed("kitchen-sink", 1);
  ChromeTraceCheck check(told.timeline);
  check.Run();
  for (const char* const phase : {"M", "X", "i", "C", "s", "f"}) EXPECT_GT(check.Phases()[phase], 0) << phase;
  for (const char* const name : {"catalog", "group-1", "node-1", "world"}) {
    EXPECT_TRUE(check.Names().contains(name)) << name;
  }
}

}  // namespace
}  // namespace fencepost::sim
