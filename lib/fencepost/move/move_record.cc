#include "fencepost/move/move_record.h"

#include <cassert>

#include "fencepost/base/error.h"
#include "fencepost/base/internal/record_bytes.h"

namespace fencepost {
namespace {

constexpr std::string_view kMovePrefix = "!dist|move|";

constexpr std::uint8_t kMoveFormat = 1;
constexpr std::uint8_t kMoveNoEnd = 0;
constexpr std::uint8_t kMoveWithEnd = 1;

absl::Status Bad(const std::string& what) {
  return MakeError(Error::kInvalidMoveRecord, "the record of a move " + what);
}

absl::Status Invalid(const MoveRecord& record, std::string_view why) {
  return MakeError(Error::kInvalidMoveRecord, FormatMove(record) + ": " + std::string(why));
}

std::string StageName(MoveStage stage) {
  switch (stage) {
    case MoveStage::kMoving:
      return "moving";
    case MoveStage::kHandedOver:
      return "handed over";
  }
  return "unknown(" + std::to_string(static_cast<unsigned>(stage)) + ")";
}

bool IsKnownStage(MoveStage stage) {
  switch (stage) {
    case MoveStage::kMoving:
    case MoveStage::kHandedOver:
      return true;
  }
  return false;
}

absl::Status DecodeRange(RecordReader& reader, KeyRange& range) {
  const std::optional<std::string_view> start = reader.Bytes();
  if (!start.has_value()) return Bad("is shorter than its start key claims");
  range.start = *start;
  const std::optional<std::uint8_t> flag = reader.Byte();
  if (!flag.has_value()) return Bad("ends before its end flag");
  if (*flag == kMoveNoEnd) return absl::OkStatus();
  if (*flag != kMoveWithEnd) return Bad("has the end flag " + std::to_string(*flag));
  const std::optional<std::string_view> end = reader.Bytes();
  if (!end.has_value()) return Bad("is shorter than its end key claims");
  range.end.emplace(*end);
  return absl::OkStatus();
}

}  // namespace

std::string MoveKey(OwnershipEpoch epoch) {
  std::string key(kMovePrefix);
  AppendU64(key, epoch.value);
  return key;
}

KeyRange MoveKeyRange() {
  std::string end(kMovePrefix);
  ++end.back();  // '|' has a successor
  return KeyRange{std::string(kMovePrefix), std::move(end)};
}

std::optional<OwnershipEpoch> MoveEpochFromKey(std::string_view key) {
  if (!key.starts_with(kMovePrefix)) return std::nullopt;
  RecordReader reader(key.substr(kMovePrefix.size()));
  const std::optional<std::uint64_t> epoch = reader.U64();
  if (!epoch.has_value() || reader.left() != 0) return std::nullopt;
  return OwnershipEpoch(*epoch);
}

std::string EncodeMoveRecord(const MoveRecord& record) {
  assert(ValidateMoveRecord(record).ok());
  std::string raw;
  AppendByte(raw, kMoveFormat);
  AppendByte(raw, static_cast<std::uint8_t>(record.stage));
  AppendU64(raw, record.source.value);
  AppendU64(raw, record.target.value);
  AppendU64(raw, record.epoch.value);
  AppendU64(raw, record.undoes.value);
  AppendBytes(raw, record.range.start);
  AppendByte(raw, record.range.end.has_value() ? kMoveWithEnd : kMoveNoEnd);
  if (record.range.end.has_value()) AppendBytes(raw, *record.range.end);
  return raw;
}

absl::StatusOr<MoveRecord> DecodeMoveRecord(std::string_view raw) {
  RecordReader reader(raw);
  if (reader.Byte() != kMoveFormat) return Bad("does not begin with the format byte 01");
  const std::optional<std::uint8_t> stage = reader.Byte();
  const std::optional<std::uint64_t> source = reader.U64();
  const std::optional<std::uint64_t> target = reader.U64();
  const std::optional<std::uint64_t> epoch = reader.U64();
  const std::optional<std::uint64_t> undoes = reader.U64();
  if (!stage || !source || !target || !epoch || !undoes) return Bad("ends within its fixed fields");

  MoveRecord record;
  record.stage = static_cast<MoveStage>(*stage);
  record.source = GroupId(*source);
  record.target = GroupId(*target);
  record.epoch = OwnershipEpoch(*epoch);
  record.undoes = OwnershipEpoch(*undoes);
  if (absl::Status status = DecodeRange(reader, record.range); !status.ok()) return status;
  if (reader.left() != 0) return Bad("has " + std::to_string(reader.left()) + " bytes after its end");
  if (absl::Status status = ValidateMoveRecord(record); !status.ok()) return status;
  return record;
}

absl::StatusOr<MoveRecord> DecodeStoredMove(std::string_view key, std::string_view raw) {
  absl::StatusOr<MoveRecord> record = DecodeMoveRecord(raw);
  if (!record.ok()) {
    return MakeError(Error::kInvalidMoveRecord,
                     "key " + QuoteKey(key) + ": " + std::string(record.status().message()));
  }
  if (MoveEpochFromKey(key) != record->epoch) {
    return MakeError(Error::kInvalidMoveRecord, "key " + QuoteKey(key) + " holds " + FormatMove(*record));
  }
  return record;
}

absl::Status ValidateMoveRecord(const MoveRecord& record) {
  if (!IsNonEmpty(record.range)) return Invalid(record, "the range does not start below its end");
  if (record.source == GroupId(0) || record.target == GroupId(0)) return Invalid(record, "group 0 is none");
  if (record.source == record.target) return Invalid(record, "it goes nowhere");
  if (record.epoch == OwnershipEpoch(0)) return Invalid(record, "epoch 0 is none");
  if (record.undoes >= record.epoch) return Invalid(record, "what it undoes is not before it");
  if (!IsKnownStage(record.stage)) return Invalid(record, "its stage is not known");
  return absl::OkStatus();
}

std::string FormatMove(const MoveRecord& record) {
  std::string text = "move " + std::to_string(record.epoch.value) + " of " + FormatRange(record.range) +
                     " from group " + std::to_string(record.source.value) + " to group " +
                     std::to_string(record.target.value);
  if (record.undoes != OwnershipEpoch(0)) text += ", undoing move " + std::to_string(record.undoes.value);
  return text + ", " + StageName(record.stage);
}

}  // namespace fencepost
