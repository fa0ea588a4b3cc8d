#include <absl/status/status.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <set>
#include <utility>

#include "sim/core/kinds/nearest_name.h"
#include "sim/core/repro/repro_file.h"
#include "sim/core/shrink/shrink_size.h"
#include "sim/core/simulation/violation.h"

namespace fencepost::sim {
namespace {

constexpr std::string_view kHeader = "fencepost-repro";

// A whole number, digits only.
std::optional<std::uint64_t> ParseNumber(std::string_view text, int base = 10) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, base);
  if (text.empty() || error != std::errc() || rest != end) return std::nullopt;
  return number;
}

// Reads the lines in turn; remembers the first mistake, and from then on has no more lines.
class ReproReader {
 public:
  // `invariants` may be null.
  ReproReader(std::string_view text, std::string_view file, const KindList<InvariantKind>* invariants)
      : rest_(text), file_(file), invariants_(invariants) {}

  absl::StatusOr<Repro> Read() {
    ReadHeader();
    Repro repro;
    ReadSimulation(&repro);
    ReadExpectation(&repro);
    ReadClass(&repro);
    ReadSeed(&repro);
    repro.step = Number("step", Field("step"));
    ReadHash(&repro);
    ReadCheckpoints(&repro);
    const std::uint64_t count = Number("deviations", Field("deviations"));
    ReadDeviations(count, &repro);
    if (!ok()) return status_;
    SortDeviations(&repro.deviations);
    return repro;
  }

 private:
  bool ok() const { return status_.ok(); }

  void Complain(const std::string& what) {
    if (!ok()) return;
    status_ = absl::InvalidArgumentError(fmt::format("{}:{}: {}", file_, line_, what));
  }

  // The next line as it is, or nothing at the end.
  std::optional<std::string_view> NextRawLine() {
    if (rest_.empty() || !ok()) return std::nullopt;
    ++line_;
    const std::size_t end = rest_.find('\n');
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (line.ends_with('\r')) Complain("the line ends in a carriage return; lines end in a line feed alone");
    return line;
  }

  // The next line that says something.
  std::optional<std::string_view> NextLine() {
    while (const std::optional<std::string_view> line = NextRawLine()) {
      if (!line->empty() && !line->starts_with('#')) return ok() ? line : std::nullopt;
    }
    return std::nullopt;
  }

  // What the next line that says something begins with, without reading it.
  bool NextIs(std::string_view field) {
    const std::string_view rest = rest_;
    const std::size_t line = line_;
    const std::optional<std::string_view> next = NextLine();
    rest_ = rest;
    line_ = line;
    return next.has_value() && next->substr(0, next->find(' ')) == field;
  }

  // The value of the field that must come next.
  std::string_view Field(std::string_view name) {
    const std::optional<std::string_view> line = NextLine();
    if (!ok()) return "";
    if (!line.has_value()) {
      ++line_;
      Complain(fmt::format("the file ends where \"{}\" was expected", name));
      return "";
    }
    const std::size_t space = line->find(' ');
    const std::string_view found = line->substr(0, space);
    if (found != name) {
      Complain(fmt::format("expected \"{}\", found \"{}\"", name, found));
      return "";
    }
    return space == std::string_view::npos ? std::string_view() : line->substr(space + 1);
  }

  std::uint64_t Number(std::string_view name, std::string_view text) {
    const std::optional<std::uint64_t> number = ParseNumber(text);
    if (!number.has_value()) Complain(fmt::format("\"{}\": \"{}\" is not a whole number", name, text));
    return number.value_or(0);
  }

  void ReadHeader() {
    const std::optional<std::string_view> line = NextRawLine();
    if (!line.has_value()) ++line_;
    if (!line.has_value() || line->substr(0, line->find(' ')) != kHeader) {
      return Complain(fmt::format("not a repro file: the first line has to be \"{} 1\"", kHeader));
    }
    if (*line != fmt::format("{} 1", kHeader)) {
      Complain(fmt::format("\"{}\": this program reads version 1 of the format", *line));
    }
  }

  // `name` is not among `valid`.
  void ComplainOfName(std::string_view field, std::string_view name,
                      std::span<const std::string_view> valid) {
    const std::string_view nearest = NearestName(name, valid);
    const std::string guess = nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest);
    Complain(fmt::format("\"{}\": there is no \"{}\"{}", field, name, guess));
  }

  void ReadSimulation(Repro* repro) {
    repro->simulation = std::string(Field("scenario"));
    if (repro->simulation.empty()) return Complain("\"scenario\" names no scenario");
    // It becomes a part of paths.
    const auto is_plain = [](char c) { return c > ' ' && c < '\x7f' && c != '/'; };
    if (!std::ranges::all_of(repro->simulation, is_plain))
      Complain(fmt::format("\"{}\" is not the name of a scenario", repro->simulation));
  }

  void ReadExpectation(Repro* repro) {
    const std::string_view name = Field("expect");
    if (!ok()) return;
    constexpr std::array kAll = {ReproExpectation::kFixed, ReproExpectation::kStillFails};
    std::vector<std::string_view> names;
    for (const ReproExpectation expectation : kAll) {
      names.push_back(ExpectationName(expectation));
      if (names.back() != name) continue;
      repro->expect = expectation;
      return;
    }
    ComplainOfName("expect", name, names);
  }

  void ReadClass(Repro* repro) {
    repro->failure_class = std::string(Field("class"));
    if (!ok()) return;
    const std::string invariant = InvariantOf(repro->failure_class);
    if (invariants_ != nullptr && invariants_->Find(invariant) == nullptr) {
      std::vector<std::string_view> names;
      for (const InvariantKind* const known : invariants_->all()) names.push_back(known->name);
      return ComplainOfName("class", invariant, names);
    }
    // It becomes a part of paths, with its slashes replaced.
    const auto is_plain = [](char c) { return c > ' ' && c < '\x7f'; };
    if (invariant.empty() || !std::ranges::all_of(repro->failure_class, is_plain))
      return Complain(fmt::format("\"{}\" is not a class of failures", repro->failure_class));
    while (rest_.starts_with('#')) {
      std::string_view line = NextRawLine().value_or("");
      if (!ok()) return;
      line.remove_prefix(line.starts_with("# ") ? 2 : 1);
      if (!repro->sentence.empty()) repro->sentence += '\n';
      repro->sentence += line;
    }
  }

  void ReadSeed(Repro* repro) {
    const std::string_view seed = Field("seed");
    if (!ok() || seed == "none") return;
    repro->seed = ParseNumber(seed);
    if (!repro->seed.has_value())
      Complain(fmt::format("\"seed\": \"{}\" is neither a whole number nor \"none\"", seed));
  }

  void ReadHash(Repro* repro) {
    const std::string_view hex = Field("hash");
    if (!ok()) return;
    constexpr std::size_t kHalf = 16;
    const auto high = ParseNumber(hex.substr(0, kHalf), 16);
    const auto low = ParseNumber(hex.size() == 2 * kHalf ? hex.substr(kHalf) : "", 16);
    if (!high.has_value() || !low.has_value())
      return Complain(fmt::format("\"hash\": \"{}\" is not 32 hex digits", hex));
    repro->hash = TraceHash{*high, *low};
  }

  void ReadCheckpoints(Repro* repro) {
    while (ok() && NextIs("checkpoint")) {
      const std::string_view value = Field("checkpoint");
      const std::size_t space = std::min(value.find(' '), value.size());
      const std::string_view hex = value.substr(std::min(space + 1, value.size()));
      const std::optional<std::uint64_t> step = ParseNumber(value.substr(0, space));
      const std::optional<std::uint64_t> hash = hex.size() == 16 ? ParseNumber(hex, 16) : std::nullopt;
      if (!step.has_value() || !hash.has_value())
        return Complain(fmt::format("\"checkpoint\": \"{}\" is not a step and 16 hex digits", value));
      if (*step == 0 || (!repro->checkpoints.empty() && repro->checkpoints.back().step >= *step))
        return Complain(fmt::format("\"checkpoint\": step {} does not come after the one before it", *step));
      repro->checkpoints.push_back(ReproCheckpoint{*step, *hash});
    }
  }

  void ReadDeviations(std::uint64_t count, Repro* repro) {
    std::set<std::pair<std::string, std::uint64_t>> seen;
    while (const std::optional<std::string_view> line = NextLine()) {
      const std::optional<Deviation> deviation = ReadDeviation(*line);
      if (!deviation.has_value()) return;
      if (!seen.emplace(deviation->stream, deviation->index).second)
        return Complain(fmt::format("{}[{}] occurs twice", deviation->stream, deviation->index));
      repro->deviations.push_back(*deviation);
    }
    if (repro->deviations.size() != count)
      Complain(fmt::format("expected {} deviations, found {}", count, repro->deviations.size()));
  }

  // STREAM[INDEX] = VALUE of BOUND (LABEL)
  std::optional<Deviation> ReadDeviation(std::string_view line) {
    std::string_view rest = line;
    const auto upto = [&rest](std::string_view mark) -> std::optional<std::string_view> {
      const std::size_t at = rest.find(mark);
      if (at == std::string_view::npos) return std::nullopt;
      const std::string_view before = rest.substr(0, at);
      rest.remove_prefix(at + mark.size());
      return before;
    };
    const auto stream = upto("[");
    const auto index = upto("] = ");
    const auto value = upto(" of ");
    const auto bound = upto(" (");
    const bool is_whole = stream.has_value() && index.has_value() && value.has_value() && bound.has_value();
    if (!is_whole || stream->empty() || !rest.ends_with(')') || rest.size() < 2) {
      Complain(fmt::format("\"{}\" is not of the form STREAM[INDEX] = VALUE of BOUND (LABEL)", line));
      return std::nullopt;
    }
    Deviation deviation;
    deviation.stream = std::string(*stream);
    deviation.index = Number("index", *index);
    deviation.value = Number("value", *value);
    deviation.bound = Number("bound", *bound);
    deviation.label = std::string(rest.substr(0, rest.size() - 1));
    CheckDeviation(deviation);
    return ok() ? std::optional(std::move(deviation)) : std::nullopt;
  }

  void CheckDeviation(const Deviation& deviation) {
    const auto is_plain = [](char c) { return c > ' ' && c < '\x7f' && c != '(' && c != ')'; };
    if (!std::ranges::all_of(deviation.stream, is_plain))
      Complain(fmt::format("\"{}\" is not the name of a stream", deviation.stream));
    if (!std::ranges::all_of(deviation.label, is_plain))
      Complain(fmt::format("\"{}\" is not a label", deviation.label));
    if (deviation.index >= std::numeric_limits<std::uint32_t>::max())
      Complain(fmt::format("no stream has {} draws", deviation.index));
    if (deviation.value == 0 || deviation.value >= deviation.bound)
      Complain(fmt::format("the value {} is not above 0 and below its bound {}", deviation.value,
                           deviation.bound));
  }

  std::string_view rest_;
  std::string file_;
  const KindList<InvariantKind>* invariants_;
  std::size_t line_ = 0;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<Repro> ParseRepro(std::string_view text, std::string_view file,
                                 const KindList<InvariantKind>* invariants) {
  return ReproReader(text, file, invariants).Read();
}

}  // namespace fencepost::sim
