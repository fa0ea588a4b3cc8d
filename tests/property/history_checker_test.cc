// The history checkers against their naive twins, which try every execution.
//
// FENCEPOST_PROPERTY_CASES sets how many histories, FENCEPOST_PROPERTY_SEED which ones. A failure prints both
// the seed and the history.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/history/brute_force.h"
#include "model/history/cycles.h"
#include "model/history/dependency.h"
#include "model/history/linearizability.h"
#include "model/history/list_append.h"
#include "tests/property/counter_random.h"
#include "tests/property/random_history.h"

namespace fencepost::model::history {
namespace {

constexpr std::array kLevels = {Level::kReadCommitted, Level::kSnapshotIsolation, Level::kSerializable,
                                Level::kStrictSerializable};

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::uint64_t Cases(std::uint64_t otherwise) {
  return FromEnvironment("FENCEPOST_PROPERTY_CASES", otherwise);
}
std::uint64_t Seed() { return FromEnvironment("FENCEPOST_PROPERTY_SEED", 1); }

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
      text += step.kind == StepKind::kAppend ? " append " : " read ";
      text += std::string(1, static_cast<char>('x' + step.key)) + " [";
      for (const std::int64_t element : history.ElementsOf(step)) text += " " + std::to_string(element);
      text += " ]";
    }
    text += "\n";
  }
  return text;
}

ListAppendOptions OptionsFor(std::uint64_t number) {
  ListAppendOptions options;
  // Every other history uses the chains that only keys with many unread appends need otherwise.
  options.cycles.direct_unread_limit = number % 2 == 0 ? 0 : 4;
  return options;
}

class HistoryCheckerAtLevel : public ::testing::TestWithParam<Level> {};

TEST_P(HistoryCheckerAtLevel, AgreesWithABruteForceSearchOnSmallHistories) {
  const Level level = GetParam();
  const std::uint64_t cases = Cases(100'000);
  std::uint64_t valid = 0;
  std::set<Anomaly> anomalies;
  for (std::uint64_t number = 0; number < cases; ++number) {
    const ListAppendHistory history = RandomHistory(Seed(), number, 7);
    ASSERT_FALSE(FindDuplicateAppend(history)) << "seed " << Seed() << ", history " << number;
    const Judgement judgement = CheckListAppend(history, level, OptionsFor(number));
    const bool expected = IsExplainedByBruteForce(history, level);
    ASSERT_EQ(judgement.validity, expected ? Validity::kValid : Validity::kInvalid)
        << "seed " << Seed() << ", history " << number << "\n"
        << Describe(history)
        << (judgement.explanations.empty() ? "" : judgement.explanations[0].sentences[0]);
    ASSERT_EQ(judgement.anomalies.empty(), expected) << "seed " << Seed() << ", history " << number;
    valid += expected ? 1 : 0;
    anomalies.insert(judgement.anomalies.begin(), judgement.anomalies.end());
  }
  if (cases < 20'000) return;
  // Agreement on histories that are all alike would prove little.
  EXPECT_GT(valid, cases / 10);
  EXPECT_LT(valid, cases - cases / 10);
  for (int i = 0; i < kAnomalyCount; ++i) {
    const auto anomaly = static_cast<Anomaly>(i);
    if (anomaly == Anomaly::kNotLinearizable) continue;
    EXPECT_EQ(anomalies.contains(anomaly), Forbids(level, anomaly)) << AnomalyName(anomaly);
  }
}

std::string LevelTestName(const ::testing::TestParamInfo<Level>& parameter) {
  std::string name(LevelName(parameter.param));
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Every, HistoryCheckerAtLevel, ::testing::ValuesIn(kLevels), LevelTestName);

TEST(HistoryChecker, CallsNothingValidThatAWeakerLevelForbids) {
  for (std::uint64_t number = 0; number < Cases(20'000); ++number) {
    const ListAppendHistory history = RandomHistory(Seed() + 2000, number, 12);
    bool weaker_is_valid = true;
    for (const Level level : kLevels) {
      const bool is_valid = CheckListAppend(history, level).validity == Validity::kValid;
      ASSERT_TRUE(weaker_is_valid || !is_valid)
          << LevelName(level) << ", seed " << Seed() + 2000 << ", history " << number << "\n"
          << Describe(history);
      weaker_is_valid = is_valid;
    }
  }
}

// Every cycle of live transactions there is, by its name.
class AllCycles {
 public:
  explicit AllCycles(const VersionOrders& orders) : orders_(orders) {
    const auto count = static_cast<TransactionId>(orders.history().transactions().size());
    for (TransactionId first = 0; first < count; ++first) {
      path_ = {first};
      if (orders.IsLive(first)) Extend(count);
    }
  }

  const std::set<Anomaly>& names() const { return names_; }

 private:
  bool Leads(TransactionId a, TransactionId b) const {
    return orders_.IsLive(b) && KindsBetween(orders_, a, b) != 0;
  }

  void Extend(TransactionId count) {
    if (path_.size() > 1 && Leads(path_.back(), path_.front()))
      names_.insert(NameCycle(orders_, path_).anomaly);
    // The first is the smallest, so that each cycle is met once.
    for (TransactionId next = path_.front() + 1; next < count; ++next) {
      if (std::ranges::count(path_, next) > 0 || !Leads(path_.back(), next)) continue;
      path_.push_back(next);
      Extend(count);
      path_.pop_back();
    }
  }

  const VersionOrders& orders_;
  std::vector<TransactionId> path_;
  std::set<Anomaly> names_;
};

TEST(HistoryChecker, ReportsTheMostSevereCycleThereIsAndOnlyNamesOfCyclesThatThereAre) {
  const std::uint64_t cases = Cases(20'000) / 2;
  std::uint64_t with_cycles = 0;
  for (std::uint64_t number = 0; number < cases; ++number) {
    const ListAppendHistory history = RandomHistory(Seed() + 1000, number, 7);
    const VersionOrders orders(history);
    const std::set<Anomaly> all = AllCycles(orders).names();
    std::set<Anomaly> found;
    for (const Cycle& cycle :
         FindForbiddenCycles(orders, Level::kStrictSerializable, OptionsFor(number).cycles)) {
      found.insert(cycle.anomaly);
    }
    with_cycles += all.empty() ? 0 : 1;
    ASSERT_TRUE(std::ranges::includes(all, found))
        << "seed " << Seed() + 1000 << ", history " << number << "\n"
        << Describe(history);
    ASSERT_EQ(all.empty(), found.empty()) << "history " << number << "\n" << Describe(history);
    if (!all.empty()) {
      ASSERT_EQ(*all.begin(), *found.begin())
          << AnomalyName(*all.begin()) << " against " << AnomalyName(*found.begin()) << ", seed "
          << Seed() + 1000 << ", history " << number << "\n"
          << Describe(history);
    }
  }
  EXPECT_GT(with_cycles, cases / 20);
}

// Some operations on one or two registers, damaged or not; valid ones are about as frequent as invalid ones.
RegisterHistory RandomRegisters(std::uint64_t seed, std::uint64_t number) {
  CounterRandom random(seed, number);
  RegisterHistory history;
  const std::uint64_t operations = 3 + random.Below(6);
  const std::uint64_t processes = 1 + random.Below(4);
  const std::uint64_t keys = 1 + random.Below(2);
  const std::uint64_t lies_one_in = random.OneIn(2) ? 6 : 1000;
  std::vector<ValueId> values = {kNullValue};
  for (const char* text : {"1", "2", "3"}) values.push_back(history.InternValue(text));
  std::vector<ValueId> state(keys, kNullValue);
  for (std::uint64_t key = 0; key < keys; ++key) history.InternKey(std::to_string(key));
  struct Running {
    OperationId id;
    bool is_applied;
    bool succeeded;
    ValueId seen;
  };
  std::map<std::uint64_t, Running> running;
  Line line = 0;
  std::uint64_t begun = 0;
  while (begun < operations || (!running.empty() && !random.OneIn(20))) {
    const std::uint64_t process = random.Below(processes);
    const auto at = running.find(process);
    if (at == running.end()) {
      if (begun++ >= operations) continue;
      const auto kind = static_cast<RegisterKind>(random.Below(3));
      const auto key = static_cast<KeyId>(random.Below(keys));
      const ValueId expected = values[random.Below(values.size())];
      const ValueId value = values[random.Below(values.size())];
      const OperationId id =
          history.Invoke(static_cast<std::int64_t>(process), kind, key, expected, value, ++line);
      running.emplace(process, Running{id, false, false, kNullValue});
      continue;
    }
    Running& operation = at->second;
    const RegisterOperation description = history.operations()[operation.id];
    if (!operation.is_applied) {
      ValueId& value = state[description.key];
      operation.is_applied = true;
      operation.seen = random.OneIn(lies_one_in) ? values[random.Below(values.size())] : value;
      operation.succeeded = description.kind != RegisterKind::kCas || value == description.expected ||
                            random.OneIn(lies_one_in);
      if (description.kind != RegisterKind::kRead && operation.succeeded) value = description.value;
      continue;
    }
    ++line;
    if (random.OneIn(5)) {
      history.LeaveIndeterminate(operation.id, line);
    } else if (!operation.succeeded) {
      history.Fail(operation.id, line);
    } else if (description.kind == RegisterKind::kRead) {
      history.CompleteRead(operation.id, operation.seen, line);
    } else {
      history.Complete(operation.id, line);
    }
    running.erase(at);
  }
  return history;
}

TEST(HistoryChecker, AgreesWithABruteForceSearchOnSmallRegisterHistories) {
  const std::uint64_t cases = Cases(100'000);
  std::uint64_t valid = 0;
  for (std::uint64_t number = 0; number < cases; ++number) {
    const RegisterHistory history = RandomRegisters(Seed(), number);
    const Judgement judgement = CheckRegisters(history);
    const bool expected = IsLinearizableByBruteForce(history);
    ASSERT_EQ(judgement.validity, expected ? Validity::kValid : Validity::kInvalid)
        << "seed " << Seed() << ", history " << number << "\n"
        << (judgement.explanations.empty() ? "" : judgement.explanations[0].sentences[0]);
    valid += expected ? 1 : 0;
  }
  EXPECT_GT(valid, cases / 5);
  EXPECT_LT(valid, cases * 9 / 10);
}

}  // namespace
}  // namespace fencepost::model::history
