// A test that needs a browser: skipped where there is none, unless FENCEPOST_REQUIRE_BROWSER says that there
// must be.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include "tests/page/browser.h"

namespace fencepost::sim {

class BrowserTest : public testing::Test {
 protected:
  // Leaves browser_ null when the test is skipped or has failed.
  void SetUp() override {
    const std::optional<std::string> chromium = FindChromium();
    if (!chromium.has_value()) {
      const char* const why = "no Chromium here, so no page was looked at: apt-get install chromium";
      if (std::getenv("FENCEPOST_REQUIRE_BROWSER") != nullptr) FAIL() << why;
      GTEST_SKIP() << why;
    }
    browser_ = Browser::Start(*chromium);
    ASSERT_NE(browser_, nullptr);
  }

  std::unique_ptr<Browser> browser_;
};

}  // namespace fencepost::sim
