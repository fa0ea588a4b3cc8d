// Whether a page shows its run: opened in a browser, and looked at.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/core/report/narrator.h"
#include "tests/page/browser.h"

namespace fencepost::sim {

// Opens the page, which is to show that run, and says what is wrong with it: exceptions, complaints on the
// console, requests to anywhere, and whatever of the run cannot be seen.
std::vector<std::string> TroublesOf(Browser* browser, const std::string& path, const Narration& narration,
                                    const Viewport& viewport);

// Calls a function of probe.js in the page that is open, e.g. "view()".
nlohmann::json Probe(Browser* browser, const std::string& call);

}  // namespace fencepost::sim
