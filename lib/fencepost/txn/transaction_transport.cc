#include "fencepost/txn/transaction_transport.h"

#include "fencepost/base/error.h"

namespace fencepost {

bool IsRefusal(const absl::Status& status) {
  const std::optional<Error> error = ErrorOf(status);
  return error.has_value() && *error != Error::kCommitOutcomeUnknown;
}

}  // namespace fencepost
