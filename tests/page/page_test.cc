// The page of a run in a real browser: everything that the run has is to be seen, it can be looked at
// closely, it loads nothing and complains about nothing, in light and dark, wide and narrow, with a thousand
// events and with fifty thousand. And a page that is broken is noticed.
#include "sim/core/report/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "model/invariants/invariants.h"
#include "tests/page/browser_test.h"
#include "tests/page/page_check.h"
#include "tests/page/pages.h"
#include "tests/support/run_program.h"

namespace fencepost::sim {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

class PageTest : public BrowserTest {
 protected:
  void SetUp() override {
    BrowserTest::SetUp();
    if (browser_ == nullptr) return;
    const char* const kept = std::getenv("FENCEPOST_PAGES");
    keep_ = kept != nullptr;
    folder_ = keep_ ? std::filesystem::absolute(kept).string() : ScratchPath("pages");
    std::filesystem::create_directories(folder_);
  }

  void TearDown() override {
    browser_.reset();
    std::error_code error;
    if (!keep_ && !folder_.empty()) std::filesystem::remove_all(folder_, error);
  }

  std::string Save(const std::string& name, const std::string& page) {
    std::string path = folder_ + "/" + name + ".html";
    std::ofstream(path, std::ios::binary) << page;
    return path;
  }

  // Saves the page of that run, opens it, and says what is wrong with it.
  std::vector<std::string> Troubles(const std::string& name, const Narration& narration,
                                    const Viewport& viewport = Viewport()) {
    std::vector<std::string> troubles =
        TroublesOf(browser_.get(), Save(name, RenderPage(narration)), narration, viewport);
    if (keep_) browser_->SavePicture(folder_ + "/" + name + (viewport.dark ? "-dark" : "") + ".png");
    return troubles;
  }

  json View() { return Probe(browser_.get(), "view()"); }
  std::string Tip() {
    const json text = browser_->Evaluate("tip.style.display === 'block' ? tip.textContent : ''");
    return text.is_string() ? text.get<std::string>() : "";
  }

  bool keep_ = false;
  std::string folder_;
};

TEST_F(PageTest, ShowsEveryPartOfAFailureOfEachKind) {
  for (const std::string_view invariant :
       {model::kLostWrite, model::kIsolation, model::kReplicaAgreement, model::kOwnerFence, model::kLiveness,
        model::kNonOverlap, model::kHotSplit, model::kPinJudged}) {
    const Narration told = KeptFailureOf(invariant);
    EXPECT_THAT(Troubles(std::string(invariant), told), IsEmpty()) << told.timeline.title.replay;
    EXPECT_THAT(Probe(browser_.get(), "idleTools()").dump(), Not(HasSubstr("does not come back")))
        << invariant;
  }
}

TEST_F(PageTest, ShowsARunThatHasAllThereIs) {
  const Narration told = BusiestRunOf("kitchen-sink");
  EXPECT_GT(told.timeline.events.size(), 300u);
  EXPECT_THAT(Troubles("kitchen-sink", told), IsEmpty()) << told.timeline.title.replay;
  EXPECT_EQ(Probe(browser_.get(), "idleTools()").dump(), "[]") << "each tool shows something, and hides it";
}

TEST_F(PageTest, ShowsARunOfASystemThatItDoesNotKnow) {
  const Narration told = RunOfAToy();
  EXPECT_THAT(Troubles("toy", told), IsEmpty());
  EXPECT_EQ(Probe(browser_.get(), "idleTools()").dump(), "[]");
  const json colours = browser_->Evaluate("[colours.asker, colours.music]");
  EXPECT_NE(colours[0], colours[1]) << "two categories that the page has never heard of look different";
}

TEST_F(PageTest, IsReadableInTheDarkAndInANarrowWindow) {
  const Narration told = KeptFailureOf(model::kIsolation);
  Viewport dark;
  dark.dark = true;
  EXPECT_THAT(Troubles("isolation", told, dark), IsEmpty());
  const json dark_ground =
      browser_->Evaluate("[colours.bg, getComputedStyle(document.body).backgroundColor]");
  Viewport narrow;
  narrow.width = 640;
  narrow.height = 1000;
  EXPECT_THAT(Troubles("narrow", told, narrow), IsEmpty());
  EXPECT_EQ(browser_->Evaluate("document.documentElement.scrollWidth <= window.innerWidth"), true)
      << "nothing is cut off at the right";
  const json light_ground =
      browser_->Evaluate("[colours.bg, getComputedStyle(document.body).backgroundColor]");
  EXPECT_NE(dark_ground[0], light_ground[0]);
  EXPECT_NE(dark_ground[1], light_ground[1]);

  // Switched while it is open.
  const json before = Probe(browser_.get(), "fingerprint()");
  narrow.dark = true;
  browser_->Emulate(narrow);
  browser_->AwaitFrame();
  EXPECT_EQ(browser_->Evaluate("colours.bg"), dark_ground[0]);
  EXPECT_NE(Probe(browser_.get(), "fingerprint()"), before);
  EXPECT_THAT(browser_->complaints(), IsEmpty());
}

TEST_F(PageTest, TellsWhatIsUnderTheMouse) {
  const Narration told = KeptFailureOf(model::kLostWrite);
  ASSERT_THAT(Troubles("hover", told), IsEmpty());
  for (const char* const kind : {"catalog", "client", "log", "apply", "violation"}) {
    const json place = Probe(browser_.get(), "placeOf('" + std::string(kind) + "')");
    ASSERT_TRUE(place.is_object()) << kind;
    browser_->MoveMouse(place["x"], place["y"]);
    EXPECT_THAT(Tip(), HasSubstr(place["text"])) << kind;
  }
  browser_->MoveMouse(4, 4);
  EXPECT_EQ(Tip(), "") << "the mouse has left the chart";
}

TEST_F(PageTest, ZoomsAndPansByMouseKeyboardAndStory) {
  ASSERT_THAT(Troubles("zoom", BusiestRunOf("moves")), IsEmpty());
  const json whole = View();
  const double scale = whole["perPixel"];
  const json box =
      browser_->Evaluate("(() => { const b = canvas.getBoundingClientRect(); return [b.left, b.top]; })()");
  const double middle_x =
      box[0].get<double>() + (whole["labelWidth"].get<double>() + whole["width"].get<double>()) / 2;
  const double middle_y = box[1].get<double>() + whole["height"].get<double>() / 2;

  browser_->Wheel(middle_x, middle_y, -400);
  const json near = View();
  EXPECT_LT(near["perPixel"].get<double>(), scale * .8);
  EXPECT_NEAR(near["centre"].get<double>(), whole["centre"].get<double>(), scale * 2)
      << "it zooms in on the mouse";

  browser_->Drag(middle_x, middle_y, middle_x + 120, middle_y);
  const json dragged = View();
  EXPECT_NEAR(near["from"].get<double>() - dragged["from"].get<double>(),
              120 * near["perPixel"].get<double>(), 2 * scale);
  EXPECT_EQ(dragged["perPixel"], near["perPixel"]);

  browser_->PressKey("ArrowRight");
  EXPECT_GT(View()["from"], dragged["from"]);
  browser_->PressKey("+");
  EXPECT_LT(View()["perPixel"], dragged["perPixel"]);
  browser_->PressKey("0");
  EXPECT_EQ(View()["perPixel"], whole["perPixel"]);
  EXPECT_EQ(View()["from"], whole["from"]);

  browser_->Evaluate("document.querySelectorAll('#story li')[5].click()");
  browser_->AwaitFrame();
  EXPECT_LT(View()["perPixel"], whole["perPixel"]) << "a line of the story leads to its place";
  EXPECT_EQ(browser_->Evaluate("chosen >= timeAt(labelWidth) && chosen <= timeAt(width)"), true);
  EXPECT_THAT(browser_->complaints(), IsEmpty());
}

TEST_F(PageTest, StaysUsableWithFiftyThousandEvents) {
  for (const std::size_t events : {std::size_t{1'000}, std::size_t{50'000}}) {
    const Narration told = MadeUpRun(events);
    EXPECT_GE(told.timeline.events.size(), events);
    const std::string name = "events-" + std::to_string(events);
    EXPECT_THAT(Troubles(name, told), IsEmpty());
    EXPECT_EQ(Probe(browser_.get(), "idleTools()").dump(), "[]");
    const json frames = Probe(browser_.get(), "timeFrames(40)");
    EXPECT_THAT(browser_->Evaluate("(find('k003'), draw(), found.reduce((a, b) => a + b))"), testing::Gt(10));
    // Figures for a person: what they should be depends on the machine.
    const auto ms = [&frames](const char* what, const char* which) {
      return frames[what][which].get<double>();
    };
    std::printf(
        "%zu events: %.2f MB, loaded and drawn in %.0f ms; a frame of zooming takes %.1f ms (worst %.1f), of "
        "panning "
        "%.1f ms (worst %.1f)\n",
        told.timeline.events.size(), static_cast<double>(RenderPage(told).size()) / 1e6, browser_->load_ms(),
        ms("zoom", "median"), ms("zoom", "worst"), ms("pan", "median"), ms("pan", "worst"));
  }
}

// A page with that piece of it replaced.
std::string Broken(std::string page, const std::string& piece, const std::string& by) {
  const std::size_t at = page.find(piece);
  EXPECT_NE(at, std::string::npos) << "the page has no " << piece << " any more: break it elsewhere";
  return at == std::string::npos ? page : page.replace(at, piece.size(), by);
}

TEST_F(PageTest, IsNoticedWhenItIsBroken) {
  const Narration told = KeptFailureOf(model::kIsolation);
  const std::string page = RenderPage(told);
  const struct {
    const char* name;
    const char* piece;
    const char* by;
    const char* trouble;
  } kCases[] = {
      {"error", "function drawLanes() {", "function drawLanes() { nobody.knows();", "nobody is not defined"},
      {"early-error", "const byId =", "const byIt =", "has not come to its end"},
      {"console", "measure();\n", "measure(); console.warn('well');\n", "console: "},
      {"picture", "<main>", "<main><img src=\"https://example.com/x.png\" alt=\"\">", "example.com"},
      {"style", "<style>", "<link rel=\"stylesheet\" href=\"other.css\"><style>", "other.css"},
      {"no-line", "if (run.violation && shown.violation)", "if (false)",
       "no line marks the moment of the violation"},
      {"no-flag", "for (const event of drawn) {",
       "for (const event of drawn) { if (event.k === 'violation') continue;",
       "nothing of the kind violation"},
      {"no-bands", "  drawBands();\n", "", "no band of version 1"},
      {"no-labels", "drawLabels();\n}", "\n}", "no name at the lane of catalog"},
      {"no-arrows", "drawArrowHead(message);\n", ";\n", "no message has an arrow"},
      {"no-events", "drawEvents();", "", "nothing of the kind log"},
      {"no-cycle", "if (run.cycle) {", "if (false) {", "0 of #cycle.shown instead of 1"},
  };
  ASSERT_THAT(TroublesOf(browser_.get(), Save("whole", page), told, Viewport()), IsEmpty());
  for (const auto& one : kCases) {
    const std::vector<std::string> troubles =
        TroublesOf(browser_.get(), Save(one.name, Broken(page, one.piece, one.by)), told, Viewport());
    EXPECT_THAT(troubles, Contains(HasSubstr(one.trouble))) << one.name;
  }
  Narration unharmed = told;
  unharmed.timeline.violation.reset();
  unharmed.timeline.cycle.reset();
  EXPECT_THAT(TroublesOf(browser_.get(), Save("passes", RenderPage(unharmed)), told, Viewport()),
              Contains(HasSubstr("and not \"isolation is violated\"")))
      << "a page that has lost its violation";
}

}  // namespace
}  // namespace fencepost::sim
