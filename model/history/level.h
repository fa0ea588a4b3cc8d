// The isolation levels a history can be judged at, and the anomalies that a level may forbid.
//
// Levels are ordered: what a weaker level forbids, a stronger one forbids too. Every anomaly has one weakest
// level that forbids it, so "is this history valid at level L" is "has it no anomaly that L forbids".
//
// Thread-safe: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace fencepost::model::history {

enum class Level : std::uint8_t {
  kReadCommitted,
  kSnapshotIsolation,   // the generalised one: a snapshot may be old, and sessions have no order
  kSerializable,        // some order of the committed transactions explains every read
  kStrictSerializable,  // and that order respects real time and each process's own order
};

// As the command line spells it: "read-committed" to "strict-serializable".
std::string_view LevelName(Level level);
std::optional<Level> LevelFromName(std::string_view name);

// What a cycle of the dependency graph is made of, most severe first.
enum class CycleBase : std::uint8_t {
  kG0,            // write-write dependencies only
  kG1c,           // and write-read dependencies
  kGSingle,       // and exactly one anti-dependency (read-write)
  kGNonadjacent,  // several anti-dependencies, no two of them neighbours
  kG2Item,        // anti-dependencies that are neighbours
};
inline constexpr int kCycleBaseCount = 5;

// Which order outside the data a cycle cannot do without.
enum class CycleOrder : std::uint8_t {
  kNone,
  kProcess,   // one process ran the one transaction before the other
  kRealtime,  // the one was complete before the other began
};
inline constexpr int kCycleOrderCount = 3;

// In the order in which a judgement lists them. The cycles come first, as CycleOrder x CycleBase.
enum class Anomaly : std::uint8_t {
  kG0,
  kG1c,
  kGSingle,
  kGNonadjacent,
  kG2Item,
  kG0Process,
  kG1cProcess,
  kGSingleProcess,
  kGNonadjacentProcess,
  kG2ItemProcess,
  kG0Realtime,
  kG1cRealtime,
  kGSingleRealtime,
  kGNonadjacentRealtime,
  kG2ItemRealtime,
  kG1a,                // a committed read shows an append of a failed transaction
  kG1b,                // a read ends in an append that its transaction followed by another one to that key
  kDirtyUpdate,        // a committed append lies on top of a failed one
  kIncompatibleOrder,  // no one order of a key's elements explains all that is known of it
  kDuplicateElements,  // a read shows an element twice
  kGarbageRead,        // a read shows an element that nobody appended
  kFutureRead,         // a read shows an append that its own transaction made later
  kInternal,           // a read contradicts its own transaction's earlier reads or appends
  kLostUpdate,         // two transactions read the same list, and both appended to it
  kNotLinearizable,    // registers: no order of a key's operations explains its reads
};
inline constexpr int kAnomalyCount = 25;

Anomaly CycleAnomaly(CycleBase base, CycleOrder order);

// As the field writes them: "G-single-realtime", "lost-update".
std::string_view AnomalyName(Anomaly anomaly);

Level WeakestLevelForbidding(Anomaly anomaly);

inline bool Forbids(Level level, Anomaly anomaly) { return level >= WeakestLevelForbidding(anomaly); }

}  // namespace fencepost::model::history
