#include "model/history/level.h"

#include <array>

namespace fencepost::model::history {
namespace {

constexpr std::array kLevels = {Level::kReadCommitted, Level::kSnapshotIsolation, Level::kSerializable,
                                Level::kStrictSerializable};

}  // namespace

std::string_view LevelName(Level level) {
  switch (level) {
    case Level::kReadCommitted:
      return "read-committed";
    case Level::kSnapshotIsolation:
      return "snapshot-isolation";
    case Level::kSerializable:
      return "serializable";
    case Level::kStrictSerializable:
      return "strict-serializable";
  }
  return "";
}

std::optional<Level> LevelFromName(std::string_view name) {
  for (const Level level : kLevels) {
    if (LevelName(level) == name) return level;
  }
  return std::nullopt;
}

Anomaly CycleAnomaly(CycleBase base, CycleOrder order) {
  return static_cast<Anomaly>(static_cast<int>(order) * kCycleBaseCount + static_cast<int>(base));
}

std::string_view AnomalyName(Anomaly anomaly) {
  static constexpr std::array<std::string_view, kAnomalyCount> kNames = {
      "G0",
      "G1c",
      "G-single",
      "G-nonadjacent",
      "G2-item",
      "G0-process",
      "G1c-process",
      "G-single-process",
      "G-nonadjacent-process",
      "G2-item-process",
      "G0-realtime",
      "G1c-realtime",
      "G-single-realtime",
      "G-nonadjacent-realtime",
      "G2-item-realtime",
      "G1a",
      "G1b",
      "dirty-update",
      "incompatible-order",
      "duplicate-elements",
      "garbage-read",
      "future-read",
      "internal",
      "lost-update",
      "not-linearizable",
  };
  return kNames[static_cast<std::size_t>(anomaly)];
}

Level WeakestLevelForbidding(Anomaly anomaly) {
  switch (anomaly) {
    case Anomaly::kG0:
    case Anomaly::kG1c:
    case Anomaly::kG1a:
    case Anomaly::kG1b:
    case Anomaly::kDirtyUpdate:
    case Anomaly::kIncompatibleOrder:
    case Anomaly::kDuplicateElements:
    case Anomaly::kGarbageRead:
    case Anomaly::kFutureRead:
      return Level::kReadCommitted;
    case Anomaly::kGSingle:
    case Anomaly::kGNonadjacent:
    case Anomaly::kInternal:
    case Anomaly::kLostUpdate:
      return Level::kSnapshotIsolation;
    case Anomaly::kG2Item:
      return Level::kSerializable;
    case Anomaly::kG0Process:
    case Anomaly::kG1cProcess:
    case Anomaly::kGSingleProcess:
    case Anomaly::kGNonadjacentProcess:
    case Anomaly::kG2ItemProcess:
    case Anomaly::kG0Realtime:
    case Anomaly::kG1cRealtime:
    case Anomaly::kGSingleRealtime:
    case Anomaly::kGNonadjacentRealtime:
    case Anomaly::kG2ItemRealtime:
    case Anomaly::kNotLinearizable:
      return Level::kStrictSerializable;
  }
  return Level::kReadCommitted;
}

}  // namespace fencepost::model::history
