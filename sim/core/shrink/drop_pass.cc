#include "sim/core/shrink/drop_pass.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "sim/core/shrink/stream_name.h"

namespace fencepost::sim {
namespace {

std::vector<std::string> UnitsOf(const std::vector<Deviation>& deviations, UnitOf unit_of) {
  std::vector<std::string> units;
  std::set<std::string> seen;
  for (const Deviation& deviation : deviations) {
    std::optional<std::string> unit = unit_of(deviation);
    if (unit.has_value() && seen.insert(*unit).second) units.push_back(*std::move(unit));
  }
  return units;
}

std::vector<Deviation> Without(const std::vector<Deviation>& deviations, const std::set<std::string>& dropped,
                               UnitOf unit_of) {
  std::vector<Deviation> kept;
  for (const Deviation& deviation : deviations) {
    const std::optional<std::string> unit = unit_of(deviation);
    if (!unit.has_value() || !dropped.contains(*unit)) kept.push_back(deviation);
  }
  return kept;
}

// One round: every chunk of `size` units, the last first.
void DropChunks(ShrinkSearch* search, const std::vector<std::string>& units, std::size_t size,
                UnitOf unit_of) {
  for (std::size_t end = units.size(); end > 0 && !search->over();) {
    const std::size_t begin = end - std::min(size, end);
    const std::set<std::string> chunk(units.begin() + static_cast<std::ptrdiff_t>(begin),
                                      units.begin() + static_cast<std::ptrdiff_t>(end));
    search->Try(Without(search->best(), chunk, unit_of));
    end = begin;
  }
}

std::string DrawName(const Deviation& deviation) {
  return fmt::format("{}[{}]", deviation.stream, deviation.index);
}

}  // namespace

void DropUnits(ShrinkSearch* search, UnitOf unit_of) {
  std::vector<std::string> units = UnitsOf(search->best(), unit_of);
  for (std::size_t size = units.size(); size > 0 && !search->over(); size /= 2) {
    DropChunks(search, units, size, unit_of);
    units = UnitsOf(search->best(), unit_of);
    size = std::min(size, units.size());
  }
}

void DropPlanItems(ShrinkSearch* search) {
  DropUnits(search, [](const Deviation& deviation) -> std::optional<std::string> {
    if (KindOf(deviation.stream) != StreamKind::kPlanItem) return std::nullopt;
    return deviation.stream;
  });
}

void DropFaults(ShrinkSearch* search) {
  DropUnits(search, [](const Deviation& deviation) -> std::optional<std::string> {
    if (KindOf(deviation.stream) != StreamKind::kRunning) return std::nullopt;
    return deviation.label;
  });
  DropUnits(search, [](const Deviation& deviation) -> std::optional<std::string> {
    if (KindOf(deviation.stream) != StreamKind::kRunning) return std::nullopt;
    return deviation.stream;
  });
}

void DropActors(ShrinkSearch* search) {
  DropUnits(search, [](const Deviation& deviation) -> std::optional<std::string> {
    const StreamKind kind = KindOf(deviation.stream);
    if (kind == StreamKind::kConfig || kind == StreamKind::kSchedule) return std::nullopt;
    return std::string(ActorOf(deviation.stream));
  });
}

void DropConfig(ShrinkSearch* search) {
  DropUnits(search, [](const Deviation& deviation) -> std::optional<std::string> {
    const StreamKind kind = KindOf(deviation.stream);
    if (kind != StreamKind::kConfig && kind != StreamKind::kPlanRoom) return std::nullopt;
    return DrawName(deviation);
  });
}

void DropSchedule(ShrinkSearch* search) {
  DropUnits(search, [](const Deviation& deviation) -> std::optional<std::string> {
    if (KindOf(deviation.stream) != StreamKind::kSchedule) return std::nullopt;
    return DrawName(deviation);
  });
}

void DropSingleDraws(ShrinkSearch* search) {
  DropUnits(search, [](const Deviation& deviation) { return std::optional(DrawName(deviation)); });
}

}  // namespace fencepost::sim
