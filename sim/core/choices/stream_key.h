// The stable hash of a stream's name: the same on every machine and in every version, since recorded seeds
// depend on it.
#pragma once

#include <cstdint>
#include <string_view>

namespace fencepost::sim {

// XXH3-64 of the name's bytes, seed 0.
std::uint64_t StreamKey(std::string_view name);

}  // namespace fencepost::sim
