// explore_file: arbitrary text as the state of a search by `fencepost explore`.
//
// Either an error that names the file and a line of it, or a state that is written and read again as the
// same.
#include <string>

#include "fuzz/finding.h"
#include "fuzz/refused_line.h"
#include "fuzz/targets.h"
#include "sim/core/explore/explore_state.h"

namespace fencepost::fuzz {

void FuzzExploreFile(Input input) {
  constexpr std::string_view kFile = "search.txt";
  const std::string_view text = TextOf(input);
  const absl::StatusOr<sim::ExploreState> state = sim::ParseExploreState(text, kFile);
  if (!state.ok()) return RequireLineNamed(state.status(), kFile, text);
  Require(state->level < state->levels.size() && state->path.size() <= state->level,
          "a state is accepted whose path leads nowhere");
  const std::string written = sim::FormatExploreState(*state);
  const absl::StatusOr<sim::ExploreState> again = sim::ParseExploreState(written, kFile);
  if (!again.ok())
    ReportFinding("what was read is written as " + again.status().ToString() + ":\n" + written);
  if (*again != *state) ReportFinding("what was read is written as another state:\n" + written);
}

}  // namespace fencepost::fuzz
