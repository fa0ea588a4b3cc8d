// The folders are layers: what lies below knows nothing of what lies above.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/lint/source_text.h"

namespace fencepost {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Layer {
  std::string_view folder;          // where its files lie
  std::string_view include_prefix;  // how its headers are included
};

// Bottom up. The folders above share a layer: neither may be included by what is below it, and fuzz/ and
// tests/ may use all of the others.
constexpr std::array<Layer, 5> kLayers = {Layer{"lib/", "fencepost/"}, Layer{"model/", "model/"},
                                          Layer{"sim/", "sim/"}, Layer{"fuzz/", "fuzz/"},
                                          Layer{"tests/", "tests/"}};

std::size_t LayerOf(std::string_view path) {
  for (std::size_t i = 0; i < kLayers.size(); ++i) {
    if (path.starts_with(kLayers[i].folder)) return i;
  }
  return kLayers.size();
}

std::vector<std::string> LayeringViolations(const SourceFile& file) {
  constexpr std::string_view kInclude = "#include";
  const std::size_t own = LayerOf(file.path);
  std::vector<std::string> findings;
  for (std::size_t at = file.text.find(kInclude); at != std::string::npos;
       at = file.text.find(kInclude, at + 1)) {
    std::string_view header = LineAt(file.text, at);
    header.remove_prefix(std::min(header.find_first_of("\"<"), header.size()));
    if (header.empty()) continue;
    header.remove_prefix(1);
    // fuzz/ and tests/ may include one another.
    for (std::size_t above = own + 1; above < kLayers.size() && own < 3; ++above) {
      if (!header.starts_with(kLayers[above].include_prefix) && !header.starts_with(kLayers[above].folder)) {
        continue;
      }
      findings.push_back(Finding(file.path, file.text, at,
                                 std::string(kLayers[own].folder) + " must not know " +
                                     std::string(kLayers[above].folder) +
                                     ": move what it needs down, or have it passed in from above."));
    }
  }
  return findings;
}

TEST(Layering, NoLayerIncludesUpward) {
  const std::vector<SourceFile> sources = ReadSources({"lib", "model", "sim", "fuzz", "tests"});
  ASSERT_GT(sources.size(), 50u) << "the sources were not found";
  for (const SourceFile& file : sources) EXPECT_THAT(LayeringViolations(file), IsEmpty());
}

TEST(Layering, AnUpwardIncludeIsFoundWithItsFileAndLine) {
  EXPECT_THAT(LayeringViolations({"lib/fencepost/engine/engine.cc",
                                  "#include <map>\n\n#include \"sim/core/runtime/trace.h\"\n"}),
              ElementsAre(HasSubstr("lib/fencepost/engine/engine.cc:3: lib/ must not know sim/")));
  EXPECT_THAT(LayeringViolations({"model/reference/ring.h", "#include \"sim/core/choices/choices.h\""}),
              ElementsAre(HasSubstr("model/reference/ring.h:1: model/ must not know sim/")));
  EXPECT_THAT(
      LayeringViolations({"sim/world/actors/node.cc", "#  include \"x\"\n#include <tests/unit/a.h>\n"}),
      ElementsAre(HasSubstr("sim/world/actors/node.cc:2: sim/ must not know tests/")));
  EXPECT_THAT(
      LayeringViolations({"lib/fencepost/a.cc", "#include \"fuzz/tape.h\"\n#include \"model/b.h\"\n"}),
      ElementsAre(HasSubstr("fuzz/"), HasSubstr("model/")));
}

TEST(Layering, DownwardAndSidewaysIncludesAreFine) {
  EXPECT_THAT(LayeringViolations({"lib/fencepost/a.cc", "#include \"fencepost/base/error.h\"\n"}), IsEmpty());
  EXPECT_THAT(
      LayeringViolations({"model/a.cc", "#include \"fencepost/base/error.h\"\n#include \"model/b.h\"\n"}),
      IsEmpty());
  EXPECT_THAT(LayeringViolations({"sim/a.cc", "#include \"model/b.h\"\n#include <boost/asio/post.hpp>\n"}),
              IsEmpty());
  EXPECT_THAT(LayeringViolations({"tests/a.cc", "#include \"sim/b.h\"\n#include \"tests/c.h\"\n"}),
              IsEmpty());
}

}  // namespace
}  // namespace fencepost
