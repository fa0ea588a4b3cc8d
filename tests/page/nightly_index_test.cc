// The page of a nightly in a real browser: it loads nothing, complains about nothing, fits the window, and
// can be read in light and dark.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/core/report/nightly_page.h"
#include "tests/page/browser_test.h"
#include "tests/support/run_program.h"
#include "tests/support/sample_nightly.h"

namespace fencepost::sim {
namespace {

using testing::IsEmpty;

class NightlyIndexTest : public BrowserTest {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }

  void Open(const std::string& page, const Viewport& viewport) {
    std::ofstream(path_, std::ios::binary) << page;
    browser_->Open(path_, viewport);
    EXPECT_THAT(browser_->complaints(), IsEmpty());
    EXPECT_THAT(browser_->requests(), IsEmpty());
  }

  // The colour of the first element that the selector finds.
  std::string Colour(const std::string& selector) {
    const nlohmann::json colour =
        browser_->Evaluate("getComputedStyle(document.querySelector('" + selector + "')).color");
    return colour.is_string() ? colour.get<std::string>() : "there is no " + selector;
  }

  const std::string path_ = ScratchPath("nightly.html");
};

TEST_F(NightlyIndexTest, LoadsNothingAndFitsEveryWindowInLightAndDark) {
  const std::string page = RenderNightlyPage(SampleNightly("kitchen-sink, or a text of some length"));
  for (const int width : {1600, 900, 420}) {
    for (const bool dark : {false, true}) {
      Open(page, Viewport{width, 1000, dark});
      EXPECT_EQ(browser_->Evaluate("document.documentElement.scrollWidth <= window.innerWidth"), true)
          << width << " wide: cut off at the right";
      EXPECT_NE(Colour("body"), Colour("li.zero")) << "a zero that is held against a scenario stands out";
      EXPECT_NE(Colour("td.good"), Colour("td.bad"));
    }
  }
}

TEST_F(NightlyIndexTest, TextOfAnyKindIsShownAsItIs) {
  const std::string hostile =
      "<script>document.title='taken'</script><img src=x onerror=alert(1)>\" onclick=\"x";
  Open(RenderNightlyPage(SampleNightly(hostile)), Viewport());
  EXPECT_EQ(browser_->Evaluate("document.title"), "fencepost nightly");
  EXPECT_EQ(browser_->Evaluate("document.querySelectorAll('script, img, [onclick]').length"), 0);
  EXPECT_EQ(browser_->Evaluate("document.querySelector('details summary').textContent"), hostile);
}

TEST_F(NightlyIndexTest, APageThatAsksForSomethingIsNoticed) {
  std::string page = RenderNightlyPage(SampleNightly("text"));
  page.insert(page.find("</main>"), "<img src=\"beacon.png\"/>");
  std::ofstream(path_, std::ios::binary) << page;
  browser_->Open(path_, Viewport());
  EXPECT_THAT(browser_->complaints().size() + browser_->requests().size(), testing::Gt(0u));
}

}  // namespace
}  // namespace fencepost::sim
