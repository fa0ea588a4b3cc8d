// What a user of the library may include is all in fencepost/fencepost.h, and leads to nothing internal.
//
// A header of lib/fencepost/ is public unless it lies in a folder internal/; those are not installed, so a
// public header that includes one compiles here and nowhere else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/lint/source_text.h"

namespace fencepost {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kFolder = "lib/";
constexpr std::string_view kAll = "lib/fencepost/fencepost.h";

bool IsPublic(std::string_view path) {
  return path.starts_with("lib/fencepost/") && path.ends_with(".h") &&
         path.find("/internal/") == std::string_view::npos;
}

// The headers that a file includes in quotes, in its order, with where.
struct Include {
  std::string header;
  std::size_t position;
};

std::vector<Include> IncludesOf(const SourceFile& file) {
  constexpr std::string_view kInclude = "#include \"";
  std::vector<Include> includes;
  for (std::size_t at = file.text.find(kInclude); at != std::string::npos;
       at = file.text.find(kInclude, at + 1)) {
    const std::size_t begin = at + kInclude.size();
    includes.push_back({file.text.substr(begin, file.text.find('"', begin) - begin), at});
  }
  return includes;
}

std::vector<std::string> InternalIncludes(const SourceFile& file) {
  std::vector<std::string> findings;
  if (!IsPublic(file.path)) return findings;
  for (const Include& include : IncludesOf(file)) {
    if (include.header.find("internal/") == std::string::npos) continue;
    findings.push_back(Finding(file.path, file.text, include.position,
                               "a public header includes an internal one, which is not installed: hide it "
                               "behind a pointer, or make it public."));
  }
  return findings;
}

std::vector<std::string> PublicHeaders(const std::vector<SourceFile>& sources) {
  std::vector<std::string> headers;
  for (const SourceFile& file : sources) {
    if (IsPublic(file.path) && file.path != kAll) headers.push_back(file.path.substr(kFolder.size()));
  }
  std::ranges::sort(headers);
  return headers;
}

TEST(PublicHeaders, AreAllInOne) {
  const std::vector<SourceFile> sources = ReadSources({"lib/fencepost"});
  const auto all = std::ranges::find(sources, kAll, &SourceFile::path);
  ASSERT_NE(all, sources.end()) << kAll << " was not found";
  std::vector<std::string> included;
  for (const Include& include : IncludesOf(*all)) included.push_back(include.header);
  EXPECT_THAT(included, ElementsAreArray(PublicHeaders(sources)))
      << "every public header belongs into " << kAll << ", in this order";
}

TEST(PublicHeaders, LeadToNothingInternal) {
  const std::vector<SourceFile> sources = ReadSources({"lib"});
  ASSERT_GT(sources.size(), 50u) << "the sources were not found";
  for (const SourceFile& file : sources) EXPECT_THAT(InternalIncludes(file), IsEmpty());
}

TEST(PublicHeaders, AnInternalIncludeIsFoundWithItsFileAndLine) {
  const std::string text = "#pragma once\n\n#include \"fencepost/engine/internal/published.h\"\n";
  EXPECT_THAT(
      InternalIncludes({"lib/fencepost/engine/engine.h", text}),
      ElementsAre(HasSubstr("lib/fencepost/engine/engine.h:3: a public header includes an internal")));
  EXPECT_THAT(InternalIncludes({"lib/fencepost/engine/engine.cc", text}), IsEmpty());
  EXPECT_THAT(InternalIncludes({"lib/fencepost/engine/internal/route_loads.h", text}), IsEmpty());
}

TEST(PublicHeaders, AreThoseOutsideOfInternalFolders) {
  EXPECT_THAT(PublicHeaders({{"lib/fencepost/a/b.h", ""},
                             {"lib/fencepost/a/b.cc", ""},
                             {"lib/fencepost/a/internal/c.h", ""},
                             {"lib/fencepost/d.h", ""},
                             {"lib/fencepost/fencepost.h", ""},
                             {"lib/examples/e.h", ""}}),
              ElementsAre("fencepost/a/b.h", "fencepost/d.h"));
}

}  // namespace
}  // namespace fencepost
