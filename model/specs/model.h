// The models the checker knows, as a command line sees them: names, bounds, deliberate gaps, invariants.
//
// A model is one state machine with its bounds open. Adding one is adding a file with a function that returns
// a Model, and a line in models.cc.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/checker/check.h"

namespace fencepost::model {

// A number that sizes the model.
struct Bound {
  std::string_view name;
  std::string_view meaning;
  std::uint64_t default_value = 0;
  std::uint64_t smallest = 0;
  std::uint64_t largest = 0;
};

struct NamedMeaning {
  std::string_view name;
  std::string_view meaning;
};

// What to check, with every bound set and every name known.
struct ModelInstance {
  std::map<std::string, std::uint64_t, std::less<>> bounds;
  std::vector<std::string> gaps;  // guards to leave out, each once
  CheckOptions check;

  std::uint64_t bound(std::string_view name) const { return bounds.find(name)->second; }
  bool has_gap(std::string_view name) const;
};

struct Model {
  std::string_view name;
  std::string_view meaning;
  std::vector<Bound> bounds;
  std::vector<NamedMeaning> gaps;
  std::vector<NamedMeaning> invariants;
  // The property that a liveness check judges; no name: the model has none.
  NamedMeaning liveness;
  // InvalidArgument when these bounds make states that are too wide.
  std::function<absl::StatusOr<CheckResult>(const ModelInstance&)> check;
};

// What somebody asked for, in his own words.
struct ModelRequest {
  std::vector<std::string> settings;  // "NAME=VALUE"; bounds not named have their defaults
  std::vector<std::string> gaps;
  std::vector<std::string> invariants;  // none: all
  CheckOptions check;                   // `invariants` in there is ignored
};

// InvalidArgument, naming the word and what would have been understood, for anything the model does not have,
// a number out of its range, a bound set twice, or options that exclude each other.
absl::StatusOr<ModelInstance> Instantiate(const Model& model, const ModelRequest& request);

// The machine's states would take `words` 64-bit words. OK, or InvalidArgument when no search is that wide.
absl::Status CheckStateWidth(std::size_t words);

}  // namespace fencepost::model
