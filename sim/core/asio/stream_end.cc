#include "sim/core/asio/stream_end.h"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <cassert>
#include <utility>

#include "sim/core/asio/stream_host.h"

namespace fencepost::sim {
namespace {

using boost::system::error_code;
namespace error = boost::asio::error;

// All `most` of them, or fewer, but at least one.
std::size_t DrawPart(std::size_t most, const Ratio& shorter, Stream& stream) {
  if (most < 2 || !stream.Chance(shorter, "short")) return most;
  return 1 + static_cast<std::size_t>(stream.Below(most - 1, "bytes"));
}

}  // namespace

StreamEnd::StreamEnd(StreamHost* host, StreamConnection* connection, ActorId peer_actor, StreamAddress remote)
    : host_(host),
      scheduler_(&host->registry().scheduler()),
      options_(host->registry().options()),
      connection_(connection),
      id_(host->registry().NextEndId()),
      peer_actor_(peer_actor),
      peer_(0),
      connects_(true),
      local_{host->name(), ""},
      remote_(std::move(remote)),
      state_(State::kConnecting),
      room_given_until_(options_.window) {}

StreamEnd::StreamEnd(StreamHost* host, std::shared_ptr<StreamPort> port, StreamAddress local,
                     ActorId peer_actor, const StreamFrame& connect, StreamAddress remote)
    : host_(host),
      scheduler_(&host->registry().scheduler()),
      port_(std::move(port)),
      options_(host->registry().options()),
      connection_(connect.connection),
      id_(host->registry().NextEndId()),
      peer_actor_(peer_actor),
      peer_(connect.from),
      connects_(false),
      local_(std::move(local)),
      remote_(std::move(remote)),
      state_(State::kAnswering),
      room_given_until_(options_.window) {
  ++port_->half_open;
}

void StreamEnd::Connect() {
  assert(connects_);
  StreamFrame frame;
  frame.kind = StreamFrame::Kind::kConnect;
  frame.port = remote_.port;
  frame.room_until = room_given_until_;
  SendNumbered(std::move(frame));
}

std::optional<error_code> StreamEnd::TryConnect() const {
  if (state_ == State::kConnecting) return std::nullopt;
  if (state_ == State::kFailed) return error_;
  return error_code();
}

std::optional<StreamResult> StreamEnd::TryRead(std::size_t room) {
  if (state_ == State::kConnecting) return StreamResult{error::not_connected, 0};
  if (room == 0) return StreamResult{};
  if (!received().empty()) {
    const std::size_t most = std::min(room, received().size());
    return StreamResult{{}, DrawPart(most, options_.short_reads, In().reads)};
  }
  if (state_ == State::kFailed) {
    error_was_told_ = true;
    return StreamResult{error_, 0};
  }
  if (finish_received_ || receive_shut_down_) return StreamResult{error::eof, 0};
  return std::nullopt;
}

void StreamEnd::Consume(std::size_t bytes) {
  constexpr std::size_t kCompactAt = 4096;
  consumed_ += bytes;
  taken_ += bytes;
  if (consumed_ == received_.size() || consumed_ >= kCompactAt) {
    received_.erase(0, consumed_);
    consumed_ = 0;
  }
  MakeRoom();
}

std::optional<StreamResult> StreamEnd::TryWrite(std::size_t size) {
  if (state_ == State::kConnecting) return StreamResult{error::not_connected, 0};
  if (state_ == State::kFailed) {
    // As a socket does: the reason once, from then on only that there is nobody to write to.
    if (std::exchange(error_was_told_, true)) return StreamResult{error::broken_pipe, 0};
    return StreamResult{error_, 0};
  }
  if (finish_sent_) return StreamResult{error::broken_pipe, 0};
  if (size == 0) return StreamResult{};
  const std::uint64_t room = room_until_ - sent_;
  if (room == 0) return std::nullopt;
  const std::size_t most = static_cast<std::size_t>(std::min<std::uint64_t>(size, room));
  return StreamResult{{}, DrawPart(most, options_.short_writes, Out().writes)};
}

void StreamEnd::SendData(std::string data) {
  sent_ += data.size();
  StreamFrame frame;
  frame.kind = StreamFrame::Kind::kData;
  frame.data = std::move(data);
  SendNumbered(std::move(frame));
}

error_code StreamEnd::ShutDownSend() {
  if (state_ == State::kConnecting || state_ == State::kFailed) return error::not_connected;
  if (!finish_sent_) SendFinish();
  return {};
}

void StreamEnd::ShutDownReceive() {
  receive_shut_down_ = true;
  Consume(received().size());
  WakeUp(Operation::kRead);
}

void StreamEnd::Close() {
  if (std::exchange(closed_, true)) return;
  CancelAll();
  if (host_ == nullptr) return;
  const auto self = shared_from_this();
  if (state_ != State::kOpen) {
    Fail(error::operation_aborted);  // an answer will find nobody, and be told
  } else if (!received().empty()) {
    Abandon();
  } else {
    if (!finish_sent_) SendFinish();
    ForgetIfFinished();
  }
}

void StreamEnd::CancelAll() {
  WakeUp(Operation::kConnect, Wake::kCancelled);
  WakeUp(Operation::kRead, Wake::kCancelled);
  WakeUp(Operation::kWrite, Wake::kCancelled);
}

bool StreamEnd::Claim(Operation operation) { return !std::exchange(Of(operation).is_claimed, true); }

void StreamEnd::Release(Operation operation) { Of(operation) = Pending{}; }

void StreamEnd::SetWait(Operation operation, WaitId wait) { Of(operation).wait = wait; }

void StreamEnd::Receive(const StreamFrame& frame) {
  const auto self = shared_from_this();  // it may have itself forgotten
  if (frame.kind == StreamFrame::Kind::kReset) {
    const bool nobody_listens = state_ == State::kConnecting && frame.from == 0;
    Fail(nobody_listens ? error::connection_refused : error::connection_reset);
    return;
  }
  if (peer_ == 0) peer_ = frame.from;
  TakeAcknowledgement(frame.expected);
  if (host_ != nullptr && IsNumbered(frame.kind)) TakeNumbered(frame);
}

void StreamEnd::Abandon() {
  const auto self = shared_from_this();
  SendPlain(StreamFrame::Kind::kReset);
  Fail(error::operation_aborted);
}

void StreamEnd::Die() {
  host_ = nullptr;
  state_ = State::kFailed;
  error_ = error::operation_aborted;
}

void StreamEnd::SendNumbered(StreamFrame frame) {
  if (host_ == nullptr) return;
  frame.number = next_number_++;
  frame.connection = connection_;
  frame.goes_there = connects_;
  frame.from = id_;
  frame.to = peer_;
  frame.expected = expected_;
  const SimTime now = scheduler_->now();
  unacknowledged_.push_back(Unacknowledged{frame.number, now + options_.give_up_after});
  host_->Send(peer_actor_, std::move(frame));
  WatchOldest();
}

void StreamEnd::SendPlain(StreamFrame::Kind kind) {
  if (host_ == nullptr) return;
  StreamFrame frame;
  frame.kind = kind;
  frame.connection = connection_;
  frame.goes_there = connects_;
  frame.from = id_;
  frame.to = peer_;
  frame.expected = expected_;
  host_->Send(peer_actor_, std::move(frame));
}

void StreamEnd::SendFinish() {
  finish_sent_ = true;
  StreamFrame frame;
  frame.kind = StreamFrame::Kind::kFinish;
  SendNumbered(std::move(frame));
}

// Tells the peer only once it is worth a message; but before the peer, which may send nothing until then,
// and the user, who has read all that came, wait for each other.
void StreamEnd::MakeRoom() {
  if (state_ != State::kOpen || finish_received_) return;
  const std::uint64_t room_until = taken_ + options_.window;
  if (room_until - room_given_until_ < (options_.window + 1) / 2) return;
  room_given_until_ = room_until;
  StreamFrame frame;
  frame.kind = StreamFrame::Kind::kRoom;
  frame.room_until = room_until;
  SendNumbered(std::move(frame));
}

void StreamEnd::TakeAcknowledgement(std::uint64_t expected) {
  while (!unacknowledged_.empty() && unacknowledged_.front().number < expected) unacknowledged_.pop_front();
  if (state_ == State::kAnswering && expected > 0) Open();
  ForgetIfFinished();
}

void StreamEnd::TakeNumbered(const StreamFrame& frame) {
  if (frame.number >= expected_) early_.try_emplace(frame.number, frame);
  while (host_ != nullptr && !early_.empty() && early_.begin()->first == expected_) {
    const auto next = early_.extract(early_.begin());
    ++expected_;
    Apply(next.mapped());
  }
  // The answer to kConnect acknowledges it.
  if (frame.kind != StreamFrame::Kind::kConnect) SendPlain(StreamFrame::Kind::kAcknowledge);
  ForgetIfFinished();
}

// The end that answered knows that its answer has arrived.
void StreamEnd::Open() {
  --port_->half_open;
  state_ = State::kOpen;
  if (!port_->is_open) {
    Abandon();
    return;
  }
  port_->established.push_back(shared_from_this());
  if (port_->acceptor.ticket != 0) scheduler_->Resume(port_->acceptor, Wake::kResumed);
}

void StreamEnd::Apply(const StreamFrame& frame) {
  switch (frame.kind) {
    case StreamFrame::Kind::kConnect: {
      room_until_ = frame.room_until;
      StreamFrame answer;
      answer.kind = StreamFrame::Kind::kAccept;
      answer.room_until = room_given_until_;
      SendNumbered(std::move(answer));
      return;
    }
    case StreamFrame::Kind::kAccept:
      room_until_ = frame.room_until;
      state_ = State::kOpen;
      WakeUp(Operation::kConnect);
      return;
    case StreamFrame::Kind::kData:
      ApplyData(frame.data);
      return;
    case StreamFrame::Kind::kRoom:
      room_until_ = std::max(room_until_, frame.room_until);
      WakeUp(Operation::kWrite);
      return;
    case StreamFrame::Kind::kFinish:
      finish_received_ = true;
      WakeUp(Operation::kRead);
      return;
    case StreamFrame::Kind::kAcknowledge:
    case StreamFrame::Kind::kReset:
      break;
  }
  assert(false && "only numbered frames are applied");
}

void StreamEnd::ApplyData(const std::string& data) {
  if (closed_) {
    Abandon();  // nobody will ever read it
    return;
  }
  received_.append(data);
  if (receive_shut_down_) Consume(data.size());
  WakeUp(Operation::kRead);
}

// One timer, for the oldest. It is not stopped when that is acknowledged: it looks again when it goes off.
void StreamEnd::WatchOldest() {
  if (timer_is_set_ || unacknowledged_.empty()) return;
  timer_is_set_ = true;
  scheduler_->Suspend(host_->process().incarnation(), unacknowledged_.front().give_up_at,
                      [self = shared_from_this()](Wake) { self->OnTimer(); });
}

void StreamEnd::OnTimer() {
  timer_is_set_ = false;
  if (host_ == nullptr || unacknowledged_.empty()) return;
  if (unacknowledged_.front().give_up_at > scheduler_->now()) {
    WatchOldest();
    return;
  }
  SendPlain(StreamFrame::Kind::kReset);
  Fail(error::timed_out);
}

void StreamEnd::Fail(error_code error) {
  if (state_ == State::kAnswering) --port_->half_open;
  state_ = State::kFailed;
  error_ = error;
  unacknowledged_.clear();
  early_.clear();
  if (host_ != nullptr) std::exchange(host_, nullptr)->Forget(id_);
  WakeUp(Operation::kConnect);
  WakeUp(Operation::kRead);
  WakeUp(Operation::kWrite);
}

void StreamEnd::ForgetIfFinished() {
  if (!closed_ || !finish_received_ || !finish_sent_ || !unacknowledged_.empty() || host_ == nullptr) return;
  std::exchange(host_, nullptr)->Forget(id_);
}

void StreamEnd::WakeUp(Operation operation, Wake wake) {
  const WaitId wait = std::exchange(Of(operation).wait, WaitId{});
  if (wait.ticket != 0) scheduler_->Resume(wait, wake);
}

}  // namespace fencepost::sim
