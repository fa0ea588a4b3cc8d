// How well the shrinker does on the public shrinking challenges: evaluations per failure and what each
// failure ends in, beside what the best known libraries publish (github.com/jlink/shrinking-challenge).
//
//     shrink_benchmark [FAILURES]     100 failures of each challenge unless told otherwise
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "sim/core/shrink/shrinker.h"
#include "tests/support/shrinking_challenges.h"

namespace fencepost::sim {
namespace {

struct Row {
  std::uint64_t runs = 0;
  std::uint64_t fewest = UINT64_MAX;
  std::uint64_t most = 0;
  double seconds = 0;
  std::map<std::string, int> results;
  std::map<std::string, std::size_t> sizes;  // deviations
};

Row Measure(const Challenge& challenge, int failures) {
  Row row;
  const auto simulation = SimulationOf(challenge);
  std::uint64_t seed = 1;
  for (int i = 0; i < failures; ++i, ++seed) {
    const FailingRun failure = NextFailure(challenge, &seed);
    const auto started = std::chrono::steady_clock::now();
    const absl::StatusOr<ShrinkResult> result = Shrink(*simulation, failure, ShrinkLimits{});
    row.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    if (!result.ok()) continue;
    row.runs += result->runs;
    row.fewest = std::min(row.fewest, result->runs);
    row.most = std::max(row.most, result->runs);
    const std::string value = ReplayChallenge(challenge, result->deviations).value;
    ++row.results[value];
    row.sizes[value] = result->to.deviations;
  }
  return row;
}

void Print(const Challenge& challenge, const Row& row, int failures) {
  const auto most_common = std::ranges::max_element(
      row.results, [](const auto& left, const auto& right) { return left.second < right.second; });
  fmt::print("{:<22} {:>6.0f} {:>6} {:>6} {:>9.2f} {:>6} {:>5} {:>7}  {}\n", challenge.name,
             static_cast<double>(row.runs) / failures, row.fewest, row.most, row.seconds * 1e3 / failures,
             row.sizes.at(most_common->first), fmt::format("{}%", most_common->second * 100 / failures),
             row.results.size(), most_common->first);
  fmt::print("{:>50} {:>21}: {:>4}  {}\n", "", challenge.published.library, challenge.published.evaluations,
             challenge.published.value);
}

}  // namespace
}  // namespace fencepost::sim

int main(int argc, char** argv) {
  const int failures = argc > 1 ? std::max(1, std::atoi(argv[1])) : 100;
  fmt::print("{:<22} {:>6} {:>6} {:>6} {:>9} {:>6} {:>5} {:>7}  {}\n", "challenge", "mean", "fewest", "most",
             "ms", "draws", "share", "results", "most common result");
  for (const auto& challenge : fencepost::sim::AllChallenges()) {
    fencepost::sim::Print(challenge, fencepost::sim::Measure(challenge, failures), failures);
  }
  return 0;
}
