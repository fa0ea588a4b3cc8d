#include "sim/core/shrink/search.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <string>

#include "sim/core/shrink/shrink_size.h"

namespace fencepost::sim {

ShrinkSearch::ShrinkSearch(ShrinkTarget* target, const ShrinkLimits& limits,
                           std::vector<Deviation> deviations)
    : target_(target), limits_(limits) {
  if (limits_.time.has_value()) started_ = limits_.clock();
  SortDeviations(&deviations);
  if (std::optional<std::vector<Deviation>> made = RunInteresting(deviations); made.has_value()) {
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
  std::optional<std::vector<Deviation>> made = RunInteresting(candidate);
  if (!made.has_value() || CompareDeviations(*made, best_) >= 0) return false;
  best_ = *std::move(made);
  draws_.reset();
  return true;
}

const std::vector<MadeDraw>& ShrinkSearch::draws() {
  if (!draws_.has_value()) draws_ = DrawsOf(best_);
  return *draws_;
}

std::vector<MadeDraw> ShrinkSearch::DrawsOf(const std::vector<Deviation>& deviations) {
  std::vector<MadeDraw> draws = target_->Draws(deviations);
  if (!draws.empty()) ++runs_;
  return draws;
}

bool ShrinkSearch::over() {
  if (end_ != ShrinkEnd::kSmallest) return true;
  if (runs_ >= limits_.runs) end_ = ShrinkEnd::kRuns;
  if (limits_.time.has_value() && limits_.clock() - started_ >= *limits_.time) end_ = ShrinkEnd::kTime;
  if (limits_.interrupted && limits_.interrupted()) end_ = ShrinkEnd::kInterrupted;
  return end_ != ShrinkEnd::kSmallest;
}

std::optional<std::vector<Deviation>> ShrinkSearch::RunInteresting(const std::vector<Deviation>& asked) {
  ++runs_;
  ShrinkAttempt attempt = target_->Run(asked);
  if (!attempt.interesting) return std::nullopt;
  SortDeviations(&attempt.made);
  return std::move(attempt.made);
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
