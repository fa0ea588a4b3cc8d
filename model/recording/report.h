// What a replay found, for people and for machines.
//
// The text is for somebody who was woken by it: a line per file, each mismatch with the place, the arguments
// and both answers, and a summary by suite. The JSON is one object per file and one for the total. Pure
// functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "model/recording/replay.h"

namespace fencepost::model::recording {

// Counts over several files.
struct ReplayTotals {
  std::uint64_t files = 0;
  std::uint64_t bad_files = 0;
  ReplayCounts counts;
  std::map<std::string, ReplayCounts> by_suite;  // "" for files whose header could not be read is not listed

  void Add(const FileReport& report);
};

enum class ReplayVerdict {
  kAllMatched,
  kMismatch,
  kBadInput,  // some file could not be replayed to its end; there may be mismatches as well
};

ReplayVerdict VerdictOf(const ReplayTotals& totals);

// One line, and for the first `max_mismatches` mismatches (0: all) a paragraph each.
std::string FormatFileReport(const FileReport& report, std::size_t max_mismatches);
std::string FormatTotals(const ReplayTotals& totals);

// One line each, without a line end.
std::string FileReportAsJson(const FileReport& report);
std::string TotalsAsJson(const ReplayTotals& totals);

}  // namespace fencepost::model::recording
