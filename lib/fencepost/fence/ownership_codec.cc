#include "fencepost/fence/ownership_codec.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "fencepost/base/error.h"
#include "fencepost/base/internal/record_bytes.h"

namespace fencepost {
namespace {

constexpr std::uint8_t kOwnershipFormat = 1;  // the first byte of every record
constexpr std::uint8_t kNoEnd = 0;
constexpr std::uint8_t kWithEnd = 1;

enum class Kind : std::uint8_t {
  kFence = 1,
  kActivate = 2,
  kRelease = 3,
  kPrepare = 4,
  kResolve = 5,
  kSnapshot = 6,
};

std::string RecordOf(Kind kind) {
  std::string raw;
  AppendByte(raw, kOwnershipFormat);
  AppendByte(raw, static_cast<std::uint8_t>(kind));
  return raw;
}

void AppendRange(std::string& raw, const KeyRange& range) {
  AppendBytes(raw, range.start);
  AppendByte(raw, range.end.has_value() ? kWithEnd : kNoEnd);
  if (range.end.has_value()) AppendBytes(raw, *range.end);
}

void AppendPrepare(std::string& raw, const PrepareTransaction& prepare) {
  AppendU64(raw, prepare.id.value);
  AppendU64(raw, prepare.earliest_commit.value);
  AppendU64(raw, prepare.writes.size());
  for (const WriteClaim& write : prepare.writes) {
    AppendBytes(raw, write.key);
    AppendU64(raw, write.epoch.value);
  }
  AppendU64(raw, prepare.reads.size());
  for (const ReadClaim& read : prepare.reads) {
    AppendRange(raw, read.range);
    AppendU64(raw, read.epoch.value);
  }
}

std::string Encode(const FenceRange& fence) {
  std::string raw = RecordOf(Kind::kFence);
  AppendRange(raw, fence.range);
  AppendU64(raw, fence.epoch.value);
  return raw;
}

std::string Encode(const ActivateRange& activate) {
  std::string raw = RecordOf(Kind::kActivate);
  AppendRange(raw, activate.range);
  AppendU64(raw, activate.epoch.value);
  AppendU64(raw, activate.floor.value);
  return raw;
}

std::string Encode(const ReleaseRange& release) {
  std::string raw = RecordOf(Kind::kRelease);
  AppendRange(raw, release.range);
  AppendU64(raw, release.epoch.value);
  return raw;
}

std::string Encode(const PrepareTransaction& prepare) {
  std::string raw = RecordOf(Kind::kPrepare);
  AppendPrepare(raw, prepare);
  return raw;
}

std::string Encode(const ResolveTransaction& resolve) {
  std::string raw = RecordOf(Kind::kResolve);
  AppendU64(raw, resolve.id.value);
  AppendByte(raw, static_cast<std::uint8_t>(resolve.outcome));
  AppendU64(raw, resolve.commit_ts.value);
  return raw;
}

absl::Status BadRecord(const std::string& what) {
  return MakeError(Error::kInvalidOwnershipRecord, "the ownership record " + what);
}

// Reads fields up to the first that is bad; from then on every field is empty, and the status says which one
// it was. A loop over a claimed count ends there too, so a count costs no more than the bytes behind it.
class FieldReader {
 public:
  explicit FieldReader(std::string_view raw) : reader_(raw) {}

  bool ok() const { return status_.ok(); }

  void Fail(const std::string& what) {
    if (ok()) status_ = BadRecord(what);
  }

  std::uint8_t Byte(std::string_view field) { return OrFail(ok() ? reader_.Byte() : std::nullopt, field); }

  std::uint64_t U64(std::string_view field) { return OrFail(ok() ? reader_.U64() : std::nullopt, field); }

  std::string Key(std::string_view field) {
    return std::string(OrFail(ok() ? reader_.Bytes() : std::nullopt, field));
  }

  KeyRange Range() {
    KeyRange range{Key("start key"), std::nullopt};
    const std::uint8_t flag = Byte("end flag");
    if (flag == kWithEnd) {
      range.end = Key("end key");
    } else if (flag != kNoEnd) {
      Fail("has the end flag " + std::to_string(flag));
    }
    return range;
  }

  // OK if every field was there and nothing is left.
  absl::Status Finish() {
    if (reader_.left() != 0) Fail("has " + std::to_string(reader_.left()) + " bytes after its end");
    return status_;
  }

 private:
  template <class Field>
  Field OrFail(std::optional<Field> field, std::string_view name) {
    if (field.has_value()) return *field;
    Fail("ends within its " + std::string(name));
    return Field{};
  }

  RecordReader reader_;
  absl::Status status_;
};

PrepareTransaction ReadPrepare(FieldReader& fields) {
  PrepareTransaction prepare;
  prepare.id = TransactionId(fields.U64("transaction id"));
  prepare.earliest_commit = Timestamp(fields.U64("earliest commit"));
  for (std::uint64_t left = fields.U64("number of writes"); left > 0 && fields.ok(); --left) {
    WriteClaim& write = prepare.writes.emplace_back();
    write.key = fields.Key("written key");
    write.epoch = OwnershipEpoch(fields.U64("epoch of a write"));
  }
  for (std::uint64_t left = fields.U64("number of reads"); left > 0 && fields.ok(); --left) {
    ReadClaim& read = prepare.reads.emplace_back();
    read.range = fields.Range();
    read.epoch = OwnershipEpoch(fields.U64("epoch of a read"));
  }
  return prepare;
}

RangeTenure ReadRangeTenure(FieldReader& fields) {
  RangeTenure known;
  known.range = fields.Range();
  known.tenure.phase = static_cast<OwnershipPhase>(fields.Byte("phase"));
  known.tenure.epoch = OwnershipEpoch(fields.U64("epoch"));
  known.tenure.highest_epoch = OwnershipEpoch(fields.U64("highest epoch"));
  known.tenure.fenced_at = LogIndex(fields.U64("cut-off"));
  known.tenure.floor = Timestamp(fields.U64("floor"));
  return known;
}

// The kind byte of a record; any number, and 0 where there is none.
Kind ReadKind(FieldReader& fields) {
  const std::uint8_t format = fields.Byte("format");
  if (format != kOwnershipFormat) fields.Fail("begins with the format byte " + std::to_string(format));
  return static_cast<Kind>(fields.Byte("kind"));
}

OwnershipEntry ReadEntry(FieldReader& fields) {
  const Kind kind = ReadKind(fields);
  switch (kind) {
    case Kind::kFence: {
      KeyRange range = fields.Range();
      return FenceRange{std::move(range), OwnershipEpoch(fields.U64("epoch"))};
    }
    case Kind::kActivate: {
      KeyRange range = fields.Range();
      const OwnershipEpoch epoch(fields.U64("epoch"));
      return ActivateRange{std::move(range), epoch, Timestamp(fields.U64("floor"))};
    }
    case Kind::kRelease: {
      KeyRange range = fields.Range();
      return ReleaseRange{std::move(range), OwnershipEpoch(fields.U64("epoch"))};
    }
    case Kind::kPrepare:
      return ReadPrepare(fields);
    case Kind::kResolve: {
      const TransactionId id(fields.U64("transaction id"));
      const auto outcome = static_cast<TransactionOutcome>(fields.Byte("outcome"));
      return ResolveTransaction{id, outcome, Timestamp(fields.U64("commit timestamp"))};
    }
    case Kind::kSnapshot:
      break;
  }
  fields.Fail("is of kind " + std::to_string(static_cast<unsigned>(kind)) + ", which is no entry");
  return FenceRange{};
}

}  // namespace

absl::StatusOr<std::string> EncodeOwnershipEntry(const OwnershipEntry& entry) {
  if (absl::Status status = ValidateEntry(entry); !status.ok()) return status;
  return std::visit([](const auto& known) { return Encode(known); }, entry);
}

absl::StatusOr<OwnershipEntry> DecodeOwnershipEntry(std::string_view raw) {
  FieldReader fields(raw);
  OwnershipEntry entry = ReadEntry(fields);
  if (absl::Status status = fields.Finish(); !status.ok()) return status;
  if (absl::Status status = ValidateEntry(entry); !status.ok()) return status;
  return entry;
}

std::string EncodeGroupOwnership(const GroupOwnership& ownership) {
  std::string raw = RecordOf(Kind::kSnapshot);
  AppendU64(raw, ownership.applied_index().value);
  AppendU64(raw, ownership.ranges().size());
  for (const RangeTenure& known : ownership.ranges()) {
    AppendRange(raw, known.range);
    AppendByte(raw, static_cast<std::uint8_t>(known.tenure.phase));
    AppendU64(raw, known.tenure.epoch.value);
    AppendU64(raw, known.tenure.highest_epoch.value);
    AppendU64(raw, known.tenure.fenced_at.value);
    AppendU64(raw, known.tenure.floor.value);
  }
  AppendU64(raw, ownership.prepared().size());
  for (const auto& [id, prepared] : ownership.prepared()) AppendPrepare(raw, prepared);
  return raw;
}

absl::StatusOr<GroupOwnership> DecodeGroupOwnership(std::string_view raw) {
  FieldReader fields(raw);
  if (ReadKind(fields) != Kind::kSnapshot) fields.Fail("is no snapshot");
  const LogIndex applied_index(fields.U64("applied index"));
  std::vector<RangeTenure> ranges;
  for (std::uint64_t left = fields.U64("number of ranges"); left > 0 && fields.ok(); --left) {
    ranges.push_back(ReadRangeTenure(fields));
  }
  GroupOwnership::PreparedTransactions prepared;
  for (std::uint64_t left = fields.U64("number of prepared transactions"); left > 0 && fields.ok(); --left) {
    PrepareTransaction transaction = ReadPrepare(fields);
    if (!prepared.empty() && transaction.id <= prepared.rbegin()->first) {
      fields.Fail("has prepared transactions out of order");
    }
    const TransactionId id = transaction.id;
    prepared.emplace_hint(prepared.end(), id, std::move(transaction));
  }
  if (absl::Status status = fields.Finish(); !status.ok()) return status;
  return GroupOwnership::Restore(applied_index, std::move(ranges), std::move(prepared));
}

}  // namespace fencepost
