// The history checker against its naive twin, which tries every execution.
//
// FENCEPOST_PROPERTY_CASES sets how many histories, FENCEPOST_PROPERTY_SEED which ones.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <map>
#include <string>

#include "model/history/brute_force.h"
#include "model/history/list_append.h"
#include "tests/property/random_history.h"

namespace fencepost::model::history {
namespace {

constexpr std::array kLevels = {Level::kReadCommitted, Level::kSnapshotIsolation, Level::kSerializable,
                                Level::kStrictSerializable};

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::string Describe(const ListAppendHistory& history) {
  std::string text;
  for (const Transaction& t : history.transactions()) {
    const bool is_ok = t.outcome == Outcome::kCommitted;
    text += "p" + std::to_string(t.process) + " " + std::to_string(t.invoked) + "-" +
            (t.completed == kNeverCompleted ? "" : std::to_string(t.completed)) +
            (is_ok                           ? " ok  "
             : t.outcome == Outcome::kFailed ? " fail"
                                             : " info");
    for (const Step& step : history.StepsOf(t)) {
      text += step.kind == StepKind::kAppend ? " a" : " r";
      text += std::to_string(step.key) + "=";
      if (step.kind == StepKind::kRead && !is_ok) text += "?";
      for (const std::int64_t element : history.ElementsOf(step)) text += std::to_string(element) + ",";
    }
    text += "\n";
  }
  return text;
}

TEST(HistoryChecker, AgreesWithABruteForceSearchOnSmallHistoriesAtEveryLevel) {
  const std::uint64_t cases = FromEnvironment("FENCEPOST_PROPERTY_CASES", 100'000);
  const std::uint64_t seed = FromEnvironment("FENCEPOST_PROPERTY_SEED", 1);
  RecordProperty("seed", std::to_string(seed));
  std::map<std::pair<Level, Validity>, std::uint64_t> seen;
  std::map<Anomaly, std::uint64_t> anomalies;
  for (std::uint64_t number = 0; number < cases; ++number) {
    const ListAppendHistory history = RandomHistory(seed, number, 7);
    ASSERT_FALSE(FindDuplicateAppend(history)) << "seed " << seed << ", history " << number;
    for (const Level level : kLevels) {
      ListAppendOptions options;
      options.cycles.direct_unread_limit = number % 2 == 0 ? 0 : 4;
      const Verdict verdict = CheckListAppend(history, level, options);
      const bool expected = IsExplainedByBruteForce(history, level);
      ASSERT_EQ(verdict.validity, expected ? Validity::kValid : Validity::kInvalid)
          << "seed " << seed << ", history " << number << " at " << LevelName(level) << "\n"
          << Describe(history) << (verdict.explanations.empty() ? "" : verdict.explanations[0].sentences[0]);
      ASSERT_EQ(verdict.anomalies.empty(), expected);
      ++seen[{level, verdict.validity}];
      for (const Anomaly anomaly : verdict.anomalies) {
        if (level == Level::kStrictSerializable) ++anomalies[anomaly];
      }
    }
  }
  // Agreement on histories that are all alike would prove little.
  for (const auto& [key, count] : seen) {
    std::printf("%-20s %-8s %lu\n", std::string(LevelName(key.first)).c_str(),
                key.second == Validity::kValid ? "valid" : "invalid", static_cast<unsigned long>(count));
  }
  for (int i = 0; i + 1 < kAnomalyCount; ++i) {
    const auto anomaly = static_cast<Anomaly>(i);
    std::printf("%-24s %lu\n", std::string(AnomalyName(anomaly)).c_str(),
                static_cast<unsigned long>(anomalies[anomaly]));
  }
}

}  // namespace
}  // namespace fencepost::model::history
