// codec_roundtrip: records made from values rather than from bytes, which reaches deep ones at once.
//
// What is valid encodes, decodes to the same value, and to the same bytes as the naive codec's; what is not
// valid is refused with the same error by both. No proper prefix of a record and no longer version of it is a
// record.
#include <string>
#include <string_view>
#include <utility>

#include "fencepost/base/error.h"
#include "fencepost/catalog/codec.h"
#include "fencepost/fence/ownership_codec.h"
#include "fencepost/move/move_record.h"
#include "fuzz/byte_reader.h"
#include "fuzz/finding.h"
#include "fuzz/read_entry.h"
#include "fuzz/targets.h"
#include "model/reference/compare.h"
#include "model/reference/naive_codec.h"

namespace fencepost::fuzz {
namespace {

constexpr std::size_t kLongestKey = 40;

// One cut per record, where the bytes say, keeps the target fast; over many inputs every cut is tried.
template <class Decode>
void RequireOnlyWhole(std::string_view raw, ByteReader* bytes, Decode decode, std::string_view decoder) {
  const std::size_t cut = (bytes->Byte() * std::size_t{256} + bytes->Byte()) % raw.size();
  if (decode(raw.substr(0, cut)).ok()) {
    ReportFinding(std::string(decoder) + " accepts the first " + std::to_string(cut) + " bytes of a record");
  }
  const std::string longer = std::string(raw) + static_cast<char>(bytes->Byte());
  if (decode(std::string_view(longer)).ok()) ReportFinding(std::string(decoder) + " accepts a trailing byte");
}

void RoundtripNumbers(ByteReader* bytes) {
  const std::uint64_t number = bytes->Number();
  const std::string raw = EncodeCatalogVersion(Version(number));
  RequireNoDifference(model::DiffValue(model::NaiveEncodeNumber(number), raw), "version record");
  const absl::StatusOr<Version> version = DecodeCatalogVersion(raw);
  Require(version.ok() && version->value == number, "a version does not survive its record");
  RequireOnlyWhole(raw, bytes, DecodeCatalogVersion, "DecodeCatalogVersion");

  const absl::StatusOr<RouteId> id = DecodeCatalogNextRouteId(EncodeCatalogNextRouteId(RouteId(number)));
  Require(id.ok() == (number != 0) && (!id.ok() || id->value == number),
          "a next route id does not survive its record");

  const std::string key = CatalogRouteKey(RouteId(number));
  RequireNoDifference(model::DiffValue(model::NaiveRouteKey(RouteId(number)), key), "route key");
  Require(CatalogRouteIdFromKey(key) == RouteId(number), "a route id does not survive its key");
}

void RoundtripRoute(ByteReader* bytes) {
  RouteDescriptor route;
  route.route_id = RouteId(bytes->Number());
  route.group_id = GroupId(bytes->Number());
  route.state = static_cast<RouteState>(bytes->Below(5));  // the last one is none
  route.parent_route_id = RouteId(bytes->Number());
  route.start = bytes->Text(kLongestKey);
  if (bytes->Flag()) route.end = bytes->Text(kLongestKey);

  const absl::StatusOr<std::string> raw = EncodeRouteDescriptor(route);
  RequireNoDifference(model::DiffAnswer(model::NaiveEncodeRoute(route), raw), "EncodeRouteDescriptor");
  RequireNoDifference(model::DiffStatus(model::NaiveValidate(route), ValidateRouteDescriptor(route)),
                      "ValidateRouteDescriptor");
  if (!raw.ok()) return;
  const absl::StatusOr<RouteDescriptor> again = DecodeRouteDescriptor(*raw);
  if (!again.ok()) ReportFinding(FormatRoute(route) + " encodes to " + again.status().ToString());
  RequireNoDifference(model::DiffValue(route, *again), "a route and its record");
  RequireOnlyWhole(*raw, bytes, DecodeRouteDescriptor, "DecodeRouteDescriptor");
}

void RoundtripEntry(const OwnershipEntry& entry, ByteReader* bytes) {
  const absl::StatusOr<std::string> raw = EncodeOwnershipEntry(entry);
  if (!raw.ok()) {
    Require(raw.status() == ValidateEntry(entry), "an entry is refused for another reason than its validity");
    return;
  }
  const absl::StatusOr<OwnershipEntry> again = DecodeOwnershipEntry(*raw);
  if (!again.ok()) ReportFinding(FormatEntry(entry) + " encodes to " + again.status().ToString());
  if (*again != entry) ReportFinding(FormatEntry(entry) + " decodes as " + FormatEntry(*again));
  RequireOnlyWhole(*raw, bytes, DecodeOwnershipEntry, "DecodeOwnershipEntry");
}

// A snapshot of whatever state a few entries lead to.
void RoundtripOwnership(ByteReader* bytes) {
  constexpr std::size_t kMostEntries = 12;
  EntryReader entries(bytes);
  GroupOwnership ownership;
  for (std::size_t left = bytes->Below(kMostEntries + 1); left > 0; --left) {
    const OwnershipEntry entry = entries.Entry();
    RoundtripEntry(entry, bytes);
    ownership.Apply(LogIndex(ownership.applied_index().value + 1), entry);
  }
  const std::string raw = EncodeGroupOwnership(ownership);
  const absl::StatusOr<GroupOwnership> again = DecodeGroupOwnership(raw);
  if (!again.ok()) ReportFinding("a snapshot encodes to " + again.status().ToString());
  Require(*again == ownership, "a snapshot decodes to another state");
  RequireOnlyWhole(raw, bytes, DecodeGroupOwnership, "DecodeGroupOwnership");
}

// The largest numbers are among those that bytes->Number() makes; 0 and equal ones are likely, and are
// refused.
MoveRecord ReadMove(ByteReader* bytes) {
  MoveRecord move;
  move.stage = static_cast<MoveStage>(bytes->Below(3));  // the last one is none
  move.source = GroupId(bytes->Number());
  move.target = GroupId(bytes->Number());
  move.epoch = OwnershipEpoch(bytes->Number());
  move.undoes = OwnershipEpoch(bytes->Number());
  move.range.start = bytes->Text(kLongestKey);
  if (bytes->Flag()) move.range.end = bytes->Text(kLongestKey);
  return move;
}

void RoundtripMove(ByteReader* bytes) {
  const MoveRecord move = ReadMove(bytes);
  const std::string key = MoveKey(move.epoch);
  Require(MoveEpochFromKey(key) == move.epoch, "a move's epoch does not survive its key");
  if (const absl::Status status = ValidateMoveRecord(move); !status.ok()) {
    Require(ErrorOf(status) == Error::kInvalidMoveRecord, "a move is refused without a named error");
    return;
  }
  const std::string raw = EncodeMoveRecord(move);
  const absl::StatusOr<MoveRecord> again = DecodeStoredMove(key, raw);
  if (!again.ok()) ReportFinding(FormatMove(move) + " encodes to " + again.status().ToString());
  if (*again != move) ReportFinding(FormatMove(move) + " decodes as " + FormatMove(*again));
  RequireOnlyWhole(raw, bytes, DecodeMoveRecord, "DecodeMoveRecord");
  const std::string other = MoveKey(OwnershipEpoch(move.epoch.value ^ 1));
  Require(!DecodeStoredMove(other, raw).ok(), "a move is accepted under another one's key");
}

}  // namespace

void FuzzCodecRoundtrip(Input input) {
  ByteReader bytes(input);
  // The last kind begins where three kinds' shares of the first byte end, so that inputs keep their meaning.
  constexpr std::uint8_t kMoves = 192;
  const std::uint8_t what = bytes.Byte();
  if (what >= kMoves) return RoundtripMove(&bytes);
  switch (what % 3) {
    case 0:
      return RoundtripRoute(&bytes);
    case 1:
      return RoundtripOwnership(&bytes);
    default:
      return RoundtripNumbers(&bytes);
  }
}

}  // namespace fencepost::fuzz
