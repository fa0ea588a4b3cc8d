// A .repro file: one failing run as a few lines of text, to be kept, diffed, replayed and made smaller.
//
// It names the simulation, how it fails, and every draw that was not the default; so it holds what matters of
// a run and nothing about how the draws were found, and survives code that draws more or less elsewhere.
//
//     fencepost-repro 1
//     scenario watchers
//     expect fixed
//     class liveness
//     # 600 ms after healing, the engine of node-1 is at version 1 ...
//     seed 17
//     step 412
//     hash 8d5c2f0e9b7a46138d5c2f0e9b7a4613
//     checkpoint 200 9b7a46138d5c2f0e
//     deviations 2
//
//     plan/operator-1/1[0] = 1 of 2 (present)
//     plan/operator-1/1[1] = 387 of 1000 (at)
//
// The fields stand in this order. `scenario` is the name of the simulation. `expect` says what a test run is
// to find: `fixed`, or `still-fails` for a mistake that must go on being caught. `seed` is where the run came
// from, or `none`. `step` is the task that broke the class's invariant and `hash` the trace hash of the run;
// a checkpoint is the low half of that hash after so many tasks, so that a run that diverges can say where.
// `deviations` counts the lines that follow it, one per draw: STREAM[INDEX] = VALUE of BOUND (LABEL).
// Comments begin with # and blank lines separate; the comment below `class` is the violation in words.
//
// Reading is strict: the first mistake is an error that names file and line, and the nearest valid name. Pure
// functions, but for LoadRepro and SaveRepro.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/choices/choices.h"
#include "sim/core/kinds/kind_list.h"
#include "sim/core/kinds/kinds.h"
#include "sim/core/runtime/trace.h"

namespace fencepost::sim {

inline constexpr std::string_view kReproExtension = ".repro";

enum class ReproExpectation : std::uint8_t { kFixed, kStillFails };

// "fixed" or "still-fails".
std::string_view ExpectationName(ReproExpectation expectation);

struct ReproCheckpoint {
  std::uint64_t step = 0;      // tasks run, from 1
  std::uint64_t hash_low = 0;  // of the trace, when it has taken in that task

  friend bool operator==(const ReproCheckpoint&, const ReproCheckpoint&) = default;
};

struct Repro {
  std::string simulation;  // its name
  ReproExpectation expect = ReproExpectation::kFixed;
  std::string failure_class;  // ClassOf, simulation/violation.h
  std::string sentence;       // the violation in words; may have several lines
  std::optional<std::uint64_t> seed;
  std::uint64_t step = 0;
  TraceHash hash;
  std::vector<ReproCheckpoint> checkpoints;  // steps ascending
  std::vector<Deviation> deviations;         // sorted as shrink_size.h has it

  friend bool operator==(const Repro&, const Repro&) = default;
};

std::string FormatRepro(const Repro& repro);

// `text` is the file's content, `file` its name for messages. Its class has to be of one of these
// `invariants`, those of the simulation's vocabulary; null: of any. InvalidArgument: "FILE:LINE: what is
// wrong".
absl::StatusOr<Repro> ParseRepro(std::string_view text, std::string_view file,
                                 const KindList<InvariantKind>* invariants);

// NotFound when the file cannot be read, else as ParseRepro.
absl::StatusOr<Repro> LoadRepro(const std::string& path, const KindList<InvariantKind>* invariants);

// PermissionDenied, with the reason, when it cannot be written.
absl::Status SaveRepro(const Repro& repro, const std::string& path);

// SIMULATION-CLASS-SEED.repro, e.g. "watchers-liveness-17.repro".
std::string ReproFileName(const Repro& repro);

}  // namespace fencepost::sim
