#include "sim/world/world_vocabulary.h"

#include <vector>

#include "model/invariants/invariants.h"
#include "sim/core/network/network_events.h"
#include "sim/world/actor_kinds.h"
#include "sim/world/fault_kinds.h"
#include "sim/world/mark_kinds.h"
#include "sim/world/narration/event_words.h"

namespace fencepost::sim {
namespace {

// The model's invariants as kinds of the simulator. They live as long as the program.
const std::vector<InvariantKind>& InvariantKinds() {
  static const std::vector<InvariantKind> kinds = [] {
    std::vector<InvariantKind> all;
    for (const auto& invariant : model::AllInvariants()) all.emplace_back(invariant.name, invariant.summary);
    return all;
  }();
  return kinds;
}

}  // namespace

void AddWorld(Vocabulary* vocabulary) {
  AddNetwork(vocabulary);
  for (const FaultKind* const fault : faults::kOfThisWorld) vocabulary->faults.Add(*fault);
  for (const MarkKind* const mark : marks::kAll) vocabulary->marks.Add(*mark);
  for (const InvariantKind& invariant : InvariantKinds()) vocabulary->invariants.Add(invariant);
  for (const ActorKind* const actor : actors::kOfThisWorld) vocabulary->actors.Add(*actor);
  AddEventWords(vocabulary);
  vocabulary->interchangeable.push_back(Interchangeable{{"node", "target"}, {"node-", "replica-"}});
  vocabulary->interchangeable.push_back(Interchangeable{{"key"}, {}});
}

const Vocabulary& WorldVocabulary() {
  static const Vocabulary* const vocabulary = [] {
    auto* const made = new Vocabulary();  // never deleted: counts and scenarios point at its lists
    AddWorld(made);
    return made;
  }();
  return *vocabulary;
}

}  // namespace fencepost::sim
