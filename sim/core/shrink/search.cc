#include "sim/core/shrink/search.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <cassert>
#include <string>

#include "sim/core/shrink/shrink_size.h"

namespace fencepost::sim {

ShrinkSearch::ShrinkSearch(const Simulation& simulation, const FailingRun& failing,
                           const ShrinkLimits& limits)
    : simulation_(simulation), failing_(failing), limits_(limits) {
  if (limits_.time.has_value()) started_ = limits_.clock();
  if (std::optional<std::vector<Deviation>> made = RunFailing(failing.deviations); made.has_value()) {
    reproduced_ = true;
    best_ = *std::move(made);
  }
}

bool ShrinkSearch::Try(std::vector<Deviation> candidate) {
  SortDeviations(&candidate);
  if (CompareDeviations(candidate, best_) >= 0 || over()) return false;
  if (!tried_.insert(HashOf(candidate)).second) {
    ++repeated_;
    return false;
  }
  std::optional<std::vector<Deviation>> made = RunFailing(candidate);
  if (!made.has_value()) return false;
  assert(CompareDeviations(*made, candidate) <= 0);
  best_ = *std::move(made);
  draws_.reset();
  return true;
}

std::shared_ptr<const DrawLog> ShrinkSearch::draws() {
  if (draws_ == nullptr) draws_ = std::make_shared<const DrawLog>(DrawsOf(best_));
  return draws_;
}

DrawLog ShrinkSearch::DrawsOf(const std::vector<Deviation>& deviations) {
  ++runs_;
  DrawLog log;
  Trace trace(TraceDetail::kHashOnly);
  RunDeviations(simulation_, deviations, &trace, failing_.limits, &log);
  return log;
}

bool ShrinkSearch::over() {
  if (end_ != ShrinkEnd::kSmallest) return true;
  if (runs_ >= limits_.runs) end_ = ShrinkEnd::kRuns;
  if (limits_.time.has_value() && limits_.clock() - started_ >= *limits_.time) end_ = ShrinkEnd::kTime;
  if (limits_.interrupted && limits_.interrupted()) end_ = ShrinkEnd::kInterrupted;
  return end_ != ShrinkEnd::kSmallest;
}

std::optional<std::vector<Deviation>> ShrinkSearch::RunFailing(const std::vector<Deviation>& asked) {
  ++runs_;
  Trace trace(TraceDetail::kHashOnly);
  Variation variation = RunDeviations(simulation_, asked, &trace, failing_.limits);
  if (EndOf(variation.outcome, failing_.failure_class) != VariationEnd::kFails) return std::nullopt;
  SortDeviations(&variation.made);
  return std::move(variation.made);
}

// By stream, draw and value: all that a run is told.
ShrinkSearch::Hash ShrinkSearch::HashOf(const std::vector<Deviation>& deviations) {
  std::string bytes;
  for (const Deviation& deviation : deviations) {
    bytes += deviation.stream;
    bytes += '\0';
    for (std::uint64_t number : std::array{deviation.index, deviation.value}) {
      for (int i = 0; i < 8; ++i, number >>= 8) bytes += static_cast<char>(number & 0xff);
    }
  }
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

}  // namespace fencepost::sim
