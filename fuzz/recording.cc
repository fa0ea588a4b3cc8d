// recording: arbitrary text as a recording of the reference, parsed and replayed.
//
// Either bad input with a line that exists, or a replay whose counts add up. What it replays is the
// production code in its reference mode, with arguments nobody would choose.
#include <algorithm>
#include <string>

#include "fuzz/finding.h"
#include "fuzz/targets.h"
#include "model/recording/replay.h"

namespace fencepost::fuzz {

void FuzzRecording(Input input) {
  const std::string_view text = TextOf(input);
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  const model::recording::FileReport report = model::recording::ReplayText("fuzz.jsonl", text);
  const model::recording::ReplayCounts& counts = report.counts;
  Require(counts.operations ==
              counts.matched + counts.mismatched + counts.skipped + counts.skipped_after_mismatch,
          "the counts of a replay do not add up");
  Require(counts.mismatched == report.mismatches.size(),
          "a mismatch was counted but not told, or told twice");
  Require(counts.operations <= lines, "more operations than lines");
  if (!report.bad_input.has_value()) return;
  Require(!report.bad_input->reason.empty(), "bad input without a reason");
  Require(report.bad_input->line <= lines, "bad input on a line that does not exist");
}

}  // namespace fencepost::fuzz
