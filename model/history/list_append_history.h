// A list-append history: what clients saw of transactions that append to lists and read lists.
//
// Transactions are numbered in the order of their invocations. An event (an invocation or a completion) has a
// line, a number that grows from event to event; it is the only order of events there is, and what
// explanations call them by. For a history read from a file it is the line in that file.
//
// Everything is kept in a few flat arrays, so that millions of transactions cost no allocation each.
//
// Not thread-safe while being built; a finished history may be read from anywhere.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fencepost::model::history {

using KeyId = std::uint32_t;          // dense, from 0
using TransactionId = std::uint32_t;  // dense, from 0, in order of invocation
using Line = std::uint32_t;

inline constexpr Line kNeverCompleted = ~Line{0};
inline constexpr TransactionId kNoTransaction = ~TransactionId{0};
inline constexpr std::uint64_t kMaxTransactions = std::uint64_t{1} << 26;

enum class Outcome : std::uint8_t {
  kCommitted,
  kFailed,         // did not happen
  kIndeterminate,  // may take effect at any time after its invocation, or never; also when never completed
};

enum class StepKind : std::uint8_t { kAppend, kRead };

// One micro-operation of a transaction.
struct Step {
  StepKind kind = StepKind::kAppend;
  KeyId key = 0;
  std::uint32_t size = 0;   // elements read; 1 for an append
  std::uint64_t first = 0;  // where they begin in the history's elements
};

struct Transaction {
  std::int64_t process = 0;
  std::uint64_t first_step = 0;
  std::uint32_t step_count = 0;
  Line invoked = 0;
  Line completed = kNeverCompleted;
  Outcome outcome = Outcome::kIndeterminate;
};

// A micro-operation as a client invokes it; `element` is the appended one, 0 for a read.
struct Intent {
  StepKind kind = StepKind::kAppend;
  KeyId key = 0;
  std::int64_t element = 0;
};

class ListAppendHistory {
 public:
  // The id of that key, new or known. O(1).
  KeyId InternKey(std::string_view name);

  // Begins a transaction. REQUIRES: `line` above every line so far, fewer than kMaxTransactions so far, and
  // the process has no other transaction in flight.
  TransactionId Invoke(std::int64_t process, std::span<const Intent> intents, Line line);

  // Ends it. `observed` has one list per step, empty for appends. REQUIRES: `line` above every line so far,
  // the transaction in flight, observed.size() its number of steps.
  void Commit(TransactionId id, std::span<const std::span<const std::int64_t>> observed, Line line);
  void Fail(TransactionId id, Line line);
  // The client does not know: a timeout, a lost connection. The same as never completing.
  void LeaveIndeterminate(TransactionId id, Line line);

  std::span<const Transaction> transactions() const { return transactions_; }
  std::span<const TransactionId> commits() const { return commits_; }  // in order of completion
  std::span<const Step> steps() const { return steps_; }
  std::span<const Step> StepsOf(const Transaction& transaction) const {
    return std::span(steps_).subspan(transaction.first_step, transaction.step_count);
  }
  std::span<const std::int64_t> ElementsOf(const Step& step) const {
    return std::span(elements_).subspan(step.first, step.size);
  }
  std::int64_t AppendedBy(const Step& step) const { return elements_[step.first]; }
  std::string_view KeyName(KeyId key) const { return key_names_[key]; }
  std::size_t key_count() const { return key_names_.size(); }

 private:
  void Complete(TransactionId id, Outcome outcome, Line line);

  std::vector<Transaction> transactions_;
  std::vector<TransactionId> commits_;
  std::vector<Step> steps_;
  std::vector<std::int64_t> elements_;
  std::vector<std::string> key_names_;
  absl::flat_hash_map<std::string, KeyId> key_ids_;  // determinism: looked up only
};

// A history names each element of a key once: the second append of an element makes every judgement
// meaningless.
struct DuplicateAppend {
  TransactionId first = 0;
  TransactionId second = 0;
  KeyId key = 0;
  std::int64_t element = 0;
};

// The duplicate whose second append was invoked first, if there is one. O(n log n), near O(n) when elements
// grow over time.
std::optional<DuplicateAppend> FindDuplicateAppend(const ListAppendHistory& history);

}  // namespace fencepost::model::history
