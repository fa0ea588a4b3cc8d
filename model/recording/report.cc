#include "model/recording/report.h"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>

#include "model/recording/fields.h"

namespace fencepost::model::recording {
namespace {

using nlohmann::json;

// A save of hundreds of routes is longer than a terminal remembers; --json has all of it.
constexpr std::size_t kShownBytes = 2000;

std::string Shortened(std::string_view text) {
  if (text.size() <= kShownBytes) {
    return std::string(text);
  }
  return fmt::format("{}... ({} more bytes, see --json)", text.substr(0, kShownBytes),
                     text.size() - kShownBytes);
}

std::string FormatCounts(const ReplayCounts& counts) {
  std::string text = fmt::format("{} operations ({} sequences): {} matched, {} mismatched", counts.operations,
                                 counts.sequences, counts.matched, counts.mismatched);
  if (counts.skipped > 0) {
    text += fmt::format(", {} skipped (raced at before_apply)", counts.skipped);
  }
  if (counts.skipped_after_mismatch > 0) {
    text += fmt::format(", {} skipped after a mismatch", counts.skipped_after_mismatch);
  }
  return text;
}

void AppendMismatch(const std::string& file, const Mismatch& mismatch, std::string& text) {
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "{}:{}: {} answered something else than recorded\n", file, mismatch.line, mismatch.op);
  fmt::format_to(out, "    differs   {}\n", Shortened(mismatch.difference));
  fmt::format_to(out, "    in        {}\n", Shortened(mismatch.in));
  fmt::format_to(out, "    recorded  {}\n", Shortened(mismatch.recorded));
  fmt::format_to(out, "    replayed  {}\n", Shortened(mismatch.replayed));
  if (!mismatch.message.empty()) {
    fmt::format_to(out, "    message   {}\n", Shortened(mismatch.message));
  }
}

json CountsAsJson(const ReplayCounts& counts) {
  json value = json::object();
  value["sequences"] = counts.sequences;
  value["operations"] = counts.operations;
  value["matched"] = counts.matched;
  value["mismatched"] = counts.mismatched;
  value["skipped"] = counts.skipped;
  value["skipped_after_mismatch"] = counts.skipped_after_mismatch;
  return value;
}

json MismatchAsJson(const std::string& file, const Mismatch& mismatch) {
  json value = json::object();
  value["file"] = file;
  value["line"] = mismatch.line;
  value["op"] = mismatch.op;
  value["in"] = json::parse(mismatch.in, nullptr, /*allow_exceptions=*/false);
  value["recorded"] = json::parse(mismatch.recorded, nullptr, /*allow_exceptions=*/false);
  value["replayed"] = json::parse(mismatch.replayed, nullptr, /*allow_exceptions=*/false);
  value["difference"] = mismatch.difference;
  value["message"] = mismatch.message;
  return value;
}

json BadInputAsJson(const BadInput& problem) {
  json value = json::object();
  value["file"] = problem.file;
  value["line"] = problem.line;
  value["reason"] = problem.reason;
  return value;
}

std::string_view VerdictName(ReplayVerdict verdict) {
  switch (verdict) {
    case ReplayVerdict::kAllMatched:
      return "matched";
    case ReplayVerdict::kMismatch:
      return "mismatch";
    case ReplayVerdict::kBadInput:
      return "bad-input";
  }
  return "";
}

}  // namespace

void ReplayTotals::Add(const FileReport& report) {
  ++files;
  bad_files += report.bad_input.has_value() ? 1 : 0;
  counts += report.counts;
  if (!report.suite.empty()) {
    by_suite[report.suite] += report.counts;
  }
}

ReplayVerdict VerdictOf(const ReplayTotals& totals) {
  if (totals.bad_files > 0) {
    return ReplayVerdict::kBadInput;
  }
  return totals.counts.mismatched > 0 ? ReplayVerdict::kMismatch : ReplayVerdict::kAllMatched;
}

std::string FormatFileReport(const FileReport& report, std::size_t max_mismatches) {
  std::string text;
  std::size_t shown = 0;
  for (const Mismatch& mismatch : report.mismatches) {
    if (max_mismatches != 0 && shown == max_mismatches) {
      text += fmt::format("{}: and {} more mismatches, from line {} on\n", report.file,
                          report.mismatches.size() - shown, mismatch.line);
      break;
    }
    AppendMismatch(report.file, mismatch, text);
    ++shown;
  }
  if (report.bad_input.has_value()) {
    text += fmt::format("{}\n", FormatBadInput(*report.bad_input));
    text += fmt::format("{}: not replayed to its end; {}\n", report.file, FormatCounts(report.counts));
  } else {
    text += fmt::format("{}: {}\n", report.file, FormatCounts(report.counts));
  }
  return text;
}

std::string FormatTotals(const ReplayTotals& totals) {
  std::string text;
  for (const auto& [suite, counts] : totals.by_suite) {
    text += fmt::format("suite {}: {}\n", suite, FormatCounts(counts));
  }
  text += fmt::format("total of {} files: {}\n", totals.files, FormatCounts(totals.counts));
  switch (VerdictOf(totals)) {
    case ReplayVerdict::kAllMatched:
      break;
    case ReplayVerdict::kMismatch:
      text += "MISMATCH: the code does not do what was recorded; the first places are above\n";
      break;
    case ReplayVerdict::kBadInput:
      text += fmt::format("BAD INPUT: {} of {} files could not be replayed to their end\n", totals.bad_files,
                          totals.files);
      break;
  }
  return text;
}

std::string FileReportAsJson(const FileReport& report) {
  json value = CountsAsJson(report.counts);
  value["file"] = report.file;
  value["suite"] = report.suite;
  value["kind"] = report.kind;
  value["name"] = report.name;
  value["mismatches"] = json::array();
  for (const Mismatch& mismatch : report.mismatches) {
    value["mismatches"].push_back(MismatchAsJson(report.file, mismatch));
  }
  value["error"] = report.bad_input.has_value() ? BadInputAsJson(*report.bad_input) : json(nullptr);
  return OneLine(value);
}

std::string TotalsAsJson(const ReplayTotals& totals) {
  json value = CountsAsJson(totals.counts);
  value["total"] = true;
  value["files"] = totals.files;
  value["bad_files"] = totals.bad_files;
  value["verdict"] = VerdictName(VerdictOf(totals));
  value["suites"] = json::object();
  for (const auto& [suite, counts] : totals.by_suite) {
    value["suites"][suite] = CountsAsJson(counts);
  }
  return OneLine(value);
}

}  // namespace fencepost::model::recording
