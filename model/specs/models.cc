#include "model/specs/models.h"

namespace fencepost::model {

std::vector<Model> AllModels() {
  return {
      RoutesModel(),
      ComposedModel(),
      ComposedLaggingModel(),
      MoveModel(),
  };
}

}  // namespace fencepost::model
