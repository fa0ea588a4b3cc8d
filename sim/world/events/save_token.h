// Names a save from its beginning to its end, across the store: who saves sets its token on the link
// (store_faults.h), and what reaches the store carries it.
//
// Nobody asks a judge for one: tokens are counted here, and judges hear of them from events
// (events/catalog_events.h). Single-threaded.
#pragma once

#include <cstdint>

#include "sim/world/events/catalog_events.h"

namespace fencepost::sim {

// Not of a save.
inline constexpr SaveToken kNobodys = 0;
// Of a save that nobody announces beforehand: its content is what it wrote.
inline constexpr SaveToken kUnannounced = UINT64_MAX;

class SaveTokens {
 public:
  // 1, 2, ...
  SaveToken Next() { return ++last_; }

 private:
  SaveToken last_ = kNobodys;
};

}  // namespace fencepost::sim
