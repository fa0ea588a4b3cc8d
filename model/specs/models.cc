#include "model/specs/models.h"

namespace fencepost::model {

std::vector<Model> AllModels() {
  return {
      RoutesModel(),
      ComposedModel(),
      ComposedLaggingModel(),
  };
}

}  // namespace fencepost::model
