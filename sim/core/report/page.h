// A run as one self-contained web page: the story, a lane per actor over simulated time, messages, versions,
// faults, the violation, and the cycle when isolation broke.
//
// The page is a template (page.html, embedded at build time) with the timeline as JSON in it. It loads
// nothing from anywhere. Every text of a run is data: it is escaped on its way into the page and never
// becomes markup there.
//
// Thread-safe: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "sim/core/report/timeline.h"

namespace fencepost::sim {

// The whole page. O(size of the timeline).
std::string RenderPage(const Timeline& timeline);

// The timeline as the page reads it, on one line; free of '<' and of anything else that could end a script.
std::string TimelineAsJson(const Timeline& timeline);

// The template: text in which @DATA@ occurs once.
std::string_view PageTemplate();

}  // namespace fencepost::sim
