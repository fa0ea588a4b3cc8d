// A nightly as its web page.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/cli/job.h"

namespace fencepost::sim::cli {

// The page's text. `links` are what else lies beside it: what it is, and its address.
std::string JobAsPage(const Job& job, const std::vector<std::pair<std::string, std::string>>& links);

}  // namespace fencepost::sim::cli
