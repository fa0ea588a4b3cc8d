// The fuzz targets: each a total function of bytes that returns when all is well, and aborts the process
// after saying what is wrong when not.
//
// libFuzzer calls one of them with bytes of its own making; the smoke test calls each with the committed
// corpora. A target keeps no state from one input to the next.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace fencepost::fuzz {

using Input = std::span<const std::uint8_t>;

void FuzzCodec(Input input);
void FuzzCodecRoundtrip(Input input);
void FuzzCatalogOps(Input input);
void FuzzEngineOps(Input input);
void FuzzFenceOps(Input input);
void FuzzScenarioFile(Input input);
void FuzzReproFile(Input input);
void FuzzExploreFile(Input input);
void FuzzRecording(Input input);
void FuzzHistory(Input input);
void FuzzSim(Input input);

struct Target {
  std::string_view name;  // its corpus is fuzz/corpus/NAME
  void (*run)(Input input);
};

// Every target, by name.
std::span<const Target> AllTargets();

// The same bytes as text.
std::string_view TextOf(Input input);

}  // namespace fencepost::fuzz
