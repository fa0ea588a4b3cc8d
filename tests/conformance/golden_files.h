// The recordings of the reference that this repository keeps, and edits of them.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace fencepost::model::recording {

// Paths of all recordings, sorted by name.
std::vector<std::string> GoldenFiles();

std::string ReadWholeFile(const std::string& path);

// A recording as its lines, parsed without the code under test. lines[0] is the header; line N of the file is
// lines[N - 1].
struct RecordingLines {
  std::string file;
  std::vector<nlohmann::json> lines;

  nlohmann::json& at(std::size_t line) { return lines.at(line - 1); }
  const nlohmann::json& at(std::size_t line) const { return lines.at(line - 1); }
  std::size_t last_line() const { return lines.size(); }
  std::string Text() const;
};

RecordingLines ReadRecordingLines(const std::string& path);

// The sequence that `line` is in with its neighbours, and where the line is then: as good as the whole
// recording, for no state outlives a sequence, and replayed in a small part of the time.
struct CutRecording {
  RecordingLines recording;
  std::size_t line = 0;
};
CutRecording CutAround(const RecordingLines& recording, std::size_t line);

// A well-formed recording of one sequence with these operations after its "begin".
RecordingLines RecordingOf(const std::vector<nlohmann::json>& operations);

}  // namespace fencepost::model::recording
