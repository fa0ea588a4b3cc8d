// The folders are layers: what lies below knows nothing of what lies above.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
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

// Calls `with` the position of each #include and the header that it names.
template <class With>
void ForEachInclude(const SourceFile& file, With with) {
  constexpr std::string_view kInclude = "#include";
  for (std::size_t at = 0; (at = std::min(file.text.find("#", at), file.text.size())) < file.text.size();
       ++at) {
    std::string_view line = LineAt(file.text, at);
    line.remove_prefix(std::min(line.find('#'), line.size()));
    line.remove_prefix(1);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (!line.starts_with(kInclude.substr(1))) continue;
    const std::size_t open = line.find_first_of("\"<");
    if (open == std::string_view::npos) continue;
    line.remove_prefix(open + 1);
    with(at, line.substr(0, line.find_first_of("\">")));
  }
}

std::vector<std::string> LayeringViolations(const SourceFile& file) {
  const std::size_t own = LayerOf(file.path);
  std::vector<std::string> findings;
  // fuzz/ and tests/ may include one another.
  if (own >= 3) return findings;
  ForEachInclude(file, [&](std::size_t at, std::string_view header) {
    for (std::size_t above = own + 1; above < kLayers.size(); ++above) {
      if (!header.starts_with(kLayers[above].include_prefix) && !header.starts_with(kLayers[above].folder)) {
        continue;
      }
      findings.push_back(Finding(file.path, file.text, at,
                                 std::string(kLayers[own].folder) + " must not know " +
                                     std::string(kLayers[above].folder) +
                                     ": move what it needs down, or have it passed in from above."));
    }
  });
  return findings;
}

// Within a layer: its folders, bottom up. A folder knows those before it and itself.
struct Storey {
  std::string_view folder;          // where its folders lie
  std::string_view include_prefix;  // how their headers are included
  std::vector<std::string_view> rooms;
};

const std::vector<Storey>& Storeys() {
  static const std::vector<Storey> storeys = {
      {"lib/fencepost/", "fencepost/", {"base", "store", "engine", "catalog", "fence", "txn", "move"}},
      {"model/", "model/", {"reference", "checker", "history", "invariants", "specs", "recording"}},
      {"sim/", "sim/", {"core", "world", "cli", "examples"}},
      {"sim/core/",
       "sim/core/",
       {"stack", "kinds", "choices", "runtime", "vocabulary", "faults", "network", "interrupt", "asio",
        "leaks", "simulation", "campaign", "report", "shrink", "explore", "repro", "explain"}},
      {"sim/world/",
       "sim/world/",
       {"scenario", "store", "groups", "events", "judges", "actors", "narration"}},
  };
  return storeys;
}

// The room of `storey` that `path` lies in, given what precedes its name; none for files beside the rooms,
// which stand on top of all of them.
std::optional<std::size_t> RoomOf(const Storey& storey, std::string_view path, std::string_view prefix) {
  if (!path.starts_with(prefix)) return std::nullopt;
  path.remove_prefix(prefix.size());
  const std::size_t end = path.find('/');
  if (end == std::string_view::npos) return std::nullopt;
  const auto room = std::find(storey.rooms.begin(), storey.rooms.end(), path.substr(0, end));
  return static_cast<std::size_t>(room - storey.rooms.begin());
}

std::vector<std::string> RoomViolations(const SourceFile& file) {
  std::vector<std::string> findings;
  for (const Storey& storey : Storeys()) {
    const std::optional<std::size_t> own = RoomOf(storey, file.path, storey.folder);
    if (!own.has_value()) continue;
    if (*own == storey.rooms.size()) {
      findings.push_back(file.path + ": its folder has no place in layering_test.cc");
      continue;
    }
    ForEachInclude(file, [&](std::size_t at, std::string_view header) {
      const std::optional<std::size_t> other = RoomOf(storey, header, storey.include_prefix);
      if (!other.has_value() || *other <= *own) return;
      findings.push_back(Finding(file.path, file.text, at,
                                 std::string(storey.folder) + std::string(storey.rooms[*own]) +
                                     " lies below the folder of " + std::string(header) +
                                     ": move what it needs down, or have it passed in from above."));
    });
  }
  return findings;
}

// What no user includes is included by its own module, by other modules of the library, and by what tests it.
std::vector<std::string> InternalViolations(const SourceFile& file) {
  std::vector<std::string> findings;
  const bool may =
      file.path.starts_with("lib/") || file.path.starts_with("tests/") || file.path.starts_with("fuzz/");
  if (may) return findings;
  ForEachInclude(file, [&](std::size_t at, std::string_view header) {
    if (!header.starts_with("fencepost/") || header.find("/internal/") == std::string_view::npos) return;
    findings.push_back(
        Finding(file.path, file.text, at, "an internal header of the library; use its public ones."));
  });
  return findings;
}

TEST(Layering, NoLayerIncludesUpward) {
  const std::vector<SourceFile> sources = ReadSources({"lib", "model", "sim", "fuzz", "tests"});
  ASSERT_GT(sources.size(), 50u) << "the sources were not found";
  for (const SourceFile& file : sources) EXPECT_THAT(LayeringViolations(file), IsEmpty());
}

TEST(Layering, NoFolderIncludesOneAboveItInItsLayer) {
  for (const SourceFile& file : ReadSources({"lib", "model", "sim"})) {
    EXPECT_THAT(RoomViolations(file), IsEmpty());
    EXPECT_THAT(InternalViolations(file), IsEmpty());
  }
}

TEST(Layering, AFolderThatIncludesOneAboveItIsFound) {
  EXPECT_THAT(
      RoomViolations({"lib/fencepost/engine/engine.cc", "#include \"fencepost/catalog/codec.h\"\n"}),
      ElementsAre(HasSubstr("lib/fencepost/engine lies below the folder of fencepost/catalog/codec.h")));
  EXPECT_THAT(RoomViolations({"sim/core/shrink/search.cc", "\n#include \"sim/world/world.h\"\n"}),
              ElementsAre(HasSubstr("search.cc:2: sim/core lies below the folder of sim/world/world.h")));
  EXPECT_THAT(RoomViolations({"sim/world/actors/node.cc", "#include \"sim/world/narration/story.h\"\n"}),
              ElementsAre(HasSubstr("sim/world/actors lies below")));
  EXPECT_THAT(RoomViolations({"lib/fencepost/catalog/codec.cc", "#include \"fencepost/engine/engine.h\"\n"}),
              IsEmpty());
  EXPECT_THAT(RoomViolations({"sim/core/new_folder/a.h", ""}), ElementsAre(HasSubstr("has no place")));
}

TEST(Layering, AnInternalHeaderIsForTheLibraryAlone) {
  EXPECT_THAT(
      InternalViolations({"sim/world/world.cc", "#include \"fencepost/catalog/internal/save_plan.h\"\n"}),
      ElementsAre(HasSubstr("internal header")));
  EXPECT_THAT(InternalViolations({"lib/fencepost/move/range_mover.cc",
                                  "#include \"fencepost/base/internal/cancellation.h\"\n"}),
              IsEmpty());
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
