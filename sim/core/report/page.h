// A run as one self-contained web page: the story, a lane per actor over simulated time, messages, versions,
// faults, the violation, and the cycle if there is one.
//
// The page has colours, shapes and names for the categories of the core and for some that many simulations
// have (page/tools.js: client, move, log, apply, catalog, version); others are told apart by colours of their
// own.
//
// The page is a template (page.html, embedded at build time) with the timeline as JSON in it. It loads
// nothing from anywhere. Every text of a run is data: it is escaped on its way into the page and never
// becomes markup there.
//
// Thread-safe: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "sim/core/report/narrator.h"

namespace fencepost::sim {

// The whole page. O(size of the timeline).
std::string RenderPage(const Narration& narration);

// The run as the page reads it, on one line; free of '<' and of anything else that could end a script.
std::string NarrationAsJson(const Narration& narration);

// The template: text in which @DATA@ occurs once.
std::string_view PageTemplate();

}  // namespace fencepost::sim
