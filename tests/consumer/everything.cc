// Includes all that is public, and uses a little of it in ways that have failed to compile before.
#include <fencepost/fencepost.h>

#include <iostream>
#include <string>

#include "router.h"

#if FENCEPOST_VERSION < 1000
#error "this consumer is of a time after version 0.1.0"
#endif

namespace {

int failures = 0;

void Expect(bool condition, const char* what) {
  if (condition) return;
  std::cerr << "not so: " << what << "\n";
  ++failures;
}

}  // namespace

int main() {
  const absl::Status cause = absl::UnavailableError("no route to host");
  const absl::Status status = fencepost::MakeError(fencepost::Error::kCommitOutcomeUnknown, cause.message());
  Expect(fencepost::IsError(status, fencepost::Error::kCommitOutcomeUnknown), "a status has its error");
  Expect(status.message() == "CommitOutcomeUnknown: no route to host", "a status has its cause");
  Expect(consumer::GroupOf("apple") == 1, "the shared library routes to the left");
  Expect(consumer::GroupOf("zebra") == 2, "the shared library routes to the right");
  const std::string version = std::to_string(FENCEPOST_VERSION_MAJOR) + "." +
                              std::to_string(FENCEPOST_VERSION_MINOR) + "." +
                              std::to_string(FENCEPOST_VERSION_PATCH);
  Expect(version == FENCEPOST_VERSION_STRING, "a version is the same in numbers and in text");
  std::cout << "C++ " << __cplusplus << ", Fencepost " << FENCEPOST_VERSION_STRING << "\n";
  return failures == 0 ? 0 : 1;
}
