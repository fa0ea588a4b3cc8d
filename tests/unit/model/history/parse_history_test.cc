#include "model/history/parse_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace fencepost::model::history {
namespace {

using ::testing::HasSubstr;

std::optional<ParseFailure> ParseList(const std::string& text, ListAppendHistory* history) {
  std::stringstream input(text);
  return ParseListAppendHistory(input, history);
}

std::optional<ParseFailure> ParseRegister(const std::string& text, RegisterHistory* history) {
  std::stringstream input(text);
  return ParseRegisterHistory(input, history);
}

TEST(ParseHistory, ReadsTransactionsInTheOrderOfTheirLines) {
  ListAppendHistory history;
  const auto failure = ParseList(
      R"({"index":0,"time":9,"process":3,"type":"invoke","f":"txn","value":[["append","x",-1],["r","",null]]}
{"process":4,"type":"invoke","f":"txn","value":[["r","x",null]],"error":{"deep":[{"er":[1,{}]}]}}

{"index":7,"time":1,"process":3,"type":"ok","f":"txn","value":[["append","x",-1],["r","",[9223372036854775807]]]}
{"process":4,"type":"info","f":"txn","error":"timeout"}
{"process":4,"type":"invoke","f":"txn","value":[["append",5,1]]}
)",
      &history);
  ASSERT_FALSE(failure) << failure->line << ": " << failure->reason;
  ASSERT_EQ(history.transactions().size(), 3U);
  const Transaction& first = history.transactions()[0];
  EXPECT_EQ(first.process, 3);
  EXPECT_EQ(first.invoked, 1U);
  EXPECT_EQ(first.completed, 4U) << "a blank line counts as a line";
  EXPECT_EQ(first.outcome, Outcome::kCommitted);
  const auto steps = history.StepsOf(first);
  EXPECT_EQ(history.AppendedBy(steps[0]), -1);
  EXPECT_EQ(history.KeyName(steps[1].key), "");
  ASSERT_EQ(history.ElementsOf(steps[1]).size(), 1U);
  EXPECT_EQ(history.ElementsOf(steps[1])[0], std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(history.transactions()[1].outcome, Outcome::kIndeterminate);
  EXPECT_EQ(history.transactions()[2].completed, kNeverCompleted);
  EXPECT_EQ(history.KeyName(history.StepsOf(history.transactions()[2])[0].key), "5") << "a number as a key";
}

struct Malformed {
  std::string text;
  std::uint64_t line;
  std::string reason;
};

TEST(ParseHistory, PassesOverWhatTheFaultInjectorRecorded) {
  ListAppendHistory history;
  const auto failure =
      ParseList(R"({"index":0,"process": "nemesis","type":"info","f":"start","value":{"n1":["n2"]}})"
                "\n"
                R"({"index":1,"process":0,"type":"invoke","f":"txn","value":[["append","nemesis",1]]})"
                "\n"
                R"({"index":2,"process":0,"type":"ok","f":"txn","value":[["append","nemesis",1]]})"
                "\n",
                &history);
  EXPECT_FALSE(failure.has_value()) << failure->reason;
}

TEST(ParseHistory, RefusesMalformedTransactionsWithTheLineAndAReason) {
  const std::string invoke =
      R"({"process":0,"type":"invoke","f":"txn","value":[["append","x",1],["r","y",null]]})";
  const std::vector<Malformed> table = {
      {"{", 1, "not valid JSON"},
      {invoke + "\n" + invoke.substr(0, 40), 2, "not valid JSON"},
      {invoke + "garbage", 1, "not valid JSON"},
      {"[]", 1, "must be an object"},
      {"3", 1, "must be an object"},
      {"{}", 1, "\"process\" is missing"},
      {R"({"process":0,"f":"txn","value":[]})", 1, "\"type\" is missing"},
      {R"({"process":0,"type":"invoke","value":[]})", 1, "\"f\" is missing"},
      {R"({"process":"nemesys","type":"info","f":"start"})", 1, "\"process\" must be a 64-bit integer"},
      {R"({"process":"nemesis","type":"info","f":"sta)", 1, "\"process\" must be a 64-bit integer"},
      {R"({"process":1.5,"type":"invoke","f":"txn","value":[]})", 1, "\"process\" must be a 64-bit integer"},
      {R"({"process":99999999999999999999,"type":"invoke","f":"txn","value":[]})", 1, "64-bit integer"},
      {R"({"process":0,"process":1,"type":"invoke","f":"txn","value":[]})", 1, "\"process\" is there twice"},
      {R"({"process":0,"type":"start","f":"txn","value":[]})", 1, "\"type\" must be"},
      {R"({"process":0,"type":"invoke","f":"write","value":[]})", 1, "must be \"txn\""},
      {R"({"process":0,"type":"invoke","f":"txn"})", 1, "needs a \"value\""},
      {R"({"process":0,"type":"invoke","f":"txn","value":null})", 1, "needs a \"value\""},
      {R"({"process":0,"type":"invoke","f":"txn","value":3})", 1, "array of micro-operations"},
      {R"({"process":0,"type":"invoke","f":"txn","value":[3]})", 1, "array of micro-operations"},
      {R"({"process":0,"type":"invoke","f":"txn","value":{}})", 1, "must not have an object"},
      {R"({"process":0,"type":"invoke","f":"txn","value":[["w","x",1]]})", 1, "must be \"append\" or \"r\""},
      {R"({"process":0,"type":"invoke","f":"txn","value":[["append","x",null]]})", 1, "64-bit integers"},
      {R"({"process":0,"type":"invoke","f":"txn","value":[["append","x",1.0]]})", 1, "64-bit integers"},
      {R"({"process":0,"type":"invoke","f":"txn","value":[["append","x",9223372036854775808]]})", 1,
       "64-bit"},
      {R"({"process":0,"type":"invoke","f":"txn","value":[["append","x",[1]]]})", 1, "only a read's"},
      {R"({"process":0,"type":"invoke","f":"txn","value":[["append",null,1]]})", 1, "a key must be"},
      {R"({"process":0,"type":"invoke","f":"txn","value":[["r","x"]]})", 1, "a micro-operation must be"},
      {R"({"process":0,"type":"invoke","f":"txn","value":[[]]})", 1, "a micro-operation must be"},
      {R"({"process":0,"type":"invoke","f":"txn","value":[["r","x",null,1]]})", 1, "three parts"},
      {R"({"process":0,"type":"invoke","f":"txn","value":[["r","x",[1,"2"]]]})", 1, "64-bit integers"},
      {R"({"process":0,"type":"invoke","f":"txn","value":[["r","x",[[1]]]]})", 1, "only a read's"},
      {R"({"index":"a","process":0,"type":"invoke","f":"txn","value":[]})", 1, "\"index\" must be"},
      {R"({"time":"a","process":0,"type":"invoke","f":"txn","value":[]})", 1, "\"time\" must be"},
      {invoke + "\n" + invoke, 2, "has not completed"},
      {R"({"process":0,"type":"ok","f":"txn","value":[]})", 1, "did not begin"},
      {R"({"process":0,"type":"info","f":"txn","value":[]})", 1, "did not begin"},
      {invoke + "\n" + R"({"process":0,"type":"ok","f":"txn"})", 2, "an ok needs a \"value\""},
      {invoke + "\n" + R"({"process":0,"type":"ok","f":"txn","value":[["append","x",1]]})", 2,
       "other micro-operations"},
      {invoke + "\n" + R"({"process":0,"type":"ok","f":"txn","value":[["append","x",2],["r","y",[]]]})", 2,
       "other micro"},
      {invoke + "\n" + R"({"process":0,"type":"fail","f":"txn","value":[["append","z",1],["r","y",[]]]})", 2,
       "other micro"},
      {R"({"index":4,"process":0,"type":"invoke","f":"txn","value":[]})"
       "\n"
       R"({"index":4,"process":0,"type":"ok","f":"txn","value":[]})",
       2, "must be in order"},
      {invoke + "\n" + R"({"process":1,"type":"invoke","f":"txn","value":[["append","x",1]]})", 2,
       "(first at line 1)"},
      {R"({"process":1,"type":"invoke","f":"txn","value":[["append","x",1],["append","x",1]]})", 1,
       "unique per key"},
      {"{\"process\":0,\"type\":\"invoke\",\"f\":\"txn\",\"value\":[[\"r\",\"\xff\",null]]}", 1,
       "not valid JSON"},
      {std::string(100'000, '['), 1, "must be an object"},
  };
  for (const Malformed& malformed : table) {
    ListAppendHistory history;
    const auto failure = ParseList(malformed.text, &history);
    ASSERT_TRUE(failure) << malformed.text.substr(0, 200);
    EXPECT_EQ(failure->line, malformed.line) << malformed.text.substr(0, 200);
    EXPECT_THAT(failure->reason, HasSubstr(malformed.reason)) << malformed.text.substr(0, 200);
  }
}

TEST(ParseHistory, SkipsUnknownFieldsHoweverDeep) {
  const std::string deep = std::string(50'000, '[') + std::string(50'000, ']');
  ListAppendHistory history;
  EXPECT_FALSE(ParseList(
      R"({"process":0,"type":"invoke","f":"txn","value":[],"x":)" + deep + R"(,"key":[{}]})", &history));
  EXPECT_EQ(history.transactions().size(), 1U);
}

TEST(ParseHistory, ReadsRegistersOfSeveralKeysAndKindsOfValues) {
  RegisterHistory history;
  const auto failure = ParseRegister(
      R"({"process":0,"type":"invoke","f":"write","key":"x","value":"3"}
{"process":0,"type":"ok","f":"write","key":"x","value":"3"}
{"process":1,"type":"invoke","f":"cas","key":3,"value":[null,3]}
{"process":1,"type":"fail","f":"cas","key":3,"value":[null,3],"error":"no"}
{"process":1,"type":"invoke","f":"read","value":null}
{"process":1,"type":"ok","f":"read","value":true}
)",
      &history);
  ASSERT_FALSE(failure) << failure->line << ": " << failure->reason;
  ASSERT_EQ(history.operations().size(), 3U);
  EXPECT_EQ(history.ValueText(history.operations()[0].value), "\"3\"");
  EXPECT_EQ(history.ValueText(history.operations()[1].value), "3") << "the number is not the string";
  EXPECT_EQ(history.operations()[1].expected, kNullValue);
  EXPECT_EQ(history.operations()[1].outcome, Outcome::kFailed);
  EXPECT_EQ(history.ValueText(history.operations()[2].value), "true");
  EXPECT_EQ(history.key_count(), 3U);
}

TEST(ParseHistory, RefusesMalformedRegisterOperationsWithTheLineAndAReason) {
  const std::string write = R"({"process":0,"type":"invoke","f":"write","value":1,"key":"x"})";
  const std::string read = R"({"process":0,"type":"invoke","f":"read"})";
  const std::vector<Malformed> table = {
      {R"({"process":0,"type":"invoke","f":"txn","value":[["r","x",null]]})", 1, "a value must be"},
      {R"({"process":0,"type":"invoke","f":"txn","value":1})", 1, "must be \"read\", \"write\" or \"cas\""},
      {R"({"process":0,"type":"invoke","f":"write"})", 1, "a write needs"},
      {R"({"process":0,"type":"invoke","f":"write","value":[1,2]})", 1, "a write needs"},
      {R"({"process":0,"type":"invoke","f":"cas","value":1})", 1, "a cas needs"},
      {R"({"process":0,"type":"invoke","f":"cas","value":[1]})", 1, "must be [old, new]"},
      {R"({"process":0,"type":"invoke","f":"cas","value":[1,2,3]})", 1, "must be [old, new]"},
      {R"({"process":0,"type":"invoke","f":"write","value":{}})", 1, "must not have an object"},
      {R"({"process":0,"type":"invoke","f":"write","value":1,"key":[1]})", 1, "\"key\" must not be an array"},
      {R"({"process":0,"type":"invoke","f":"write","value":1,"key":true})", 1, "\"key\" must be"},
      {write + "\n" + R"({"process":0,"type":"ok","f":"write","value":2})", 2, "another \"value\""},
      {write + "\n" + R"({"process":0,"type":"ok","f":"write","value":1,"key":"y"})", 2, "another \"key\""},
      {write + "\n" + R"({"process":0,"type":"ok","f":"read","value":1})", 2, "in the completion only"},
      {read + "\n" + R"({"process":0,"type":"ok","f":"read"})", 2, "an ok read needs"},
      {read + "\n" + R"({"process":0,"type":"ok","f":"read","value":[1,2]})", 2, "must not be an array"},
  };
  for (const Malformed& malformed : table) {
    RegisterHistory history;
    const auto failure = ParseRegister(malformed.text, &history);
    ASSERT_TRUE(failure) << malformed.text;
    EXPECT_EQ(failure->line, malformed.line) << malformed.text;
    EXPECT_THAT(failure->reason, HasSubstr(malformed.reason)) << malformed.text;
  }
}

}  // namespace
}  // namespace fencepost::model::history
