#include "sim/core/runtime/real_services.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/deadline_timer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/system_timer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <string>

#include "sim/core/choices/recorded_driver.h"
#include "sim/core/runtime/scheduler.h"
#include "sim/core/runtime/sim_executor.h"

namespace fencepost::sim {
namespace {

namespace asio = boost::asio;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RealServices : public testing::Test {
 protected:
  Choices choices_{RecordedDriver::Make({}).value()};
  Scheduler scheduler_{&choices_, nullptr};
  asio::any_io_executor executor_ = scheduler_.ExecutorFor(1);
};

template <class Object, class Executor>
std::string RefusalOf(const Executor& executor) {
  try {
    Object object(executor);
  } catch (const RealServiceRefused& refused) {
    return refused.what();
  }
  return "it was not refused";
}

TEST_F(RealServices, TimersOfAsioAreRefusedByName) {
  const auto refused = AllOf(HasSubstr("a timer of Asio"), HasSubstr("RefusalOf"), HasSubstr("Use SimTimer"));
  EXPECT_THAT(RefusalOf<asio::steady_timer>(executor_), refused);
  EXPECT_THAT(RefusalOf<asio::steady_timer>(executor_), refused) << "the second time too";
  EXPECT_THAT(RefusalOf<asio::system_timer>(executor_), refused);
  EXPECT_THAT(RefusalOf<asio::deadline_timer>(executor_), refused);
  EXPECT_THAT(RefusalOf<asio::steady_timer>(asio::make_strand(executor_)), refused);
}

TEST_F(RealServices, SocketsOfAsioAreRefusedByName) {
  const auto refused = AllOf(HasSubstr("a socket or an acceptor of Asio"), HasSubstr("Use SimStream"));
  EXPECT_THAT(RefusalOf<asio::ip::tcp::socket>(executor_), refused);
  EXPECT_THAT(RefusalOf<asio::ip::tcp::acceptor>(executor_), refused);
  EXPECT_THAT(RefusalOf<asio::ip::udp::socket>(executor_), refused);
  EXPECT_THAT(RefusalOf<asio::local::stream_protocol::socket>(executor_), refused);
  EXPECT_THAT(RefusalOf<boost::beast::tcp_stream>(executor_), refused);
}

TEST_F(RealServices, WhateverElseNeedsTheKernelIsRefusedByName) {
  EXPECT_THAT(RefusalOf<asio::signal_set>(executor_), HasSubstr("a signal_set of Asio"));
  EXPECT_THAT(RefusalOf<asio::posix::stream_descriptor>(executor_),
              HasSubstr("a descriptor or a pipe of Asio"));
  EXPECT_THAT(RefusalOf<asio::readable_pipe>(executor_), HasSubstr("a descriptor or a pipe of Asio"));
}

TEST_F(RealServices, AProcessWithoutAnyHasNone) {
  EXPECT_THAT(RealServicesOf(scheduler_.ExecutorFor(2).incarnation()), IsEmpty());
}

TEST(RealServicesDeathTest, AResolverEndsTheProgramWhenItsProcessEnds) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  Choices choices(RecordedDriver::Make({}).value());
  EXPECT_DEATH(
      {
        Scheduler scheduler(&choices, nullptr);
        const SimExecutor executor = scheduler.ExecutorFor(1);
        asio::ip::tcp::resolver resolver(executor);
        EXPECT_THAT(RealServicesOf(executor.incarnation()), ElementsAre("boost::asio::ip::tcp::resolver"));
        scheduler.Kill(1);
      },
      "boost::asio::ip::tcp::resolver was created on the executor of a simulated process");
}

}  // namespace
}  // namespace fencepost::sim
