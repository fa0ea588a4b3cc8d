#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <map>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "model/history/brute_force.h"
#include "model/history/linearizability.h"
#include "model/history/list_append.h"
#include "model/history/parse_history.h"

namespace fencepost::model::history {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::array kLevels = {Level::kReadCommitted, Level::kSnapshotIsolation, Level::kSerializable,
                                Level::kStrictSerializable};
const std::string kFolder = FENCEPOST_SOURCE_DIR "/tests/data/histories/";

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

std::string AnomalyText(const Judgement& judgement) {
  std::string text;
  for (const Anomaly anomaly : judgement.anomalies) {
    text += (text.empty() ? "" : " ") + std::string(AnomalyName(anomaly));
  }
  return text.empty() ? "valid" : text;
}

// A row of verdicts.tsv: file, model, and a judgement for each level ("-": not judged).
struct Row {
  std::string file;
  std::string model;
  std::vector<std::string> judgements;
};

std::vector<Row> ReadRows() {
  std::ifstream table(kFolder + "verdicts.tsv");
  std::vector<Row> rows;
  for (std::string line; std::getline(table, line);) {
    if (line.starts_with('#')) continue;
    const std::vector<std::string> cells = Split(line, '\t');
    rows.push_back({cells.at(0), cells.at(1), {cells.begin() + 2, cells.begin() + 6}});
  }
  return rows;
}

TEST(HistoryFiles, GetTheJudgementWrittenDownForThemAtEveryLevel) {
  const std::vector<Row> rows = ReadRows();
  EXPECT_GE(rows.size(), 60U);
  std::set<std::string> names;
  for (const Row& row : rows) {
    std::ifstream input(kFolder + row.file + ".jsonl");
    ASSERT_TRUE(input) << row.file;
    if (row.model == "register") {
      RegisterHistory history;
      ASSERT_FALSE(ParseRegisterHistory(input, &history)) << row.file;
      EXPECT_EQ(AnomalyText(CheckRegisters(history)), row.judgements.at(3)) << row.file;
      EXPECT_EQ(IsLinearizableByBruteForce(history), row.judgements.at(3) == "valid") << row.file;
      continue;
    }
    ListAppendHistory history;
    ASSERT_FALSE(ParseListAppendHistory(input, &history)) << row.file;
    for (std::size_t i = 0; i < kLevels.size(); ++i) {
      const std::string& expected = row.judgements.at(i);
      EXPECT_EQ(AnomalyText(CheckListAppend(history, kLevels[i])), expected)
          << row.file << " at " << LevelName(kLevels[i]);
      EXPECT_EQ(IsExplainedByBruteForce(history, kLevels[i]), expected == "valid")
          << row.file << " at " << LevelName(kLevels[i]) << " by brute force";
      for (const std::string& name : Split(expected, ' ')) names.insert(name);
    }
  }
  for (int i = 0; i < kAnomalyCount; ++i) {
    const auto anomaly = static_cast<Anomaly>(i);
    if (anomaly == Anomaly::kNotLinearizable) continue;
    EXPECT_TRUE(names.contains(std::string(AnomalyName(anomaly))))
        << "no history shows " << AnomalyName(anomaly);
  }
}

// Builds histories step by step; the lines count up by themselves.
class Scribe {
 public:
  struct Read {
    std::string key;
    std::vector<std::int64_t> list;
  };
  struct Write {
    std::string key;
    std::int64_t element;
  };

  TransactionId Invoke(std::int64_t process, const std::vector<Write>& writes,
                       const std::vector<Read>& reads = {}) {
    std::vector<Intent> intents;
    for (const Read& read : reads) intents.push_back({StepKind::kRead, history.InternKey(read.key), 0});
    for (const Write& write : writes) {
      intents.push_back({StepKind::kAppend, history.InternKey(write.key), write.element});
    }
    const TransactionId id = history.Invoke(process, intents, ++line_);
    reads_[id] = reads;
    return id;
  }
  void Commit(TransactionId id) {
    std::vector<std::span<const std::int64_t>> observed(history.transactions()[id].step_count);
    for (std::size_t i = 0; i < reads_[id].size(); ++i) observed[i] = reads_[id][i].list;
    history.Commit(id, observed, ++line_);
  }
  void Run(std::int64_t process, const std::vector<Write>& writes, const std::vector<Read>& reads = {}) {
    Commit(Invoke(process, writes, reads));
  }

  ListAppendHistory history;

 private:
  std::map<TransactionId, std::vector<Read>> reads_;
  Line line_ = 0;
};

TEST(HistoryChecker, ExplainsCyclesInWordsThatNameTransactionsKeysAndElements) {
  Scribe scribe;
  scribe.Run(3, {{"x", 3}});
  scribe.Run(4, {{"x", 4}, {"y", 7}});
  scribe.Run(5, {}, {{"y", {7}}, {"x", {3}}});
  scribe.Run(4, {}, {{"x", {3}}});
  const Judgement judgement = CheckListAppend(scribe.history, Level::kStrictSerializable);
  ASSERT_THAT(judgement.anomalies, ElementsAre(Anomaly::kGSingle, Anomaly::kGSingleProcess));
  EXPECT_THAT(
      judgement.explanations.at(0).sentences,
      ElementsAre(
          "T1 (process 5, line 5) read \"x\" as [3], without the 4 that T2 (process 4, line 3) appended, "
          "which nobody read: so T1 comes before T2",
          "T2 appended 7 to \"y\", which T1 read as [7]: so T2 comes before T1",
          "no order has T1 < T2 < T1"));
  EXPECT_EQ(judgement.explanations.at(1).sentences.at(1),
            "process 4 ran T2, done at line 4, before T1, begun at line 7: so T2 comes before T1");
}

TEST(HistoryChecker, TellsTheSameAsData) {
  Scribe scribe;
  scribe.Run(3, {{"x", 3}});
  scribe.Run(4, {{"x", 4}, {"\x01(process 5, line 5)", 7}});  // a key that looks like what is looked for
  scribe.Run(5, {}, {{"\x01(process 5, line 5)", {7}}, {"x", {3}}});
  const Explanation explanation =
      CheckListAppend(scribe.history, Level::kStrictSerializable).explanations.at(0);
  EXPECT_THAT(explanation.transactions, ElementsAre(2U, 1U));
  EXPECT_THAT(explanation.keys, ElementsAre("x", "\x01(process 5, line 5)"));
  EXPECT_THAT(explanation.edges,
              ElementsAre(Explanation::Edge{0, 1, EdgeKind::kRw}, Explanation::Edge{1, 0, EdgeKind::kWr}));
  EXPECT_EQ(explanation.sentences.size(), 3U) << "one for each edge, and one that closes the cycle";
  std::vector<std::string> introduced;
  for (const Explanation::Introduction& one : explanation.introductions) {
    introduced.push_back(explanation.sentences.at(one.sentence).substr(one.begin, one.length));
  }
  EXPECT_THAT(introduced, ElementsAre("(process 5, line 5)", "(process 4, line 3)"));
}

TEST(HistoryChecker, StaysLinearWhenThousandsOfReadsMissThousandsOfAppends) {
  // Every reader comes before every writer: 400 million edges, were they written out.
  Scribe scribe;
  constexpr std::int64_t kEach = 20'000;
  std::vector<TransactionId> readers;
  for (std::int64_t i = 0; i < kEach; ++i) readers.push_back(scribe.Invoke(i, {{"x", i}}, {}));
  for (const TransactionId id : readers) scribe.Commit(id);
  for (std::int64_t i = 0; i < kEach; ++i) scribe.Run(i, {}, {{"x", {}}});
  EXPECT_EQ(CheckListAppend(scribe.history, Level::kSerializable).validity, Validity::kValid);
  const Judgement strict = CheckListAppend(scribe.history, Level::kStrictSerializable);
  EXPECT_THAT(strict.anomalies, ElementsAre(Anomaly::kGSingleProcess, Anomaly::kGSingleRealtime));
}

TEST(HistoryChecker, FindsOneStaleReadAtTheEndOfALongHistoryWithoutRunningOutOfStack) {
  Scribe scribe;
  for (std::int64_t i = 0; i < 200'000; ++i) scribe.Run(i % 7, {{"key " + std::to_string(i), i}});
  EXPECT_EQ(CheckListAppend(scribe.history, Level::kStrictSerializable).validity, Validity::kValid);
  scribe.Run(8, {}, {{"key 0", {}}});
  const Judgement judgement = CheckListAppend(scribe.history, Level::kStrictSerializable);
  EXPECT_THAT(judgement.anomalies, ElementsAre(Anomaly::kGSingleRealtime));
}

// Two pairs of blind writers hang on the order of a third one, each on the other order of it.
ListAppendHistory EitherOrderOfOnePairIsWrongForAnother() {
  Scribe scribe;
  using Names = std::vector<std::pair<int, int>>;
  const Names skews = {{3, 1}, {4, 1}, {2, 3}, {2, 4}, {5, 2}, {6, 2}, {1, 5}, {1, 6}};
  const std::array<const char*, 6> shared = {"x", "x", "y", "y", "z", "z"};
  std::vector<TransactionId> ids;
  for (int i = 1; i <= 6; ++i) {
    std::vector<Scribe::Write> writes = {{shared.at(static_cast<std::size_t>(i - 1)), i}};
    std::vector<Scribe::Read> reads;
    for (const auto& [reader, writer] : skews) {
      const std::string key = std::to_string(reader) + " misses " + std::to_string(writer);
      if (writer == i) writes.push_back({key, i});
      if (reader == i) reads.push_back({key, {}});
    }
    ids.push_back(scribe.Invoke(i, writes, reads));
  }
  for (const TransactionId id : ids) scribe.Commit(id);
  return scribe.history;
}

TEST(HistoryChecker, SearchesTheOrdersOfUnreadAppendsWhenNoneIsForced) {
  const ListAppendHistory history = EitherOrderOfOnePairIsWrongForAnother();
  EXPECT_FALSE(IsExplainedByBruteForce(history, Level::kSnapshotIsolation));
  const Judgement judgement = CheckListAppend(history, Level::kSnapshotIsolation);
  EXPECT_EQ(judgement.validity, Validity::kInvalid);
  ASSERT_FALSE(judgement.explanations.empty());
  EXPECT_THAT(judgement.explanations[0].sentences.at(0), HasSubstr("nobody read"));
}

TEST(HistoryChecker, SaysUnknownWhenItGivesUp) {
  ListAppendOptions options;
  options.unread_order_states = 10;
  const Judgement judgement =
      CheckListAppend(EitherOrderOfOnePairIsWrongForAnother(), Level::kSnapshotIsolation, options);
  EXPECT_EQ(judgement.validity, Validity::kUnknown);
  EXPECT_THAT(judgement.unknown_reason, HasSubstr("gave up"));
  EXPECT_TRUE(judgement.anomalies.empty());
}

TEST(HistoryChecker, ReportsACycleEvenWithoutAnyBudgetForNames) {
  ListAppendOptions options;
  options.cycles.states_per_name = 0;
  for (const Row& row : ReadRows()) {
    if (row.model != "list-append") continue;
    std::ifstream input(kFolder + row.file + ".jsonl");
    ListAppendHistory history;
    ASSERT_FALSE(ParseListAppendHistory(input, &history)) << row.file;
    for (std::size_t i = 0; i < kLevels.size(); ++i) {
      EXPECT_EQ(CheckListAppend(history, kLevels[i], options).validity == Validity::kValid,
                row.judgements.at(i) == "valid")
          << row.file << " at " << LevelName(kLevels[i]);
    }
  }
}

// Concurrent writes, then reads that see them one after the other.
RegisterHistory ManyConcurrentWrites(int writers) {
  RegisterHistory history;
  const KeyId key = history.InternKey("x");
  Line line = 0;
  std::vector<OperationId> ids;
  for (int i = 0; i < writers; ++i) {
    const ValueId value = history.InternValue(std::to_string(i));
    ids.push_back(history.Invoke(i, RegisterKind::kWrite, key, kNullValue, value, ++line));
  }
  for (int i = 0; i < writers; ++i) {
    const OperationId id = history.Invoke(100 + i, RegisterKind::kRead, key, kNullValue, kNullValue, ++line);
    history.CompleteRead(id, history.InternValue(std::to_string(i)), ++line);
  }
  for (const OperationId id : ids) history.Complete(id, ++line);
  return history;
}

TEST(Linearizability, JudgesManyConcurrentWritesThatReadsPutInOrder) {
  EXPECT_EQ(CheckRegisters(ManyConcurrentWrites(10)).validity, Validity::kValid);
}

TEST(Linearizability, SaysUnknownWhenItGivesUp) {
  LinearizabilityOptions options;
  options.configurations_at_once = 100;
  const Judgement judgement = CheckRegisters(ManyConcurrentWrites(10), options);
  EXPECT_EQ(judgement.validity, Validity::kUnknown);
  EXPECT_THAT(judgement.unknown_reason, HasSubstr("register x"));
}

TEST(Linearizability, CountsManyLostWritesOfOneValueInsteadOfTellingThemApart) {
  RegisterHistory history;
  const KeyId key = history.InternKey("x");
  const ValueId one = history.InternValue("1");
  const ValueId two = history.InternValue("2");
  Line line = 0;
  for (int i = 0; i < 300; ++i) {
    const OperationId id = history.Invoke(i, RegisterKind::kWrite, key, kNullValue, one, ++line);
    history.LeaveIndeterminate(id, ++line);
  }
  const auto read = [&](ValueId value) {
    const OperationId id = history.Invoke(1000, RegisterKind::kRead, key, kNullValue, kNullValue, ++line);
    history.CompleteRead(id, value, ++line);
  };
  const auto write = [&](ValueId value) {
    const OperationId id = history.Invoke(1000, RegisterKind::kWrite, key, kNullValue, value, ++line);
    history.Complete(id, ++line);
  };
  for (int i = 0; i < 300; ++i) {
    write(two);
    read(one);
  }
  EXPECT_EQ(CheckRegisters(history).validity, Validity::kValid);
  write(two);
  read(one);
  const Judgement judgement = CheckRegisters(history);
  EXPECT_EQ(judgement.validity, Validity::kInvalid) << "the 301st needs a write that nobody made";
  EXPECT_THAT(judgement.explanations.at(0).sentences.at(1), HasSubstr("leave 2 in it"));
}

}  // namespace
}  // namespace fencepost::model::history
