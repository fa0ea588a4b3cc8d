#include "tests/conformance/golden_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace fencepost::model::recording {

std::vector<std::string> GoldenFiles() {
  std::vector<std::string> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(FENCEPOST_SOURCE_DIR) + "/tests/data/golden")) {
    if (entry.path().extension() == ".jsonl") {
      paths.push_back(entry.path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string ReadWholeFile(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string RecordingLines::Text() const {
  std::string text;
  for (const nlohmann::json& line : lines) {
    text += line.dump();
    text += '\n';
  }
  return text;
}

RecordingLines ReadRecordingLines(const std::string& path) {
  RecordingLines recording;
  recording.file = path;
  std::istringstream text(ReadWholeFile(path));
  for (std::string line; std::getline(text, line);) {
    recording.lines.push_back(nlohmann::json::parse(line));
  }
  return recording;
}

CutRecording CutAround(const RecordingLines& recording, std::size_t line) {
  std::vector<std::size_t> begins;  // of the sequences, and where the last one ends
  for (std::size_t at = 2; at <= recording.last_line(); ++at) {
    if (recording.at(at)["op"] == "begin") begins.push_back(at);
  }
  begins.push_back(recording.last_line() + 1);
  const auto next = std::upper_bound(begins.begin(), begins.end(), line);
  const auto first = next - begins.begin() > 1 ? next - 2 : next - 1;
  const auto end = next + 1 == begins.end() ? next : next + 1;

  CutRecording cut{{recording.file, {recording.at(1)}}, line - *first + 2};
  for (std::size_t at = *first; at < *end; ++at) cut.recording.lines.push_back(recording.at(at));
  cut.recording.at(1)["sequences"] = end - first;
  cut.recording.at(1)["ops"] = *end - *first;
  return cut;
}

RecordingLines RecordingOf(const std::vector<nlohmann::json>& operations) {
  RecordingLines recording;
  recording.file = "made.jsonl";
  recording.lines.push_back({{"format", "route-catalog-golden"},
                             {"format_version", 1},
                             {"suite", "catalog"},
                             {"kind", "made"},
                             {"name", "made"},
                             {"seed", 1},
                             {"revision", "ebdf8eb"},
                             {"sequences", 1},
                             {"ops", operations.size() + 1}});
  recording.lines.push_back(
      {{"op", "begin"}, {"in", {{"seq", 0}, {"kind", "made"}}}, {"out", nlohmann::json::object()}});
  recording.lines.insert(recording.lines.end(), operations.begin(), operations.end());
  return recording;
}

}  // namespace fencepost::model::recording
