// What the clients of a world are on record as having seen.
#include "sim/world/judges/history_recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace fencepost::sim {
namespace {

using model::history::Outcome;
using model::history::RegisterKind;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using Steps = std::vector<HistoryRecorder::ListStep>;

HistoryRecorder::ListStep Append(std::string key, std::int64_t element) {
  return {std::move(key), false, element};
}
HistoryRecorder::ListStep Read(std::string key) { return {std::move(key), true, 0}; }

TEST(HistoryRecorder, ACommitKeepsWhatWasSeenAndAcknowledgesTheAppends) {
  HistoryRecorder history;
  const std::size_t client = history.AddClient("transactor-1");
  const std::int64_t first = history.FreshElement();
  const std::int64_t second = history.FreshElement();
  EXPECT_NE(first, second);
  history.InvokeTransaction(client, Steps{Append("k1", first), Read("k2"), Append("k3", second)});
  EXPECT_TRUE(history.InFlight(client));
  EXPECT_THAT(history.acknowledged(), IsEmpty()) << "nobody has been told anything";
  history.CommitTransaction(client, {{}, {4, 5}, {}});
  EXPECT_FALSE(history.InFlight(client));

  ASSERT_THAT(history.lists().transactions(), SizeIs(1));
  const auto& transaction = history.lists().transactions()[0];
  EXPECT_EQ(transaction.outcome, Outcome::kCommitted);
  EXPECT_LT(transaction.invoked, transaction.completed);
  const auto steps = history.lists().StepsOf(transaction);
  ASSERT_THAT(steps, SizeIs(3));
  EXPECT_EQ(history.lists().AppendedBy(steps[0]), first);
  EXPECT_THAT(history.lists().ElementsOf(steps[1]), ElementsAre(4, 5));
  EXPECT_EQ(history.lists().KeyName(steps[2].key), "k3");
  ASSERT_THAT(history.acknowledged(), SizeIs(2));
  EXPECT_EQ(history.acknowledged()[1].key, "k3");
  EXPECT_EQ(history.acknowledged()[1].element, second);
  EXPECT_EQ(history.acknowledged()[1].client, "transactor-1");
}

TEST(HistoryRecorder, AFailureAcknowledgesNothingAndTheClientStaysWhoItIs) {
  HistoryRecorder history;
  const std::size_t client = history.AddClient("transactor-1");
  history.InvokeTransaction(client, Steps{Append("k1", 1)});
  history.Fail(client);
  history.InvokeTransaction(client, Steps{Append("k1", 2)});
  history.CommitTransaction(client, {{}});
  const auto transactions = history.lists().transactions();
  ASSERT_THAT(transactions, SizeIs(2));
  EXPECT_EQ(transactions[0].outcome, Outcome::kFailed);
  EXPECT_EQ(transactions[0].process, transactions[1].process);
  ASSERT_THAT(history.acknowledged(), SizeIs(1));
  EXPECT_EQ(history.acknowledged()[0].element, 2);
}

TEST(HistoryRecorder, AClientLeftWithoutAnAnswerGoesOnAsAnotherProcess) {
  HistoryRecorder history;
  const std::size_t client = history.AddClient("transactor-1");
  const std::size_t other = history.AddClient("transactor-2");
  history.InvokeTransaction(client, Steps{Append("k1", 1)});
  history.LeaveUnknown(client);
  EXPECT_FALSE(history.InFlight(client));
  history.InvokeTransaction(client, Steps{Read("k1")});
  history.InvokeTransaction(other, Steps{Read("k1")});
  const auto transactions = history.lists().transactions();
  ASSERT_THAT(transactions, SizeIs(3));
  EXPECT_EQ(transactions[0].outcome, Outcome::kIndeterminate);
  EXPECT_NE(transactions[0].process, transactions[1].process);
  EXPECT_NE(transactions[1].process, transactions[2].process) << "nor may two clients share a number";
  EXPECT_THAT(history.acknowledged(), IsEmpty());
}

TEST(HistoryRecorder, WhoHasBegunNothingHasNothingToEnd) {
  HistoryRecorder history;
  const std::size_t client = history.AddClient("transactor-1");
  history.Fail(client);
  history.LeaveUnknown(client);
  EXPECT_THAT(history.lists().transactions(), IsEmpty());
  EXPECT_THAT(history.registers().operations(), IsEmpty());
}

TEST(HistoryRecorder, RegistersAreOnRecordWithTheirValues) {
  HistoryRecorder history;
  const std::size_t client = history.AddClient("transactor-1");
  history.InvokeRegister(client, RegisterKind::kWrite, "r", std::nullopt, 5);
  history.CompleteRegister(client);
  history.InvokeRegister(client, RegisterKind::kRead, "r", std::nullopt, std::nullopt);
  history.CompleteRegisterRead(client, 5);
  history.InvokeRegister(client, RegisterKind::kCas, "r", 5, 6);
  history.Fail(client);
  history.InvokeRegister(client, RegisterKind::kRead, "r", std::nullopt, std::nullopt);
  history.LeaveUnknown(client);
  history.InvokeRegister(client, RegisterKind::kRead, "r", std::nullopt, std::nullopt);
  history.CompleteRegisterRead(client, std::nullopt);

  const auto& registers = history.registers();
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
  EXPECT_THAT(history.acknowledged(), IsEmpty()) << "only appends can be looked for at the end";
}

// Lists and registers share one clock: what came first, across both, can be told from the lines.
TEST(HistoryRecorder, LinesGrowAcrossListsAndRegisters) {
  HistoryRecorder history;
  const std::size_t client = history.AddClient("transactor-1");
  history.InvokeTransaction(client, Steps{Append("k1", 1)});
  history.CommitTransaction(client, {{}});
  history.InvokeRegister(client, RegisterKind::kWrite, "r", std::nullopt, 5);
  history.CompleteRegister(client);
  history.InvokeTransaction(client, Steps{Read("k1")});
  EXPECT_LT(history.lists().transactions()[0].completed, history.registers().operations()[0].invoked);
  EXPECT_LT(history.registers().operations()[0].completed, history.lists().transactions()[1].invoked);
}

}  // namespace
}  // namespace fencepost::sim
