// What a run tells beside its trace, as plain data for reports: who its actors are, what became of each
// message, which faults struck and which marks were hit when, what each catalog version held.
//
// Never hashed and kept only where a trace keeps text, so a run is the same run with and without it: nothing
// in a run may read it.
//
// Single-threaded.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/choices/driver.h"

namespace fencepost::sim {

struct TraceNotes {
  struct Actor {
    ActorId actor = 0;
    std::string name;
  };

  enum class Fate : std::uint8_t {
    kUnderWay,  // to its last line; or lost on the way, if it should have arrived before the run ended
    kArrived,
    kNeverSent,  // dropped at once, or sent into a partition
  };
  struct Message {
    ActorId from = 0;
    ActorId to = 0;
    std::chrono::nanoseconds sent{0};
    std::chrono::nanoseconds arrives{0};  // or should have
    Fate fate = Fate::kUnderWay;
  };

  // A fault struck, or a mark was hit.
  struct Happening {
    std::chrono::nanoseconds time{0};
    ActorId actor = 0;  // whose task was running
    std::string_view name;
    bool is_fault = false;
  };

  struct Route {
    std::string range;
    std::uint64_t group = 0;
    std::string state;

    friend bool operator==(const Route&, const Route&) = default;
  };
  struct CatalogVersion {
    std::chrono::nanoseconds time{0};
    std::uint64_t version = 0;
    std::vector<Route> routes;
  };

  // Why no execution explains what clients saw. Transactions are numbered T1, T2, ... as in the sentences.
  struct HistoryAnomaly {
    struct Edge {
      std::size_t from = 0;  // in `transactions`
      std::size_t to = 0;
      std::string kind;  // "ww", "wr", "rw", "process" or "realtime"
      std::string sentence;
    };
    struct Transaction {
      std::uint32_t id = 0;       // the how-manieth list transaction of the run
      std::string introduced_as;  // how the sentences introduce it, e.g. "(process 3, line 7)"
    };
    std::string name;  // e.g. "G-single-realtime"
    std::vector<Transaction> transactions;
    std::vector<Edge> edges;  // a cycle; empty when single reads are impossible without one
    std::vector<std::string> sentences;
  };

  std::vector<Actor> actors;
  std::vector<Message> messages;
  std::vector<Happening> happenings;
  std::vector<CatalogVersion> catalog;
  std::vector<std::uint64_t> list_transactions;  // by id: the index of the event that tells of its beginning
  std::optional<HistoryAnomaly> anomaly;
};

}  // namespace fencepost::sim
