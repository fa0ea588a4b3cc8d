// The variables of the model `move`, unpacked: one key, two groups, and everything on its way between them.
//
// The key is in group 0 under epoch 1 when nothing has happened. Each group is a log that is agreed on, and
// replicas that apply it in order, each at its own pace. Entries that all replicas have applied are
// forgotten: no transition asks for them, so the world is finite without any count of steps. A replica is
// asked nothing but what it has applied.
//
// What is sent stays sent: a message can arrive at any time later, or never, and `repeats_left` of all
// messages arrive again. Writes are numbered by their commit timestamps, which clients draw from clocks that
// nothing keeps together: write w commits at w + 1, whenever it begins.
//
// Values; one representation for each state, so that packed states are equal exactly if worlds are. The order
// of worlds means nothing but that there is one.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/checker/packed_state.h"

namespace fencepost::model {

struct MoveBounds {
  std::uint32_t replicas = 0;  // of each group
  std::uint32_t movers = 0;
  std::uint32_t moves = 0;    // decisions of the catalog: moves, and undone moves too
  std::uint32_t undos = 0;    // how many of the decisions may undo another
  std::uint32_t writes = 0;   // clients that commit in one step
  std::uint32_t txns = 0;     // clients that prepare first; their timestamps are the highest
  std::uint32_t readers = 0;  // 0 or 1
  std::uint32_t crashes = 0;  // of movers and replicas together
  std::uint32_t repeats = 0;  // messages that arrive once more
  std::uint32_t max_log = 0;  // how many entries the slowest replica of a group lags behind at most

  std::uint32_t clients() const { return writes + txns; }
  std::uint32_t epochs() const { return moves + 1; }
};

inline constexpr std::size_t kMoveGroups = 2;
inline constexpr std::size_t kMostMoveReplicas = 3;
inline constexpr std::size_t kMostMovers = 2;
inline constexpr std::size_t kMostMoveDecisions = 4;
inline constexpr std::size_t kMostMoveClients = 4;
inline constexpr std::size_t kMostMoveLag = 4;

enum class MovePhase : std::uint32_t { kAbsent, kActive, kFenced };

// How a group stands to the key: fencepost::Tenure, and the lock.
struct MoveTenure {
  MovePhase phase = MovePhase::kAbsent;
  std::uint32_t epoch = 0;
  std::uint32_t highest = 0;
  std::uint32_t floor = 0;
  std::uint32_t prepared = 0;  // the client that holds the lock, from 1; 0: none

  friend auto operator<=>(const MoveTenure&, const MoveTenure&) = default;
};

// A replica's replicated state, and how far it is.
struct MoveReplica {
  std::uint32_t offset = 0;  // entries of the group's log that it has applied
  MoveTenure tenure;
  std::uint32_t data = 0;    // the writes that the key shows, one bit for each
  std::uint32_t newest = 0;  // the timestamp of the last write since the key came here; 0: none
  std::uint32_t copied = 0;  // the epoch that `data` was copied for; 0: it is not a copy that waits
  // Not replicated.
  bool lease = false;   // it may serve reads
  bool routed = false;  // only without the rule that verdicts come from the log: its cache names this group

  friend auto operator<=>(const MoveReplica&, const MoveReplica&) = default;
};

enum class MoveEntryKind : std::uint32_t {
  kNone,
  kCommit,
  kPrepare,
  kResolve,
  kFence,
  kCopy,
  kActivate,
  kRelease
};

struct MoveEntry {
  MoveEntryKind kind = MoveEntryKind::kNone;
  std::uint32_t subject = 0;  // the client of a commit, prepare or resolve; else the epoch
  std::uint32_t value = 0;    // what is copied, the floor of an activation, whether a resolve commits

  friend auto operator<=>(const MoveEntry&, const MoveEntry&) = default;
};

struct MoveGroup {
  std::array<MoveReplica, kMostMoveReplicas> replicas;
  std::array<MoveEntry, kMostMoveLag> log;  // after what every replica has applied
  std::uint32_t length = 0;

  friend auto operator<=>(const MoveGroup&, const MoveGroup&) = default;
};

enum class MoveSending : std::uint32_t { kUnsent, kSent, kArrived };

// One decision of the catalog, and the messages of its movers.
struct MoveDecision {
  bool undoes = false;       // it takes the decision before it back
  std::uint32_t source = 0;  // the target is the other group
  MoveSending fence = MoveSending::kUnsent;
  MoveSending copy = MoveSending::kUnsent;
  MoveSending activate = MoveSending::kUnsent;
  MoveSending release = MoveSending::kUnsent;
  std::uint32_t copied = 0;  // what the copy holds
  std::uint32_t floor = 0;   // what the activation says

  std::uint32_t target() const { return 1 - source; }

  friend auto operator<=>(const MoveDecision&, const MoveDecision&) = default;
};

enum class MoveStage : std::uint32_t { kNone, kMoving, kHandedOver };

enum class MoveClientStatus : std::uint32_t {
  kIdle,
  kSent,       // it has read, and its entry is on its way
  kArrived,    // the entry is in the log, or was
  kCommitted,  // acknowledged
  kAborted,    // a transaction that was decided the other way
};

// A read-modify-write of the key: what it commits is what it read, and itself.
struct MoveClient {
  MoveClientStatus status = MoveClientStatus::kIdle;
  std::uint32_t claim = 0;    // the epoch it read under
  std::uint32_t group = 0;    // where it read, and where its entries go
  std::uint32_t base = 0;     // what it read
  std::uint32_t version = 0;  // `newest` of what it read; compared within one tenure

  friend auto operator<=>(const MoveClient&, const MoveClient&) = default;
};

enum class MoverStep : std::uint32_t {
  kIdle,
  kFencing,      // FENCE is sent to the source
  kClearing,     // undoing: RELEASE of the undone move is sent to the target
  kCopying,      // the copy is sent
  kActivating,   // ACTIVATE is sent
  kHandingOver,  // the target is known to be active
  kHandedOver,   // the catalog knows too
  kReleasing,    // RELEASE is sent
};
inline constexpr std::uint32_t kLastMoverStep = static_cast<std::uint32_t>(MoverStep::kReleasing);

struct Mover {
  std::uint32_t decision = 0;  // which it drives; 0: none
  MoverStep step = MoverStep::kIdle;

  friend auto operator<=>(const Mover&, const Mover&) = default;
};

struct MoveReader {
  std::uint32_t replica = 0;   // where it reads: 1 + group * replicas + replica; 0: nowhere
  std::uint32_t required = 0;  // what was acknowledged when it began

  friend auto operator<=>(const MoveReader&, const MoveReader&) = default;
};

struct MoveWorld {
  // The catalog.
  std::uint32_t decided = 1;  // the last decision, and the record's if one is open; 1: the key's first tenure
  std::uint32_t owner = 0;    // what the route says
  MoveStage stage = MoveStage::kNone;

  std::array<MoveDecision, kMostMoveDecisions + 2> decisions;  // by number; [1] brought the first tenure
  std::array<MoveGroup, kMoveGroups> groups;
  std::array<MoveClient, kMostMoveClients> clients;
  std::array<Mover, kMostMovers> movers;
  MoveReader reader;
  std::uint32_t crashes_left = 0;
  std::uint32_t repeats_left = 0;

  // What happened, for the invariants only.
  std::array<bool, kMostMoveDecisions + 2> begun{};  // by epoch: there was a tenure under it
  bool begun_twice = false;                          // under some epoch there were two
  std::uint32_t buried = 0;  // writes let in below a write that was there: no read will ever show them

  friend auto operator<=>(const MoveWorld&, const MoveWorld&) = default;
};

// Where the variables of a world are in a packed state.
class MoveLayout {
 public:
  explicit MoveLayout(const MoveBounds& bounds);

  std::size_t words() const { return words_; }

  template <class State>
  State Pack(const MoveWorld& world) const;
  template <class State>
  MoveWorld Unpack(const State& state) const;

 private:
  MoveBounds bounds_;
  std::vector<Field> fields_;  // in the order in which VisitVariables shows them
  std::size_t words_ = 0;
};

}  // namespace fencepost::model
