#include "sim/core/choices/stream_key.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace fencepost::sim {

std::uint64_t StreamKey(std::string_view name) { return XXH3_64bits(name.data(), name.size()); }

}  // namespace fencepost::sim
