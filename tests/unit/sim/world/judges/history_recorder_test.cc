// What the clients of a world are on record as having seen.
#include "sim/world/judges/history_recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/choices/seeded_driver.h"
#include "sim/world/actor_kinds.h"
#include "sim/world/world_vocabulary.h"

namespace fencepost::sim {
namespace {

using model::history::Outcome;
using model::history::RegisterKind;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using Steps = std::vector<ListStep>;

ListStep Append(std::string key, std::int64_t element) { return {std::move(key), false, element}; }
ListStep Read(std::string key) { return {std::move(key), true, 0}; }

// Two clients who tell what they do, and the recorder that listens.
class HistoryRecorderTest : public testing::Test {
 protected:
  template <class E>
  void Tell(ActorId actor, const E& event) {
    stage_.events().Emit(actor, event);
  }
  void Refuse(bool gives_up) {
    Tell(client_, ClientRefused{absl::AbortedError("no"), ObservedVersion::Unpinned(), gives_up});
  }
  void Begin(RegisterKind kind, std::optional<std::int64_t> expected, std::optional<std::int64_t> value) {
    Tell(client_, RegisterBegan{kind, "r", expected, value});
  }

  Choices choices_{std::make_unique<SeededDriver>(1)};
  Trace trace_{TraceDetail::kHashOnly};
  Stage stage_{&WorldVocabulary(), &choices_, &trace_, FaultOdds(WorldVocabulary().faults)};
  const ActorId client_ = stage_.AddActor(actors::kTransactor, "transactor-1");
  const ActorId other_ = stage_.AddActor(actors::kTransactor, "transactor-2");
  HistoryRecorder history_{&stage_};
};

TEST_F(HistoryRecorderTest, ACommitKeepsWhatWasSeenAndAcknowledgesTheAppends) {
  const Steps planned = {Append("k1", 1), Read("k2"), Append("k3", 2)};
  Tell(client_, TransactionBegan{planned});
  ASSERT_THAT(history_.lists().transactions(), SizeIs(1));
  EXPECT_EQ(history_.lists().transactions()[0].completed, model::history::kNeverCompleted);
  EXPECT_THAT(history_.acknowledged(), IsEmpty()) << "nobody has been told anything";
  Tell(client_, TransactionCommitted{planned, {{}, {4, 5}, {}}});

  const auto& transaction = history_.lists().transactions()[0];
  EXPECT_EQ(transaction.outcome, Outcome::kCommitted);
  EXPECT_LT(transaction.invoked, transaction.completed);
  const auto steps = history_.lists().StepsOf(transaction);
  ASSERT_THAT(steps, SizeIs(3));
  EXPECT_EQ(history_.lists().AppendedBy(steps[0]), 1);
  EXPECT_THAT(history_.lists().ElementsOf(steps[1]), ElementsAre(4, 5));
  EXPECT_EQ(history_.lists().KeyName(steps[2].key), "k3");
  ASSERT_THAT(history_.acknowledged(), SizeIs(2));
  EXPECT_EQ(history_.acknowledged()[1].key, "k3");
  EXPECT_EQ(history_.acknowledged()[1].element, 2);
  EXPECT_EQ(history_.acknowledged()[1].client, "transactor-1");
}

TEST_F(HistoryRecorderTest, AFailureAcknowledgesNothingAndTheClientStaysWhoItIs) {
  Tell(client_, TransactionBegan{{Append("k1", 1)}});
  Refuse(/*gives_up=*/true);
  Tell(client_, TransactionBegan{{Append("k1", 2)}});
  Tell(client_, TransactionCommitted{{Append("k1", 2)}, {{}}});
  const auto transactions = history_.lists().transactions();
  ASSERT_THAT(transactions, SizeIs(2));
  EXPECT_EQ(transactions[0].outcome, Outcome::kFailed);
  EXPECT_EQ(transactions[0].process, transactions[1].process);
  ASSERT_THAT(history_.acknowledged(), SizeIs(1));
  EXPECT_EQ(history_.acknowledged()[0].element, 2);
}

TEST_F(HistoryRecorderTest, ARefusalAfterWhichTheClientTriesAgainEndsNothing) {
  Tell(client_, TransactionBegan{{Append("k1", 1)}});
  Refuse(/*gives_up=*/false);
  EXPECT_EQ(history_.lists().transactions()[0].completed, model::history::kNeverCompleted);
  Tell(client_, TransactionCommitted{{Append("k1", 1)}, {{}}});
  EXPECT_EQ(history_.lists().transactions()[0].outcome, Outcome::kCommitted);
}

TEST_F(HistoryRecorderTest, AClientLeftWithoutAnAnswerGoesOnAsAnotherProcess) {
  Tell(client_, TransactionBegan{{Append("k1", 1)}});
  Tell(client_, ClientLeftUnknown{});
  Tell(client_, TransactionBegan{{Read("k1")}});
  Tell(other_, TransactionBegan{{Read("k1")}});
  const auto transactions = history_.lists().transactions();
  ASSERT_THAT(transactions, SizeIs(3));
  EXPECT_EQ(transactions[0].outcome, Outcome::kIndeterminate);
  EXPECT_NE(transactions[0].process, transactions[1].process);
  EXPECT_NE(transactions[1].process, transactions[2].process) << "nor may two clients share a number";
  EXPECT_THAT(history_.acknowledged(), IsEmpty());
}

TEST_F(HistoryRecorderTest, ADeathLeavesUnknownWhatTheClientHadBegun) {
  Tell(client_, TransactionBegan{{Append("k1", 1)}});
  Tell(client_, ActorDied{});
  Tell(client_, TransactionBegan{{Read("k1")}});
  const auto transactions = history_.lists().transactions();
  ASSERT_THAT(transactions, SizeIs(2));
  EXPECT_EQ(transactions[0].outcome, Outcome::kIndeterminate);
  EXPECT_NE(transactions[0].completed, model::history::kNeverCompleted);
  EXPECT_NE(transactions[0].process, transactions[1].process);
}

TEST_F(HistoryRecorderTest, WhoHasBegunNothingHasNothingToEnd) {
  Refuse(/*gives_up=*/true);
  Tell(client_, ClientLeftUnknown{});
  Tell(other_, ActorDied{});
  EXPECT_THAT(history_.lists().transactions(), IsEmpty());
  EXPECT_THAT(history_.registers().operations(), IsEmpty());
}

TEST_F(HistoryRecorderTest, RegistersAreOnRecordWithTheirValues) {
  Begin(RegisterKind::kWrite, std::nullopt, 5);
  Tell(client_, RegisterDone{RegisterKind::kWrite, "r", std::nullopt});
  Begin(RegisterKind::kRead, std::nullopt, std::nullopt);
  Tell(client_, RegisterDone{RegisterKind::kRead, "r", 5});
  Begin(RegisterKind::kCas, 5, 6);
  Refuse(/*gives_up=*/true);
  Begin(RegisterKind::kRead, std::nullopt, std::nullopt);
  Tell(client_, ClientLeftUnknown{});
  Begin(RegisterKind::kRead, std::nullopt, std::nullopt);
  Tell(client_, RegisterDone{RegisterKind::kRead, "r", std::nullopt});

  const auto& registers = history_.registers();
  const auto operations = registers.operations();
  ASSERT_THAT(operations, SizeIs(5));
  EXPECT_EQ(registers.ValueText(operations[0].value), "5");
  EXPECT_EQ(operations[1].value, operations[0].value);
  EXPECT_EQ(operations[2].outcome, Outcome::kFailed);
  EXPECT_EQ(registers.ValueText(operations[2].expected), "5");
  EXPECT_EQ(registers.ValueText(operations[2].value), "6");
  EXPECT_EQ(operations[3].outcome, Outcome::kIndeterminate);
  EXPECT_NE(operations[3].process, operations[4].process);
  EXPECT_EQ(operations[4].value, model::history::kNullValue);
  EXPECT_EQ(operations[4].outcome, Outcome::kCommitted);
  EXPECT_THAT(history_.acknowledged(), IsEmpty()) << "only appends can be looked for at the end";
}

// Lists and registers share one clock: what came first, across both, can be told from the lines.
TEST_F(HistoryRecorderTest, LinesGrowAcrossListsAndRegisters) {
  Tell(client_, TransactionBegan{{Append("k1", 1)}});
  Tell(client_, TransactionCommitted{{Append("k1", 1)}, {{}}});
  Begin(RegisterKind::kWrite, std::nullopt, 5);
  Tell(client_, RegisterDone{RegisterKind::kWrite, "r", std::nullopt});
  Tell(client_, TransactionBegan{{Read("k1")}});
  EXPECT_LT(history_.lists().transactions()[0].completed, history_.registers().operations()[0].invoked);
  EXPECT_LT(history_.registers().operations()[0].completed, history_.lists().transactions()[1].invoked);
}

}  // namespace
}  // namespace fencepost::sim
