// One end of a connection: what arrives in which order, what was acknowledged, how much may be sent, and how
// it ends. A small TCP without sending again. Internal to the streams; BasicSimStream is its user interface.
//
// Frames of one direction are numbered from 0 and taken in that order. Each is to be acknowledged within
// StreamOptions::give_up_after, or the connection is given up.
//
// Invariant: an end that its host knows by id can still receive; one that is forgotten has failed, has
// finished in both directions, or its process is dead.
#pragma once

#include <boost/system/error_code.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/core/asio/stream_frame.h"
#include "sim/core/asio/stream_network.h"
#include "sim/core/runtime/scheduler.h"

namespace fencepost::sim {

class StreamHost;
struct StreamPort;

// Where a stream leads: a process, and a name that it listens on.
struct StreamAddress {
  std::string host;
  std::string port;

  friend bool operator==(const StreamAddress&, const StreamAddress&) = default;
};

// How an operation on a stream ended.
struct StreamResult {
  boost::system::error_code error;
  std::size_t bytes = 0;
};

class StreamEnd : public std::enable_shared_from_this<StreamEnd> {
 public:
  // One operation of each kind can be under way.
  enum class Operation : std::uint8_t { kConnect, kRead, kWrite };

  // The end that connects, or, with a port, one that answers there.
  StreamEnd(StreamHost* host, StreamConnection* connection, ActorId peer_actor, StreamAddress remote);
  StreamEnd(StreamHost* host, std::shared_ptr<StreamPort> port, StreamAddress local, ActorId peer_actor,
            const StreamFrame& connect, StreamAddress remote);
  StreamEnd(const StreamEnd&) = delete;
  StreamEnd& operator=(const StreamEnd&) = delete;

  StreamEndId id() const { return id_; }
  StreamEndId peer() const { return peer_; }  // 0 as long as it is unknown
  const StreamAddress& local() const { return local_; }
  const StreamAddress& remote() const { return remote_; }

  // REQUIRES: this end connects. Sends its first frame.
  void Connect();

  // What the user asks for; nothing when it has to wait, for a Resume of the operation's wait.
  std::optional<boost::system::error_code> TryConnect() const;
  // At most `room` bytes; they lie in received() until Consume.
  std::optional<StreamResult> TryRead(std::size_t room);
  std::string_view received() const { return std::string_view(received_).substr(consumed_); }
  void Consume(std::size_t bytes);
  // How many of `size` bytes are taken; SendData must follow with exactly that many.
  std::optional<StreamResult> TryWrite(std::size_t size);
  void SendData(std::string data);
  std::size_t available() const { return received().size(); }

  // No more data will be sent, or taken. Errors as TryWrite's.
  boost::system::error_code ShutDownSend();
  void ShutDownReceive();
  // The user is done: what is under way ends with operation_aborted. Data that nobody read is answered with
  // a reset, otherwise everything that was sent still arrives.
  void Close();
  // What is under way ends with operation_aborted.
  void CancelAll();

  // False if one is under way already.
  bool Claim(Operation operation);
  void Release(Operation operation);
  void SetWait(Operation operation, WaitId wait);

  void Receive(const StreamFrame& frame);
  // Nobody wants it any more: it ends with a reset.
  void Abandon();
  // The process is dead: nothing more is sent or received.
  void Die();

 private:
  enum class State : std::uint8_t { kConnecting, kAnswering, kOpen, kFailed };

  struct Unacknowledged {
    std::uint64_t number;
    SimTime give_up_at;
  };
  struct Pending {
    bool is_claimed = false;
    WaitId wait;
  };

  StreamDirection& Out() { return connects_ ? connection_->there : connection_->back; }
  StreamDirection& In() { return connects_ ? connection_->back : connection_->there; }
  Pending& Of(Operation operation) { return pending_[static_cast<std::size_t>(operation)]; }

  void SendNumbered(StreamFrame frame);
  void SendPlain(StreamFrame::Kind kind);
  void SendFinish();
  void MakeRoom();

  void TakeAcknowledgement(std::uint64_t expected);
  void TakeNumbered(const StreamFrame& frame);
  void Open();
  void Apply(const StreamFrame& frame);
  void ApplyData(const std::string& data);

  void WatchOldest();
  void OnTimer();
  void Fail(boost::system::error_code error);
  void ForgetIfFinished();
  void WakeUp(Operation operation, Wake wake = Wake::kResumed);

  StreamHost* host_;  // null once it is forgotten
  Scheduler* scheduler_;
  std::shared_ptr<StreamPort> port_;  // null if this end connects
  StreamOptions options_;
  StreamConnection* connection_;
  StreamEndId id_;
  ActorId peer_actor_;
  StreamEndId peer_;
  bool connects_;
  StreamAddress local_;
  StreamAddress remote_;

  State state_;
  boost::system::error_code error_;  // of kFailed
  bool error_was_told_ = false;
  bool closed_ = false;  // by the user
  Pending pending_[3];

  std::uint64_t next_number_ = 0;
  std::deque<Unacknowledged> unacknowledged_;
  bool timer_is_set_ = false;
  std::uint64_t sent_ = 0;        // bytes
  std::uint64_t room_until_ = 0;  // how many bytes may be sent in all
  bool finish_sent_ = false;

  std::uint64_t expected_ = 0;                  // the number of the next frame to be taken
  std::map<std::uint64_t, StreamFrame> early_;  // frames that others have to come before
  std::string received_;
  std::size_t consumed_ = 0;            // bytes of received_ that the user has read
  std::uint64_t taken_ = 0;             // bytes that the user has read, or that were dropped, in all
  std::uint64_t room_given_until_ = 0;  // what the peer was told
  bool finish_received_ = false;
  bool receive_shut_down_ = false;
};

}  // namespace fencepost::sim
