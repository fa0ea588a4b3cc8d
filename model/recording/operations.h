// The operations of a recording (FORMAT.md section 5), each as a row of a table: how its arguments are read,
// what it does to a session, and the types of what it answers.
//
// Understanding and acting are apart: `decode` reads all arguments and answers a Step, and a Step is run only
// if no argument was missing or of a wrong type. One file per subsection of section 5 holds its rows.
//
// Pure but for the Steps, which act on the session they are given.
#pragma once

#include <absl/status/status.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/recording/fields.h"
#include "model/recording/session.h"

namespace fencepost::model::recording {

// What a replayed operation answered, in the terms of a recording.
struct Answer {
  nlohmann::json out = nlohmann::json::object();
  std::string message;  // of the error in `out`, for people; recordings hold none
  // The operation could not be carried out because the recording refers to something its sequence never made.
  std::optional<std::string> bad_input;
  // The outcome was reproduced with a stand-in for what this library deliberately does differently: it keeps
  // the rest of the sequence comparable, but confirms nothing about this library.
  bool stands_in = false;
};

// {"err": null}
Answer Success();
// {"err": NAME}
Answer Failure(const absl::Status& status);
// Adds "err" for `status`, OK or not.
void SetError(const absl::Status& status, Answer& answer);

using Step = std::function<Answer(Session&)>;

// The types of members of `out`.
enum class Shape {
  kU64,
  kCount,
  kBool,
  kBytes,
  kErrorName,   // null or a string
  kDescriptor,  // desc
  kDescriptors,
  kRoute,
  kRoutes,
  kPairs,   // list of [hex, hex]
  kOwners,  // list of u64 or null
};

struct OutMember {
  std::string_view name;
  Shape shape;
  // Whether a recording may leave it out of an answer that has it.
  bool may_be_missing = false;
};

enum class Effect {
  kBeginsSequence,
  kChangesState,  // after a mismatch the rest of the sequence proves nothing
  kReadsOnly,
};

struct OperationKind {
  std::string_view name;
  Effect effect;
  std::span<const OutMember> out;  // all that can occur
  Step (*decode)(
      const Field& in);  // notes a problem in `in`'s Problem when an argument is not as it should be
};

// The row of an operation, or null when the format has no such operation. O(number of operations).
const OperationKind* FindOperation(std::string_view name);

// Every row.
std::span<const std::span<const OperationKind>> AllOperations();

// The rows by subsection: control and codec (5.1, 5.2), engine (5.3), store (5.4), catalog (5.5), bootstrap
// and watcher (5.6), raced (5.7).
std::span<const OperationKind> CodecOperations();
std::span<const OperationKind> EngineOperations();
std::span<const OperationKind> StoreOperations();
std::span<const OperationKind> CatalogOperations();
std::span<const OperationKind> BootstrapOperations();
std::span<const OperationKind> RacedOperations();

}  // namespace fencepost::model::recording
