// A register history: what clients saw of reads, writes and compare-and-set operations on single registers.
//
// Values are interned: the id of a value stands for it, and null is id 0. Keys are independent registers,
// each initially null. Lines are as in list_append_history.h: the one order of events there is.
//
// Not thread-safe while being built; a finished history may be read from anywhere.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/history/list_append_history.h"

namespace fencepost::model::history {

using ValueId = std::uint32_t;
inline constexpr ValueId kNullValue = 0;
using OperationId = std::uint32_t;

enum class RegisterKind : std::uint8_t { kRead, kWrite, kCas };

struct RegisterOperation {
  std::int64_t process = 0;
  RegisterKind kind = RegisterKind::kRead;
  Outcome outcome = Outcome::kIndeterminate;
  KeyId key = 0;
  ValueId expected = kNullValue;  // kCas: the value that must be there
  ValueId value = kNullValue;     // what was read, or is written
  Line invoked = 0;
  Line completed = kNeverCompleted;
};

class RegisterHistory {
 public:
  RegisterHistory();

  // `name` is how explanations print the register. O(1).
  KeyId InternKey(std::string_view name);
  // `text` is how explanations print the value: `3`, `"a"`, `true`. Equal texts are equal values.
  ValueId InternValue(std::string_view text);

  // `expected` matters for kCas, `value` for kWrite and kCas. REQUIRES: `line` above every line so far, and
  // the process has no other operation in flight.
  OperationId Invoke(std::int64_t process, RegisterKind kind, KeyId key, ValueId expected, ValueId value,
                     Line line);
  // Completions. REQUIRES: the operation is in flight, and is a read exactly for CompleteRead.
  void CompleteRead(OperationId id, ValueId observed, Line line);
  void Complete(OperationId id, Line line);
  void Fail(OperationId id, Line line);
  void LeaveIndeterminate(OperationId id, Line line);

  std::span<const RegisterOperation> operations() const { return operations_; }  // in order of invocation
  std::string_view KeyName(KeyId key) const { return key_names_[key]; }
  std::string_view ValueText(ValueId value) const { return value_texts_[value]; }
  std::size_t key_count() const { return key_names_.size(); }
  std::size_t value_count() const { return value_texts_.size(); }

 private:
  std::vector<RegisterOperation> operations_;
  std::vector<std::string> key_names_;
  std::vector<std::string> value_texts_;
  absl::flat_hash_map<std::string, KeyId> key_ids_;      // determinism: looked up only
  absl::flat_hash_map<std::string, ValueId> value_ids_;  // determinism: likewise
};

}  // namespace fencepost::model::history
