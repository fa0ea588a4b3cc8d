#include "model/recording/catalog_answers.h"

#include <fmt/format.h>

#include <limits>

#include "fencepost/catalog/codec.h"

namespace fencepost::model::recording {
namespace {

constexpr std::size_t kMaxListedPairs = 24;

class Fnv1a {
 public:
  void Add(std::string_view bytes) {
    for (const char c : bytes) {
      AddByte(static_cast<unsigned char>(c));
    }
  }

  void AddLength(std::size_t length) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
      AddByte(static_cast<unsigned char>((length >> shift) & 0xFFU));
    }
  }

  std::uint64_t digest() const { return digest_; }

 private:
  void AddByte(unsigned char byte) {
    digest_ ^= byte;
    digest_ *= 1099511628211U;
  }

  std::uint64_t digest_ = 14695981039346656037U;
};

}  // namespace

std::uint64_t DigestOf(std::span<const KeyValue> pairs) {
  Fnv1a fnv;
  for (const KeyValue& pair : pairs) {
    fnv.AddLength(pair.key.size());
    fnv.Add(pair.key);
    fnv.AddLength(pair.value.size());
    fnv.Add(pair.value);
  }
  return fnv.digest();
}

void AddVisiblePairs(const MemoryStore& store, Answer& answer) {
  // Spelled out here and not asked from the codec: the recording judges the codec's idea of it.
  const KeyRange catalog_keys{"!dist|", "!dist}"};
  const absl::StatusOr<std::vector<KeyValue>> pairs =
      store.Scan(catalog_keys, std::numeric_limits<std::size_t>::max(), Timestamp::Max());
  if (!pairs.ok()) {
    SetError(pairs.status(), answer);
    return;
  }
  answer.out["kv_count"] = pairs->size();
  answer.out["kv_digest"] = fmt::format("{:016x}", DigestOf(*pairs));
  if (pairs->size() <= kMaxListedPairs) {
    answer.out["kv"] = PairsToJson(*pairs);
  }
}

Answer SaveAnswer(const absl::StatusOr<SaveResult>& saved, const MemoryStore& store) {
  Answer answer;
  SetError(saved.status(), answer);
  answer.out["last_commit_ts"] = ToJson(store.LastCommitTsNow().value);
  if (!saved.ok()) {
    return answer;
  }
  answer.out["version"] = ToJson(saved->snapshot.version.value);
  answer.out["routes"] = ToJson(saved->snapshot.routes);
  answer.out["read_ts"] = ToJson(saved->snapshot.read_ts.value);
  answer.out["commit_ts"] = ToJson(store.LatestVersionOf(CatalogVersionKey()).value_or(Timestamp()).value);
  AddVisiblePairs(store, answer);
  return answer;
}

Answer SnapshotAnswer(const absl::StatusOr<CatalogSnapshot>& snapshot) {
  Answer answer;
  SetError(snapshot.status(), answer);
  if (snapshot.ok()) {
    answer.out["version"] = ToJson(snapshot->version.value);
    answer.out["read_ts"] = ToJson(snapshot->read_ts.value);
    answer.out["routes"] = ToJson(snapshot->routes);
  }
  return answer;
}

}  // namespace fencepost::model::recording
