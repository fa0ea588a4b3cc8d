// What goes over the simulated network between the two ends of a connection. Internal to the streams.
#pragma once

#include <cstdint>
#include <string>

#include "sim/core/choices/errand.h"

namespace fencepost::sim {

// Names one end of one connection, in one life of its process. Never used twice in a run; 0 names none.
using StreamEndId = std::uint64_t;

// One direction of a connection: the errands that its frames are sent for.
struct StreamDirection {
  StreamDirection(Choices* choices, const std::string& name)
      : frames(choices, name),
        acknowledgements(choices, name + "/acknowledgements"),
        writes(frames.Of("writes")),
        reads(frames.Of("reads")) {}

  Errand frames;
  Errand acknowledgements;  // of those frames; they go the other way
  Stream writes;            // how much of it a write takes at once
  Stream reads;             // how much of it a read takes at once
};

// What two ends have in common by name alone.
struct StreamConnection {
  StreamConnection(Choices* choices, const std::string& name)
      : there(choices, name + "/there"), back(choices, name + "/back") {}

  StreamDirection there;  // from the end that connected
  StreamDirection back;
};

struct StreamFrame {
  enum class Kind : std::uint8_t {
    // Numbered, in one sequence per direction; each must be acknowledged.
    kConnect,  // "I would like to talk to `port`"
    kAccept,   // the answer
    kData,
    kRoom,    // more may be sent
    kFinish,  // no more data will come
    // Not numbered.
    kAcknowledge,
    kReset,  // "there is no such connection (any more)"
  };

  Kind kind = Kind::kReset;
  StreamEndId from = 0;
  StreamEndId to = 0;  // 0 in kConnect
  StreamConnection* connection = nullptr;
  bool goes_there = false;  // from the end that connected
  std::uint64_t number = 0;
  std::uint64_t expected = 0;  // all frames with lower numbers have arrived at the sender of this one
  std::uint64_t room_until =
      0;             // kConnect, kAccept, kRoom: how many bytes may be sent, from the first one on
  std::string data;  // kData
  std::string port;  // kConnect
};

inline bool IsNumbered(StreamFrame::Kind kind) {
  return kind != StreamFrame::Kind::kAcknowledge && kind != StreamFrame::Kind::kReset;
}

}  // namespace fencepost::sim
