// A job as GitHub Actions shows it: an annotation for each check that fails, and a summary of the step.
#pragma once

#include <string>

#include "sim/cli/environment.h"
#include "sim/cli/job.h"

namespace fencepost::sim::cli {

// Workflow commands, one per line. GitHub shows ten errors of a step; all are written.
std::string JobAsAnnotations(const Job& job, const Environment& environment);

// Markdown.
std::string JobAsStepSummary(const Job& job);

}  // namespace fencepost::sim::cli
