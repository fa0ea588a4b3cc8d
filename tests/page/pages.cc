#include "tests/page/pages.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>

#include "sim/core/report/timeline.h"
#include "sim/world/run.h"
#include "tests/sim/kept_failures.h"
#include "tests/sim/worlds.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kNodes = 5;
constexpr std::uint64_t kGroups = 4;
constexpr std::uint64_t kClients = 12;
constexpr std::uint64_t kMovers = 2;

class MadeUp {
 public:
  MadeUp() {
    trace_.NoteActor(0, "world");
    for (std::uint64_t i = 0; i < kNodes; ++i) trace_.NoteActor(Node(i), fmt::format("node-{}", i + 1));
    for (std::uint64_t i = 0; i < kClients; ++i) trace_.NoteActor(Client(i), fmt::format("client-{}", i + 1));
    for (std::uint64_t i = 0; i < kMovers; ++i) trace_.NoteActor(Mover(i), fmt::format("mover-{}", i + 1));
    NewVersion();
    for (std::uint64_t i = 0; i < kNodes; ++i) {
      Tell(Node(i), fmt::format("node-{} starts", i + 1));
      Tell(Node(i), fmt::format("node-{} is at version 1", i + 1));
    }
  }

  Timeline Run(std::size_t events) {
    while (told_ < events) {
      for (std::uint64_t i = 0; i < kClients; ++i) Transaction(i);
      if (++rounds_ % 8 == 0) Move();
      if (rounds_ % 5 == 0) Trouble();
    }
    RunOutcome outcome;
    outcome.steps = told_ * 4;
    outcome.simulated = outcome.violated_at = now_ + 1ms;
    outcome.violation = model::Violation{
        "lost-write",
        fmt::format(
            "client-{} was told that {} was appended to key \"k003\"; in the end it is lost: the list of "
            "key \"k003\" in group 1, its owner, is []",
            lost_client_ + 1, lost_)};
    Tell(0, "violation of lost-write: " + outcome.violation->sentence);
    return BuildTimeline(trace_, outcome, RunTitle{"made-up", "a run of any size", "none: it was made up"});
  }

 private:
  static ActorId Node(std::uint64_t i) { return static_cast<ActorId>(1 + i); }
  static ActorId Client(std::uint64_t i) { return static_cast<ActorId>(1 + kNodes + i); }
  static ActorId Mover(std::uint64_t i) { return static_cast<ActorId>(1 + kNodes + kClients + i); }

  void Tell(ActorId actor, const std::string& sentence) {
    trace_.Event(now_, actor, sentence);
    ++told_;
  }

  void Send(ActorId from, ActorId to, bool lost = false) {
    trace_.notes()->messages.push_back(
        {from, to, now_, now_ + 900us, lost ? TraceNotes::Fate::kNeverSent : TraceNotes::Fate::kArrived});
  }

  void Log(std::uint64_t group, const std::string& entry) {
    const std::uint64_t index = ++logs_[group];
    Tell(0, fmt::format("log of group {} [{}]: {}", group + 1, index, entry));
    for (std::uint64_t i = 0; i < 3; ++i) {
      const std::uint64_t node = (group + i) % kNodes;
      Tell(Node(node), fmt::format("node-{} applies [{}] of group {}: {}", node + 1, index, group + 1,
                                   index % 40 == 0 ? "OwnershipMoved: the key has another owner" : "OK"));
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
    Tell(Client(client), fmt::format("client-{} begins: append {} to k{:03}", client + 1, id, key));
    Send(Client(client), Node(group));
    now_ += 300us;
    if (id % 23 == 0) {
      Tell(Client(client),
           fmt::format("client-{} is refused: OwnershipMoved: key \"k{:03}\"", client + 1, key));
    }
    Log(group, fmt::format("commit transaction {} at {} (append {} to \"k{:03}\" under epoch 1)", id, 2 * id,
                           id, key));
    now_ += 200us;
    Send(Node(group), Client(client), id % 31 == 0);
    Tell(Client(client),
         fmt::format("client-{} is told that it has committed: append {} to k{:03}", client + 1, id, key));
  }

  void NewVersion() {
    const std::uint64_t version = ++version_;
    Tell(0, fmt::format("the catalog is at version {} with {} routes", version, kGroups));
    TraceNotes::CatalogVersion note{now_, version, {}};
    for (std::uint64_t group = 0; group < kGroups; ++group) {
      note.routes.push_back({group == 0
                                 ? "[\"\", \"k010\")"
                                 : fmt::format("[\"k{:03}\", \"k{:03}\")", group * 10, group * 10 + 10),
                             (group + version) % kGroups + 1, "active"});
    }
    trace_.notes()->catalog.push_back(std::move(note));
  }

  void Move() {
    const std::uint64_t mover = version_ % kMovers;
    Tell(Mover(mover),
         fmt::format("mover-{} begins move {} of [\"\", \"k010\") from group 1 to group 2, moving", mover + 1,
                     version_));
    Send(Mover(mover), Node(0));
    now_ += 2ms;
    Log(0, fmt::format("fence [\"\", \"k010\") epoch {}", version_));
    Log(1, fmt::format("copy [\"\", \"k010\") for epoch {} (3 keys)", version_));
    NewVersion();
    now_ += 1ms;
    Tell(Mover(mover),
         fmt::format("mover-{} drove move {} of [\"\", \"k010\") from group 1 to group 2, moving: done",
                     mover + 1, version_ - 1));
    for (std::uint64_t i = 0; i < kNodes; ++i) {
      now_ += 3ms;
      Tell(Node(i), fmt::format("node-{} is at version {}", i + 1, version_));
    }
    trace_.notes()->happenings.push_back({now_, Node(0), "version-skipped", false});
  }

  void Trouble() {
    const std::uint64_t node = rounds_ / 5 % kNodes;
    Tell(Node(node), fmt::format("node-{} crashes", node + 1));
    now_ += 5ms;
    Tell(Node(node), fmt::format("node-{} starts", node + 1));
    Tell(Node(node), fmt::format("node-{} is at version {}", node + 1, version_));
  }

  Trace trace_{TraceDetail::kText};
  std::chrono::nanoseconds now_{0};
  std::size_t told_ = 0;
  std::uint64_t rounds_ = 0;
  std::uint64_t version_ = 0;
  std::uint64_t transactions_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t lost_client_ = 0;
  std::uint64_t logs_[kGroups] = {};
};

}  // namespace

Timeline KeptFailureOf(std::string_view invariant) {
  for (const std::string& path : KeptFailures()) {
    const Timeline timeline = TimelineOfKeptFailure(path);
    if (timeline.violation.has_value() && timeline.violation->invariant == invariant) return timeline;
  }
  ADD_FAILURE() << "no failure of " << invariant << " is kept";
  return Timeline();
}

Timeline BusiestRunOf(const std::string& name) {
  constexpr std::uint64_t kSeeds = 40;
  const Scenario scenario = RepositoryScenario(name);
  std::optional<Timeline> busiest;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Trace trace(TraceDetail::kText);
    const RunOutcome outcome = RunSeed(scenario, seed, &trace);
    if (busiest.has_value() && trace.TextEvents().size() <= busiest->events.size()) continue;
    busiest = BuildTimeline(
        trace, outcome,
        RunTitle{name, scenario.summary, fmt::format("fencepost replay {} --seed {}", name, seed)});
  }
  return *std::move(busiest);
}

Timeline MadeUpRun(std::size_t events) { return MadeUp().Run(events); }

}  // namespace fencepost::sim
