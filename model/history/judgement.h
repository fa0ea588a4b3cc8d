// What a checker answers. A judgement is a value: the anomalies found, and for each an explanation, in words
// and as data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "model/history/edge_kind.h"
#include "model/history/level.h"

namespace fencepost::model::history {

enum class Validity : std::uint8_t {
  kValid,
  kInvalid,
  kUnknown,  // the search gave up at its budget; `unknown_reason` says where
};

// Why a history is impossible. The sentences call transactions T1, T2, ..., and introduce each where they
// mention it first: "T1 (process 3, line 7)".
struct Explanation {
  // One edge of a cycle; `from` and `to` are positions in `transactions`.
  struct Edge {
    std::size_t from = 0;
    std::size_t to = 0;
    EdgeKind kind = EdgeKind::kWw;

    friend bool operator==(const Edge&, const Edge&) = default;
  };
  // Where a sentence introduces a transaction: `length` bytes of sentences[sentence] from `begin` on are
  // "(process 3, line 7)". For readers that know clients and times by better names.
  struct Introduction {
    std::size_t sentence = 0;
    std::size_t begin = 0;
    std::size_t length = 0;
    std::size_t transaction = 0;  // in `transactions`

    friend bool operator==(const Introduction&, const Introduction&) = default;
  };

  Anomaly anomaly = Anomaly::kG0;
  std::vector<std::string> sentences = {};

  // The same as data. Empty for registers: they have operations.

  // Whom it is about, as T1, T2, ...: each one's index among the history's transactions, counted from 0 in
  // the order in which they began.
  std::vector<std::uint32_t> transactions = {};
  // A cycle: edges[i] is what sentences[i] tells, and the sentence behind them closes it. Empty when single
  // reads are impossible without one.
  std::vector<Edge> edges = {};
  std::vector<Introduction> introductions = {};  // by sentence, then by place
  std::vector<std::string> keys = {};            // that it is about, each once

  friend bool operator==(const Explanation&, const Explanation&) = default;
};

struct Judgement {
  Validity validity = Validity::kValid;
  // Every anomaly found that the level forbids, each once, in the order of the enum. Empty unless kInvalid.
  // What a weaker level forbids too is listed all the same; what the level allows is not.
  std::vector<Anomaly> anomalies;
  // At least one for each of `anomalies`, in the same order; at most a few per anomaly.
  std::vector<Explanation> explanations;
  std::string unknown_reason;      // empty unless kUnknown
  std::uint64_t transactions = 0;  // or operations, for registers: how many were invoked

  friend bool operator==(const Judgement&, const Judgement&) = default;
};

}  // namespace fencepost::model::history
