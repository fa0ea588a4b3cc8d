// Every model there is.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "model/specs/model.h"

namespace fencepost::model {

Model RoutesModel();
Model ComposedModel();
Model ComposedLaggingModel();
Model MoveModel();

// In the order in which they are listed.
std::vector<Model> AllModels();

}  // namespace fencepost::model
