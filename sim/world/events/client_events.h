// What clients of the groups do and are told; the actor is the transactor. The clients' history is made of
// these.
#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fencepost/fence/owner_fence.h"
#include "model/history/register_history.h"
#include "sim/world/events/categories.h"

namespace fencepost::sim {

// One step of a list transaction: an append of `element`, or a read.
struct ListStep {
  std::string key;
  bool reads = false;
  std::int64_t element = 0;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("key", key);
    visit("reads", reads);
    visit("element", element);
  }
};

struct TransactionBegan {
  static constexpr EventKind kKind{"transaction-began", categories::kClient};
  std::vector<ListStep> steps;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("steps", steps);
  }
};

// The client is told so.
struct TransactionCommitted {
  static constexpr EventKind kKind{"transaction-committed", categories::kClient};
  std::vector<ListStep> steps;
  std::vector<std::vector<std::int64_t>> observed;  // by step: the list that it saw; empty for an append

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("observed", observed);
  }
};

struct RegisterBegan {
  static constexpr EventKind kKind{"register-began", categories::kClient};
  model::history::RegisterKind kind = model::history::RegisterKind::kRead;
  std::string key;
  std::optional<std::int64_t> expected;
  std::optional<std::int64_t> value;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("kind", kind);
    visit("key", key);
    visit("expected", expected);
    visit("value", value);
  }
};

struct RegisterDone {
  static constexpr EventKind kKind{"register-done", categories::kClient};
  model::history::RegisterKind kind = model::history::RegisterKind::kRead;
  std::string key;
  std::optional<std::int64_t> observed;  // of a read

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("kind", kind);
    visit("key", key);
    visit("observed", observed);
  }
};

// What it tried was refused. Either it tries again, or what it began is over and did not happen.
struct ClientRefused {
  static constexpr EventKind kKind{"client-refused", categories::kClient};
  absl::Status status;
  ObservedVersion pin = ObservedVersion::Unpinned();  // by which routes it tried
  bool gives_up = false;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("code", status.code());
    visit("pinned", pin.pinned());
    visit("pin", pin.pinned() ? pin.version() : Version());
    visit("gives_up", gives_up);
  }
};

// What it began may have happened or not, and nobody knows.
struct ClientLeftUnknown {
  static constexpr EventKind kKind{"client-left-unknown", categories::kClient};

  template <class Visitor>
  void Fields(Visitor&) const {}
};

// Only shown: a client stops trying although trying again through newer routes would have helped.
struct ClientGaveUp {
  int attempts = 0;
  ObservedVersion pin = ObservedVersion::Unpinned();  // of the last
  absl::Status status;
};

// The process of a client or a mover is gone; it comes back later.
struct ActorDied {
  static constexpr EventKind kKind{"actor-died", categories::kFault};

  template <class Visitor>
  void Fields(Visitor&) const {}
};

}  // namespace fencepost::sim
