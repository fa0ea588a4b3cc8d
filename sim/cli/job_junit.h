// A job as JUnit XML: one suite per scenario and one for the regression files, one case per check.
#pragma once

#include <string>

#include "sim/cli/job.h"

namespace fencepost::sim::cli {

std::string JobAsJUnit(const Job& job);

}  // namespace fencepost::sim::cli
