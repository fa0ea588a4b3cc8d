// The bytes of a replica's durable snapshot.
//
//   snapshot   01 applied:u64 digest:u64 ownership:bytes             (integers big-endian)
//              values:u64 (key:bytes written_at:u64 revision:u64 elements:u64 (element:u64)*)*
//              copied_for:u64 (key:bytes epoch:u64)*
//              prepared:u64 (id:u64 home:u64 earliest_commit:u64 pin_flag:u8 pin:u64 claims_flag:u8
//                            group:u64 reads:u64 (group:u64 key:bytes epoch:u64 version:u64)*
//                            writes:u64 (group:u64 key:bytes epoch:u64 payload:bytes)*)*
//              records:u64 (id:u64 outcome:u8 commit_ts:u64)*
//              ended:u64 (id:u64)*
//
// `ownership` is what the library encodes. Locks are not in it: they are those of the prepared parts.
#include <absl/status/statusor.h>
#include <fmt/format.h>

#include <array>
#include <utility>

#include "fencepost/base/internal/record_bytes.h"
#include "fencepost/fence/ownership_codec.h"
#include "sim/world/groups/group_state.h"

namespace fencepost::sim {
namespace {

constexpr std::uint8_t kFormat = 1;

// Snapshots are taken all the time, and most of one is numbers: in one piece, not byte by byte.
void WriteNumber(std::uint64_t number, char* to) {
  for (std::size_t i = 0; i < kU64Size; ++i) to[i] = static_cast<char>(number >> (56 - 8 * i));
}
void AppendNumber(std::string& out, std::uint64_t number) {
  std::array<char, kU64Size> bytes;
  WriteNumber(number, bytes.data());
  out.append(bytes.data(), bytes.size());
}
void AppendElements(std::string& out, const std::vector<std::int64_t>& elements) {
  AppendNumber(out, elements.size());
  std::size_t at = out.size();
  out.resize(at + elements.size() * kU64Size);
  for (const std::int64_t element : elements) {
    WriteNumber(static_cast<std::uint64_t>(element), out.data() + at);
    at += kU64Size;
  }
}
void AppendText(std::string& out, std::string_view text) {
  AppendNumber(out, text.size());
  out.append(text);
}

// Reads fields until one is not there; from then on everything is 0 or empty, and ok() is false.
class SnapshotReader {
 public:
  explicit SnapshotReader(std::string_view bytes) : reader_(bytes) {}

  std::uint8_t Byte() { return Or(reader_.Byte(), std::uint8_t{0}); }
  std::uint64_t U64() { return Or(reader_.U64(), std::uint64_t{0}); }
  std::string Bytes() { return std::string(Or(reader_.Bytes(), std::string_view())); }
  // How many items follow; none when there are fewer bytes left than items.
  std::uint64_t Count() {
    const std::uint64_t count = U64();
    if (count > reader_.left()) ok_ = false;
    return ok_ ? count : 0;
  }
  bool ok() const { return ok_; }
  bool AtEnd() const { return reader_.left() == 0; }

 private:
  template <class Field>
  Field Or(std::optional<Field> field, Field otherwise) {
    ok_ = ok_ && field.has_value();
    return ok_ ? *field : otherwise;
  }

  RecordReader reader_;
  bool ok_ = true;
};

void AppendValue(std::string& out, const std::string& key, const StoredValue& value) {
  AppendText(out, key);
  AppendNumber(out, value.written_at.value);
  AppendNumber(out, value.revision.value);
  AppendElements(out, value.elements);
}

void ReadValue(SnapshotReader& in, StoredValues* values) {
  std::string key = in.Bytes();
  StoredValue value;
  value.written_at = Timestamp(in.U64());
  value.revision = LogIndex(in.U64());
  const std::uint64_t count = in.Count();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i)
    value.elements.push_back(static_cast<std::int64_t>(in.U64()));
  values->emplace_hint(values->end(), std::move(key), std::move(value));
}

void AppendPart(std::string& out, const Participant& part) {
  AppendNumber(out, part.group.value);
  AppendNumber(out, part.reads.size());
  for (const KeyRead& read : part.reads) {
    AppendNumber(out, read.group.value);
    AppendText(out, read.key);
    AppendNumber(out, read.epoch.value);
    AppendNumber(out, read.version);
  }
  AppendNumber(out, part.writes.size());
  for (const KeyWrite& write : part.writes) {
    AppendNumber(out, write.group.value);
    AppendText(out, write.key);
    AppendNumber(out, write.epoch.value);
    AppendText(out, write.payload);
  }
}

Participant ReadPart(SnapshotReader& in) {
  Participant part;
  part.group = GroupId(in.U64());
  const std::uint64_t reads = in.Count();
  for (std::uint64_t i = 0; i < reads && in.ok(); ++i) {
    KeyRead& read = part.reads.emplace_back();
    read.group = GroupId(in.U64());
    read.key = in.Bytes();
    read.epoch = OwnershipEpoch(in.U64());
    read.version = in.U64();
  }
  const std::uint64_t writes = in.Count();
  for (std::uint64_t i = 0; i < writes && in.ok(); ++i) {
    KeyWrite& write = part.writes.emplace_back();
    write.group = GroupId(in.U64());
    write.key = in.Bytes();
    write.epoch = OwnershipEpoch(in.U64());
    write.payload = in.Bytes();
  }
  return part;
}

TransactionRecord ReadRecord(SnapshotReader& in) {
  TransactionRecord record;
  record.id = TransactionId(in.U64());
  record.outcome = static_cast<TransactionOutcome>(in.Byte());
  record.commit_ts = Timestamp(in.U64());
  return record;
}

}  // namespace

std::string GroupState::Save() const {
  std::string out;
  out.reserve(256 + 64 * values_.size() + 24 * records_.size());
  AppendByte(out, kFormat);
  AppendNumber(out, applied_.value);
  AppendNumber(out, digest_.value());
  AppendText(out, EncodeGroupOwnership(ownership_));
  AppendNumber(out, values_.size());
  for (const auto& [key, value] : values_) AppendValue(out, key, value);
  AppendNumber(out, copied_for_.size());
  for (const auto& [key, epoch] : copied_for_) {
    AppendText(out, key);
    AppendNumber(out, epoch.value);
  }
  AppendNumber(out, prepared_.size());
  for (const auto& [id, part] : prepared_) {
    AppendNumber(out, id.value);
    AppendNumber(out, part.home.value);
    AppendNumber(out, part.earliest_commit.value);
    AppendByte(out, part.pin.has_value() ? 1 : 0);
    AppendNumber(out, part.pin.value_or(Version(0)).value);
    AppendByte(out, part.pinned_claims ? 1 : 0);
    AppendPart(out, part.part);
  }
  AppendNumber(out, records_.size());
  for (const auto& [id, record] : records_) {
    AppendNumber(out, id.value);
    AppendByte(out, static_cast<std::uint8_t>(record.outcome));
    AppendNumber(out, record.commit_ts.value);
  }
  AppendNumber(out, ended_.size());
  for (const TransactionId id : ended_) AppendNumber(out, id.value);
  return out;
}

absl::StatusOr<GroupState> GroupState::Restore(GroupId group, FenceRules rules, std::string_view snapshot) {
  SnapshotReader in(snapshot);
  GroupState state(group, rules);
  const std::uint8_t format = in.Byte();
  state.applied_ = LogIndex(in.U64());
  state.digest_ = EffectDigest(in.U64());
  absl::StatusOr<GroupOwnership> ownership = DecodeGroupOwnership(in.Bytes());
  if (!ownership.ok()) return std::move(ownership).status();
  state.ownership_ = *std::move(ownership);

  const std::uint64_t values = in.Count();
  for (std::uint64_t i = 0; i < values && in.ok(); ++i) ReadValue(in, &state.values_);
  const std::uint64_t copied = in.Count();
  for (std::uint64_t i = 0; i < copied && in.ok(); ++i) {
    std::string key = in.Bytes();
    state.copied_for_.insert_or_assign(std::move(key), OwnershipEpoch(in.U64()));
  }
  const std::uint64_t prepared = in.Count();
  for (std::uint64_t i = 0; i < prepared && in.ok(); ++i) {
    const TransactionId id(in.U64());
    PreparedPart part;
    part.home = GroupId(in.U64());
    part.earliest_commit = Timestamp(in.U64());
    const bool has_pin = in.Byte() != 0;
    const Version pin(in.U64());
    if (has_pin) part.pin = pin;
    part.pinned_claims = in.Byte() != 0;
    part.part = ReadPart(in);
    state.locks_.Lock(id, part.part);
    state.prepared_.emplace(id, std::move(part));
  }
  const std::uint64_t records = in.Count();
  for (std::uint64_t i = 0; i < records && in.ok(); ++i) {
    const TransactionRecord record = ReadRecord(in);
    state.records_.emplace(record.id, record);
  }
  const std::uint64_t ended = in.Count();
  for (std::uint64_t i = 0; i < ended && in.ok(); ++i) state.ended_.emplace(in.U64());
  if (format != kFormat || !in.ok() || !in.AtEnd()) {
    return absl::DataLossError(
        fmt::format("the {} bytes are no snapshot of a replica of group {}", snapshot.size(), group.value));
  }
  return state;
}

}  // namespace fencepost::sim
