// The register checker: is each register linearizable?
//
// A register is linearizable if every completed operation took effect at one point between its invocation and
// its completion, every indeterminate one at one point after its invocation or never, and those points
// explain what was read. Registers are independent, so each is judged alone.
//
// The search (after Wing and Gong, and Lowe) goes through the events of a register in order and keeps the set
// of all *configurations* that explain them so far: the register's value, and which of the operations in
// flight have taken effect. At a completion, only configurations in which that operation took effect remain.
// The set is exact, so the first completion that leaves it empty is the shortest history that cannot be
// explained. Three things keep it small: a read takes effect as soon as its value is there (that never
// hurts); indeterminate operations of one kind and value are counted, not told apart, and fewer used is
// always better; one whose value nobody could ever notice is dropped.
//
// The problem is NP-complete, so there is a budget; past it the answer is kUnknown, unless another register
// is proven wrong.
//
// Thread-safe: pure functions.
#pragma once

#include <cstdint>

#include "model/history/judgement.h"
#include "model/history/register_history.h"

namespace fencepost::model::history {

struct LinearizabilityOptions {
  std::uint64_t configurations_at_once = 1'000'000;    // for one completion; bounds memory
  std::uint64_t configurations_per_key = 100'000'000;  // for one register; bounds time
};

// Judged at Level::kStrictSerializable, which is linearizability for single operations; `anomalies` is empty
// or has kNotLinearizable.
Judgement CheckRegisters(const RegisterHistory& history, const LinearizabilityOptions& options = {});

// The naive twin: tries every order of the operations of each key. REQUIRES: few operations per key.
bool IsLinearizableByBruteForce(const RegisterHistory& history);

}  // namespace fencepost::model::history
