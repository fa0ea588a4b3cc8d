#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <string>

#include "sim/world/events/call_events.h"
#include "sim/world/events/client_events.h"
#include "sim/world/narration/event_words.h"

namespace fencepost::sim {
namespace {

using model::history::RegisterKind;

std::string NumberOrNothing(const std::optional<std::int64_t>& value) {
  return value.has_value() ? fmt::format("{}", *value) : "nothing";
}

std::string DescribeStepsSeen(const std::vector<ListStep>& steps,
                              const std::vector<std::vector<std::int64_t>>* observed) {
  std::string text;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (i > 0) text += ", ";
    if (!steps[i].reads) {
      text += fmt::format("append {} to {}", steps[i].element, steps[i].key);
    } else if (observed == nullptr || i >= observed->size()) {
      text += fmt::format("read {}", steps[i].key);
    } else {
      text += fmt::format("{} was [{}]", steps[i].key, fmt::join((*observed)[i], " "));
    }
  }
  return text;
}

std::string TellTransactionBegan(const TransactionBegan& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("{} begins: {}", NameIn(trace, told.actor), DescribeSteps(event.steps));
}

std::string TellTransactionCommitted(const TransactionCommitted& event, const TraceEvent& told,
                                     const Trace& trace) {
  return fmt::format("{} is told that it has committed: {}", NameIn(trace, told.actor), DescribeSteps(event));
}

std::string TellRegisterBegan(const RegisterBegan& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("{} begins: {}", NameIn(trace, told.actor), DescribeRegisterUse(event));
}

std::string TellRegisterDone(const RegisterDone& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("{} is told that it has {}", NameIn(trace, told.actor), DescribeRegisterUse(event));
}

std::string TellClientRefused(const ClientRefused& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("{} is refused: {}{}", NameIn(trace, told.actor), std::string(event.status.message()),
                     event.gives_up ? "; it gives up" : "");
}

std::string TellClientLeftUnknown(const ClientLeftUnknown&, const TraceEvent& told, const Trace& trace) {
  return NameIn(trace, told.actor) + " is left without an answer";
}

std::string TellCallThrew(const CallThrew& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("{} called {}, and it threw: {}", NameIn(trace, told.actor), event.call, event.thrown);
}

std::string TellActorDied(const ActorDied&, const TraceEvent& told, const Trace& trace) {
  return NameIn(trace, told.actor) + " dies";
}

}  // namespace

std::string DescribeSteps(const std::vector<ListStep>& steps) { return DescribeStepsSeen(steps, nullptr); }

std::string DescribeSteps(const TransactionCommitted& committed) {
  return DescribeStepsSeen(committed.steps, &committed.observed);
}

std::string DescribeRegisterUse(const RegisterBegan& began) {
  switch (began.kind) {
    case RegisterKind::kRead:
      return fmt::format("read {}", began.key);
    case RegisterKind::kWrite:
      return fmt::format("write {} to {}", NumberOrNothing(began.value), began.key);
    case RegisterKind::kCas:
      return fmt::format("compare-and-set {} from {} to {}", began.key, NumberOrNothing(began.expected),
                         NumberOrNothing(began.value));
  }
  return "";
}

std::string DescribeRegisterUse(const RegisterDone& done) {
  switch (done.kind) {
    case RegisterKind::kRead:
      return fmt::format("read {} as {}", done.key, NumberOrNothing(done.observed));
    case RegisterKind::kWrite:
      return fmt::format("written {}", done.key);
    case RegisterKind::kCas:
      return fmt::format("compared and set {}", done.key);
  }
  return "";
}

void AddClientWords(Vocabulary* vocabulary) {
  vocabulary->AddEvent<TransactionBegan>(TellTransactionBegan);
  vocabulary->AddEvent<TransactionCommitted>(TellTransactionCommitted);
  vocabulary->AddEvent<RegisterBegan>(TellRegisterBegan);
  vocabulary->AddEvent<RegisterDone>(TellRegisterDone);
  vocabulary->AddEvent<ClientRefused>(TellClientRefused);
  vocabulary->AddEvent<ClientLeftUnknown>(TellClientLeftUnknown);
  vocabulary->AddEvent<ActorDied>(TellActorDied);
  vocabulary->AddEvent<CallThrew>(TellCallThrew);
}

}  // namespace fencepost::sim
