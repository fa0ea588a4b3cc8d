// Reads a scenario from its TOML file, strictly: an unknown key, a probability above one, an invariant that
// does not exist is an error that names file, line and the nearest valid name.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

#include "sim/world/scenario/scenario.h"

namespace fencepost::sim {

// `text` is the file's content, `file` its name for messages, `words` what it can name. InvalidArgument:
// "FILE:LINE: what is wrong".
absl::StatusOr<Scenario> ParseScenario(std::string_view text, std::string_view file,
                                       const Vocabulary& words = WorldVocabulary());

// NotFound when the file cannot be read, else as ParseScenario.
absl::StatusOr<Scenario> LoadScenario(const std::string& path, const Vocabulary& words = WorldVocabulary());

}  // namespace fencepost::sim
