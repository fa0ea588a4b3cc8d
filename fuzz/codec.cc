// codec: every decoder of durable records, on arbitrary bytes.
//
// No decoder crashes, reads past its input or allocates by a claimed length (ASan watches); what one accepts
// encodes to the same bytes again; what it refuses, it refuses with a named error; and the catalog's decoders
// answer exactly as the naive codec does. The snapshot of a simulated replica, which is no outside data, is
// held to less: what is restored from it is saved and restored without change.
#include <string>
#include <string_view>

#include "fencepost/base/error.h"
#include "fencepost/base/key_range.h"
#include "fencepost/catalog/codec.h"
#include "fencepost/fence/ownership_codec.h"
#include "fencepost/move/move_record.h"
#include "fuzz/finding.h"
#include "fuzz/targets.h"
#include "model/reference/compare.h"
#include "model/reference/naive_codec.h"
#include "sim/world/groups/group_state.h"

namespace fencepost::fuzz {
namespace {

void RequireNamed(const absl::Status& refusal, std::string_view decoder) {
  if (ErrorOf(refusal).has_value()) return;
  ReportFinding(std::string(decoder) + " refuses without a named error: " + refusal.ToString());
}

void RequireSameBytes(std::string_view raw, std::string_view again, std::string_view decoder) {
  if (raw == again) return;
  ReportFinding(std::string(decoder) + " accepts " + QuoteKey(raw) + ", which encodes to " + QuoteKey(again));
}

void DecodeVersion(std::string_view raw) {
  const absl::StatusOr<Version> version = DecodeCatalogVersion(raw);
  RequireNoDifference(model::DiffAnswer(model::NaiveDecodeVersion(raw), version), "version record");
  if (!version.ok()) return RequireNamed(version.status(), "DecodeCatalogVersion");
  RequireSameBytes(raw, EncodeCatalogVersion(*version), "DecodeCatalogVersion");
}

void DecodeNextRouteId(std::string_view raw) {
  const absl::StatusOr<RouteId> id = DecodeCatalogNextRouteId(raw);
  RequireNoDifference(model::DiffAnswer(model::NaiveDecodeNextRouteId(raw), id), "next-id record");
  if (!id.ok()) return RequireNamed(id.status(), "DecodeCatalogNextRouteId");
  RequireSameBytes(raw, EncodeCatalogNextRouteId(*id), "DecodeCatalogNextRouteId");
}

void DecodeRoute(std::string_view raw) {
  const absl::StatusOr<RouteDescriptor> route = DecodeRouteDescriptor(raw);
  RequireNoDifference(model::DiffAnswer(model::NaiveDecodeRoute(raw), route), "route record");
  if (!route.ok()) return RequireNamed(route.status(), "DecodeRouteDescriptor");
  const absl::StatusOr<std::string> again = EncodeRouteDescriptor(*route);
  RequireSameBytes(raw, again.ok() ? *again : again.status().ToString(), "DecodeRouteDescriptor");
}

void DecodeRouteKey(std::string_view raw) {
  const std::optional<RouteId> id = CatalogRouteIdFromKey(raw);
  Require(id == model::NaiveRouteIdFromKey(raw), "CatalogRouteIdFromKey differs from the naive codec");
  Require(IsCatalogRouteKey(raw) == Contains(CatalogRouteKeyRange(), raw),
          "IsCatalogRouteKey and CatalogRouteKeyRange disagree");
  if (!id.has_value()) return;
  Require(IsCatalogRouteKey(raw), "a key with a route id is no route key");
  RequireSameBytes(raw, CatalogRouteKey(*id), "CatalogRouteIdFromKey");
}

void DecodeEntry(std::string_view raw) {
  const absl::StatusOr<OwnershipEntry> entry = DecodeOwnershipEntry(raw);
  if (!entry.ok()) return RequireNamed(entry.status(), "DecodeOwnershipEntry");
  const absl::StatusOr<std::string> again = EncodeOwnershipEntry(*entry);
  RequireSameBytes(raw, again.ok() ? *again : again.status().ToString(), "DecodeOwnershipEntry");
}

void DecodeSnapshot(std::string_view raw) {
  const absl::StatusOr<GroupOwnership> ownership = DecodeGroupOwnership(raw);
  if (!ownership.ok()) return RequireNamed(ownership.status(), "DecodeGroupOwnership");
  RequireSameBytes(raw, EncodeGroupOwnership(*ownership), "DecodeGroupOwnership");
}

void DecodeMove(std::string_view raw) {
  const absl::StatusOr<MoveRecord> move = DecodeMoveRecord(raw);
  if (!move.ok()) return RequireNamed(move.status(), "DecodeMoveRecord");
  RequireSameBytes(raw, EncodeMoveRecord(*move), "DecodeMoveRecord");
  Require(DecodeStoredMove(MoveKey(move->epoch), raw) == move, "a move is refused under its own key");
  for (const std::string& other : {MoveKey(OwnershipEpoch(move->epoch.value - 1)), std::string(raw)}) {
    RequireNamed(DecodeStoredMove(other, raw).status(), "DecodeStoredMove under another key");
  }
}

void DecodeMoveKey(std::string_view raw) {
  const std::optional<OwnershipEpoch> epoch = MoveEpochFromKey(raw);
  if (!epoch.has_value()) return;
  Require(Contains(MoveKeyRange(), raw), "the key of a move is outside of their range");
  RequireSameBytes(raw, MoveKey(*epoch), "MoveEpochFromKey");
}

void RestoreReplica(std::string_view raw) {
  constexpr GroupId kGroup(1);
  const absl::StatusOr<sim::GroupState> state = sim::GroupState::Restore(kGroup, sim::FenceRules{}, raw);
  if (!state.ok()) return;
  const std::string saved = state->Save();
  const absl::StatusOr<sim::GroupState> again = sim::GroupState::Restore(kGroup, sim::FenceRules{}, saved);
  if (!again.ok()) ReportFinding("a restored replica saves " + again.status().ToString());
  RequireSameBytes(saved, again->Save(), "GroupState::Restore");
}

}  // namespace

void FuzzCodec(Input input) {
  const std::string_view raw = TextOf(input);
  DecodeVersion(raw);
  DecodeNextRouteId(raw);
  DecodeRoute(raw);
  DecodeRouteKey(raw);
  DecodeEntry(raw);
  DecodeSnapshot(raw);
  DecodeMove(raw);
  DecodeMoveKey(raw);
  RestoreReplica(raw);
}

}  // namespace fencepost::fuzz
