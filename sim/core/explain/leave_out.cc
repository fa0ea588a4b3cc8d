#include "sim/core/explain/leave_out.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/core/shrink/stream_name.h"

namespace fencepost::sim {
namespace {

// The name of the part of that kind that `deviation` belongs to; empty when there is none.
std::string PartOf(PartKind kind, const Deviation& deviation) {
  const StreamKind stream = KindOf(deviation.stream);
  switch (kind) {
    case PartKind::kPlanItem:
      return stream == StreamKind::kPlanItem ? deviation.stream : "";
    case PartKind::kFault:
      return stream == StreamKind::kRunning ? fmt::format("{} ({})", deviation.stream, deviation.label) : "";
    case PartKind::kDeviation:
      return FormatDeviation(deviation);
  }
  return "";
}

std::vector<LeftOut> PartsOf(PartKind kind, const std::vector<Deviation>& deviations) {
  std::vector<LeftOut> parts;
  for (const Deviation& deviation : deviations) {
    const std::string name = PartOf(kind, deviation);
    if (name.empty()) continue;
    auto part = std::ranges::find(parts, name, &LeftOut::name);
    if (part == parts.end()) {
      parts.emplace_back();
      part = parts.end() - 1;
      part->kind = kind;
      part->name = name;
    }
    part->deviations.push_back(deviation);
  }
  if (kind == PartKind::kFault) {
    std::erase_if(parts, [](const LeftOut& part) { return part.deviations.size() == 1; });
  }
  return parts;
}

std::vector<Deviation> Without(const std::vector<Deviation>& all, const std::vector<Deviation>& some) {
  std::vector<Deviation> kept;
  for (const Deviation& deviation : all) {
    if (std::ranges::find(some, deviation) == some.end()) kept.push_back(deviation);
  }
  return kept;
}

}  // namespace

std::string_view PartKindName(PartKind kind) {
  switch (kind) {
    case PartKind::kPlanItem:
      return "plan item";
    case PartKind::kFault:
      return "fault";
    case PartKind::kDeviation:
      return "deviation";
  }
  return "";
}

std::vector<LeftOut> LeaveOutEach(const Simulation& simulation, const FailingRun& failing) {
  std::vector<LeftOut> all;
  for (const PartKind kind : {PartKind::kPlanItem, PartKind::kFault, PartKind::kDeviation}) {
    for (LeftOut& part : PartsOf(kind, failing.deviations)) {
      part.without = RunVariation(simulation, failing, Without(failing.deviations, part.deviations));
      all.push_back(std::move(part));
    }
  }
  return all;
}

}  // namespace fencepost::sim
