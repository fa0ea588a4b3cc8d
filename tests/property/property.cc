#include "tests/property/property.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <iostream>
#include <sstream>

namespace fencepost::property {
namespace {

constexpr int kDefaultCases = 1000;

class SilentListener final : public rc::detail::TestListener {
 public:
  void onTestCaseFinished(const rc::detail::CaseDescription&) override {}
  void onShrinkTried(const rc::detail::CaseDescription&, bool) override {}
  void onTestFinished(const rc::detail::TestMetadata&, const rc::detail::TestResult&) override {}
};

rc::detail::TestParams Params() {
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = CasesPerProperty();
  return params;
}

rc::detail::TestMetadata CurrentTest() {
  const ::testing::TestInfo* test = ::testing::UnitTest::GetInstance()->current_test_info();
  rc::detail::TestMetadata metadata;
  metadata.id = std::string(test->test_suite_name()) + "/" + test->name();
  metadata.description = test->name();
  return metadata;
}

}  // namespace

int CasesPerProperty() {
  const char* rapidcheck_params = std::getenv("RC_PARAMS");
  if (rapidcheck_params != nullptr &&
      std::string(rapidcheck_params).find("max_success") != std::string::npos) {
    return rc::detail::configuration().testParams.maxSuccess;
  }
  const char* cases = std::getenv("FENCEPOST_PROPERTY_CASES");
  if (cases == nullptr) return kDefaultCases;
  const int parsed = std::atoi(cases);
  if (parsed < 1) {
    std::cerr << "FENCEPOST_PROPERTY_CASES is '" << cases << "', not a number of cases above 0\n";
    std::exit(2);
  }
  return parsed;
}

std::uint64_t Seed() { return rc::detail::configuration().testParams.seed; }

bool CheckProperty(const std::function<void()>& property) {
  const rc::detail::TestParams params = Params();
  const rc::detail::TestResult result = rc::detail::checkTestable(property, CurrentTest(), params);
  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  rc::detail::SuccessResult success;
  if (result.match(success)) {
    if (!success.distribution.empty()) std::cout << message.str() << "\n";
    return true;
  }
  ADD_FAILURE() << message.str() << "\nReplay with RC_PARAMS=\"seed=" << params.seed
                << " max_success=" << params.maxSuccess << "\"";
  return false;
}

void ExpectReached(const std::set<std::string>& reached, const std::vector<std::string>& wanted) {
  const rc::detail::Configuration& configuration = rc::detail::configuration();
  if (CasesPerProperty() < kDefaultCases || !configuration.reproduce.empty()) return;
  for (const std::string& turn : wanted) {
    EXPECT_TRUE(reached.contains(turn)) << CasesPerProperty() << " cases with seed "
                                        << configuration.testParams.seed << " never came to: " << turn;
  }
}

std::optional<Counterexample> FindCounterexample(const std::function<void()>& property) {
  rc::detail::TestParams params;
  params.seed = 20260101;
  params.maxSuccess = kDefaultCases;
  SilentListener listener;
  const rc::detail::TestResult result = rc::detail::checkTestable(
      property, CurrentTest(), params, listener, std::unordered_map<std::string, rc::detail::Reproduce>());
  rc::detail::FailureResult failure;
  if (!result.match(failure)) return std::nullopt;
  return Counterexample{failure.description, failure.numSuccess};
}

}  // namespace fencepost::property
