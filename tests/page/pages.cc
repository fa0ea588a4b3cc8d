#include "tests/page/pages.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>

#include "fencepost/base/error.h"
#include "model/invariants/invariants.h"
#include "model/invariants/violation.h"
#include "sim/world/actor_kinds.h"
#include "sim/world/events/catalog_events.h"
#include "sim/world/events/client_events.h"
#include "sim/world/events/group_events.h"
#include "sim/world/events/move_events.h"
#include "sim/world/events/node_events.h"
#include "sim/world/mark_kinds.h"
#include "sim/world/narration/world_narrator.h"
#include "sim/world/world_vocabulary.h"
#include "tests/sim/kept_failures.h"
#include "tests/support/toy_run.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kNodes = 5;
constexpr std::uint64_t kGroups = 4;
constexpr std::uint64_t kClients = 12;
constexpr std::uint64_t kMovers = 2;
constexpr ActorKind kWorldKind{"world", "the world itself"};

class MadeUp {
 public:
  MadeUp() {
    trace_.NameActor(kWorldActor, "world", kWorldKind);
    for (std::uint64_t i = 0; i < kNodes; ++i)
      trace_.NameActor(Node(i), fmt::format("node-{}", i + 1), actors::kNode);
    for (std::uint64_t i = 0; i < kClients; ++i)
      trace_.NameActor(Client(i), ClientName(i), actors::kTransactor);
    for (std::uint64_t i = 0; i < kMovers; ++i)
      trace_.NameActor(Mover(i), fmt::format("mover-{}", i + 1), actors::kMover);
    NewVersion();
    for (std::uint64_t i = 0; i < kNodes; ++i) {
      Tell(Node(i), NodeStarted{1});
      Tell(Node(i), EngineReached{Version(0), Version(1)});
    }
  }

  Narration Run(std::size_t events) {
    while (told_ < events) {
      for (std::uint64_t i = 0; i < kClients; ++i) Transaction(i);
      if (++rounds_ % 8 == 0) Move();
      if (rounds_ % 5 == 0) Trouble();
    }
    RunOutcome outcome;
    outcome.steps = told_ * 4;
    outcome.simulated = outcome.violated_at = now_ + 1ms;
    Violation violation;
    violation.invariant = model::kLostWrite;
    violation.sentence = fmt::format(
        "{} was told that {} was appended to key \"k003\"; in the end it is lost: the list of key \"k003\" "
        "in group 1, "
        "its owner, is []",
        ClientName(lost_client_), lost_);
    violation.subjects = {"k003"};
    violation.detail = model::ViolationDetail(
        model::LostWrite{"k003", static_cast<std::int64_t>(lost_), ClientName(lost_client_), 0, GroupId(1)});
    Tell(kWorldActor, InvariantBroken{violation.invariant, violation.sentence});
    outcome.violation = std::move(violation);
    return WorldNarrator(&WorldVocabulary())
        .Narrate(trace_, outcome, RunTitle{"made-up", "a run of any size", "none: it was made up"});
  }

 private:
  static ActorId Node(std::uint64_t i) { return static_cast<ActorId>(1 + i); }
  static ActorId Client(std::uint64_t i) { return static_cast<ActorId>(1 + kNodes + i); }
  static ActorId Mover(std::uint64_t i) { return static_cast<ActorId>(1 + kNodes + kClients + i); }
  static std::string ClientName(std::uint64_t i) { return fmt::format("client-{}", i + 1); }
  static std::string Key(std::uint64_t key) { return fmt::format("k{:03}", key); }

  template <class E>
  void Tell(ActorId actor, const E& event) {
    trace_.Event(now_, actor, event);
    ++told_;
  }

  // What is not lost arrives later, in the order in which it was sent.
  void Send(ActorId from, ActorId to, bool lost = false) {
    trace_.Note(now_, from, MessageSent{++messages_, to, now_ + 900us, lost});
    if (!lost) trace_.Note(now_ + 900us, to, MessageArrived{messages_});
  }

  void Log(std::uint64_t group, Entry entry) {
    const LogIndex index(++logs_[group]);
    Tell(kWorldActor, EntryAgreed::Kept{GroupId(group + 1), index, std::move(entry)});
    const absl::Status status = index.value % 40 == 0
                                    ? MakeError(Error::kOwnershipMoved, "the key has another owner")
                                    : absl::OkStatus();
    for (std::uint64_t i = 0; i < 3; ++i) {
      Tell(Node((group + i) % kNodes), EntryApplied::Kept{GroupId(group + 1), index, 0, status});
    }
  }

  void Transaction(std::uint64_t client) {
    const std::uint64_t id = ++transactions_;
    const std::uint64_t key = id * 7 % 40;
    const std::uint64_t group = key % kGroups;
    if (key == 3) {
      lost_ = id;
      lost_client_ = client;
    }
    const std::vector<ListStep> steps = {ListStep{Key(key), false, static_cast<std::int64_t>(id)}};
    Tell(Client(client), TransactionBegan{steps});
    Send(Client(client), Node(group));
    now_ += 300us;
    if (id % 23 == 0) {
      Tell(Client(client), ClientRefused{MakeError(Error::kOwnershipMoved, "key " + QuoteKey(Key(key))),
                                         ObservedVersion::Unpinned(), false});
    }
    CommitEntry commit;
    commit.request.id = TransactionId(id);
    commit.request.commit_ts = Timestamp(2 * id);
    KeyWrite write;
    write.key = Key(key);
    write.epoch = OwnershipEpoch(1);
    Operation append;
    append.element = static_cast<std::int64_t>(id);
    write.payload = FormatOperation(append);
    commit.request.part.writes.push_back(std::move(write));
    Log(group, std::move(commit));
    now_ += 200us;
    Send(Node(group), Client(client), id % 31 == 0);
    Tell(Client(client), TransactionCommitted{steps, {{}}});
  }

  void NewVersion() {
    CatalogReached reached;
    reached.version = Version(++version_);
    for (std::uint64_t group = 0; group < kGroups; ++group) {
      RouteDescriptor route;
      route.start = group == 0 ? "" : Key(group * 10);
      route.end = Key(group * 10 + 10);
      route.group_id = GroupId((group + version_) % kGroups + 1);
      reached.routes.push_back(std::move(route));
    }
    Tell(kWorldActor, reached);
  }

  void Move() {
    const std::uint64_t mover = version_ % kMovers;
    MoveRecord move;
    move.range = KeyRange{"", "k010"};
    move.source = GroupId(1);
    move.target = GroupId(2);
    move.epoch = OwnershipEpoch(version_);
    Tell(Mover(mover), MoveBegan{move});
    Send(Mover(mover), Node(0));
    now_ += 2ms;
    Log(0, OwnershipEntry(FenceRange{move.range, move.epoch}));
    Log(1, CopyEntry{move.range, move.epoch, {}});
    NewVersion();
    now_ += 1ms;
    Tell(Mover(mover), MoveDriven{move, absl::OkStatus()});
    for (std::uint64_t i = 0; i < kNodes; ++i) {
      now_ += 3ms;
      Tell(Node(i), EngineReached{Version(version_ - 1), Version(version_)});
    }
    trace_.Note(now_, Node(0), MarkHit{&marks::kVersionSkipped});
  }

  void Trouble() {
    const std::uint64_t node = rounds_ / 5 % kNodes;
    Tell(Node(node), NodeCrashed());
    now_ += 5ms;
    Tell(Node(node), NodeStarted{2});
    Tell(Node(node), EngineReached{Version(0), Version(version_)});
  }

  Trace trace_{TraceDetail::kEvents};
  std::chrono::nanoseconds now_{0};
  std::size_t told_ = 0;
  std::uint64_t messages_ = 0;
  std::uint64_t rounds_ = 0;
  std::uint64_t version_ = 0;
  std::uint64_t transactions_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t lost_client_ = 0;
  std::uint64_t logs_[kGroups] = {};
};

}  // namespace

Narration KeptFailureOf(std::string_view invariant) {
  for (const std::string& path : KeptFailures()) {
    Narration told = NarrationOfKeptFailure(path);
    if (told.timeline.violation.has_value() && told.timeline.violation->invariant == invariant) return told;
  }
  ADD_FAILURE() << "no failure of " << invariant << " is kept";
  return Narration();
}

Narration BusiestRunOf(const std::string& name) {
  constexpr std::uint64_t kSeeds = 40;
  const ScenarioSimulation simulation(RepositoryScenario(name));
  const WorldNarrator narrator(&simulation.vocabulary());
  std::optional<Narration> busiest;
  std::size_t most = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Trace trace(TraceDetail::kEvents);
    const RunOutcome outcome = RunSeed(simulation, seed, &trace);
    const std::size_t kept = trace.KeptEvents().size();
    if (kept <= most) continue;
    most = kept;
    const RunTitle title{name, std::string(simulation.summary()),
                         fmt::format("fencepost replay {} --seed {}", name, seed)};
    busiest = narrator.Narrate(trace, outcome, title);
  }
  return busiest.value_or(Narration());
}

Narration MadeUpRun(std::size_t events) { return MadeUp().Run(events); }

Narration RunOfAToy() {
  toy::Run run;
  for (int i = 0; i < 20; ++i) {
    const auto time = std::chrono::milliseconds(10 * i);
    run.Event(time, toy::Run::kAsker1, toy::Asked{"tea"})
        .Note(time, toy::Run::kAsker1,
              MessageSent{static_cast<std::uint64_t>(i), toy::Run::kServer1, time + 2ms, false})
        .Note(time + 2ms, toy::Run::kServer1, MessageArrived{static_cast<std::uint64_t>(i)})
        .Event(time + 4ms, toy::Run::kServer1, toy::Hummed{440});
  }
  return run.Told(run.Fails("asker-1 has no tea"));
}

}  // namespace fencepost::sim
