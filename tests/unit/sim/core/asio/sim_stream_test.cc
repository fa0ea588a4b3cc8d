#include "sim/core/asio/sim_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/unit/sim/core/asio/stream_world.h"

namespace fencepost::sim {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace std::chrono_literals;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

static_assert(boost::beast::is_async_stream<SimStream>::value);

const StreamAddress kServer{"server", "echo"};

std::string Pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i + i / 26 + i / 676) % 26);
  return text;
}

// What an operation ended with, for callbacks.
struct Ended {
  error_code error = asio::error::in_progress;
  std::size_t bytes = 0;
  SimTime at{-1};

  bool pending() const { return error == asio::error::in_progress; }
};

// A client and a server. Tests fill in what each does with its end of one connection.
class SimStreamTest : public testing::Test {
 protected:
  void Make(const StreamWorldSettings& settings) {
    world_ = std::make_unique<StreamWorld>(settings);
    server_ = world_->Start("server");
    client_ = world_->Start("client");
  }
  void SetUp() override { Make({}); }

  // Both ends of an established connection; nothing else is under way.
  void Connect(const StreamAddress& to = kServer) {
    SimListener listener(*server_, to.port);
    listener.async_accept([this](error_code error, SimStream stream) {
      ASSERT_FALSE(error) << error.message();
      at_server_.emplace(std::move(stream));
    });
    at_client_.emplace(*client_);
    error_code connected = asio::error::in_progress;
    at_client_->async_connect(to, [&](error_code error) { connected = error; });
    world_->RunTo(world_->scheduler.now() + 20ms);
    ASSERT_FALSE(connected) << connected.message();
    ASSERT_TRUE(at_server_.has_value());
  }

  auto NoteIn(Ended& ended) {
    return [this, &ended](error_code error, std::size_t bytes) {
      EXPECT_TRUE(ended.pending()) << "completed twice";
      ended = Ended{error, bytes, world_->scheduler.now()};
    };
  }
  void Settle() { world_->RunTo(world_->scheduler.now() + 50ms); }

  // What one write, or one read, on its own ends with.
  Ended Write(SimStream& stream, std::string_view text) {
    Ended ended;
    stream.async_write_some(asio::buffer(text), NoteIn(ended));
    Settle();
    return ended;
  }
  Ended Read(SimStream& stream, std::string& into) {
    Ended ended;
    into.resize(100);
    stream.async_read_some(asio::buffer(into), NoteIn(ended));
    Settle();
    into.resize(ended.bytes);
    return ended;
  }

  std::unique_ptr<StreamWorld> world_;
  std::optional<SimExecutor> server_;
  std::optional<SimExecutor> client_;
  std::optional<SimStream> at_server_;
  std::optional<SimStream> at_client_;
};

TEST_F(SimStreamTest, CarriesBytesBothWays) {
  Connect();
  std::string heard;
  EXPECT_EQ(Write(*at_client_, "hello").bytes, 5u);
  EXPECT_EQ(Read(*at_server_, heard).error, error_code());
  EXPECT_EQ(heard, "hello");
  Write(*at_server_, "good day");
  Read(*at_client_, heard);
  EXPECT_EQ(heard, "good day");
}

TEST_F(SimStreamTest, TellsWhoIsAtBothEnds) {
  Connect();
  EXPECT_EQ(at_client_->remote_endpoint(), kServer);
  EXPECT_EQ(at_client_->local_endpoint(), (StreamAddress{"client", ""}));
  EXPECT_EQ(at_server_->local_endpoint(), kServer);
  EXPECT_EQ(at_server_->remote_endpoint(), (StreamAddress{"client", ""}));
}

TEST_F(SimStreamTest, AReadWaitsAndCompletesThroughItsExecutor) {
  Connect();
  Ended read;
  std::string into(10, '\0');
  at_server_->async_read_some(asio::buffer(into), NoteIn(read));
  Settle();
  EXPECT_TRUE(read.pending());
  Ended write;
  at_client_->async_write_some(asio::buffer("hey", 3), NoteIn(write));
  EXPECT_TRUE(write.pending()) << "never inside the call";
  Settle();
  EXPECT_EQ(read.bytes, 3u);
  EXPECT_EQ(write.bytes, 3u);
}

TEST_F(SimStreamTest, ReadsAndWritesOfNoBytesEndAtOnce) {
  Connect();
  EXPECT_EQ(Write(*at_client_, "").error, error_code());
  Ended read;
  at_client_->async_read_some(asio::mutable_buffer(), NoteIn(read));
  Settle();
  EXPECT_EQ(read.error, error_code());
  EXPECT_EQ(read.bytes, 0u);
}

TEST_F(SimStreamTest, ASecondOperationOfAKindIsRefused) {
  Connect();
  Ended first;
  std::string into(10, '\0');
  std::string other(10, '\0');
  at_server_->async_read_some(asio::buffer(into), NoteIn(first));
  EXPECT_EQ(Read(*at_server_, other).error, asio::error::already_started);
  EXPECT_TRUE(first.pending());
  Write(*at_client_, "x");
  EXPECT_EQ(first.bytes, 1u);
  Write(*at_client_, "y");
  EXPECT_EQ(Read(*at_server_, other).bytes, 1u) << "the place is free again";
}

TEST_F(SimStreamTest, ShutdownSendsEndOfFileAfterTheData) {
  Connect();
  at_client_->async_write_some(asio::buffer("last", 4), [](error_code, std::size_t) {});
  at_client_->shutdown(asio::socket_base::shutdown_send);
  Settle();
  std::string heard;
  EXPECT_EQ(Read(*at_server_, heard).error, error_code());
  EXPECT_EQ(heard, "last");
  EXPECT_EQ(Read(*at_server_, heard).error, asio::error::eof);
  EXPECT_EQ(Write(*at_client_, "more").error, asio::error::broken_pipe);
  // The other way still works.
  Write(*at_server_, "answer");
  Read(*at_client_, heard);
  EXPECT_EQ(heard, "answer");
}

TEST_F(SimStreamTest, ShutdownReceiveEndsReadsAndLeavesTheWriterAlone) {
  Connect();
  Ended read;
  std::string into(10, '\0');
  at_server_->async_read_some(asio::buffer(into), NoteIn(read));
  at_server_->shutdown(asio::socket_base::shutdown_receive);
  Settle();
  EXPECT_EQ(read.error, asio::error::eof);
  EXPECT_EQ(Write(*at_client_, Pattern(40'000)).error, error_code());
  EXPECT_EQ(Write(*at_client_, Pattern(40'000)).error, error_code());
}

TEST_F(SimStreamTest, ClosingDeliversWhatWasWrittenAndThenEndOfFile) {
  Connect();
  at_client_->async_write_some(asio::buffer("last", 4), [](error_code, std::size_t) {});
  at_client_->close();
  EXPECT_FALSE(at_client_->is_open());
  Settle();
  std::string heard;
  Read(*at_server_, heard);
  EXPECT_EQ(heard, "last");
  EXPECT_EQ(Read(*at_server_, heard).error, asio::error::eof);
  EXPECT_EQ(Read(*at_client_, heard).error, asio::error::bad_descriptor);
  EXPECT_EQ(Write(*at_client_, "x").error, asio::error::bad_descriptor);
}

TEST_F(SimStreamTest, WritingToOneWhoClosedIsAnsweredByAReset) {
  Connect();
  at_server_->close();
  Settle();
  EXPECT_EQ(Write(*at_client_, "anybody?").error, error_code()) << "it cannot know yet";
  EXPECT_EQ(Write(*at_client_, "anybody?").error, asio::error::connection_reset);
  EXPECT_EQ(Write(*at_client_, "anybody?").error, asio::error::broken_pipe);
}

TEST_F(SimStreamTest, ClosingWithUnreadDataResetsTheOtherEnd) {
  Connect();
  Write(*at_client_, "never read");
  at_server_->close();
  Settle();
  std::string heard;
  EXPECT_EQ(Read(*at_client_, heard).error, asio::error::connection_reset);
}

TEST_F(SimStreamTest, ClosingAbortsWhatIsUnderWay) {
  Connect();
  Ended read;
  std::string into(10, '\0');
  at_client_->async_read_some(asio::buffer(into), NoteIn(read));
  at_client_.reset();
  EXPECT_TRUE(read.pending());
  Settle();
  EXPECT_EQ(read.error, asio::error::operation_aborted);
}

TEST_F(SimStreamTest, CancelAbortsAndLeavesTheStreamAsItWas) {
  Connect();
  Ended read;
  std::string into(10, '\0');
  at_server_->async_read_some(asio::buffer(into), NoteIn(read));
  at_server_->cancel();
  Settle();
  EXPECT_EQ(read.error, asio::error::operation_aborted);
  asio::cancellation_signal signal;
  Ended other;
  at_server_->async_read_some(asio::buffer(into), asio::bind_cancellation_slot(signal.slot(), NoteIn(other)));
  signal.emit(asio::cancellation_type::partial);
  Settle();
  EXPECT_EQ(other.error, asio::error::operation_aborted);
  Write(*at_client_, "still here");
  std::string heard;
  Read(*at_server_, heard);
  EXPECT_EQ(heard, "still here");
}

TEST_F(SimStreamTest, AFullWindowHoldsTheWriterUntilTheReaderReads) {
  StreamWorldSettings settings;
  settings.streams.window = 10;
  Make(settings);
  Connect();
  const std::string text = Pattern(25);
  Ended write;
  asio::async_write(*at_client_, asio::buffer(text), NoteIn(write));
  Settle();
  EXPECT_TRUE(write.pending());
  EXPECT_EQ(at_server_->available(), 10u);
  std::string heard(25, '\0');
  Ended read;
  asio::async_read(*at_server_, asio::buffer(heard), NoteIn(read));
  Settle();
  EXPECT_EQ(write.bytes, 25u);
  EXPECT_EQ(read.bytes, 25u);
  EXPECT_EQ(heard, text);
}

TEST_F(SimStreamTest, AReaderWhoTakesHisTimeDoesNotBreakTheConnection) {
  StreamWorldSettings settings;
  settings.streams.window = 4;
  Make(settings);
  Connect();
  const std::string text = Pattern(12);
  Ended write;
  asio::async_write(*at_client_, asio::buffer(text), NoteIn(write));
  std::string heard;
  for (int i = 0; i < 12; ++i) {
    world_->RunTo(world_->scheduler.now() + 10s);
    char next = 0;
    at_server_->async_read_some(asio::buffer(&next, 1), [](error_code, std::size_t) {});
    Settle();
    heard.push_back(next);
  }
  EXPECT_EQ(heard, text);
  EXPECT_EQ(write.error, error_code());
}

TEST_F(SimStreamTest, ConnectingWhereNobodyListensIsRefused) {
  Ended connect;
  SimStream stream(*client_);
  stream.async_connect(StreamAddress{"server", "nothing"},
                       [&](error_code error) { connect = Ended{error, 0, world_->scheduler.now()}; });
  world_->RunAll();
  EXPECT_EQ(connect.error, asio::error::connection_refused);
  EXPECT_EQ(connect.at, 2ms);
}

TEST_F(SimStreamTest, ConnectingToADeadProcessTimesOut) {
  world_->Kill("server");
  Ended connect;
  SimStream stream(*client_);
  stream.async_connect(kServer,
                       [&](error_code error) { connect = Ended{error, 0, world_->scheduler.now()}; });
  world_->RunAll();
  EXPECT_EQ(connect.error, asio::error::timed_out);
  EXPECT_EQ(connect.at, 1s);
}

TEST_F(SimStreamTest, ConnectingToNobodyFindsNobody) {
  Ended connect;
  SimStream stream(*client_);
  stream.async_connect(StreamAddress{"sever", "echo"}, [&](error_code error) { connect.error = error; });
  EXPECT_TRUE(connect.pending());
  world_->RunAll();
  EXPECT_EQ(connect.error, asio::error::host_not_found);
}

TEST_F(SimStreamTest, ACancelledConnectLeavesNothingBehind) {
  SimListener listener(*server_, "echo");
  asio::cancellation_signal signal;
  Ended connect;
  SimStream stream(*client_);
  stream.async_connect(kServer, asio::bind_cancellation_slot(signal.slot(), [&](error_code error) {
                         connect.error = error;
                         stream.close();
                       }));
  signal.emit(asio::cancellation_type::terminal);
  world_->RunAll();
  EXPECT_EQ(connect.error, asio::error::operation_aborted);
  bool accepted = false;
  listener.async_accept([&](error_code error, const SimStream&) { accepted = !error; });
  world_->RunTo(5s);
  EXPECT_FALSE(accepted) << "the answer was refused";
}

TEST_F(SimStreamTest, APartitionBlocksTheWriterAndThenBreaksTheConnection) {
  StreamWorldSettings settings;
  settings.streams.window = 10;
  Make(settings);
  Connect();
  const SimTime begin = world_->scheduler.now();
  world_->network.Partition(ActorIdOf("client"), ActorIdOf("server"), /*two_way=*/true, begin + 1h);
  const std::string text = Pattern(25);
  Ended write;
  asio::async_write(*at_client_, asio::buffer(text), NoteIn(write));
  Ended read;
  std::string into(10, '\0');
  at_server_->async_read_some(asio::buffer(into), NoteIn(read));
  world_->RunTo(begin + 999ms);
  EXPECT_TRUE(write.pending());
  world_->RunTo(begin + 30min);
  EXPECT_EQ(write.error, asio::error::timed_out);
  EXPECT_EQ(write.at, begin + 1s);
  EXPECT_EQ(write.bytes, 10u);
  EXPECT_TRUE(read.pending()) << "half-open: the server hears nothing";
  // The server finds out once it writes, even when the network is whole again.
  world_->network.Heal();
  EXPECT_EQ(Write(*at_server_, "hello?").error, error_code());
  EXPECT_EQ(read.error, asio::error::connection_reset);
  EXPECT_EQ(Write(*at_server_, "hello?").error, asio::error::broken_pipe);
}

TEST_F(SimStreamTest, ACrashIsSilentUntilSomethingIsSentToTheNextLife) {
  Connect();
  Ended read;
  std::string into(10, '\0');
  at_client_->async_read_some(asio::buffer(into), NoteIn(read));
  world_->Kill("server");
  world_->RunTo(10min);
  EXPECT_TRUE(read.pending()) << "half-open";
  world_->Start("server");
  world_->RunTo(20min);
  EXPECT_TRUE(read.pending());
  EXPECT_EQ(Write(*at_client_, "hello?").error, error_code());
  EXPECT_EQ(read.error, asio::error::connection_reset);
}

TEST_F(SimStreamTest, ACrashedPeerThatStaysDownTimesTheWriterOut) {
  Connect();
  world_->Kill("server");
  EXPECT_EQ(Write(*at_client_, "hello?").error, error_code());
  world_->RunTo(10s);
  std::string heard;
  EXPECT_EQ(Read(*at_client_, heard).error, asio::error::timed_out);
}

TEST_F(SimStreamTest, AKilledProcessTakesItsStreamsAlongWithoutAWord) {
  Connect();
  const auto witness = std::make_shared<int>(0);
  world_->Spawn(*client_, [stream = std::move(*at_client_), witness]() mutable -> asio::awaitable<void> {
    std::string into(10, '\0');
    co_await stream.async_read_some(asio::buffer(into), asio::use_awaitable);
  });
  Settle();
  Ended read;
  std::string into(10, '\0');
  at_server_->async_read_some(asio::buffer(into), NoteIn(read));
  world_->Kill("client");
  EXPECT_EQ(witness.use_count(), 1);
  world_->RunTo(10min);
  EXPECT_TRUE(read.pending()) << "no farewell from the dead";
}

TEST_F(SimStreamTest, ADroppedMessageBreaksTheConnectionAtBothEnds) {
  StreamWorldSettings settings;
  settings.fault = &faults::kNetworkDrop;
  settings.odds = Ratio{1, 12};
  int broken = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    settings.seed = seed;
    Make(settings);
    Ended write;
    Ended read;
    std::string heard;
    const std::string text = Pattern(3000);
    SimListener listener(*server_, "echo");
    std::optional<SimStream> accepted;
    listener.async_accept([&](error_code error, SimStream stream) {
      if (error) return;
      accepted.emplace(std::move(stream));
      asio::async_read(*accepted, asio::dynamic_buffer(heard), NoteIn(read));
    });
    SimStream stream(*client_);
    stream.async_connect(kServer, [&](error_code error) {
      write.error = error;
      if (error) return;
      write = Ended{};
      asio::async_write(stream, asio::buffer(text), [&](error_code written, std::size_t) {
        write.error = written;
        stream.close();
      });
    });
    world_->RunTo(10s);
    EXPECT_FALSE(write.pending()) << "seed " << seed;
    if (accepted.has_value() && read.error == asio::error::eof) {
      EXPECT_EQ(heard, text) << "seed " << seed;
    } else if (accepted.has_value()) {
      // Less than all may have come, but nothing else. (A read under way has made room behind it.)
      heard.resize(std::min(heard.size(), heard.find('\0')));
      EXPECT_EQ(heard, text.substr(0, heard.size())) << "seed " << seed;
      if (read.error == asio::error::connection_reset) ++broken;
    }
  }
  EXPECT_GT(broken, 5) << "the fault reaches the user";
}

TEST_F(SimStreamTest, WhatIsDelayedDoubledOrOvertakenStaysInOrder) {
  for (const FaultKind* const fault : {&faults::kNetworkDelay, &faults::kNetworkDuplicate,
                                       &faults::kNetworkReorder, &faults::kNetworkClog}) {
    std::uint64_t fired = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      StreamWorldSettings settings;
      settings.seed = seed;
      settings.fault = fault;
      settings.odds = Ratio{1, 4};
      settings.streams.window = 200;
      settings.streams.short_writes = Ratio{1, 2};
      settings.streams.short_reads = Ratio{1, 2};
      settings.streams.give_up_after = 60s;
      Make(settings);
      const std::string text = Pattern(3000);
      std::string heard;
      std::string answer;
      world_->Spawn(*server_, [&]() -> asio::awaitable<void> {
        SimListener listener(*server_, "echo");
        SimStream stream = co_await listener.async_accept(asio::use_awaitable);
        const auto [error, bytes] = co_await asio::async_read(stream, asio::dynamic_buffer(heard), kTuple);
        EXPECT_EQ(error, asio::error::eof);
        co_await asio::async_write(stream, asio::buffer("thanks", 6), asio::use_awaitable);
      });
      world_->Spawn(*client_, [&]() -> asio::awaitable<void> {
        SimStream stream(*client_);
        co_await stream.async_connect(kServer, asio::use_awaitable);
        co_await asio::async_write(stream, asio::buffer(text), asio::use_awaitable);
        stream.shutdown(asio::socket_base::shutdown_send);
        const auto [error, bytes] = co_await asio::async_read(stream, asio::dynamic_buffer(answer), kTuple);
        EXPECT_EQ(error, asio::error::eof);
      });
      world_->RunAll();
      EXPECT_EQ(heard, text) << fault->name << ", seed " << seed;
      EXPECT_EQ(answer, "thanks") << fault->name << ", seed " << seed;
      fired += world_->Fired(*fault);
    }
    EXPECT_GT(fired, 10u) << fault->name;
  }
}

TEST_F(SimStreamTest, ShortReadsAndWritesAreDrawnAndNeverTheDefault) {
  const auto pieces = [&](std::optional<std::uint64_t> seed) {
    StreamWorldSettings settings;
    settings.seed = seed;
    settings.streams.short_writes = Ratio{1, 2};
    settings.streams.short_reads = Ratio{1, 2};
    Make(settings);
    Connect();
    std::vector<std::size_t> sizes;
    for (int i = 0; i < 20; ++i) {
      sizes.push_back(Write(*at_client_, Pattern(50)).bytes);
      std::string heard;
      sizes.push_back(Read(*at_server_, heard).bytes);
    }
    return sizes;
  };
  EXPECT_THAT(pieces(std::nullopt), Each(50u));
  EXPECT_THAT(pieces(3), testing::Contains(testing::Lt(50u)));
  EXPECT_THAT(pieces(3), Each(testing::Gt(0u)));
}

TEST_F(SimStreamTest, DrawsComeFromStreamsOfItsErrand) {
  StreamWorldSettings settings;
  settings.seed = 5;
  Make(settings);
  SimListener listener(*server_, "echo");
  SimStream stream(*client_);
  stream.set_errand("client/7");
  stream.async_connect(kServer, [](error_code) {});
  SimStream other(*client_);
  other.async_connect(kServer, [](error_code) {});
  world_->RunTo(100ms);
  std::vector<std::string> streams;
  for (const Deviation& deviation : world_->choices.Deviations()) {
    if (deviation.label == "latency") streams.push_back(deviation.stream);
  }
  EXPECT_THAT(streams, testing::IsSupersetOf(
                           {"client/7/connection-1/there/pace", "client/to-server/connection-1/back/pace"}));
  EXPECT_THAT(streams, Each(testing::AnyOf(testing::StartsWith("client/7/connection-1/"),
                                           testing::StartsWith("client/to-server/connection-1/"))));
}

TEST_F(SimStreamTest, IsRefusedWithoutASimulationOrANetwork) {
  asio::io_context context;
  EXPECT_THROW(SimStream stream(context.get_executor()), std::logic_error);
  const SimExecutor lonely = world_->scheduler.ExecutorFor(77);
  try {
    SimStream stream(lonely);
    FAIL() << "there is no network";
  } catch (const std::logic_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("call StreamNetwork::Attach"));
  }
  SimStream closed(*client_);
  EXPECT_THROW(closed.remote_endpoint(), boost::system::system_error);
  EXPECT_THROW(closed.shutdown(asio::socket_base::shutdown_send), boost::system::system_error);
}

TEST_F(SimStreamTest, OptionsThatMakeNoSenseAreRefused) {
  const auto refuses = [&](const StreamOptions& options) {
    EXPECT_THROW(StreamNetwork(&world_->scheduler, &world_->network, &world_->choices, options),
                 std::invalid_argument);
  };
  refuses(StreamOptions{.window = 1});
  refuses(StreamOptions{.backlog = 0});
  refuses(StreamOptions{.give_up_after = 0s});
  EXPECT_THROW(world_->streams.Attach("client", *client_), std::invalid_argument) << "the same life twice";
  const SimExecutor stranger = world_->scheduler.ExecutorFor(77);
  EXPECT_THROW(world_->streams.Attach("server", stranger), std::invalid_argument) << "another actor's name";
}

class SimListenerTest : public SimStreamTest {
 protected:
  error_code ConnectNow(SimStream& stream) {
    error_code connected = asio::error::in_progress;
    stream.async_connect(kServer, [&](error_code error) { connected = error; });
    Settle();
    return connected;
  }
};

TEST_F(SimListenerTest, EstablishesConnectionsBeforeTheyAreAcceptedUpToTheBacklog) {
  StreamWorldSettings settings;
  settings.streams.backlog = 2;
  Make(settings);
  SimListener listener(*server_, "echo");
  SimStream first(*client_);
  SimStream second(*client_);
  SimStream third(*client_);
  EXPECT_EQ(ConnectNow(first), error_code());
  EXPECT_EQ(ConnectNow(second), error_code());
  EXPECT_EQ(ConnectNow(third), asio::error::connection_refused);
  Write(first, "1");
  std::optional<SimStream> accepted;
  listener.async_accept([&](error_code, SimStream stream) { accepted.emplace(std::move(stream)); });
  Settle();
  ASSERT_TRUE(accepted.has_value());
  std::string heard;
  Read(*accepted, heard);
  EXPECT_EQ(heard, "1") << "first come, first served";
  EXPECT_EQ(ConnectNow(third), error_code()) << "there is room again";
}

TEST_F(SimListenerTest, ClosingResetsThoseWhoWaitAndFreesThePort) {
  std::optional<SimListener> listener(std::in_place, *server_, "echo");
  EXPECT_THROW(SimListener(*server_, "echo"), boost::system::system_error) << "address_in_use";
  SimStream stream(*client_);
  EXPECT_EQ(ConnectNow(stream), error_code());
  listener->close();
  std::string heard;
  EXPECT_EQ(Read(stream, heard).error, asio::error::connection_reset);
  EXPECT_EQ(ConnectNow(stream), asio::error::connection_refused);
  const SimListener again(*server_, "echo");
  EXPECT_EQ(ConnectNow(stream), error_code());
}

TEST_F(SimListenerTest, AnAcceptCanBeCancelledAndClosed) {
  SimListener listener(*server_, "echo");
  std::vector<error_code> ends;
  const auto note = [&](error_code error, const SimStream& stream) {
    ends.push_back(error);
    EXPECT_FALSE(stream.is_open());
  };
  listener.async_accept(note);
  listener.async_accept(note);  // the second at a time
  listener.cancel();
  Settle();
  listener.async_accept(note);
  listener.close();
  Settle();
  listener.async_accept(note);
  Settle();
  EXPECT_THAT(ends,
              testing::UnorderedElementsAre(asio::error::already_started, asio::error::operation_aborted,
                                            asio::error::operation_aborted, asio::error::bad_descriptor));
}

TEST_F(SimListenerTest, AcceptsOntoAStrand) {
  SimListener listener(*server_, "echo");
  auto strand = asio::make_strand(*server_);
  std::optional<BasicSimStream<asio::strand<SimExecutor>>> accepted;
  listener.async_accept(strand, [&](error_code, BasicSimStream<asio::strand<SimExecutor>> stream) {
    accepted.emplace(std::move(stream));
  });
  SimStream stream(*client_);
  EXPECT_EQ(ConnectNow(stream), error_code());
  ASSERT_TRUE(accepted.has_value());
  bool in_strand = false;
  char byte = 0;
  accepted->async_read_some(asio::buffer(&byte, 1),
                            [&](error_code, std::size_t) { in_strand = strand.running_in_this_thread(); });
  Write(stream, "x");
  EXPECT_TRUE(in_strand);
  EXPECT_EQ(byte, 'x');
}

TEST_F(SimListenerTest, ALateDuplicateOfAConnectIsNoSecondConnection) {
  StreamWorldSettings settings;
  settings.seed = 4;
  settings.fault = &faults::kNetworkDuplicate;
  Make(settings);
  SimListener listener(*server_, "echo");
  int accepted = 0;
  std::function<void()> accept = [&] {
    listener.async_accept([&](error_code error, const SimStream&) {
      if (error) return;
      ++accepted;  // and closed at once
      accept();
    });
  };
  accept();
  SimStream stream(*client_);
  EXPECT_EQ(ConnectNow(stream), error_code());
  world_->RunTo(10s);
  EXPECT_EQ(accepted, 1);
  EXPECT_GT(world_->Fired(faults::kNetworkDuplicate), 0u);
}

}  // namespace
}  // namespace fencepost::sim
