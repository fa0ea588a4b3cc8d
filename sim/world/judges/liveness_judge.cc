#include "sim/world/judges/liveness_judge.h"

#include <fmt/format.h>

#include <utility>

#include "model/invariants/invariants.h"
#include "sim/world/events/client_events.h"
#include "sim/world/events/node_events.h"
#include "sim/world/judges/model_verdict.h"

namespace fencepost::sim {

using How = model::Standstill::How;

LivenessJudge::LivenessJudge(Stage* stage, const CatalogRecord* record, std::chrono::milliseconds settle)
    : stage_(stage), record_(record), settle_(settle) {
  Events& events = stage->events();
  events.Subscribe<WatcherStopped>([this](ActorId node, const WatcherStopped& stopped) {
    const std::string_view name = stage_->NameOf(node);
    Take(name, How::kWatcherStopped,
         fmt::format("the watcher of {} stopped: {}", name, std::string(stopped.status.message())));
  });
  events.Subscribe<ClientGaveUp>([this](ActorId client, const ClientGaveUp& gave_up) {
    const std::string_view name = stage_->NameOf(client);
    Take(
        name, How::kGaveUpThroughOneCache,
        fmt::format("{} gave up after {} attempts through one cache, the last at version {}, with version {} "
                    "durable: {}",
                    name, gave_up.attempts, gave_up.pin.pinned() ? gave_up.pin.version().value : 0,
                    record_->newest().value, std::string(gave_up.status.message())));
  });
}

void LivenessJudge::Take(std::string_view actor, How how, std::string sentence) {
  model::Violation violation;
  violation.invariant = model::kLiveness;
  violation.sentence = std::move(sentence);
  violation.detail = model::Standstill{how, std::string(actor)};
  stage_->verdicts().Take(AsViolation(std::move(violation)));
}

std::string LivenessJudge::AfterHealing() const {
  return fmt::format("{} ms after healing", settle_.count());
}

void LivenessJudge::JudgeUnfinished(std::string_view actor, std::string_view what) {
  Take(actor, How::kUnfinished, fmt::format("{}, {} has not finished {}", AfterHealing(), actor, what));
}

void LivenessJudge::JudgeBehind(const Standing& standing) {
  std::string where = fmt::format("{} is down", standing.node);
  if (standing.is_up && !standing.has_bootstrapped) {
    where = fmt::format("{} has not started up", standing.node);
  } else if (standing.is_up) {
    where = fmt::format("the engine of {} is at version {}", standing.node, standing.version.value);
  }
  Take(standing.node, How::kNodeBehind,
       fmt::format("{}, {}, the durable catalog at version {}", AfterHealing(), where,
                   record_->newest().value));
}

}  // namespace fencepost::sim
