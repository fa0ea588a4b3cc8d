#include "sim/world/mark.h"

namespace fencepost::sim {
namespace {

constexpr std::array<MarkDescription, kMarkCount> kMarks = {{
    {Mark::kOperatorsRaced, "operators-raced", "a save lost the race against another one"},
    {Mark::kUnknownOutcomeResolved, "unknown-outcome-resolved",
     "a commit's answer was lost and reading back settled that it had landed"},
    {Mark::kUnknownOutcomeReported, "unknown-outcome-reported", "a save could not say whether it had landed"},
    {Mark::kLateCommitLanded, "late-commit-landed", "a save landed after its sender had given up on it"},
    {Mark::kBootstrapAdopted, "bootstrap-adopted",
     "a starting node adopted the catalog that another one had saved"},
    {Mark::kCorruptCatalogRefused, "corrupt-catalog-refused",
     "a save was refused because a stored record is corrupt"},
    {Mark::kCatalogRepaired, "catalog-repaired", "damaged records were put right again"},
    {Mark::kInvalidRoutesRefused, "invalid-routes-refused", "a save of overlapping routes was refused"},
    {Mark::kNoOpReported, "no-op-reported", "a save that changed nothing was told so"},
    {Mark::kMissingNextIdReported, "missing-next-id-reported",
     "a save rewrote a missing next-id record and said so"},
    {Mark::kVersionSkipped, "version-skipped", "an engine went up by more than one version at once"},
    {Mark::kEngineKeptLastGood, "engine-kept-last-good",
     "a watcher met a corrupt catalog and left its engine alone"},
    {Mark::kNodeCaughtUpAfterCrash, "node-caught-up-after-crash",
     "a crashed node reached the durable version again"},
    {Mark::kSnapshotEvictedWhileHeld, "snapshot-evicted-while-held",
     "somebody held a snapshot that the ring had dropped"},
    {Mark::kRingShrunk, "ring-shrunk", "a smaller depth evicted snapshots at once"},
    {Mark::kRingFull, "ring-full", "a ring evicted its oldest version for a new one"},
    {Mark::kRangeSplit, "range-split", "a hot range was split in two"},
    {Mark::kSplitLostAtApply, "split-lost-at-apply", "an ephemeral split was replaced by a snapshot"},
}};

constexpr bool InDeclarationOrder() {
  for (std::size_t i = 0; i < kMarks.size(); ++i) {
    if (static_cast<std::size_t>(kMarks[i].mark) != i) return false;
  }
  return true;
}
static_assert(InDeclarationOrder(), "kMarks must list every Mark once, in declaration order");

}  // namespace

std::span<const MarkDescription> AllMarks() { return kMarks; }

std::optional<Mark> MarkFromName(std::string_view name) {
  for (const MarkDescription& description : kMarks) {
    if (description.name == name) return description.mark;
  }
  return std::nullopt;
}

}  // namespace fencepost::sim
