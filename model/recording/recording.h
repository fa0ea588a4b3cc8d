// A recording of the reference implementation: operation sequences, and what each operation answered.
//
// The format is described in tests/data/golden/FORMAT.md. This header is its section 1, the layout of a file:
// a header line, then one operation per line. What the operations mean is operations.h's business. Reading a
// recording trusts nothing in it: any text is either a well-formed recording or BadInput with the line and
// the reason.
//
// Values throughout; the functions are pure but for ReadRecording, which reads the one file it is given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/recording/bad_input.h"

namespace fencepost::model::recording {

// Line 1, as far as a replay needs it.
struct RecordingHeader {
  std::string suite;
  std::string kind;
  std::string name;
  std::uint64_t sequences = 0;
  std::uint64_t operations = 0;
};

// Any later line, not yet understood: `in` and `out` are objects of any content.
struct RecordedOperation {
  std::size_t line = 0;
  std::string op;
  nlohmann::json in;
  nlohmann::json out;
};

struct Recording {
  std::string file;
  RecordingHeader header;
  std::vector<RecordedOperation> operations;  // as many as the header says, the first one a "begin"
};

// Parses the whole text of a file; `file` only names it. Linear in the text.
std::variant<Recording, BadInput> ParseRecording(std::string file, std::string_view text);

// Reads and parses the file at `path`. A file above 256 MiB is refused.
std::variant<Recording, BadInput> ReadRecording(const std::string& path);

}  // namespace fencepost::model::recording
