// Replays recordings of the reference implementation on the production code and judges the answers.
//
// A file is replayed only if every line of it is well formed. Each operation then ends in one of four counts:
// it matched; it did not; it was skipped because it pins what this library deliberately does differently (a
// save raced between the choice of its commit timestamp and its commit, which stores of this library do in
// one step: the outcome is reproduced so that what follows stays comparable, and a reproduction that fails is
// a mismatch); or it was skipped because an earlier mismatch in its sequence left another state behind.
//
// Everything is a value; deterministic; single-threaded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/recording/bad_input.h"

namespace fencepost::model::recording {

// An operation that answered something else than recorded. `in`, `recorded` and `replayed` are JSON objects
// on one line each.
struct Mismatch {
  std::size_t line = 0;  // counted from 1
  std::string op;
  std::string in;
  std::string recorded;
  std::string replayed;
  std::string difference;  // the first difference, in words
  std::string message;     // that came with the replayed error; empty when there was none
};

struct ReplayCounts {
  std::uint64_t sequences = 0;
  std::uint64_t operations = 0;  // the sum of the four below
  std::uint64_t matched = 0;
  std::uint64_t mismatched = 0;
  std::uint64_t skipped = 0;
  std::uint64_t skipped_after_mismatch = 0;

  ReplayCounts& operator+=(const ReplayCounts& other);
  friend bool operator==(const ReplayCounts&, const ReplayCounts&) = default;
};

struct FileReport {
  std::string file;
  std::string suite;  // suite, kind and name are the header's; empty when it could not be read
  std::string kind;
  std::string name;
  ReplayCounts counts;  // up to where the replay stopped
  std::vector<Mismatch> mismatches;
  std::optional<BadInput> bad_input;
};

// Reads and replays the file at `path`.
FileReport ReplayFile(const std::string& path);

// Replays the text of a recording; `file` only names it.
FileReport ReplayText(std::string file, std::string_view text);

}  // namespace fencepost::model::recording
