#include "model/recording/recording.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "model/recording/fields.h"

namespace fencepost::model::recording {
namespace {

using nlohmann::json;

constexpr std::string_view kFormat = "route-catalog-golden";
constexpr std::uint64_t kFormatVersion = 1;
constexpr std::string_view kRevision = "ebdf8eb";

constexpr std::size_t kMaxFileBytes = std::size_t{256} << 20;
// The format nests four deep. The bound is checked before the JSON parser sees a line, so that a line of
// brackets costs neither memory nor stack.
constexpr int kMaxNesting = 16;

bool NestsTooDeep(std::string_view line) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxNesting) {
        return true;
      }
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

// Reads the one object of a line, or answers why there is none.
std::optional<std::string> ParseLine(std::string_view line, json& object) {
  if (line.empty()) {
    return "a blank line; every line is one JSON object";
  }
  if (NestsTooDeep(line)) {
    return fmt::format("JSON nested more than {} deep", kMaxNesting);
  }
  object = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (object.is_discarded()) {
    return "not JSON, or cut off";
  }
  if (!object.is_object()) {
    return fmt::format("a JSON {} where an object is expected", object.type_name());
  }
  return std::nullopt;
}

std::optional<std::string> ReadHeader(const json& line, RecordingHeader& header) {
  Problem problem;
  const Field field(line, "", problem);
  const std::string format = field.At("format").Text();
  const std::uint64_t version = field.At("format_version").Count();
  header.suite = field.At("suite").Text();
  header.kind = field.At("kind").Text();
  header.name = field.At("name").Text();
  field.At("seed").CheckNumber();
  const std::string revision = field.At("revision").Text();
  header.sequences = field.At("sequences").Count();
  header.operations = field.At("ops").Count();
  if (problem.found()) {
    return "header: " + problem.reason();
  }
  if (format != kFormat) {
    return fmt::format("header: format is \"{}\", not \"{}\"", format, kFormat);
  }
  if (version != kFormatVersion) {
    return fmt::format("header: format_version is {}; only {} is known", version, kFormatVersion);
  }
  if (revision != kRevision) {
    return fmt::format("header: recorded at revision \"{}\"; only \"{}\" can be replayed", revision,
                       kRevision);
  }
  return std::nullopt;
}

std::optional<std::string> ReadOperation(json line, RecordedOperation& operation) {
  Problem problem;
  const Field field(line, "", problem);
  operation.op = field.At("op").Text();
  field.At("in").CheckObject();
  field.At("out").CheckObject();
  if (problem.found()) {
    return problem.reason();
  }
  operation.in = std::move(line["in"]);
  operation.out = std::move(line["out"]);
  return std::nullopt;
}

// What only the whole file shows: it starts with a sequence and holds what its header promised.
std::optional<BadInput> CheckWhole(const Recording& recording) {
  const auto& operations = recording.operations;
  std::uint64_t sequences = 0;
  for (const RecordedOperation& operation : operations) {
    sequences += operation.op == "begin" ? 1 : 0;
  }
  if (!operations.empty() && operations.front().op != "begin") {
    return BadInput{recording.file, operations.front().line,
                    fmt::format("\"{}\" before the first \"begin\"", operations.front().op)};
  }
  if (operations.size() != recording.header.operations) {
    return BadInput{
        recording.file, 0,
        fmt::format("{} operations follow the header, which says {}: cut off or put together wrongly",
                    operations.size(), recording.header.operations)};
  }
  if (sequences != recording.header.sequences) {
    return BadInput{
        recording.file, 0,
        fmt::format("{} sequences follow the header, which says {}: cut off or put together wrongly",
                    sequences, recording.header.sequences)};
  }
  return std::nullopt;
}

// The next line of `text` without its line end, which may be missing on the last one.
std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::variant<std::string, BadInput> ReadFile(const std::string& path) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) {
    return BadInput{path, 0, std::strerror(errno)};
  }
  std::string text;
  const auto chunk = std::make_unique<std::array<char, 65536>>();
  while (const std::size_t size = std::fread(chunk->data(), 1, chunk->size(), file.get())) {
    text.append(chunk->data(), size);
    if (text.size() > kMaxFileBytes) {
      return BadInput{path, 0, fmt::format("larger than {} MiB", kMaxFileBytes >> 20)};
    }
  }
  if (std::ferror(file.get()) != 0) {
    return BadInput{path, 0, std::strerror(errno)};
  }
  return text;
}

}  // namespace

std::variant<Recording, BadInput> ParseRecording(std::string file, std::string_view text) {
  Recording recording;
  recording.file = std::move(file);
  if (text.empty()) {
    return BadInput{recording.file, 0, "empty; line 1 has to be the header"};
  }
  for (std::size_t line_number = 1; !text.empty(); ++line_number) {
    json object;
    std::optional<std::string> reason = ParseLine(TakeLine(text), object);
    if (reason.has_value()) {
      return BadInput{recording.file, line_number, *reason};
    }
    if (line_number == 1) {
      reason = ReadHeader(object, recording.header);
    } else {
      RecordedOperation& operation = recording.operations.emplace_back();
      operation.line = line_number;
      reason = ReadOperation(std::move(object), operation);
    }
    if (reason.has_value()) {
      return BadInput{recording.file, line_number, *reason};
    }
  }
  if (auto problem = CheckWhole(recording)) {
    return *std::move(problem);
  }
  return recording;
}

std::variant<Recording, BadInput> ReadRecording(const std::string& path) {
  std::variant<std::string, BadInput> text = ReadFile(path);
  if (auto* problem = std::get_if<BadInput>(&text)) {
    return std::move(*problem);
  }
  return ParseRecording(path, std::get<std::string>(text));
}

}  // namespace fencepost::model::recording
