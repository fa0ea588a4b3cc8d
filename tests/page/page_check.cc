#include "tests/page/page_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

#include "sim/core/report/story.h"
#include "sim/core/report/timeline.h"

namespace fencepost::sim {
namespace {

using nlohmann::json;

// The lanes of those who did something: only they are drawn.
json LanesInUse(const Timeline& timeline) {
  std::set<std::size_t> used;
  for (const TimelineEvent& event : timeline.events) used.insert(event.lane);
  for (const TimelineMessage& message : timeline.messages) used.insert({message.from, message.to});
  for (const Band& band : timeline.bands) used.insert(band.lane);
  json names = json::array();
  for (const std::size_t lane : used) names.push_back(timeline.lanes[lane].name);
  return names;
}

// Details are switched off at first in long runs.
json KindsInUse(const Timeline& timeline) {
  std::set<std::string> kinds;
  for (const TimelineEvent& event : timeline.events) {
    const bool is_detail = std::ranges::find(timeline.details, event.category) != timeline.details.end();
    if (!is_detail || timeline.events.size() <= 4'000) kinds.insert(std::string(event.category));
  }
  return kinds;
}

json Expected(const Timeline& timeline) {
  bool arrives = false;
  for (const TimelineMessage& message : timeline.messages) arrives = arrives || !message.lost;
  return {{"lanes", LanesInUse(timeline)},
          {"kinds", KindsInUse(timeline)},
          {"messages", arrives && timeline.messages.size() < 500},
          {"violation", timeline.violation.has_value()}};
}

std::string TextOf(Browser* browser, const std::string& selector) {
  const json text = browser->Evaluate("document.querySelector('" + selector + "')?.textContent ?? ''");
  return text.is_string() ? text.get<std::string>() : "";
}

std::size_t CountOf(Browser* browser, const std::string& selector) {
  const json count = browser->Evaluate("document.querySelectorAll('" + selector + "').length");
  return count.is_number_unsigned() ? count.get<std::size_t>() : 0;
}

class Inspection {
 public:
  Inspection(Browser* browser, const Narration& narration)
      : browser_(browser), timeline_(narration.timeline), story_(narration.story) {}

  std::vector<std::string> Inspect() && {
    for (const std::string& one : browser_->complaints()) troubles_.push_back(one);
    for (const std::string& one : browser_->requests()) troubles_.push_back("it asks for " + one);
    if (browser_->Evaluate("document.documentElement.dataset.ready ?? 'no'") != "true") {
      troubles_.push_back("its script has not come to its end");
    }
    // A page that fails is not asked to draw again: it would fail again.
    if (!troubles_.empty()) return std::move(troubles_);
    InspectTexts();
    InspectCycle();
    for (const json& one : Probe(browser_, "look(" + Expected(timeline_).dump() + ")")) {
      troubles_.push_back(one.get<std::string>());
    }
    return std::move(troubles_);
  }

 private:
  void ExpectText(const std::string& selector, const std::string& expected) {
    const std::string text = TextOf(browser_, selector);
    if (text.find(expected) == std::string::npos) {
      troubles_.push_back(selector + " says \"" + text + "\" and not \"" + expected + "\"");
    }
  }

  void ExpectCount(const std::string& selector, std::size_t expected) {
    const std::size_t count = CountOf(browser_, selector);
    if (count != expected) {
      troubles_.push_back(std::to_string(count) + " of " + selector + " instead of " +
                          std::to_string(expected));
    }
  }

  void InspectTexts() {
    ExpectText("#title", timeline_.title.name);
    ExpectCount("#story li", story_.lines.size());
    ExpectCount("#story li.violation", timeline_.violation.has_value() ? 1 : 0);
    if (!timeline_.violation.has_value()) return;
    ExpectText("#title", timeline_.violation->invariant + " is violated");
    ExpectText("#what", timeline_.violation->sentence);
    ExpectText("#story li.violation", story_.lines.back().text);
    if (!timeline_.cycle.has_value()) ExpectText("#explain", story_.explanation);
  }

  void InspectCycle() {
    ExpectCount("#cycle.shown", timeline_.cycle.has_value() ? 1 : 0);
    if (!timeline_.cycle.has_value()) return;
    ExpectCount("#cycle circle", timeline_.cycle->spans.size());
    ExpectCount("#cycle path.edge", timeline_.cycle->edges.size());
    for (const std::string& sentence : timeline_.cycle->sentences) ExpectText("#cycle ul", sentence);
  }

  Browser* browser_;
  const Timeline& timeline_;
  const Story& story_;
  std::vector<std::string> troubles_;
};

}  // namespace

json Probe(Browser* browser, const std::string& call) {
  static const std::string kProbe = [] {
    std::ifstream file(std::string(FENCEPOST_SOURCE_DIR) + "/tests/page/probe.js");
    return std::string(std::istreambuf_iterator<char>(file), {});
  }();
  EXPECT_FALSE(kProbe.empty());
  return browser->Evaluate("(() => {" + kProbe + "\nreturn probe." + call + ";})()");
}

std::vector<std::string> TroublesOf(Browser* browser, const std::string& path, const Narration& narration,
                                    const Viewport& viewport) {
  browser->Open(path, viewport);
  return Inspection(browser, narration).Inspect();
}

}  // namespace fencepost::sim
