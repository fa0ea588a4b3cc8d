// Every call of the library into an interface that a user implements goes through the seam that turns
// exceptions into statuses (lib/fencepost/base/internal/user_call.h). A call past it would compile, and work,
// until the day a user's code throws; so this test looks for one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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

// Of MvccStore, MoveTransport, TransactionTransport and Runtime. A guard is a value, so a call through a
// pointer is one of the interface itself.
constexpr std::array<std::string_view, 18> kUsersOperations = {
    "LastCommitTs",  "GetAt",   "ScanAt", "Commit",     "Propose",        "TenuresOf",
    "DrainOf",       "ReadsOf", "Copy",   "DropCopied", "ReadersDrained", "ResolvePrepared",
    "NextTimestamp", "Prepare", "Decide", "Resolve",    "CommitAtOnce",   "Sleep"};
// A reference would hide the call from the rule above.
constexpr std::array<std::string_view, 4> kUsersInterfaces = {"MvccStore", "MoveTransport",
                                                              "TransactionTransport", "Runtime"};

bool IsPartOfTheSeam(std::string_view path) {
  return path.find("/internal/guarded_") != std::string_view::npos ||
         path.find("/internal/user_call.") != std::string_view::npos;
}

std::vector<std::string> CallsPastTheSeam(const SourceFile& file) {
  std::vector<std::string> findings;
  if (IsPartOfTheSeam(file.path)) return findings;
  const std::string code = BlankOutNonCode(file.text);
  for (const std::string_view operation : kUsersOperations) {
    const std::string call = "->" + std::string(operation);
    for (std::size_t at = code.find(call); at != std::string::npos; at = code.find(call, at + 1)) {
      const std::size_t after = code.find_first_not_of(" \n\t", at + call.size());
      if (!IsWordAt(code, at + 2, operation) || after == std::string::npos || code[after] != '(') continue;
      findings.push_back(
          Finding(file.path, file.text, at,
                  std::string(operation) +
                      " of a user's object is called past the seam. Call it through its guard."));
    }
  }
  for (const std::string_view interface : kUsersInterfaces) {
    const std::string reference = std::string(interface) + "&";
    for (std::size_t at = code.find(reference); at != std::string::npos; at = code.find(reference, at + 1)) {
      if (!IsWordAt(code, at, interface)) continue;
      findings.push_back(Finding(
          file.path, file.text, at,
          "a reference to a user's " + std::string(interface) + ". Hold a pointer, or better its guard."));
    }
  }
  return findings;
}

TEST(SeamLint, TheLibraryCallsNoUserPastTheSeam) {
  const std::vector<SourceFile> sources = ReadSources({"lib/fencepost"});
  ASSERT_GT(sources.size(), 40u) << "the sources were not found";
  ASSERT_TRUE(
      std::ranges::any_of(sources, [](const SourceFile& file) { return IsPartOfTheSeam(file.path); }));
  for (const SourceFile& file : sources) EXPECT_THAT(CallsPastTheSeam(file), IsEmpty());
}

TEST(SeamLint, FindsACallThroughAPointerAndAReference) {
  EXPECT_THAT(CallsPastTheSeam({"lib/a.cc", "x;\nconst auto ts = co_await store_->LastCommitTs();"}),
              ElementsAre(HasSubstr("lib/a.cc:2: LastCommitTs of a user's object is called past the seam")));
  EXPECT_THAT(CallsPastTheSeam({"lib/a.cc", "co_await runtime->Sleep (interval);"}),
              ElementsAre(HasSubstr("Sleep")));
  EXPECT_THAT(CallsPastTheSeam({"lib/a.h", "Awaitable<void> Take(MoveTransport& groups);"}),
              ElementsAre(HasSubstr("a reference to a user's MoveTransport")));
}

TEST(SeamLint, LeavesGuardsAndOtherCallsAlone) {
  EXPECT_THAT(CallsPastTheSeam({"lib/x/internal/guarded_store.cc", "return store->Commit(batch);"}),
              IsEmpty());
  EXPECT_THAT(CallsPastTheSeam({"lib/a.cc", "co_await store.Commit(batch); engine_->Committed(1);"}),
              IsEmpty());
  EXPECT_THAT(CallsPastTheSeam({"lib/a.cc", "// store_->Commit(batch)\nauto f = &MvccStore::Commit;"}),
              IsEmpty());
  EXPECT_THAT(CallsPastTheSeam({"lib/a.h", "class GuardedMoveTransport&;  SimRuntime& r;"}), IsEmpty());
}

}  // namespace
}  // namespace fencepost
