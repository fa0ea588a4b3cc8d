#include "sim/world/narration/world_narrator.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "sim/core/runtime/core_events.h"
#include "sim/world/narration/anomaly_words.h"
#include "sim/world/narration/violation_words.h"
#include "sim/world/narration/world_story.h"
#include "sim/world/narration/world_timeline.h"

namespace fencepost::sim {
namespace {

// The judge's own sentence calls clients by the processes and lines of their history.
void RetellIsolation(WorldTimeline* world) {
  Timeline& timeline = world->timeline;
  if (!timeline.violation.has_value()) return;
  const auto* const isolation = DetailOf<model::NotIsolated>(*timeline.violation);
  if (isolation == nullptr || isolation->what != model::NotIsolated::What::kLists) return;
  if (!isolation->explanation.has_value()) return;
  timeline.cycle = TellAnomaly(world, *isolation->explanation);
  if (!timeline.cycle.has_value()) return;
  timeline.violation->sentence =
      fmt::format("what clients saw of lists has no explanation: {}", timeline.cycle->name);
  for (std::size_t event = 0; event < world->told.size(); ++event) {
    const auto* const broken = world->As<InvariantBroken>(event);
    if (broken == nullptr) continue;
    timeline.events[event].text =
        fmt::format("violation of {}: {}", broken->invariant, timeline.violation->sentence);
  }
}

}  // namespace

Narration WorldNarrator::Narrate(const Trace& trace, const RunOutcome& outcome, RunTitle title) const {
  WorldTimeline world = BuildWorldTimeline(vocabulary(), trace, outcome, std::move(title));
  RetellIsolation(&world);
  Narration narration;
  narration.story = BuildWorldStory(vocabulary(), world);
  narration.timeline = std::move(world.timeline);
  return narration;
}

}  // namespace fencepost::sim
