// FORMAT.md section 5.4: the store alone.
#include <utility>

#include "model/recording/error_names.h"
#include "model/recording/operations.h"

namespace fencepost::model::recording {
namespace {

// The answer of every write.
Answer Written(const absl::Status& status, Session& session) {
  Answer answer;
  SetError(status, answer);
  answer.out["last_commit_ts"] = ToJson(session.store().LastCommitTsNow().value);
  return answer;
}

Step RawPut(const Field& in) {
  return [key = in.At("key").Bytes(), value = in.At("value").Bytes(),
          ts = Timestamp(in.At("ts").U64())](Session& session) {
    session.store().PutAt(key, value, ts);
    return Written(absl::OkStatus(), session);
  };
}

Step RawDelete(const Field& in) {
  return [key = in.At("key").Bytes(), ts = Timestamp(in.At("ts").U64())](Session& session) {
    session.store().DeleteAt(key, ts);
    return Written(absl::OkStatus(), session);
  };
}

Step RawGet(const Field& in) {
  return [key = in.At("key").Bytes(), ts = Timestamp(in.At("ts").U64())](Session& session) {
    const absl::StatusOr<std::optional<std::string>> value = session.store().Get(key, ts);
    if (!value.ok()) {
      return Failure(value.status());
    }
    Answer answer = Success();
    if (value->has_value()) {
      answer.out["value"] = HexOf(**value);
    } else {
      answer.out["err"] = std::string(kGoldenKeyNotFound);
    }
    return answer;
  };
}

Step RawScan(const Field& in) {
  KeyRange range;
  range.start = in.At("start").Bytes();
  range.end = in.At("end").BytesOrAbsent();
  return [range = std::move(range), limit = in.At("limit").Count(),
          ts = Timestamp(in.At("ts").U64())](Session& session) {
    const absl::StatusOr<std::vector<KeyValue>> pairs = session.store().Scan(range, limit, ts);
    if (!pairs.ok()) {
      return Failure(pairs.status());
    }
    Answer answer = Success();
    answer.out["kv"] = PairsToJson(*pairs);
    return answer;
  };
}

Step RawLatest(const Field& in) {
  return [key = in.At("key").Bytes()](Session& session) {
    const std::optional<Timestamp> ts = session.store().LatestVersionOf(key);
    Answer answer;
    answer.out["ok"] = ts.has_value();
    if (ts.has_value()) {
      answer.out["ts"] = ToJson(ts->value);
    }
    return answer;
  };
}

Mutation ReadMutation(const Field& field) {
  const Field op = field.At("op");
  const std::string name = op.Text();
  Mutation mutation;
  mutation.key = field.At("key").Bytes();
  if (name == "put") {
    mutation.value = field.At("value").Bytes();
  } else if (name != "delete") {
    op.Reject("is neither put nor delete");
  }
  return mutation;
}

Step RawApply(const Field& in) {
  WriteBatch batch;
  for (const Field& mutation : in.At("mutations").Elements()) {
    batch.mutations.push_back(ReadMutation(mutation));
  }
  batch.read_keys = in.At("read_keys").ListOfBytes();
  batch.read_ts = Timestamp(in.At("start_ts").U64());
  return [batch = std::move(batch), commit_ts = Timestamp(in.At("commit_ts").U64())](Session& session) {
    return Written(session.store().ApplyAt(batch, commit_ts), session);
  };
}

Step Compact(const Field& in) {
  return [floor = Timestamp(in.At("min_ts").U64())](Session& session) {
    session.store().Compact(floor);
    return Written(absl::OkStatus(), session);
  };
}

constexpr OutMember kWritten[] = {{"err", Shape::kErrorName}, {"last_commit_ts", Shape::kU64}};
constexpr OutMember kValue[] = {{"err", Shape::kErrorName}, {"value", Shape::kBytes}};
constexpr OutMember kScanned[] = {{"err", Shape::kErrorName}, {"kv", Shape::kPairs}};
constexpr OutMember kLatest[] = {{"ok", Shape::kBool}, {"ts", Shape::kU64}};

constexpr OperationKind kStoreOperations[] = {
    {"raw_put", Effect::kChangesState, kWritten, RawPut},
    {"raw_delete", Effect::kChangesState, kWritten, RawDelete},
    {"raw_get", Effect::kReadsOnly, kValue, RawGet},
    {"raw_scan", Effect::kReadsOnly, kScanned, RawScan},
    {"raw_latest", Effect::kReadsOnly, kLatest, RawLatest},
    {"raw_apply", Effect::kChangesState, kWritten, RawApply},
    {"compact", Effect::kChangesState, kWritten, Compact},
};

}  // namespace

std::span<const OperationKind> StoreOperations() { return kStoreOperations; }

}  // namespace fencepost::model::recording
