#include "model/recording/operations.h"

#include <array>

#include "model/recording/error_names.h"

namespace fencepost::model::recording {

Answer Success() {
  Answer answer;
  answer.out["err"] = nullptr;
  return answer;
}

Answer Failure(const absl::Status& status) {
  Answer answer;
  SetError(status, answer);
  return answer;
}

void SetError(const absl::Status& status, Answer& answer) {
  if (status.ok()) {
    answer.out["err"] = nullptr;
    return;
  }
  answer.out["err"] = GoldenErrorName(status);
  answer.message = std::string(status.message().data(), status.message().size());
}

std::span<const std::span<const OperationKind>> AllOperations() {
  static const std::array<std::span<const OperationKind>, 6> groups = {
      CodecOperations(),   EngineOperations(),    StoreOperations(),
      CatalogOperations(), BootstrapOperations(), RacedOperations(),
  };
  return groups;
}

const OperationKind* FindOperation(std::string_view name) {
  for (const std::span<const OperationKind> group : AllOperations()) {
    for (const OperationKind& kind : group) {
      if (kind.name == name) {
        return &kind;
      }
    }
  }
  return nullptr;
}

}  // namespace fencepost::model::recording
