#include "fuzz/finding.h"

#include <cstdio>
#include <cstdlib>

namespace fencepost::fuzz {

void ReportFinding(std::string_view sentence) {
  std::fprintf(stderr, "FINDING: %.*s\n", static_cast<int>(sentence.size()), sentence.data());
  std::fflush(stderr);
  std::abort();
}

std::string_view TextOf(Input input) {
  // string_view over bytes: char may alias anything.
  return {reinterpret_cast<const char*>(input.data()), input.size()};
}

}  // namespace fencepost::fuzz
