// How a property is run here: how many cases, from which seed, and how a failure is replayed.
//
//   cases   FENCEPOST_PROPERTY_CASES, 1,000 when it is not set (the nightly sets 100,000); RapidCheck's own
//           RC_PARAMS="max_success=N" wins over both
//   seed    RC_PARAMS="seed=N", else a fresh one; every failure prints it together with the cases
//   replay  RC_PARAMS="reproduce=..." as RapidCheck prints it after a failure: straight to the shrunk case
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace fencepost::property {

int CasesPerProperty();
std::uint64_t Seed();

// Checks the property within the current GoogleTest test, fails the test with the shrunk counterexample, and
// answers whether it held.
// A property is a function that draws from generators with `*` and asserts with RC_ASSERT or RC_FAIL.
bool CheckProperty(const std::function<void()>& property);

// Expects every one of `wanted` in `reached`: agreement about what never happened would prove little. Says
// nothing for fewer than 1,000 cases or when one case is being reproduced.
void ExpectReached(const std::set<std::string>& reached, const std::vector<std::string>& wanted);

// A counterexample to a property that is meant to be wrong, to prove that its suite can fail.
struct Counterexample {
  std::string description;  // what the property said about the shrunk case
  int cases_before = 0;     // cases that passed before one failed
};

// Runs up to 1,000 cases from a fixed seed. Nothing when all of them passed.
std::optional<Counterexample> FindCounterexample(const std::function<void()>& property);

}  // namespace fencepost::property
